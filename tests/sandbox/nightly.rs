//! The nightly command: conformant within its budget, and nothing is left behind or touched.

use crate::support::program::{Finished, User, finish, finish_within};
use crate::support::sandbox::{ACCOUNT, Keys, Lifetime, REGION, Request, Sandbox, Settings};
use aws_conformance::execute::ledger::leftovers;
use rstest::rstest;
use serde_json::Value;
use std::process::Command;
use std::time::Duration;

/// Faster than the published rates, which a night has time for.
const FAST: [&str; 4] = ["--rate", "500", "--settle", "20s"];

/// The options that name the account.
const TARGET: [&str; 6] = ["--target", "aws", "--account-id", ACCOUNT, "--region", REGION];

/// `run --target aws` without a network or keys.
pub(super) fn run(user: &User, options: &[&str]) -> Command {
    let mut command = user.journalled("run", &TARGET);
    command.args(FAST).args(options);
    command
}

/// Somebody's network that leads to the account, with its keys.
pub(super) struct Network<'a>(&'a Sandbox);

impl<'a> Network<'a> {
    pub(super) fn of(sandbox: &'a Sandbox) -> Self {
        Self(sandbox)
    }

    /// A command that takes a target, in this network.
    pub(super) fn command(&self, user: &User, name: &str, options: &[&str]) -> Command {
        let mut command = user.journalled(name, &TARGET);
        self.0.reached_by(command.args(FAST).args(options));
        command
    }
}

/// The JSON report that a run wrote.
pub(super) fn report(user: &User) -> Value {
    let text = std::fs::read_to_string(user.home().join("report.json")).expect("the report is there");
    serde_json::from_str(&text).expect("the report is JSON")
}

/// Runs, and checks that nobody is the worse for it.
#[track_caller]
pub(super) fn night(user: &User, sandbox: &Sandbox, options: &[&str]) -> Finished {
    let reported = [&["--report", "json=report.json", "--record", "night.recording"], options].concat();
    let finished = finish(&mut Network::of(sandbox).command(user, "run", &reported));
    check_safe(&sandbox.requests());
    sandbox.check_untouched();
    assert_eq!(sandbox.refused_hosts(), Vec::<String>::new());
    finished
}

/// Checks that nothing was sent that could harm an account.
#[track_caller]
fn check_safe(requests: &[Request]) {
    for request in requests {
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let bypass = &body["BypassPolicyLockoutCheck"];
        assert!(bypass.is_null() || bypass == false, "{request:?}");
        let document = body["PolicyDocument"].as_str().unwrap_or_default();
        assert!(!document.to_lowercase().contains("\"deny\""), "{request:?}");
        assert_eq!(request.region, REGION, "{request:?}");
        // Somebody may have a policy that is called like this.
        let is_scalar = |name: &Value| name.is_number() || name.is_boolean();
        assert!(request.service != "xray" || !is_scalar(&body["PolicyName"]), "{request:?}");
    }
}

/// A project that is called as anybody's may be could be somebody else's by the time it is removed.
#[test]
fn nothing_is_made_under_a_name_that_anybody_may_have() {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let rules = ["--rule", "rekognition.CreateProject.ProjectName.length-min", "--max-requests", "200"];
    night(&user, &sandbox, &rules);
    for request in sandbox.requests().iter().filter(|one| one.operation == "CreateProject") {
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let name = body["ProjectName"].as_str().unwrap_or_default();
        assert!(name.is_empty() || name.contains("awsc-"), "{request:?}");
    }
}

/// What cannot be removed leaves no room to try the rules about removals a second time.
#[test]
fn a_removal_that_does_nothing_is_found() {
    let faults = vec!["xray.DeleteResourcePolicy.does-nothing"];
    let (user, sandbox) = (User::new(), Sandbox::new(Settings { faults, ..Settings::default() }));
    let options = ["--service", "xray", "--max-requests", "300"];
    let finished = finish(&mut Network::of(&sandbox).command(&user, "run", &options));
    finished.check_status(1).check_says("xray.DeleteResourcePolicy  PolicyName.deletes");
}

/// A project that was listed a moment ago may not be found when its policies are listed.
#[test]
fn a_read_that_does_not_find_yet_what_was_made_is_repeated() {
    let (lag, is_unsteady) = (Duration::from_millis(700), true);
    let (user, sandbox) = (User::new(), Sandbox::new(Settings { lag, is_unsteady, ..Settings::default() }));
    user.file("conformance.toml", "[target]\nread_after_write = \"2s\"\n");
    let rules = ["--rule", "rekognition.ListProjectPolicies.ProjectPolicies.*", "--max-requests", "400"];
    let finished = night(&user, &sandbox, &rules);
    finished.check_status(0);
    assert_eq!(report(&user)["summary"]["violates"], 0, "{}", finished.output());
}

