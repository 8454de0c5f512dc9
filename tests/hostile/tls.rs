//! TLS, certificates of one's own, and proxies.

use super::double::{Broken, Double};
use super::run;
use crate::support::program::{User, finish};
use aws_conformance_reference::Config;
use rstest::rstest;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

/// An authority, as PEM, and a server's settings with a certificate that it issued for this name.
fn issued(name: &str) -> (String, Arc<ServerConfig>) {
    let key = || rcgen::KeyPair::generate().expect("a key can be made");
    let parameters =
        |name: &str| rcgen::CertificateParams::new(vec![name.to_owned()]).expect("the name is one of a host");
    let mut authority = parameters("authority.invalid");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_key = key();
    let certificate = authority.self_signed(&authority_key).expect("it can be signed");
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let server_key = key();
    let server = parameters(name).signed_by(&server_key, &issuer).expect("it can be signed");
    let chain = vec![CertificateDer::from(server.der().to_vec())];
    let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
    let settings = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the versions are ring's")
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .expect("the key is the certificate's");
    (certificate.pem(), Arc::new(settings))
}

#[rstest]
#[case::by_option(true)]
#[case::by_environment(false)]
fn a_certificate_of_a_private_authority_needs_its_bundle(#[case] option: bool) {
    let (authority, settings) = issued("127.0.0.1");
    let double = Double::with(Broken::Not, Config::default(), Some(settings));
    let user = User::new();
    let bundle = user.file("authority.pem", &authority);
    let mut options = vec!["--endpoint-url", &double.url, "--service", "xray", "--cases", "1"];
    let refused = run(&user, &options, &[]);
    refused.finished.check_status(3).check_says("certificate is not trusted").check_says("--ca-bundle");
    assert_eq!((refused.count("conforms"), refused.count("violates")), (0, 0));
    let mut environment = Vec::new();
    if option {
        options.extend(["--ca-bundle", &bundle]);
    } else {
        environment.push(("AWS_CA_BUNDLE", bundle.as_str()));
    }
    let trusted = run(&user, &options, &environment);
    assert_eq!(trusted.must_violations(), Vec::<String>::new());
    trusted.finished.check_status(0);
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let (authority, settings) = issued("elsewhere.invalid");
    let double = Double::with(Broken::Not, Config::default(), Some(settings));
    let user = User::new();
    let bundle = user.file("authority.pem", &authority);
    let run = run(&user, &["--endpoint-url", &double.url, "--ca-bundle", &bundle], &[]);
    run.finished.check_status(3).check_says("certificate is for another host");
}

#[test]
fn https_where_there_is_no_tls() {
    let double = Double::new(Broken::Says(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
    let url = double.url.replace("http://", "https://");
    let run = run(&User::new(), &["--endpoint-url", &url], &[]);
    run.finished.check_status(3).check_says("http:// rather than https://");
}

#[rstest]
#[case::nothing("")]
#[case::text("no certificate at all")]
#[case::broken("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
#[case::no_base64("-----BEGIN CERTIFICATE-----\n\u{1b}[2J\n-----END CERTIFICATE-----\n")]
fn a_bundle_that_is_none_is_a_wrong_option(#[case] text: &str) {
    let user = User::new();
    let bundle = user.file("bundle.pem", text);
    let options = ["--endpoint-url", "https://127.0.0.1:1", "--ca-bundle", &bundle];
    finish(&mut user.journalled("run", &options)).check_status(2).check_says("CA bundle");
}

const PROXIES: [&str; 6] =
    ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

#[test]
fn an_endpoint_on_this_machine_is_never_asked_through_a_proxy() {
    let (endpoint, proxy) = (Double::new(Broken::Not), Double::new(Broken::Closes));
    let options = ["--endpoint-url", &endpoint.url, "--rule", "xray.*.PolicyName.*", "--cases", "1"];
    let run = run(&User::new(), &options, &PROXIES.map(|name| (name, proxy.url.as_str())));
    run.finished.check_status(0);
    assert_eq!(proxy.connections(), 0);
}

/// The reference stands in for a proxy: it takes requests whatever host they are for.
#[test]
fn both_channels_go_through_the_proxy_of_the_environment() {
    let proxy = Double::new(Broken::Not);
    let options = ["--endpoint-url", "http://emulator.invalid:4566", "--service", "xray", "--cases", "1"];
    let keys = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
    let user = User::new();
    let direct = run(&user, &options, &keys);
    direct.finished.check_status(3).check_says("the host's name is not known");
    let proxied = run(&user, &options, &[keys[0], keys[1], ("http_proxy", &proxy.url)]);
    assert_eq!(proxied.must_violations(), Vec::<String>::new());
    proxied.finished.check_status(0);
    assert!(proxy.requests() > 500, "{} requests", proxy.requests());
}

/// No partition's domain is an endpoint to be tested.
#[rstest]
fn hosts_of_the_real_services_are_refused(
    #[values(
        "xray.us-east-1.amazonaws.com",
        "rekognition.cn-north-1.amazonaws.com.cn",
        "xray.us-gov-west-1.api.aws",
        "xray.eusc-de-east-1.amazonaws.eu",
        "xray.us-iso-east-1.c2s.ic.gov",
        "xray.us-isob-east-1.sc2s.sgov.gov",
        "xray.eu-isoe-west-1.cloud.adc-e.uk",
        "xray.us-isof-south-1.csp.hci.ic.gov",
        "XRAY.us-east-1.AmazonAWS.com.",
        "xray.cn-north-1.api.amazonwebservices.com.cn",
        "xray.eusc-de-east-1.api.amazonwebservices.eu",
        "xray.us-iso-east-1.api.aws.ic.gov",
        "xray.us-isob-east-1.api.aws.scloud",
        "xray.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
        "xray.us-isof-south-1.api.aws.hci.ic.gov"
    )]
    host: &str,
) {
    let user = User::new();
    let finished = finish(&mut user.journalled("run", &["--endpoint-url", &format!("https://{host}")]));
    finished.check_status(2).check_says("a host of the real service");
}
