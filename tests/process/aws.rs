//! `--target aws`: what is refused before a byte leaves the machine.

use crate::support::program::{Finished, User, finish};
use rstest::rstest;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A proxy that takes connections, counts them and closes them.
struct Proxy {
    url: String,
    connections: Arc<AtomicU32>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let connections = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&connections);
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { url, connections }
    }

    /// A command on this proxy, with these variables.
    fn finish(&self, user: &User, arguments: &[&str], environment: &[(&str, &str)]) -> Finished {
        let mut command = user.suite(arguments);
        command.env("HTTPS_PROXY", &self.url).env("HTTP_PROXY", &self.url);
        // Whatever machine this is, it lends nobody its credentials.
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        finish(command.envs(environment.iter().copied()))
    }

    fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }
}

const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "AKIAPLANTEDKEY"), ("AWS_SECRET_ACCESS_KEY", "planted-secret-key")];
const COMPLETE: [&str; 6] = ["--target", "aws", "--account-id", "123456789012", "--region", "us-east-1"];

#[rstest]
#[case::no_credentials("run", &[], &[], "needs credentials")]
#[case::no_credentials_to_sweep("sweep", &[], &[], "needs credentials")]
#[case::an_unknown_profile("run", &[], &[("AWS_PROFILE", "nobody"), KEYS[0], KEYS[1]], "no AWS profile \"nobody\"")]
#[case::an_endpoint("run", &["--endpoint-url", "http://127.0.0.1:1"], &KEYS, "--endpoint-url names an endpoint")]
#[case::an_endpoint_of_the_environment("run", &[], &[("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), KEYS[0], KEYS[1]], "AWS_ENDPOINT_URL names")]
#[case::an_endpoint_of_a_service("run", &[], &[("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"), KEYS[0], KEYS[1]], "AWS_ENDPOINT_URL_STS names")]
#[case::an_empty_endpoint("run", &[], &[("AWS_ENDPOINT_URL", ""), KEYS[0], KEYS[1]], "AWS_ENDPOINT_URL is set and empty")]
#[case::an_endpoint_to_sweep("sweep", &[], &[("AWS_ENDPOINT_URL_XRAY", "http://127.0.0.1:1"), KEYS[0], KEYS[1]], "AWS_ENDPOINT_URL_XRAY names")]
#[case::dual_stack("run", &[], &[("AWS_USE_DUALSTACK_ENDPOINT", "true"), KEYS[0], KEYS[1]], "AWS_USE_DUALSTACK_ENDPOINT names")]
#[case::a_proxy_without_a_host("run", &[], &[("HTTPS_PROXY", "http://"), KEYS[0], KEYS[1]], "HTTPS_PROXY is no URL of a proxy")]
#[case::a_proxy_of_another_protocol("sweep", &[], &[("HTTPS_PROXY", "socks5://127.0.0.1:1"), KEYS[0], KEYS[1]], "HTTPS_PROXY is no URL of a proxy")]
#[case::no_region_name("run", &["--no-config"], &[("AWS_CA_BUNDLE", "/no/such/file"), KEYS[0], KEYS[1]], "/no/such/file")]
fn nothing_is_sent(
    #[case] command: &str,
    #[case] more: &[&str],
    #[case] environment: &[(&str, &str)],
    #[case] says: &str,
) {
    let proxy = Proxy::start();
    let arguments: Vec<&str> = std::iter::once(command).chain(COMPLETE).chain(more.iter().copied()).collect();
    let finished = proxy.finish(&User::new(), &arguments, environment);
    finished.check_status(2).check_says(says);
    assert_eq!(finished.stderr.lines().count(), 1, "{}", finished.stderr);
    assert_eq!(proxy.connections(), 0);
}

#[rstest]
#[case::no_region(&["--account-id", "123456789012"], "--region")]
#[case::no_account(&["--region", "us-east-1"], "--account-id")]
fn account_and_region_are_named(#[case] named: &[&str], #[case] says: &str) {
    let proxy = Proxy::start();
    let arguments: Vec<&str> = ["run", "--target", "aws"].iter().chain(named).copied().collect();
    proxy.finish(&User::new(), &arguments, &KEYS).check_status(2).check_says(says);
    assert_eq!(proxy.connections(), 0);
}

