//! The operations as the official SDKs have them: how each reads a response and sends a request.

use aws_conformance_generators::plan::Service;
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::context::Error;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::config_bag::FrozenLayer;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use bytes::Bytes;
use futures_util::FutureExt;
use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

/// An operation as its SDK has it.
#[derive(Debug)]
pub struct SdkOperation {
    service: Service,
    name: &'static str,
    /// The operation's own part of the SDK's configuration; its deserializer is in it.
    layer: FrozenLayer,
    code: fn(&Error) -> Option<String>,
    send: fn(SdkCall) -> Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// What an SDK's client needs for one call.
#[derive(Debug)]
pub struct SdkCall {
    /// Where it is sent.
    pub url: String,
    /// The region that it is signed for.
    pub region: String,
    /// Who signs.
    pub credentials: Credentials,
    /// The body, in the place of what the client would write.
    pub body: Bytes,
    /// What sends it.
    pub http: SharedHttpClient,
}

/// What an SDK makes of a response.
#[derive(Debug)]
pub enum SdkView {
    /// The operation's output.
    Output,
    /// A service error, with the code that the SDK found.
    Error(Option<String>),
    /// Neither.
    Unreadable,
}

impl SdkOperation {
    /// What the SDK's deserializer makes of a response. Nothing is sent.
    pub fn read(&self, response: &HttpResponse) -> SdkView {
        let Some(deserializer) = self.layer.load::<SharedResponseDeserializer>() else {
            return SdkView::Unreadable;
        };
        match deserializer.deserialize_nonstreaming_with_config(response, &ConfigBag::base()) {
            Ok(_) => SdkView::Output,
            // An output that does not parse comes as an error of the service, with the status of success.
            Err(error) => match error.as_operation_error() {
                Some(error) if !response.status().is_success() => SdkView::Error((self.code)(error)),
                _ => SdkView::Unreadable,
            },
        }
    }

    /// Sends these bytes as the SDK's client sends its own, once. What comes back, [`SdkCall::http`] sees.
    pub async fn send(&self, call: SdkCall) {
        (self.send)(call).await;
    }
}

fn replace_body(request: &mut HttpRequest, body: &Bytes) {
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body.clone());
}

/// Operations of a service: its SDK, and of each its module there, its type and the type of its errors.
macro_rules! operations {
    ($service:ident in $sdk:ident: $($module:ident $name:ident $error:ident,)+) => {
        [$(SdkOperation {
            service: Service::$service,
            name: stringify!($name),
            layer: $sdk::operation::$module::$name::new().config().expect("an operation has a deserializer"),
            code: |error| {
                let error = error.downcast_ref::<$sdk::operation::$module::$error>();
                error.and_then(|error| error.code().map(str::to_owned))
            },
            send: |call| {
                let SdkCall { url, region, credentials, body, http } = call;
                let config = $sdk::Config::builder()
                    .behavior_version($sdk::config::BehaviorVersion::latest())
                    .endpoint_url(url)
                    .region($sdk::config::Region::new(region))
                    .credentials_provider(credentials)
                    .retry_config(RetryConfig::disabled())
                    .timeout_config(TimeoutConfig::disabled())
                    .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled())
                    .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
                    .http_client(http)
                    .build();
                Box::pin(async move {
                    let call = $sdk::Client::from_conf(config).$module().customize();
                    // Whoever sends sees the response below the client, and reads it as any other.
                    let _ = call.mutate_request(move |request| replace_body(request, &body)).send().await;
                })
            },
        }),+]
    };
}

static OPERATIONS: LazyLock<Vec<SdkOperation>> = LazyLock::new(|| {
    let rekognition = operations! { Rekognition in aws_sdk_rekognition:
        copy_project_version CopyProjectVersion CopyProjectVersionError,
        create_project CreateProject CreateProjectError,
        delete_project DeleteProject DeleteProjectError,
        delete_project_policy DeleteProjectPolicy DeleteProjectPolicyError,
        describe_projects DescribeProjects DescribeProjectsError,
        list_project_policies ListProjectPolicies ListProjectPoliciesError,
        put_project_policy PutProjectPolicy PutProjectPolicyError,
    };
    let xray = operations! { Xray in aws_sdk_xray:
        delete_resource_policy DeleteResourcePolicy DeleteResourcePolicyError,
        list_resource_policies ListResourcePolicies ListResourcePoliciesError,
        put_resource_policy PutResourcePolicy PutResourcePolicyError,
    };
    rekognition.into_iter().chain(xray).collect()
});

/// The operation of this name, if a service's SDK has it.
pub fn sdk_operation(service: Service, name: &str) -> Option<&'static SdkOperation> {
    OPERATIONS.iter().find(|operation| operation.service == service && operation.name == name)
}

/// The URL of a real service in a region, as its SDK has it.
///
/// # Errors
/// Why there is none.
pub fn real_url(service: Service, region: &str) -> Result<String, String> {
    macro_rules! resolved {
        ($sdk:ident) => {{
            use $sdk::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
            let params = Params::builder().region(region).build().map_err(|error| error.to_string())?;
            let resolver = DefaultResolver::new();
            let resolving = resolver.resolve_endpoint(&params);
            // It is ready at once: nothing is asked for it.
            resolving.now_or_never().ok_or_else(|| "it is not known yet".to_owned())?
        }};
    }
    let resolved = match service {
        Service::Rekognition => resolved!(aws_sdk_rekognition),
        Service::Xray => resolved!(aws_sdk_xray),
    };
    resolved.map(|endpoint| endpoint.url().to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_conformance_generators::model::model;

    #[rstest::rstest]
    #[case("us-east-1", "https://xray.us-east-1.amazonaws.com")]
    #[case("cn-north-1", "https://xray.cn-north-1.amazonaws.com.cn")]
    #[case("us-gov-west-1", "https://xray.us-gov-west-1.amazonaws.com")]
    fn a_service_has_the_url_of_its_partition(#[case] region: &str, #[case] url: &str) {
        assert_eq!(real_url(Service::Xray, region).as_deref(), Ok(url));
        assert_eq!(real_url(Service::Rekognition, region), Ok(url.replace("xray", "rekognition")));
    }

    #[test]
    fn every_operation_of_the_models_is_there() {
        for service in Service::ALL {
            for operation in &model(service).operations {
                assert!(sdk_operation(service, &operation.name).is_some(), "{}", operation.name);
            }
        }
    }
}
