//! The nightly workflow: its form, what it may do, and its steps, run here against the stand-in.

use crate::support::program::{Finished, SUITE, User, finish};
use crate::support::root;
use crate::support::sandbox::{ACCOUNT, REGION, Sandbox, Settings};
use crate::support::workflow::{check_workflow, workflow};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::LazyLock;

const FILE: &str = ".github/workflows/nightly.yml";

static WORKFLOW: LazyLock<Value> = LazyLock::new(|| workflow(FILE));

fn steps(job: &str) -> &'static [Value] {
    WORKFLOW["jobs"][job]["steps"].as_array().expect("a job has steps")
}

#[test]
fn it_is_a_workflow() {
    check_workflow(FILE);
}

#[test]
fn it_holds_no_secret_and_may_do_no_more_than_it_needs() {
    let text = std::fs::read_to_string(root().join(FILE)).expect("it is there");
    assert!(!text.contains("secrets."), "a secret is stored");
    assert_eq!(WORKFLOW["permissions"], serde_json::json!({}));
    let night = &WORKFLOW["jobs"]["night"];
    assert_eq!(night["permissions"], serde_json::json!({"contents": "read", "id-token": "write"}));
    assert_eq!(WORKFLOW["concurrency"]["cancel-in-progress"], "false");
    assert!(WORKFLOW["on"]["schedule"][0]["cron"].is_string());
    for job in ["drift", "alarm", "heartbeat"] {
        let job = &WORKFLOW["jobs"][job];
        assert_eq!(job["needs"], "night");
        assert!(job["if"].as_str().is_some_and(|condition| condition.starts_with("always() && ")), "{job}");
    }
    let always: Vec<&Value> = steps("night").iter().filter(|step| step["if"] == "always()").collect();
    assert!(always.iter().any(|step| step["run"].as_str().is_some_and(|run| run.contains(" sweep "))));
}

/// A runner on which the steps are run, in a folder of its own.
struct Runner {
    user: User,
    outputs: PathBuf,
}

impl Runner {
    fn new() -> Self {
        let user = User::new();
        let programs = user.home().join("programs");
        std::fs::create_dir(&programs).expect("it can be made");
        std::os::unix::fs::symlink(SUITE, programs.join("aws-conformance")).expect("it can be linked");
        // What is said to GitHub is kept, and there is no issue yet.
        let gh = "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$HOME/said\"\ncase $* in *body-file*) cat reports/drift.md >>\"$HOME/said\" ;; esac\n";
        user.file("programs/gh", gh);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(programs.join("gh"), mode).expect("it can be changed");
        std::fs::copy(root().join("Cargo.lock"), user.home().join("Cargo.lock")).expect("it can be copied");
        let outputs = user.home().join("outputs");
        Self { user, outputs }
    }

    /// Runs the steps of a job that are scripts, as GitHub does. How the job ended, and its outputs.
    fn job(&self, name: &str, sandbox: &Sandbox) -> (Vec<Finished>, String) {
        std::fs::write(&self.outputs, "").expect("it can be written");
        let mut failed = false;
        let mut finished = Vec::new();
        for step in steps(name) {
            let Some(script) = step["run"].as_str() else { continue };
            if step["name"] == "Build" || failed && step["if"] != "always()" {
                continue;
            }
            let mut command =
                self.user.command("bash", &["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
            let path = format!(
                "{}/programs:{}",
                self.user.home().display(),
                std::env::var("PATH").unwrap_or_default()
            );
            sandbox.reached_by(&mut command).env("PATH", path).env("ACCOUNT", ACCOUNT).env("REGION", REGION);
            command
                .env("RATE", "500")
                .env("REQUESTS", "600")
                .env("ACCEPT", "false")
                .env("NIGHT", "https://night");
            command
                .env("GITHUB_OUTPUT", &self.outputs)
                .env("GITHUB_STEP_SUMMARY", self.user.home().join("summary"));
            let step = finish(&mut command);
            failed |= step.status != Some(0);
            finished.push(step);
        }
        (finished, std::fs::read_to_string(&self.outputs).expect("it is there"))
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.user.home().join(name)).unwrap_or_default()
    }
}

#[track_caller]
fn check_statuses(finished: &[Finished], statuses: &[i32]) {
    let ended: Vec<Option<i32>> = finished.iter().map(|step| step.status).collect();
    let wanted: Vec<Option<i32>> = statuses.iter().map(|status| Some(*status)).collect();
    assert_eq!(ended, wanted, "{}", finished.iter().map(Finished::output).collect::<String>());
}

#[test]
fn its_steps_keep_a_baseline_and_report_what_changes() {
    let runner = Runner::new();
    let sandbox = Sandbox::new(Settings::default());
    let (first, outputs) = runner.job("night", &sandbox);
    check_statuses(&first, &[0, 0, 0, 0, 0]);
    assert_eq!(outputs, "judged=true\n");
    assert!(runner.read("summary").contains("This night is the baseline."));
    let answers = runner.read("reports/open-questions.md");
    for words in [REGION, "SDK for Rust: rekognition 1.", "| `xray."] {
        assert!(answers.contains(words), "no {words:?} in {answers}");
    }
    let (second, outputs) = runner.job("night", &sandbox);
    check_statuses(&second, &[0, 0, 0, 0, 0]);
    assert_eq!(outputs, "judged=true\n");
    sandbox.check_untouched();

    let fault = "xray.PutResourcePolicy.PolicyName.constraint.wrong-code";
    let changed = Sandbox::new(Settings { faults: vec![fault], ..Settings::default() });
    let (third, outputs) = runner.job("night", &changed);
    check_statuses(&third, &[0, 0, 0, 1, 0]);
    assert_eq!(outputs, "judged=true\ndrift=true\n");
    check_statuses(&runner.job("drift", &changed).0, &[0]);
    let said = runner.read("said");
    for words in ["issue\ncreate", "xray.PutResourcePolicy.PolicyName.", "https://night"] {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
}

/// Another code that the documents allow is no violation, and is drift.
#[test]
fn answers_that_conform_and_have_changed_are_tried_once_more() {
    let runner = Runner::new();
    runner.job("night", &Sandbox::new(Settings::default()));
    let variants = vec!["constraint.other-code"];
    let changed = Sandbox::new(Settings { variants, ..Settings::default() });
    let (night, outputs) = runner.job("night", &changed);
    check_statuses(&night, &[0, 0, 0, 1, 0]);
    assert_eq!(outputs, "judged=true\ndrift=true\n");
    let drift = runner.read("reports/drift.md");
    assert!(drift.contains("and did so in two runs") && drift.contains("PolicyName."), "{drift}");
    assert!(night[1].stdout.contains("since 2"), "since when: {}", night[1].stdout);
    changed.check_untouched();
    let (again, outputs) = runner.job("night", &Sandbox::new(Settings::default()));
    check_statuses(&again, &[0, 0, 0, 0, 0]);
    assert_eq!(outputs, "judged=true\n");
}

#[test]
fn a_night_that_did_not_happen_raises_the_alarm() {
    let runner = Runner::new();
    let sandbox = Sandbox::new(Settings {
        lifetime: Some(crate::support::sandbox::Lifetime::Requests(0)),
        ..Settings::default()
    });
    let (finished, outputs) = runner.job("night", &sandbox);
    check_statuses(&finished, &[2, 2]);
    assert_eq!(outputs, "");
    check_statuses(&runner.job("alarm", &sandbox).0, &[0]);
    assert!(runner.read("said").contains("The nightly run did not happen"));
}
