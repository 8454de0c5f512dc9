//! The typed channel: the official SDK clients, with retries off and our connector below them.

use super::connector::{Connector, Evidence, SdkHttp, with_evidence};
use crate::exchange::Typed;
use crate::target::Target;
use aws_conformance_generators::plan::Service;
use aws_credential_types::Credentials;
use aws_sdk_rekognition::types::{CustomizationFeature, OutputConfig, ProjectAutoUpdate};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The SDK clients of both services.
#[derive(Clone, Debug)]
pub(super) struct TypedClients {
    xray: aws_sdk_xray::Client,
    rekognition: aws_sdk_rekognition::Client,
}

/// The settings that the two SDKs spell alike but type apart.
macro_rules! client {
    ($sdk:ident, $service:expr, $target:expr, $connector:expr) => {{
        let credentials = &$target.credentials;
        let credentials = Credentials::new(
            &credentials.access_key,
            &credentials.secret_key,
            credentials.session_token.clone(),
            None,
            "aws-conformance",
        );
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version($sdk::config::BehaviorVersion::latest())
                .app_name($sdk::config::AppName::new("aws-conformance").expect("the name is a valid one"))
                .endpoint_url($target.url($service))
                .region($sdk::config::Region::new($target.region.clone()))
                .credentials_provider(credentials)
                .retry_config(RetryConfig::disabled())
                .timeout_config(TimeoutConfig::disabled())
                .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled())
                .sleep_impl(TokioSleep::new())
                .http_client(SdkHttp { connector: $connector.clone(), service: $service })
                .build(),
        )
    }};
}

/// Sends a built request and says what the client made of the answer.
macro_rules! sent {
    ($request:expr) => {{
        let (result, evidence) = with_evidence($request.send()).await;
        (verdict(result.map(drop)), evidence)
    }};
}

impl TypedClients {
    pub(super) fn new(target: &Target, connector: &Connector) -> Self {
        Self {
            xray: client!(aws_sdk_xray, Service::Xray, target, connector),
            rekognition: client!(aws_sdk_rekognition, Service::Rekognition, target, connector),
        }
    }

    /// Makes the call if a typed client can say it; none: the input needs the raw channel.
    pub(super) async fn call(
        &self,
        service: Service,
        operation: &str,
        input: &Value,
    ) -> Option<(Typed, Option<Evidence>)> {
        let mut input = Input::of(input)?;
        match service {
            Service::Xray => self.xray(operation, &mut input).await,
            Service::Rekognition => self.rekognition(operation, &mut input).await,
        }
    }

    async fn xray(&self, operation: &str, input: &mut Input) -> Option<(Typed, Option<Evidence>)> {
        Some(match operation {
            "PutResourcePolicy" => {
                let request = self
                    .xray
                    .put_resource_policy()
                    .set_policy_name(input.string("PolicyName")?)
                    .set_policy_document(input.string("PolicyDocument")?)
                    .set_policy_revision_id(input.string("PolicyRevisionId")?);
                let bypass = input.boolean("BypassPolicyLockoutCheck")?;
                let request = match bypass {
                    Some(bypass) => request.bypass_policy_lockout_check(bypass),
                    None => request,
                };
                input.is_empty()?;
                sent!(request)
            }
            "ListResourcePolicies" => {
                let request = self.xray.list_resource_policies().set_next_token(input.string("NextToken")?);
                input.is_empty()?;
                sent!(request)
            }
            "DeleteResourcePolicy" => {
                let request = self
                    .xray
                    .delete_resource_policy()
                    .set_policy_name(input.string("PolicyName")?)
                    .set_policy_revision_id(input.string("PolicyRevisionId")?);
                input.is_empty()?;
                sent!(request)
            }
            _ => return None,
        })
    }

