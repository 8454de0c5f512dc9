//! The real service as a target: whose account, in which region, by whose credentials.

use super::environment::{self, account_id, check_proxies, is_region, runtime, variable};
use super::exit::Failure;
use crate::execute::signer::Signer;
use crate::execute::target::{Limits, Location, Target};
use crate::execute::{describe_error, sdk_client};
use crate::service::sdk::real_url;
use aws_config::profile::ProfileSet;
use aws_conformance_generators::plan::Service;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::error::ProvideErrorMetadata;
use aws_types::os_shim_internal::{Env, Fs};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long credentials may take to come, from a program that has to log in perhaps.
const PATIENCE: Duration = Duration::from_secs(60);

/// What options and configuration say of an account of the real service.
pub(super) struct Named<'a> {
    pub(super) region: Option<&'a str>,
    pub(super) account: Option<&'a str>,
    /// What names an endpoint, if anything does.
    pub(super) endpoint: Option<&'a str>,
}

/// The real service of an account and region, without anything that signs: nothing is sent for it.
pub(super) fn described(named: &Named<'_>) -> Result<Target, Failure> {
    let profiles = runtime()?
        .block_on(aws_config::profile::load(&Fs::real(), &Env::real(), &Default::default(), None))
        .map_err(|error| {
            Failure::usage(format!("the AWS profiles cannot be read: {}", describe_error(&error)))
        })?;
    refuse_overrides(named, &profiles)?;
    let profile = profiles.selected_profile();
    if variable("AWS_PROFILE").is_some() && profiles.get_profile(profile).is_none() {
        return Err(Failure::usage(format!(
            "there is no AWS profile {profile:?}: set AWS_PROFILE to one that `aws configure list-profiles` shows"
        )));
    }
    let region = named.region.map(str::to_owned).or_else(environment::region);
    let region = region.or_else(|| profiles.get("region").map(str::to_owned)).ok_or_else(|| {
        Failure::usage("--target aws needs the region to test in: give --region, or set AWS_REGION")
    })?;
    is_region(&region)?;
    let account = named.account.ok_or_else(|| {
        Failure::usage(
            "--target aws needs the account that may be tested in: give --account-id with its 12 digits",
        )
    })?;
    let account = account_id(account).map_err(|error| Failure::usage(format!("{account:?}: {error}")))?;
    let mut urls = BTreeMap::new();
    for service in Service::ALL {
        let url = real_url(service, &region).map_err(|error| {
            Failure::usage(format!("{service} has no endpoint in the region {region:?}: {error}"))
        })?;
        urls.insert(service, url);
    }
    let target = Target::new(Location::Network(urls));
    Ok(Target { region, account, is_real: true, limits: Limits::real(), ..target })
}

/// The same with who signs, after the caller was found to be of the account that is named.
pub(super) fn identified(named: &Named<'_>, ca_bundle: Option<Vec<u8>>) -> Result<Target, Failure> {
    let mut target = described(named)?;
    check_proxies()?;
    let region = aws_config::Region::new(target.region.clone());
    let loading = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region(region)
        .http_client(sdk_client(ca_bundle.clone()))
        .load();
    let runtime = runtime()?;
    let sdk = runtime.block_on(loading);
    let provider = sdk.credentials_provider().ok_or_else(|| no_credentials(""))?;
    let signer = Signer::renewed(provider);
    let credentials = async { tokio::time::timeout(PATIENCE, signer.credentials()).await };
    match runtime.block_on(credentials) {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(no_credentials(&describe_error(&error))),
        Err(_) => {
            let patience = humantime::format_duration(PATIENCE);
            return Err(no_credentials(&format!("they did not come within {patience}")));
        }
    }
    // What the signer has asked for is not asked for again.
    let sdk = sdk.to_builder().credentials_provider(SharedCredentialsProvider::new(signer.clone())).build();
    let caller = runtime.block_on(aws_sdk_sts::Client::new(&sdk).get_caller_identity().send());
    let caller = caller.map_err(|error| {
        let why = refused_caller(&error).unwrap_or_else(|| describe_error(&error));
        let error = signer.redaction().shown(&why);
        Failure::usage(format!(
            "who the caller is cannot be found out, so that nothing else is sent: STS GetCallerIdentity in {}: {error}",
            target.region
        ))
    })?;
    let caller = caller.account().unwrap_or("no account");
    if caller != target.account {
        return Err(Failure::usage(format!(
            "the credentials are of the account {caller}, and --account-id names {}, so that nothing else is sent: use the credentials of that account",
            target.account
        )));
    }
    target.signer = signer;
    target.ca_bundle = ca_bundle;
    Ok(target)
}

/// What to do where STS refused who calls.
fn refused_caller(error: &impl ProvideErrorMetadata) -> Option<String> {
    let code = error.code()?;
    let what = match code {
        "ExpiredToken" | "ExpiredTokenException" => "the credentials have expired: get new ones",
        "InvalidClientTokenId" | "UnrecognizedClientException" => {
            "the access key is not known: check AWS_ACCESS_KEY_ID or the profile, and AWS_SESSION_TOKEN"
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "RequestExpired" => {
            "the secret key is not that of the access key, or this machine's clock is wrong"
        }
        _ => "it was refused",
    };
    let message = error.message().map(|message| format!(": {message}")).unwrap_or_default();
    Some(format!("{what} ({code}{message})"))
}

fn no_credentials(why: &str) -> Failure {
    Failure::usage(format!(
        "--target aws needs credentials where the AWS SDK finds them: AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a web identity or a role ({why})"
    ))
}

/// Fails where anything would send what is meant for the real service somewhere else.
fn refuse_overrides(named: &Named<'_>, profiles: &ProfileSet) -> Result<(), Failure> {
    let refused = |what: &str| {
        Err(Failure::usage(format!(
            "{what} names an endpoint, and with --target aws there is none but the real service's: remove the one or the other"
        )))
    };
    if let Some(what) = named.endpoint {
        return refused(what);
    }
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        if !value.is_empty() && (name == "AWS_ENDPOINT_URL" || name.starts_with("AWS_ENDPOINT_URL_")) {
            return refused(name);
        }
        if value.is_empty() && ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"].contains(&name) {
            return Err(Failure::usage(format!(
                "{name} is set and empty, and the AWS SDK takes that for an endpoint: unset it"
            )));
        }
        let is_on = value.to_str().is_some_and(|value| value.eq_ignore_ascii_case("true"));
        if is_on && matches!(name, "AWS_USE_FIPS_ENDPOINT" | "AWS_USE_DUALSTACK_ENDPOINT") {
            return refused(name);
        }
    }
    let profile = profiles.selected_profile();
    let is_on = |key: &str| profiles.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    for key in ["use_fips_endpoint", "use_dualstack_endpoint"] {
        if is_on(key) {
            return refused(&format!("{key} of the AWS profile {profile:?}"));
        }
    }
    // A services section says nothing but endpoints.
    for key in ["endpoint_url", "services"] {
        if profiles.get(key).is_some() {
            return refused(&format!("{key} of the AWS profile {profile:?}"));
        }
    }
    Ok(())
}