#[rstest]
#[case::one_service(&[], "OptInRequired")]
#[case::alone(&["--service", "xray"], "OptInRequired")]
fn a_service_that_the_account_may_not_use_is_not_judged(#[case] options: &[&str], #[case] says: &str) {
    let settings = Settings { not_subscribed: Some("xray"), ..Settings::default() };
    let (user, sandbox) = (User::new(), Sandbox::new(settings));
    let options = [options, &["--max-requests", "100"]].concat();
    night(&user, &sandbox, &options).check_status(3).check_says(says);
}

/// Whatever a second removal is answered, what is not listed any more is gone.
#[test]
fn what_is_refused_to_be_removed_twice_is_not_left_behind() {
    let variants = vec!["xray.delete-absent.invalid-request"];
    let lag = Duration::from_millis(500);
    let (user, sandbox) = (User::new(), Sandbox::new(Settings { lag, variants, ..Settings::default() }));
    user.file("conformance.toml", "[target]\nread_after_write = \"2s\"\n");
    let rules = ["--rule", "xray.DeleteResourcePolicy.*", "--max-requests", "300"];
    let finished = night(&user, &sandbox, &rules);
    finished.check_status(0);
    assert_eq!(report(&user)["left_behind"], serde_json::json!([]), "{}", finished.output());
}

fn of<'a>(requests: &'a [Request], service: &str) -> Vec<&'a Request> {
    requests.iter().filter(|request| request.service == service).collect()
}

#[test]
fn a_night_is_conformant_within_its_budget() {
    let (user, sandbox) = (User::new(), Sandbox::new(Settings::default()));
    let finished = night(&user, &sandbox, &[]);
    finished.check_status(0);
    let summary = &report(&user)["summary"];
    assert_eq!(summary["violates"], 0, "{}", finished.output());
    assert!(summary["conforms"].as_u64() > Some(100), "{summary}");
    let requests = sandbox.requests();
    for service in ["rekognition", "xray"] {
        let sent = of(&requests, service).len();
        assert!((50..=1000).contains(&sent), "{sent} requests to {service}");
    }
    let sent = of(&requests, "rekognition").len() + of(&requests, "xray").len();
    assert_eq!(summary["requests"], sent, "the comparison of before and after is counted too");
    assert_eq!(leftovers(&user.journals()).expect("the journals can be read"), []);
    finish(&mut Network::of(&sandbox).command(&user, "sweep", &[])).check_status(0);
}

#[test]
fn a_night_gets_over_what_happens_in_accounts() {
    let settings = Settings {
        rate: Some(40.0),
        project_time: Duration::from_millis(700),
        fails_one_in: Some(97),
        cuts_one_in: Some(101),
        appears_after: vec![60, 200],
        ..Settings::default()
    };
    let (user, sandbox) = (User::new(), Sandbox::new(settings));
    let finished = night(&user, &sandbox, &["--max-requests", "500", "--max-time", "40s"]);
    let summary = &report(&user)["summary"];
    assert_eq!(summary["violates"], 0, "{}", finished.output());
    assert!(summary["conforms"].as_u64() > Some(20), "{summary}");
    for service in ["rekognition", "xray"] {
        let sent = of(&sandbox.requests(), service).len();
        assert!(sent <= 500, "{sent} requests to {service}");
    }
}

/// So many projects are there at the same time as `plan` says, and no more.
#[test]
fn there_are_no_more_projects_than_planned() {
    let settings = Settings { project_time: Duration::from_millis(600), ..Settings::default() };
    let (user, sandbox) = (User::new(), Sandbox::new(settings));
    let plan = finish(
        user.suite(&[&["plan"], &TARGET[..], &["--format", "json"]].concat()).args(["--max-requests", "500"]),
    );
    let plan: Value = serde_json::from_str(&plan.stdout).expect("the plan is JSON");
    night(&user, &sandbox, &["--max-requests", "500"]).check_status(0);
    let (mut there, mut most) = (0_u64, 0);
    for request in sandbox.requests().iter().filter(|request| request.status == Some(200)) {
        match request.operation.as_str() {
            "CreateProject" => there += 1,
            "DeleteProject" => there -= 1,
            _ => {}
        }
        most = most.max(there);
    }
    assert!(
        most > 2 && most <= plan["resources"]["projects"].as_u64().unwrap_or_default(),
        "{most}: {plan:#}"
    );
}

