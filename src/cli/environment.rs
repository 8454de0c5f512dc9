//! What the environment says, and whether what is said is an account or a region.

use super::exit::Failure;

/// The variables that are read.
pub(super) const HELP: &str = "\
Environment:
  AWS_ENDPOINT_URL_XRAY, AWS_ENDPOINT_URL_REKOGNITION, AWS_ENDPOINT_URL
      An endpoint on this machine, where neither an option nor the configuration names one;
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true ignores them and the profile's
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
      Who signs; without them the profile, and \"test\" for an endpoint on this machine
  AWS_PROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE
      Which profile, and where it stands, as for any AWS SDK
  AWS_REGION, AWS_DEFAULT_REGION
      The region, where neither --region nor the configuration names one
  AWS_CA_BUNDLE
      Certificates, where neither --ca-bundle nor the configuration names some
  HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY
      The proxy for hosts other than this machine
  XDG_STATE_HOME, HOME
      Where journals are kept without --journal: aws-conformance/ in the one, or .local/state/ in the other
  INSTA_UPDATE
      What --snapshots does with shapes that are new or changed: always, no, or else .snap.new files
  GITHUB_ACTIONS
      true: causes are annotations too
  NO_COLOR, CLICOLOR, CLICOLOR_FORCE
      Whether the report has colours; without them where standard output is a terminal";

/// A variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The region of the environment, as the SDK's clients find it there.
pub(super) fn region() -> Option<String> {
    variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"))
}

/// Fails where a proxy of the environment is none: the HTTP client would go past it.
pub(super) fn check_proxies() -> Result<(), Failure> {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let url = variable(name).map(|value| value.parse::<http::Uri>());
        let is_proxy = |url: http::Uri| {
            url.authority().is_some() && matches!(url.scheme_str(), None | Some("http" | "https"))
        };
        // The value may hold a password.
        if url.is_some_and(|url| !url.is_ok_and(is_proxy)) {
            return Err(Failure::usage(format!(
                "{name} is no URL of a proxy: set it to one such as http://proxy.example:8080, or remove it"
            )));
        }
    }
    Ok(())
}

/// What asynchronous work of a command runs on.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::unjudged(format!("no runtime can be started: {error}")))
}

/// An account id, if it is one.
pub(super) fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account id has 12 digits".to_owned())
    }
}

/// Fails where a text is no region's name.
pub(super) fn is_region(text: &str) -> Result<(), Failure> {
    match !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        true => Ok(()),
        false => Err(Failure::usage(format!("{text:?} is no region: letters, digits and hyphens"))),
    }
}
