//! Options that commands share: the target, and which rules.

use super::aws::{self, Named};
use super::config::{Config, TargetKind};
use super::environment::{self, account_id, check_proxies, is_region, runtime, variable};
use super::exit::Failure;
use crate::embedded;
use crate::execute::signer::{dummy, fixed};
use crate::execute::target::{Location, Target, is_loopback};
use crate::rules::{Rule, catalogue, nearest_rule};
use crate::service::Capability;
use aws_conformance_generators::plan::Service;
use aws_conformance_reference::{Config as ReferenceConfig, Reference};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use clap::Args;
use globset::{Glob, GlobMatcher};
use std::collections::BTreeMap;
use std::net::ToSocketAddrs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The configuration file that is read where none is named.
pub(super) const CONFIG: &str = "conformance.toml";

/// Where requests go and who signs them.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Target")]
pub(super) struct TargetOptions {
    /// The real service in the account of --account-id and the region of --region, by credentials where the
    /// AWS SDK finds them
    #[arg(long, value_name = "aws", hide_possible_values = true)]
    pub(super) target: Option<TargetKind>,
    /// The endpoint, for one service or for both; without one the embedded reference is tested
    #[arg(long, value_name = "[SERVICE=]URL")]
    pub(super) endpoint_url: Vec<String>,
    /// Wait until the endpoint listens, at most this long (30s, 2m)
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(super) wait: Option<Duration>,
    /// The region that requests are signed for [default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1]
    #[arg(long, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// The caller's account id, 12 digits
    #[arg(long, value_name = "N", value_parser = account_id)]
    pub(super) account_id: Option<String>,
    /// An existing, empty Rekognition project to use where none can be created
    #[arg(long, value_name = "ARN")]
    pub(super) project_arn: Option<String>,
    /// Settings of the target: endpoints, region, quotas [default: conformance.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Ignore a conformance.toml in the working directory
    #[arg(long, conflicts_with = "config")]
    pub(super) no_config: bool,
    /// PEM certificates to trust instead of the system's [default: AWS_CA_BUNDLE]
    #[arg(long, value_name = "FILE")]
    pub(super) ca_bundle: Option<PathBuf>,
    /// The target claims to verify signatures: judge it by that too
    #[arg(long)]
    pub(super) verify_signatures: bool,
    /// Where the journals of runs are kept [default: the user's state directory]
    #[arg(long, value_name = "DIRECTORY")]
    pub(super) journal: Option<PathBuf>,
    /// Most time for one answer [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(super) timeout: Option<Duration>,
    /// Most time for a project to be created or gone [default: 20s, 10m on the real service]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(super) settle: Option<Duration>,
}

impl TargetOptions {
    /// The target that options, configuration and environment name, in this order.
    pub(super) fn target(&self) -> Result<Target, Failure> {
        let config = self.config()?;
        let certificates = self.certificates(&config)?;
        let mut target = match self.kind(&config) {
            Some(TargetKind::Aws) => aws::identified(&self.named(&config), certificates)?,
            None => self.endpoint(&config, certificates)?,
        };
        self.set_up(&config, &mut target);
        if let Some(wait) = self.wait {
            wait_for(&target, wait)?;
        }
        Ok(target)
    }

    /// The same as far as it is known without sending anything.
    pub(super) fn described(&self) -> Result<Target, Failure> {
        let config = self.config()?;
        let mut target = match self.kind(&config) {
            Some(TargetKind::Aws) => aws::described(&self.named(&config))?,
            None => self.endpoint(&config, None)?,
        };
        self.set_up(&config, &mut target);
        Ok(target)
    }

    /// The target that is named by its kind, if one is.
    fn kind(&self, config: &Config) -> Option<TargetKind> {
        self.target.or(config.target.kind)
    }

    /// What options and configuration say of an account of the real service.
    fn named<'a>(&'a self, config: &'a Config) -> Named<'a> {
        let endpoint = match (self.endpoint_url.is_empty(), config.target.endpoint_url.is_empty()) {
            (false, _) => Some("--endpoint-url"),
            (true, false) => Some("endpoint_url in the configuration"),
            (true, true) => None,
        };
        let region = self.region.as_deref().or(config.target.region.as_deref());
        let account = self.account_id.as_deref().or(config.target.account_id.as_deref());
        Named { region, account, endpoint }
    }

