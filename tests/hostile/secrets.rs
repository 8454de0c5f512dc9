//! Credentials and signatures are nowhere in what a run writes.

use super::double::{Broken, Double};
use super::page;
use crate::support::endpoint::CLOSED;
use crate::support::program::{Finished, User, finish};
use rstest::rstest;
use std::path::Path;
use std::process::Command;

const KEY: &str = "AKIAPLANTEDKEY000001";
const SECRET: &str = "PLANTED/secret+access/key0000000000000001";
const TOKEN: &str = "PLANTEDsessiontoken//////////wEaDGV4YW1wbGU=";

/// Everything that a run wrote below a folder, and what it printed.
fn written(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            written(&path, all);
        } else {
            let bytes = std::fs::read(&path).expect("it can be read");
            all.push((path.display().to_string(), bytes));
        }
    }
}

#[track_caller]
fn check_no_secret(user: &User, url: &str, options: &[&str]) {
    let (json, text) = (user.home().join("report.json"), user.home().join("report.txt"));
    let mut command = user.journalled("run", &["--endpoint-url", url, "--report"]);
    command.arg(format!("json={}", json.display())).arg("--report");
    command.arg(format!("text={}", text.display())).args(["-v", "--snapshots", "shapes"]).args(options);
    let finished = finish(with_secrets(&mut command, user));
    check_written(user, finished, 4);
}

fn with_secrets<'a>(command: &'a mut Command, user: &User) -> &'a mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_SESSION_TOKEN", TOKEN)
        .env("TMPDIR", user.home())
}

/// Looks for secrets in at least so many files and streams.
#[track_caller]
fn check_written(user: &User, finished: Finished, least: usize) {
    let mut all = Vec::new();
    written(user.home(), &mut all);
    all.push(("standard output".to_owned(), finished.stdout.into_bytes()));
    all.push(("standard error".to_owned(), finished.stderr.into_bytes()));
    assert!(all.len() >= least, "{:?}", all.iter().map(|(name, _)| name).collect::<Vec<_>>());
    for (name, bytes) in all {
        let text = String::from_utf8_lossy(&bytes);
        for secret in [SECRET, TOKEN, "PLANTED", "secret+access", "wEaDGV4YW1wbGU"] {
            let at = text.find(secret);
            assert!(at.is_none(), "{name} has {secret}: {:?}", at.map(|at| around(&text, at)));
        }
        for (at, found) in text.match_indices("Signature=") {
            let value: String = text[at + found.len()..].chars().take(24).collect();
            let is_signature = value.len() == 24 && value.chars().all(|digit| digit.is_ascii_hexdigit());
            assert!(!is_signature, "{name} has a signature: {:?}", around(&text, at));
        }
    }
}

fn around(text: &str, at: usize) -> String {
    text[text.floor_char_boundary(at.saturating_sub(200))..].chars().take(300).collect()
}

#[rstest]
#[case::conforms(Broken::Not)]
#[case::echoes(Broken::Echoes("EchoException"))]
#[case::echoes_in_a_denial(Broken::Echoes("AccessDeniedException"))]
#[case::closes(Broken::Closes)]
#[case::resets(Broken::ResetsOneInFive)]
#[case::stub(Broken::Answers(page(
    "200 OK",
    "content-type: application/json\r\n",
    r#"{"PolicyRevisionId":"x"}"#
)))]
fn a_planted_secret_is_never_written(#[case] broken: Broken) {
    let double = Double::new(broken);
    check_no_secret(&User::new(), &double.url, &["--service", "xray", "--cases", "1"]);
}

#[test]
fn nor_where_nothing_listens_or_the_options_are_wrong() {
    let user = User::new();
    check_no_secret(&user, CLOSED, &["--verify-signatures"]);
    let url = format!("http://user:{SECRET}@127.0.0.1:1");
    let mut command = user.journalled("run", &["--endpoint-url", &url]);
    let finished = finish(command.env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", SECRET));
    finished.check_status(2);
    assert!(!finished.output().contains("PLANTED"), "{}", finished.output());
}

/// What is left behind has to be swept, and the endpoint echoes what it is asked then.
#[test]
fn nor_by_a_sweep() {
    let double = Double::new(Broken::EchoesAfter(300));
    let user = User::new();
    check_no_secret(&user, &double.url, &["--service", "xray", "--cases", "1"]);
    let mut command = user.journalled("sweep", &["--endpoint-url", &double.url]);
    let sweep = finish(with_secrets(&mut command, &user));
    sweep.check_status(3).check_says("AccessDeniedException");
    check_written(&user, sweep, 4);
}
