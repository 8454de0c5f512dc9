//! The typed channel: the official SDK clients, with retries off and our connector below them.

use super::connector::{Connector, Evidence, SdkHttp, to_sdk, with_evidence};
use crate::exchange::{Response, Typed};
use crate::execute::target::Target;
use aws_conformance_generators::plan::Service;
use aws_credential_types::Credentials;
use aws_sdk_rekognition::types::{CustomizationFeature, OutputConfig, ProjectAutoUpdate};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The SDK clients of both services.
#[derive(Clone, Debug)]
pub(in crate::execute) struct TypedClients {
    xray: aws_sdk_xray::Client,
    rekognition: aws_sdk_rekognition::Client,
}

/// The settings that the two SDKs spell alike but type apart.
macro_rules! client {
    ($sdk:ident, $service:expr, $target:expr, $http:expr) => {{
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
                .http_client($http)
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
    pub(in crate::execute) fn new(target: &Target, connector: &Connector) -> Self {
        Self::over(target, |service| SdkHttp { connector: connector.clone(), service })
    }

    /// Clients with these connectors below them.
    fn over<C: HttpConnector + Clone + 'static>(target: &Target, connector: impl Fn(Service) -> C) -> Self {
        let http = |service| {
            let connector = connector(service);
            http_client_fn(move |_, _| SharedHttpConnector::new(connector.clone()))
        };
        Self {
            xray: client!(aws_sdk_xray, Service::Xray, target, http(Service::Xray)),
            rekognition: client!(
                aws_sdk_rekognition,
                Service::Rekognition,
                target,
                http(Service::Rekognition)
            ),
        }
    }

    /// Makes the call if a typed client can say it; none: the input needs the raw channel.
    pub(in crate::execute) async fn call(
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

fn verdict<E: ProvideErrorMetadata>(result: Result<(), SdkError<E, HttpResponse>>) -> Typed {
    let unreadable = || Typed::Unreadable("the answer does not parse as the operation's".to_owned());
    match result {
        Ok(()) => Typed::Success,
        // An output that does not parse comes as an error of the service, with the status of success.
        Err(SdkError::ServiceError(error)) if error.raw().status().is_success() => unreadable(),
        Err(SdkError::ServiceError(error)) => Typed::Error(error.err().code().map(str::to_owned)),
        Err(SdkError::ResponseError(_)) => unreadable(),
        Err(_) => Typed::NoResponse,
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

/// The SDK clients as readers of answers, whoever gave them: nothing is sent.
#[derive(Debug)]
pub struct Reader {
    clients: TypedClients,
    answer: Arc<Mutex<Response>>,
}

impl Reader {
    /// Clients that get no answer but those that they are given to read.
    pub fn new(target: &Target) -> Self {
        let answer = Arc::new(Mutex::new(Response::new(200, Vec::new(), Vec::new())));
        let clients = TypedClients::over(target, |_| Given(Arc::clone(&answer)));
        Self { clients, answer }
    }

    /// What the typed client makes of an answer to a call; none where it has no such operation, or
    /// cannot say the input.
    pub async fn read(
        &mut self,
        service: Service,
        operation: &str,
        input: &Value,
        answer: Response,
    ) -> Option<Typed> {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
        self.clients.call(service, operation, input).await.map(|(typed, _)| typed)
    }
}

/// A connector that answers what it was given.
#[derive(Clone, Debug)]
struct Given(Arc<Mutex<Response>>);

impl HttpConnector for Given {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        HttpConnectorFuture::ready(to_sdk(&Ok(answer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::answers::bodies;
    use aws_conformance_generators::model::model;
    use aws_conformance_reference::{Config, Reference};
    use proptest::prelude::*;
    use serde_json::json;

    fn reader() -> (tokio::runtime::Runtime, Reader) {
        let reference = Reference::new(Config::default()).expect("nothing is switched on");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        (runtime.expect("a runtime can be started"), Reader::new(&crate::embedded::target(reference)))
    }

    #[rstest::rstest]
    #[case::success(200, "", r#"{"PolicyRevisionId":"0af39"}"#, Typed::Success)]
    #[case::refusal(400, "", r#"{"__type":"ns#NoneException"}"#, Typed::Error(Some("NoneException".to_owned())))]
    #[case::by_header(400, "NoneException:http://x/", "{}", Typed::Error(Some("NoneException".to_owned())))]
    #[case::no_code(500, "", "{}", Typed::Error(None))]
    #[case::not_json(200, "", "<html>", Typed::Unreadable("the answer does not parse as the operation's".to_owned()))]
    fn an_answer_is_what_the_client_takes_it_for(
        #[case] status: u16,
        #[case] code: &str,
        #[case] body: &str,
        #[case] typed: Typed,
    ) {
        let (runtime, mut reader) = reader();
        let headers = vec![("x-amzn-errortype".to_owned(), code.to_owned())];
        let headers = headers.into_iter().filter(|(_, code)| !code.is_empty()).collect();
        let answer = Response::new(status, headers, body.as_bytes().to_vec());
        let input = json!({});
        let read = reader.read(Service::Rekognition, "PutProjectPolicy", &input, answer);
        assert_eq!(runtime.block_on(read), Some(typed));
    }

    #[test]
    fn any_answer_is_read_or_not() {
        let (runtime, reader) = reader();
        let reader = Mutex::new(reader);
        let operations = Service::ALL.into_iter().flat_map(|service| {
            model(service).operations.iter().map(move |operation| (service, operation.name.as_str()))
        });
        let operations: Vec<_> = operations.collect();
        let strategy = (
            proptest::sample::select(operations),
            100u16..=999,
            proptest::option::of("[ -~]{0,20}"),
            bodies(),
        );
        let checked =
            proptest::test_runner::TestRunner::default().run(&strategy, |(of, status, header, body)| {
                let headers =
                    header.map(|value| ("x-amzn-errortype".to_owned(), value)).into_iter().collect();
                let answer = Response::new(status, headers, body);
                let is_refusal = status >= 400;
                let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
                let typed = runtime.block_on(reader.read(of.0, of.1, &json!({}), answer));
                prop_assert!(typed.is_some());
                prop_assert!(!is_refusal || typed != Some(Typed::Success));
                Ok(())
            });
        checked.expect("every answer is read");
    }
}