    /// An endpoint, or the embedded reference where none is named.
    fn endpoint(&self, config: &Config, certificates: Option<Vec<u8>>) -> Result<Target, Failure> {
        let endpoints = self.endpoints(config)?;
        // The embedded reference does what it can do, so that every rule is judged.
        let reference = ReferenceConfig::default().with_verified_signatures(endpoints.is_empty());
        let reference = Reference::new(reference).map_err(|error| Failure::usage(error.to_string()))?;
        let mut target = embedded::target(reference);
        if endpoints.is_empty() {
            target.capabilities.insert(Capability::VerifiesSignatures);
        } else {
            let is_here = endpoints.values().all(|url| is_loopback(url));
            if !is_here {
                check_proxies()?;
            }
            target.signer = credentials(is_here)?.into();
            target.location = Location::Network(endpoints);
        }
        let region = self.region.clone().or_else(|| config.target.region.clone());
        if let Some(region) = region.or_else(environment::region) {
            is_region(&region)?;
            target.region = region;
        }
        if let Some(account) = self.account_id.clone().or_else(|| config.target.account_id.clone()) {
            target.account =
                account_id(&account).map_err(|error| Failure::usage(format!("{account:?}: {error}")))?;
        }
        target.ca_bundle = certificates;
        Ok(target)
    }

    /// What the options and the configuration say of any target.
    fn set_up(&self, config: &Config, target: &mut Target) {
        target.quotas = config.quotas;
        if self.verify_signatures || config.target.verify_signatures {
            target.capabilities.insert(Capability::VerifiesSignatures);
        }
        target.user_project = self.project_arn.clone().or_else(|| config.target.project_arn.clone());
        if let Some(timeout) = self.timeout {
            target.limits.exchange = timeout;
        }
        if let Some(settle) = self.settle {
            target.limits.settle = settle;
        }
        if let Some(lag) = config.target.read_after_write {
            target.limits.read_after_write = lag;
        }
    }

    /// The configuration: the file that is named, else the one in the working directory.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        match self.config_path() {
            Some(path) => Config::read(path).map_err(|error| Failure::usage(error.to_string())),
            None => Ok(Config::default()),
        }
    }

    /// The configuration file that is read, if any.
    pub(super) fn config_path(&self) -> Option<&Path> {
        let usual = Path::new(CONFIG);
        match &self.config {
            Some(path) => Some(path),
            // Whatever is called so is meant to be read; what cannot be read is not passed over.
            None => (!self.no_config && usual.symlink_metadata().is_ok()).then_some(usual),
        }
    }

    /// The certificates to trust instead of the system's, if any are named.
    fn certificates(&self, config: &Config) -> Result<Option<Vec<u8>>, Failure> {
        let named = self.ca_bundle.clone().or_else(|| config.target.ca_bundle.clone());
        let Some(path) = named.or_else(|| variable("AWS_CA_BUNDLE").map(PathBuf::from)) else {
            return Ok(None);
        };
        let pem = std::fs::read(&path).map_err(|error| error.to_string());
        let pem = pem.and_then(|pem| check_certificates(&pem).map(|()| pem));
        match pem {
            Ok(pem) => Ok(Some(pem)),
            Err(why) => {
                Err(Failure::usage(format!("the CA bundle {} cannot be used: {why}", path.display())))
            }
        }
    }

    /// Where journals are kept; none where the home directory is not known.
    pub(super) fn journals(&self) -> Option<PathBuf> {
        self.journal.clone().or_else(|| {
            let state = variable("XDG_STATE_HOME").map(PathBuf::from);
            let home = || variable("HOME").map(|home| PathBuf::from(home).join(".local").join("state"));
            state.or_else(home).map(|state| state.join("aws-conformance"))
        })
    }

    fn endpoints(&self, config: &Config) -> Result<BTreeMap<Service, String>, Failure> {
        let mut endpoints = BTreeMap::new();
        let given = &self.endpoint_url;
        let named = if given.is_empty() { &config.target.endpoint_url } else { given };
        for text in named {
            let (services, url) = match text.split_once('=') {
                Some((service, url)) if !service.contains("//") => (vec![service_named(service)?], url),
                _ => (Service::ALL.to_vec(), text.as_str()),
            };
            check_url(url)?;
            for service in services {
                endpoints.insert(service, url.trim_end_matches('/').to_owned());
            }
        }
        if endpoints.is_empty() {
            for (service, name, url) in configured_endpoints()? {
                check_url(&url)?;
                if !is_loopback(&url) {
                    return Err(Failure::usage(format!(
                        "{name} names {url}, which is not on this machine: name it with --endpoint-url to test it, or remove it"
                    )));
                }
                endpoints.insert(service, url.trim_end_matches('/').to_owned());
            }
        }
        Ok(endpoints)
    }
}

