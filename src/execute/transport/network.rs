//! The HTTP client below everything, and its errors in words that a stranger understands.

use super::shape::is_crowded;
use crate::exchange::{Reply, Response, TransportError, TransportErrorKind};
use crate::execute::target::{Limits, is_loopback};
use aws_smithy_http_client::Connector as Http;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;

/// A connection that is not used is kept for so long: a server that serves one at a time answers nobody else meanwhile.
const IDLE: Duration = Duration::from_millis(500);

/// The client for one URL. It follows no redirect and keeps no cookie. A proxy of the environment
/// is used for hosts other than this machine.
pub(super) fn client(url: &str, limits: &Limits, ca_bundle: Option<&[u8]>) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(limits.connect).build();
    let proxy = if is_loopback(url) { ProxyConfig::disabled() } else { ProxyConfig::from_env() };
    // The system's certificates take time to read, and not every system has any.
    let trust = match ca_bundle {
        None if url.starts_with("http://") && is_loopback(url) => TrustStore::empty(),
        _ => trust_store(ca_bundle),
    };
    connector(settings, proxy, trust)
}

/// The client for what the SDK asks for itself: credentials, and who the caller is. It has the proxies and
/// the certificates of the calls that are judged. What is asked for without TLS is on this machine or its
/// host, where the metadata of machines and containers is, and is never asked through a proxy.
pub fn sdk_client(ca_bundle: Option<Vec<u8>>) -> SharedHttpClient {
    http_client_fn(move |settings, _| {
        let with = |proxy| connector(settings.clone(), proxy, trust_store(ca_bundle.as_deref()));
        let (direct, proxied) = (with(ProxyConfig::disabled()), with(ProxyConfig::from_env()));
        SharedHttpConnector::new(ByScheme { direct, proxied })
    })
}

/// Sends what has TLS through the proxies of the environment, and nothing else.
#[derive(Debug)]
struct ByScheme {
    direct: SharedHttpConnector,
    proxied: SharedHttpConnector,
}

impl HttpConnector for ByScheme {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let has_tls = request.uri().starts_with("https://") && !is_loopback(request.uri());
        if has_tls { self.proxied.call(request) } else { self.direct.call(request) }
    }
}

fn trust_store(ca_bundle: Option<&[u8]>) -> TrustStore {
    ca_bundle.map_or_else(TrustStore::default, |bundle| TrustStore::empty().with_pem_certificate(bundle))
}

fn connector(settings: HttpConnectorSettings, proxy: ProxyConfig, trust: TrustStore) -> SharedHttpConnector {
    let tls = TlsContext::builder().with_trust_store(trust).build().expect("nothing in it can be refused");
    SharedHttpConnector::new(
        Http::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls)
            .proxy_config(proxy)
            .enable_tcp_nodelay(true)
            .pool_idle_timeout(IDLE)
            .connector_settings(settings)
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .build(),
    )
}

/// Sends a request and reads its answer, up to a bound of bytes.
pub(super) async fn exchange(
    client: &SharedHttpConnector,
    request: http::Request<Bytes>,
    limits: &Limits,
) -> Reply {
    let request = match HttpRequest::try_from(request.map(SdkBody::from)) {
        Ok(request) => request,
        Err(error) => {
            return transport_error(
                TransportErrorKind::Broken,
                format!("the request cannot be sent: {error}"),
            );
        }
    };
    let response = match client.call(request).await {
        Ok(response) => response,
        Err(error) => return transport_error(kind(&error), describe(&error)),
    };
    let status = response.status().as_u16();
    let headers =
        response.headers().iter().map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let bytes = match Limited::new(response.into_body(), limits.body).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            let detail = format!("HTTP {status} with a body of more than {} bytes", limits.body);
            return transport_error(TransportErrorKind::TooLong, detail);
        }
        Err(error) => {
            let detail = format!("HTTP {status}, then the body broke off: {}", describe(error.as_ref()));
            return transport_error(TransportErrorKind::Broken, detail);
        }
    };
    if is_crowded(&bytes, limits.values) {
        let detail = format!("HTTP {status} with a body of more than {} JSON values", limits.values);
        return transport_error(TransportErrorKind::TooLong, detail);
    }
    Ok(Response::new(status, headers, bytes))
}

/// No response.
pub(super) fn transport_error(kind: TransportErrorKind, detail: impl Into<String>) -> Reply {
    Err(TransportError { kind, detail: detail.into() })
}

fn kind(error: &ConnectorError) -> TransportErrorKind {
    let text = chain(error);
    // A connection that was made and broken at once fails in its making too.
    let broken = ["reset by peer", "Broken pipe", "os error 22", "os error 107"];
    if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else if text.contains("client error (Connect)") && !broken.iter().any(|part| text.contains(part)) {
        TransportErrorKind::Unreachable
    } else {
        TransportErrorKind::Broken
    }
}

/// What an error of the HTTP client means, and the error itself.
pub fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    const MEANINGS: [(&str, &str); 19] = [
        ("Connection refused", "nothing listens there"),
        ("tunnel error", "the proxy does not connect to it; check HTTPS_PROXY and NO_PROXY"),
        ("dns error", "the host's name is not known"),
        ("UnknownIssuer", "its certificate is not trusted; name the issuer's with --ca-bundle FILE"),
        ("CaUsedAsEndEntity", "its certificate is not trusted: it is an authority's, not a server's"),
        ("NotValidForName", "its certificate is for another host"),
        ("certificate not valid for name", "its certificate is for another host"),
        ("Expired", "its certificate has expired"),
        ("certificate expired", "its certificate has expired"),
        ("invalid peer certificate", "its certificate is not trusted"),
        ("InvalidContentType", "it does not speak TLS; is it http:// rather than https://?"),
        ("invalid HTTP version", "what it answers is not HTTP/1.1"),
        ("invalid HTTP header", "what it answers is not HTTP/1.1"),
        ("invalid HTTP status", "what it answers is not HTTP/1.1"),
        ("invalid content-length", "what it answers is not HTTP/1.1"),
        ("end of file before message length", "the answer is shorter than it announces"),
        ("before message completed", "it closed the connection without an answer"),
        ("Connection reset", "it reset the connection"),
        ("close_notify", "it closed the connection without an answer"),
    ];
    let text = chain(error);
    let text = text.strip_prefix("io error: ").unwrap_or(&text);
    let text = text.strip_prefix("other: ").unwrap_or(text);
    // Where the TLS library's manual says more is nothing to whoever tests an endpoint.
    let text = text.split(": https://docs.rs/").next().unwrap_or(text);
    match MEANINGS.iter().find(|(part, _)| text.contains(part)) {
        Some((_, meaning)) => format!("{meaning} ({text})"),
        None => text.to_owned(),
    }
}

/// An error with its causes, outermost first.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::closed_within_tls(
        "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/index.html",
        "it closed the connection without an answer (peer closed connection without sending TLS close_notify)"
    )]
    #[case::reset(
        "Connection reset by peer (os error 104)",
        "it reset the connection (Connection reset by peer (os error 104))"
    )]
    #[case::unknown("something else", "something else")]
    fn an_error_says_what_it_means(#[case] error: &str, #[case] says: &str) {
        assert_eq!(describe(&std::io::Error::other(error.to_owned())), says);
    }
}
