//! A run that is recorded and judged again: the same report, without a target.

use super::run_with_report;
use crate::support::program::{Finished, Served, User, finish};
use crate::support::{root, snapshots};
use rstest::rstest;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Judges a recording; how that ended, and the JSON report if there is one.
fn judged(user: &User, recording: &Path) -> (Finished, Option<Value>) {
    let path = user.home().join("judged.json");
    let to = format!("json={}", path.display());
    let recording = recording.display().to_string();
    let finished = finish(&mut user.suite(&["judge", &recording, "--report", &to]));
    let report = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    (finished, report)
}

#[rstest]
#[case::conformant(&[], &["--rule", "xray.*"], 0)]
#[case::accepted(
    &["--fault", "xray.PutResourcePolicy.PolicyName.length-max.loose"],
    &["--rule", "xray.PutResourcePolicy.*"],
    1
)]
#[case::server_errors(
    &["--fault", "xray.PutResourcePolicy.PolicyName.constraint.server-error"],
    &["--rule", "xray.*", "--jobs", "8"],
    1
)]
#[case::state(
    &["--fault", "rekognition.PutProjectPolicy.not-stored"],
    &["--rule", "rekognition.*.PolicyName.*"],
    1
)]
#[case::carried_out(
    &["--fault", "xray.PutResourcePolicy.MalformedPolicyDocumentException.but-done"],
    &["--rule", "xray.*", "--max-requests", "100000"],
    1
)]
#[case::never_gone(
    &["--fault", "rekognition.DeleteProject.does-nothing"],
    &["--rule", "rekognition.*Project.*", "--settle", "1s"],
    1
)]
#[case::monitors_alone(
    &["--fault", "xray.PutResourcePolicy.MalformedPolicyDocumentException.wrong-status"],
    &["--rule", "xray.monitor.*"],
    1
)]
#[case::no_requests_left(&[], &["--rule", "xray.*", "--max-requests", "300", "--jobs", "1"], 0)]
fn a_recorded_run_judged_again_gives_the_same_report(
    #[case] faults: &[&str],
    #[case] options: &[&str],
    #[case] status: i32,
) {
    let user = User::new();
    let served = Served::with(faults);
    let recording = user.home().join("run.recording");
    let to = recording.display().to_string();
    let options = [&["--endpoint-url", &served.url, "--cases", "4", "--record", &to], options].concat();
    let (ran, report) = run_with_report(&user, &options);
    ran.check_status(status);
    drop(served);
    let (again, mut judged) = judged(&user, &recording);
    again.check_status(status);
    assert_eq!(again.stdout, ran.stdout);
    let mut report = report;
    for report in [&mut report, &mut judged].into_iter().flatten() {
        report["duration_s"] = json!(0);
    }
    assert!(report.is_some());
    assert_eq!(judged, report);
}

#[test]
fn a_target_that_could_not_be_judged_is_recorded_too() {
    let user = User::new();
    let recording = user.home().join("run.recording");
    let to = recording.display().to_string();
    let (ran, _) = run_with_report(
        &user,
        &["--endpoint-url", "http://127.0.0.1:9", "--service", "xray", "--record", &to],
    );
    ran.check_status(3);
    let (again, report) = judged(&user, &recording);
    again.check_status(3).check_says("127.0.0.1:9");
    let report = report.expect("there is a report");
    assert_eq!(report["summary"]["inconclusive"], report["summary"]["rules"]);
}

#[test]
fn a_recording_holds_no_secret() {
    let user = User::new();
    let served = Served::start();
    let recording = user.home().join("run.recording");
    let to = recording.display().to_string();
    let mut run = user.journalled("run", &["--rule", "xray.PutResourcePolicy.PolicyName.*"]);
    let (key, secret, token) = ("AKIAPLANTEDKEY", "planted/secret+key", "planted-session-token");
    run.args(["--endpoint-url", &served.url, "--record", &to]);
    run.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", secret).env("AWS_SESSION_TOKEN", token);
    finish(&mut run).check_status(0);
    let text = std::fs::read_to_string(recording).expect("there is a recording");
    for secret in [key, secret, token] {
        assert!(!text.contains(secret), "{secret} is in the recording");
    }
    assert!(text.contains("PutResourcePolicy"));
}

/// The committed recordings.
fn recordings() -> PathBuf {
    root().join("tests").join("recordings")
}

/// The lines of a committed recording.
fn lines() -> Vec<String> {
    let text = std::fs::read_to_string(recordings().join("xray-names.recording"));
    text.expect("it is there").lines().map(str::to_owned).collect()
}

#[rstest]
#[case::empty(String::new(), "line 1", "an empty file")]
#[case::something_else("GIF89a\n".to_owned(), "line 1", "--record")]
#[case::a_report(json!({"schema": "aws-conformance/report/1"}).to_string(), "line 1", "aws-conformance/report/1")]
#[case::newer(
    json!({"schema": "aws-conformance/recording/2", "version": "9.1.0"}).to_string(),
    "line 1",
    "version 9.1.0"
)]
#[case::no_end(lines()[..3].join("\n"), "line 3", "cut off")]
#[case::half_a_line(format!("{}\n{}", lines()[0], &lines()[1][..40]), "line 2", "cut off")]
#[case::half_of_the_first(lines()[0][..90].to_owned(), "line 1", "cut off")]
#[case::damaged(format!("{}\n{}", lines()[0], lines()[1].replace("\"traces\"", "\"faces\"")), "line 2", "damaged")]
#[case::a_line_is_missing(
    lines().iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| format!("{line}\n")).collect(),
    "line ",
    "damaged"
)]
#[case::more_behind_it(format!("{}\n{{}}\n", lines().join("\n")), "line ", "damaged")]
fn what_is_no_whole_recording_is_refused(#[case] text: String, #[case] line: &str, #[case] says: &str) {
    let user = User::new();
    let file = user.file("some.recording", &text);
    let (finished, report) = judged(&user, Path::new(&file));
    finished.check_status(2).check_says("some.recording").check_says(line).check_says(says);
    assert!(report.is_none());
}

/// A recording and the faults that its endpoint had.
#[rstest]
#[case("xray-names", &[])]
#[case("xray-faults", &["xray.PutResourcePolicy.MalformedPolicyDocumentException.wrong-status", "xray.PutResourcePolicy.revision.any-issued"])]
#[case("rekognition-reused", &["rekognition.PutProjectPolicy.revision.reused"])]
fn a_committed_recording_has_its_verdicts(#[case] name: &str, #[case] faults: &[&str]) {
    let user = User::new();
    let (finished, report) = judged(&user, &recordings().join(format!("{name}.recording")));
    finished.check_status(i32::from(!faults.is_empty()));
    let report = report.expect("there is a report");
    let mut text = format!("faults: {}\n", faults.join(", "));
    for rule in report["rules"].as_array().expect("a report has rules") {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        writeln!(text, "{} {} ({} cases)", word(&rule["id"]), word(&rule["verdict"]), rule["cases"])
            .expect("a String takes all");
        for violation in rule["violations"].as_array().into_iter().flatten() {
            let [class, partition, observed] =
                ["class", "partition", "observed"].map(|member| word(&violation[member]));
            writeln!(text, "  {class}: {partition}: {observed}").expect("a String takes all");
        }
    }
    snapshots("The verdicts on a committed recording")
        .bind(|| insta::assert_snapshot!(format!("recording.{name}"), text));
}