    async fn rekognition(&self, operation: &str, input: &mut Input) -> Option<(Typed, Option<Evidence>)> {
        let client = &self.rekognition;
        Some(match operation {
            "PutProjectPolicy" => {
                let request = client
                    .put_project_policy()
                    .set_project_arn(input.string("ProjectArn")?)
                    .set_policy_name(input.string("PolicyName")?)
                    .set_policy_revision_id(input.string("PolicyRevisionId")?)
                    .set_policy_document(input.string("PolicyDocument")?);
                input.is_empty()?;
                sent!(request)
            }
            "ListProjectPolicies" => {
                let request = client
                    .list_project_policies()
                    .set_project_arn(input.string("ProjectArn")?)
                    .set_next_token(input.string("NextToken")?)
                    .set_max_results(input.integer("MaxResults")?);
                input.is_empty()?;
                sent!(request)
            }
            "DeleteProjectPolicy" => {
                let request = client
                    .delete_project_policy()
                    .set_project_arn(input.string("ProjectArn")?)
                    .set_policy_name(input.string("PolicyName")?)
                    .set_policy_revision_id(input.string("PolicyRevisionId")?);
                input.is_empty()?;
                sent!(request)
            }
            "CopyProjectVersion" => {
                let request = client
                    .copy_project_version()
                    .set_source_project_arn(input.string("SourceProjectArn")?)
                    .set_source_project_version_arn(input.string("SourceProjectVersionArn")?)
                    .set_destination_project_arn(input.string("DestinationProjectArn")?)
                    .set_version_name(input.string("VersionName")?)
                    .set_output_config(input.output_config("OutputConfig")?)
                    .set_tags(input.tags("Tags")?)
                    .set_kms_key_id(input.string("KmsKeyId")?);
                input.is_empty()?;
                sent!(request)
            }
            "CreateProject" => {
                let request = client
                    .create_project()
                    .set_project_name(input.string("ProjectName")?)
                    .set_feature(input.string("Feature")?.as_deref().map(CustomizationFeature::from))
                    .set_auto_update(input.string("AutoUpdate")?.as_deref().map(ProjectAutoUpdate::from))
                    .set_tags(input.tags("Tags")?);
                input.is_empty()?;
                sent!(request)
            }
            "DescribeProjects" => {
                let features = input.strings("Features")?;
                let request =
                    client
                        .describe_projects()
                        .set_next_token(input.string("NextToken")?)
                        .set_max_results(input.integer("MaxResults")?)
                        .set_project_names(input.strings("ProjectNames")?)
                        .set_features(features.map(|all| {
                            all.iter().map(|one| CustomizationFeature::from(one.as_str())).collect()
                        }));
                input.is_empty()?;
                sent!(request)
            }
            "DeleteProject" => {
                let request = client.delete_project().set_project_arn(input.string("ProjectArn")?);
                input.is_empty()?;
                sent!(request)
            }
            _ => return None,
        })
    }
}

fn verdict<E: ProvideErrorMetadata, R: std::fmt::Debug>(result: Result<(), SdkError<E, R>>) -> Typed {
    match result {
        Ok(()) => Typed::Success,
        Err(SdkError::ServiceError(error)) => Typed::Error(error.err().code().map(str::to_owned)),
        Err(SdkError::ResponseError(_)) => {
            Typed::Unreadable("the answer does not parse as the operation's".to_owned())
        }
        Err(SdkError::ConstructionFailure(_) | SdkError::TimeoutError(_) | SdkError::DispatchFailure(_)) => {
            Typed::NoAnswer
        }
        Err(_) => Typed::NoAnswer,
    }
}

/// An input object whose members are taken out one by one. Each taker answers none where the value
/// is of a type that the typed client cannot say, and `Some(None)` where the member is absent.
struct Input(Map<String, Value>);

impl Input {
    fn of(input: &Value) -> Option<Self> {
        input.as_object().cloned().map(Self)
    }

    fn string(&mut self, member: &str) -> Option<Option<String>> {
        self.take(member, |value| value.as_str().map(str::to_owned))
    }

    fn boolean(&mut self, member: &str) -> Option<Option<bool>> {
        self.take(member, Value::as_bool)
    }

    fn integer(&mut self, member: &str) -> Option<Option<i32>> {
        self.take(member, |value| value.as_i64().and_then(|number| number.try_into().ok()))
    }

    fn strings(&mut self, member: &str) -> Option<Option<Vec<String>>> {
        self.take(member, |value| {
            value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        })
    }

    fn tags(&mut self, member: &str) -> Option<Option<HashMap<String, String>>> {
        self.take(member, |value| {
            let tags = value.as_object()?.iter();
            tags.map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
        })
    }

    fn output_config(&mut self, member: &str) -> Option<Option<OutputConfig>> {
        self.take(member, |value| {
            let mut config = Self::of(value)?;
            let output = OutputConfig::builder()
                .set_s3_bucket(config.string("S3Bucket")?)
                .set_s3_key_prefix(config.string("S3KeyPrefix")?)
                .build();
            config.is_empty()?;
            Some(output)
        })
    }

    fn take<T>(&mut self, member: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
        match self.0.shift_remove(member) {
            None => Some(None),
            Some(value) => read(&value).map(Some),
        }
    }

    /// Some if nothing is left that the typed client could not say.
    fn is_empty(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