/// The endpoints that the environment and the profile name, as the SDK's clients follow them, each with what names
/// it.
fn configured_endpoints() -> Result<Vec<(Service, String, String)>, Failure> {
    use aws_types::service_config::ServiceConfigKey;
    if variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|value| value == "true") {
        return Ok(Vec::new());
    }
    // The region is of no interest here, and where none is configured the SDK would ask the network.
    let loading = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .no_credentials()
        .load();
    let config = runtime()?.block_on(loading);
    let mut found = Vec::new();
    for service in Service::ALL {
        let own = format!("AWS_ENDPOINT_URL_{}", service.as_str().to_uppercase());
        let mut variables = [own.as_str(), "AWS_ENDPOINT_URL"].into_iter();
        let of_variable = variables.find_map(|name| Some((service, name.to_owned(), variable(name)?)));
        let key = ServiceConfigKey::builder()
            .service_id(service.as_str())
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let of_profile = key.ok().and_then(|key| config.service_config()?.load_config(key));
        let of_profile = of_profile
            .or_else(|| config.endpoint_url().map(str::to_owned))
            .map(|url| (service, "endpoint_url of the AWS profile".to_owned(), url));
        found.extend(of_variable.or(of_profile));
    }
    Ok(found)
}

/// Whether a text holds certificates that TLS can trust.
fn check_certificates(pem: &[u8]) -> Result<(), String> {
    use rustls_pki_types::{CertificateDer, pem::PemObject};
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("it is no PEM: {error}"))?;
        webpki::anchor_from_trusted_cert(&certificate)
            .map_err(|error| format!("its certificate {} is none: {error}", count + 1))?;
        count += 1;
    }
    if count == 0 { Err("there is no certificate in it".to_owned()) } else { Ok(()) }
}

fn service_named(name: &str) -> Result<Service, Failure> {
    Service::ALL
        .into_iter()
        .find(|service| service.as_str() == name)
        .ok_or_else(|| Failure::usage(format!("{name:?} is no service: rekognition or xray")))
}

/// Domains under which the real services live, in every partition.
const REAL_DOMAINS: [&str; 15] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "aws.dev",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "aws.ic.gov",
    "aws.scloud",
    "cloud-aws.adc-e.uk",
    "aws.hci.ic.gov",
];

fn check_url(url: &str) -> Result<(), Failure> {
    // What stands before an @ may be a password, wherever it is.
    let shown = url.rsplit_once('@').map_or(url.to_owned(), |(_, rest)| format!("(redacted)@{rest}"));
    let wrong = |why: &str| Failure::usage(format!("{shown:?} is no endpoint URL: {why}"));
    let parsed: http::Uri = url.parse().map_err(|error| wrong(&format!("{error}")))?;
    if !matches!(parsed.scheme_str(), Some("http" | "https")) {
        return Err(wrong("it has to begin with http:// or https://"));
    }
    let host = parsed.host().ok_or_else(|| wrong("it names no host"))?;
    if url.contains('@') {
        return Err(wrong("it holds credentials"));
    }
    let after_host = parsed.authority().and_then(|authority| authority.as_str().strip_prefix(host));
    if after_host.is_some_and(|port| !port.is_empty()) && parsed.port_u16().is_none_or(|port| port == 0) {
        return Err(wrong("its port is no number from 1 to 65535"));
    }
    if parsed.query().is_some() {
        return Err(wrong("it has a query"));
    }
    let host = host.trim_end_matches('.').to_lowercase();
    if REAL_DOMAINS.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}"))) {
        return Err(Failure::usage(format!(
            "{host} is a host of the real service, which is never tested as an endpoint"
        )));
    }
    Ok(())
}