/// What is being made when the time for judging is up has to come before it can go.
#[rstest]
#[case::quick(2, "20s")]
#[case::slow(4, "40s")]
#[case::for_ever(600, "20s")]
fn the_time_that_is_given_is_enough_to_clean_up(#[case] project_time: u64, #[case] time: &str) {
    let settings = Settings { project_time: Duration::from_secs(project_time), ..Settings::default() };
    let (user, sandbox) = (User::new(), Sandbox::new(settings));
    let options = ["--report", "json=report.json", "--settle", "600s", "--max-time", time];
    let mut command = user.journalled("run", &TARGET);
    command.args(["--rate", "20"]).args(options);
    let finished = finish(sandbox.reached_by(&mut command));
    let most = humantime::parse_duration(time).expect("it is a duration") + Duration::from_secs(5);
    finished.check_within(most);
    assert_eq!(report(&user)["summary"]["violates"], 0, "{}", finished.output());
    let created = sandbox.requests().iter().filter(|request| request.operation == "CreateProject").count();
    if project_time > 60 {
        // They cannot go before they have come, and are not many.
        finished.check_status(1).check_says("aws-conformance sweep");
        assert!(created <= 40, "{created} projects");
    } else {
        finished.check_status(0);
        sandbox.check_untouched();
    }
}

/// The very command of the operator's page, with nothing to make it faster.
#[rstest]
#[case::quick(20)]
#[case::slow(90)]
#[case::very_slow(350)]
#[ignore = "it takes a quarter of an hour"]
fn a_night_at_the_published_rates_is_conformant(#[case] project_time: u64) {
    let settings = Settings {
        rate: Some(5.0),
        lag: Duration::from_secs(3),
        project_time: Duration::from_secs(project_time),
        fails_one_in: Some(211),
        cuts_one_in: Some(223),
        appears_after: vec![80],
        ..Settings::default()
    };
    let (user, sandbox) = (User::new(), Sandbox::new(settings));
    let mut command = user.journalled("run", &TARGET);
    command.args(["--report", "json=report.json"]);
    let finished = finish_within(sandbox.reached_by(&mut command), Duration::from_secs(16 * 60));
    check_safe(&sandbox.requests());
    sandbox.check_untouched();
    finished.check_status(0).check_within(Duration::from_secs(15 * 60 + 30));
    let summary = &report(&user)["summary"];
    assert_eq!(summary["violates"], 0, "{}", finished.output());
    for service in ["rekognition", "xray"] {
        let sent = of(&sandbox.requests(), service).len();
        assert!((50..=1000).contains(&sent), "{sent} requests to {service}");
    }
}

#[test]
fn two_nights_at_once_do_not_harm_each_other() {
    let sandbox = Sandbox::new(Settings::default());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let user = User::new();
                let options = ["--report", "json=report.json", "--max-requests", "300"];
                let finished = finish(&mut Network::of(&sandbox).command(&user, "run", &options));
                assert_eq!(report(&user)["summary"]["violates"], 0, "{}", finished.output());
                finished.check_status(0);
            });
        }
    });
    check_safe(&sandbox.requests());
    sandbox.check_untouched();
}

#[test]
fn keys_that_expire_are_renewed() {
    let lifetime = Some(Lifetime::Time(Duration::from_secs(3)));
    let (user, sandbox) = (User::new(), Sandbox::new(Settings { lifetime, ..Settings::default() }));
    let script = user.file("process.sh", &Keys::process(Duration::from_secs(2)));
    let config = user.file("config", &format!("[default]\ncredential_process = sh {script}\n"));
    let options =
        ["--report", "json=report.json", "--rate", "40", "--max-requests", "200", "--max-time", "30s"];
    let mut command = user.journalled("run", &TARGET);
    command.args(["--settle", "20s"]).args(options).envs(sandbox.network()).env("AWS_CONFIG_FILE", config);
    let finished = finish(&mut command);
    assert_eq!(report(&user)["summary"]["violates"], 0, "{}", finished.output());
    let given = std::fs::read_to_string(user.home().join("keys")).expect("the process was run");
    assert!(given.trim().parse::<u32>().is_ok_and(|given| given > 1), "{given}");
    sandbox.check_untouched();
}