#[rstest]
#[case::of_all("endpoint_url = http://127.0.0.1:1", "endpoint_url of the AWS profile")]
#[case::of_a_service(
    "services = mine\n[services mine]\nxray =\n  endpoint_url = http://127.0.0.1:1",
    "services of the AWS profile"
)]
#[case::with_fips("use_fips_endpoint = true", "use_fips_endpoint")]
fn an_endpoint_of_a_profile_is_refused(#[case] line: &str, #[case] says: &str) {
    let (proxy, user) = (Proxy::start(), User::new());
    std::fs::create_dir(user.home().join(".aws")).expect("the home is new");
    user.file(".aws/config", &format!("[default]\nregion = us-east-1\n{line}\n"));
    let arguments: Vec<&str> = std::iter::once("run").chain(COMPLETE).collect();
    proxy.finish(&user, &arguments, &KEYS).check_status(2).check_says(says);
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn an_endpoint_of_the_configuration_is_refused() {
    let (proxy, user) = (Proxy::start(), User::new());
    let target = "kind = \"aws\"\nregion = \"us-east-1\"\naccount_id = \"123456789012\"";
    user.file("conformance.toml", &format!("[target]\n{target}\nendpoint_url = [\"http://127.0.0.1:1\"]\n"));
    proxy.finish(&user, &["run"], &KEYS).check_status(2).check_says("endpoint_url in the configuration");
    assert_eq!(proxy.connections(), 0);
}

#[test]
fn a_caller_that_is_not_known_is_refused() {
    let (proxy, user) = (Proxy::start(), User::new());
    user.file(
        "conformance.toml",
        "[target]\nkind = \"aws\"\nregion = \"us-east-1\"\naccount_id = \"123456789012\"\n",
    );
    let finished = proxy.finish(&user, &["run"], &KEYS);
    finished.check_status(2).check_says("STS GetCallerIdentity");
    assert!(!finished.output().contains("planted-secret-key"), "{}", finished.output());
    assert!(proxy.connections() > 0, "the proxy is used");
}

#[test]
fn nothing_but_the_option_reaches_a_real_account() {
    let proxy = Proxy::start();
    let environment = [KEYS[0], KEYS[1], ("AWS_REGION", "us-east-1"), ("AWS_PROFILE", "default")];
    let arguments = ["run", "--rule", "xray.PutResourcePolicy.PolicyName.length-max", "--no-progress"];
    proxy.finish(&User::new(), &arguments, &environment).check_status(0).check_says("embedded reference");
    assert_eq!(proxy.connections(), 0);
}

/// The plan of these options, as JSON.
fn plan(user: &User, arguments: &[&str]) -> serde_json::Value {
    let arguments: Vec<&str> = ["plan", "--format", "json"].iter().chain(arguments).copied().collect();
    let proxy = Proxy::start();
    let finished = proxy.finish(user, &arguments, &[]);
    finished.check_status(0);
    assert_eq!(proxy.connections(), 0, "a plan sends nothing");
    serde_json::from_str(&finished.stdout).expect("a plan is JSON")
}

fn requests(plan: &serde_json::Value, service: &str) -> u64 {
    let operations = plan["requests"][service].as_object().expect("there are operations");
    operations.values().map(|requests| requests.as_u64().expect("a number")).sum()
}

#[test]
fn the_usual_budget_of_a_real_account_is_enough_for_its_must_rules() {
    let plan = plan(&User::new(), &COMPLETE);
    for service in ["rekognition", "xray"] {
        assert!((100..=1_000).contains(&requests(&plan, service)), "{plan:#}");
    }
    assert!(plan["time_s"].as_u64().is_some_and(|seconds| seconds <= 12 * 60), "{plan:#}");
    let left = plan["rules"]["left"].as_array().expect("there are rules that are not judged");
    let cut = left.iter().filter(|rule| rule["level"] == "must" && rule["verdict"] != "not-applicable");
    assert_eq!(cut.collect::<Vec<_>>(), Vec::<&serde_json::Value>::new());
    let policy = plan["permissions"].to_string();
    for action in ["xray:PutResourcePolicy", "rekognition:CreateProject", "rekognition:DescribeProjects"] {
        assert!(policy.contains(action), "{policy}");
    }
    assert!(!policy.contains("ConformanceNoSuchOperation"), "{policy}");
    assert_eq!(plan["cost"], 0);
}

#[test]
fn a_plan_says_what_a_run_then_sends() {
    let (user, served) = (User::new(), crate::support::program::Served::start());
    let options = ["--endpoint-url", &served.url, "--rule", "*.Put*Policy.PolicyName.*", "--jobs", "1"];
    let plan = plan(&user, &options);
    let (finished, report) = super::run_with_report(&user, &options);
    finished.check_status(0);
    let sent = report.expect("there is a report")["summary"]["requests"].as_u64().expect("a number");
    let planned = requests(&plan, "rekognition") + requests(&plan, "xray");
    assert!(planned.abs_diff(sent) * 20 <= sent, "{planned} planned, {sent} sent");
}