/// The credentials of the environment or of the SDK's profile; a dummy pair where none are needed.
fn credentials(loopback: bool) -> Result<Credentials, Failure> {
    if let (Some(access_key), Some(secret_key)) =
        (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"))
    {
        return Ok(fixed(access_key, secret_key, variable("AWS_SESSION_TOKEN")));
    }
    if loopback {
        return Ok(dummy());
    }
    let found = runtime()?.block_on(
        aws_config::profile::ProfileFileCredentialsProvider::builder().build().provide_credentials(),
    );
    found.map_err(|error| {
        Failure::usage(format!(
            "no credentials for a host that is not this machine: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile that has keys or a credential_process ({})",
            aws_smithy_types::error::display::DisplayErrorContext(&error)
        ))
    })
}

/// Waits until every endpoint accepts connections.
fn wait_for(target: &Target, most: Duration) -> Result<(), Failure> {
    let Location::Network(endpoints) = &target.location else { return Ok(()) };
    let deadline = std::time::Instant::now() + most;
    for url in endpoints.values() {
        let parsed: http::Uri = url.parse().map_err(|error| Failure::usage(format!("{url:?}: {error}")))?;
        let host = parsed.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = parsed.port_u16().unwrap_or(if parsed.scheme_str() == Some("https") { 443 } else { 80 });
        loop {
            let listens = (host.as_str(), port).to_socket_addrs().is_ok_and(|mut addresses| {
                addresses.any(|address| {
                    std::net::TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
                })
            });
            if listens {
                break;
            }
            if std::time::Instant::now() >= deadline {
                let most = humantime::format_duration(most);
                return Err(Failure::unjudged(format!("{url} does not listen after {most}")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Ok(())
}

/// Which rules.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which rules")]
pub(super) struct Selection {
    /// Only rules of this service: rekognition or xray (repeatable)
    #[arg(long, value_name = "SERVICE")]
    pub(super) service: Vec<String>,
    /// Only rules whose id matches (repeatable): xray.PutResourcePolicy.*
    #[arg(long, value_name = "GLOB")]
    pub(super) rule: Vec<String>,
    /// Not the rules whose id matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
}

impl Selection {
    /// The selected rules, in the catalogue's order.
    pub(super) fn rules(&self) -> Result<Vec<&'static Rule>, Failure> {
        let services = self.service.iter().map(|name| service_named(name)).collect::<Result<Vec<_>, _>>()?;
        let chosen = globs_over_rules("--rule", &self.rule)?;
        let excluded = globs_over_rules("--exclude", &self.exclude)?;
        let selected = |rule: &&Rule| {
            (services.is_empty() || services.contains(&rule.service))
                && (chosen.is_empty() || chosen.iter().any(|glob| glob.is_match(&rule.id)))
                && !excluded.iter().any(|glob| glob.is_match(&rule.id))
        };
        Ok(catalogue().iter().filter(selected).collect())
    }
}

/// The matchers of globs.
pub(super) fn globs(option: &str, texts: &[String]) -> Result<Vec<GlobMatcher>, Failure> {
    let matcher = |text: &String| match Glob::new(text) {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => Err(Failure::usage(format!("{option} {text:?}: {error}"))),
    };
    texts.iter().map(matcher).collect()
}

/// The matchers of globs over rule ids, each of which matches some rule.
fn globs_over_rules(option: &str, texts: &[String]) -> Result<Vec<GlobMatcher>, Failure> {
    let matchers = globs(option, texts)?;
    for (text, matcher) in texts.iter().zip(&matchers) {
        if !catalogue().iter().any(|rule| matcher.is_match(&rule.id)) {
            let hint = nearest_rule(text).map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
            return Err(Failure::usage(format!(
                "{option} {text:?} matches no rule{hint}; `aws-conformance list` shows them all"
            )));
        }
    }
    Ok(matchers)
}
