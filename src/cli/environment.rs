//! What the environment says, as `--help` shows it.

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
