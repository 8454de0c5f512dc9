//! Runs that end before their time, and `sweep` after them: nothing of theirs is left, and nothing of
//! anybody else's is touched.

use super::nightly::{Network, report};
use crate::support::program::{Running, User, finish};
use crate::support::sandbox::{Keys, Lifetime, Sandbox, Settings};
use aws_conformance::execute::ledger::leftovers;
use std::time::{Duration, Instant};

/// How often a run is killed where `AWS_CONFORMANCE_KILLS` names no other number.
const KILLS: u64 = 4;

/// A user of an account where what was written can be read after two seconds at most.
fn user() -> User {
    let user = User::new();
    user.file("conformance.toml", "[target]\nread_after_write = \"2s\"\n");
    user
}

#[track_caller]
fn check_swept(user: &User, sandbox: &Sandbox, about: &str) {
    let sweep = finish(&mut Network::of(sandbox).command(user, "sweep", &[]));
    assert_eq!(sweep.status, Some(0), "{about}: {}", sweep.output());
    sandbox.check_untouched();
    assert_eq!(leftovers(&user.journals()).expect("the journals can be read"), [], "{about}");
}

#[test]
fn a_run_that_is_killed_at_any_moment_is_swept() {
    let kills =
        std::env::var("AWS_CONFORMANCE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let lag = Duration::from_secs(1);
    let settings = Settings { appears_after: vec![40], lag, ..Settings::default() };
    let (user, sandbox) = (user(), Sandbox::new(settings));
    for kill in 0..kills {
        let before = sandbox.requests().len();
        let mut run = Running::start(&mut Network::of(&sandbox).command(&user, "run", &["--no-progress"]));
        // Spread over what a run sends, and the same in every run of the tests.
        let moment = before + usize::try_from(kill * 7919 % 400 + 3).expect("it is small");
        let since = Instant::now();
        while sandbox.requests().len() < moment {
            assert!(since.elapsed() < Duration::from_secs(60), "the run sends nothing");
            if run.child.try_wait().expect("it can be asked").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        run.kill();
        check_swept(&user, &sandbox, &format!("killed after {} requests", moment - before));
    }
}

/// DescribeProjects leaves them out unless it is asked for them.
const MODERATION: &str = r#""Feature":"CONTENT_MODERATION""#;
const OF_MODERATION: [&str; 2] = ["--rule", "rekognition.PutProjectPolicy.ProjectArn.feature"];

#[test]
fn a_project_for_content_moderation_is_removed_where_its_creation_failed() {
    let settings = Settings { fails_on: Some(MODERATION), ..Settings::default() };
    let (user, sandbox) = (user(), Sandbox::new(settings));
    finish(&mut Network::of(&sandbox).command(&user, "run", &OF_MODERATION));
    assert!(sandbox.requests().iter().any(|request| request.body.contains(MODERATION)));
    sandbox.check_untouched();
}

#[test]
fn a_project_for_content_moderation_is_swept() {
    let (user, sandbox) = (user(), Sandbox::new(Settings::default()));
    let mut run = Running::start(&mut Network::of(&sandbox).command(&user, "run", &OF_MODERATION));
    while !sandbox.requests().iter().any(|request| request.body.contains(MODERATION)) {
        assert!(run.child.try_wait().expect("it can be asked").is_none(), "the run is over");
        std::thread::sleep(Duration::from_millis(1));
    }
    run.kill();
    check_swept(&user, &sandbox, "killed");
}

#[test]
fn a_run_that_goes_on_is_not_swept() {
    let settings = Settings { rate: Some(30.0), ..Settings::default() };
    let (user, sandbox) = (user(), Sandbox::new(settings));
    let options = ["--report", "json=report.json", "--max-requests", "300"];
    let mut run = Running::start(&mut Network::of(&sandbox).command(&user, "run", &options));
    while sandbox.requests().len() < 60 {
        std::thread::sleep(Duration::from_millis(1));
    }
    // By its journal, and by the prefix of all runs.
    for more in [&[][..], &["--older-than", "0s"]] {
        let sweep = finish(&mut Network::of(&sandbox).command(&user, "sweep", more));
        sweep.check_status(0).check_says("goes on");
    }
    let end = run.child.wait().expect("it can be waited for");
    assert_eq!(end.code(), Some(0));
    let summary = &report(&user)["summary"];
    assert!(summary["violates"] == 0 && summary["conforms"].as_u64() > Some(50), "{summary}");
    check_swept(&user, &sandbox, "it has ended");
}

#[test]
fn two_sweeps_at_once_get_on() {
    let (user, sandbox) = (user(), Sandbox::new(Settings::default()));
    for _ in 0..3 {
        let before = sandbox.requests().len();
        let mut run = Running::start(&mut Network::of(&sandbox).command(&user, "run", &["--no-progress"]));
        while sandbox.requests().len() < before + 60 {
            std::thread::sleep(Duration::from_millis(1));
        }
        run.kill();
    }
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let sweep = finish(&mut Network::of(&sandbox).command(&user, "sweep", &[]));
                sweep.check_status(0);
            });
        }
    });
    check_swept(&user, &sandbox, "by three at once");
}

#[test]
fn a_run_whose_keys_expire_is_swept_with_others() {
    let lifetime = Some(Lifetime::Requests(120));
    let (user, sandbox) = (user(), Sandbox::new(Settings { lifetime, ..Settings::default() }));
    let options = ["--report", "json=report.json"];
    let run = finish(&mut Network::of(&sandbox).command(&user, "run", &options));
    run.check_status(3).check_says("what the run left is not known").check_within(Duration::from_secs(60));
    assert_eq!(report(&user)["summary"]["violates"], 0, "{}", run.output());
    sandbox.set(|settings| settings.lifetime = None);
    check_swept(&user, &sandbox, "expired");
}

#[test]
fn a_run_whose_connections_are_cut_for_good_is_swept() {
    let (user, sandbox) = (user(), Sandbox::new(Settings::default()));
    let options = ["--report", "json=report.json", "--max-time", "20s"];
    let mut command = Network::of(&sandbox).command(&user, "run", &options);
    let mut run = Running::start(&mut command);
    while sandbox.requests().len() < 100 {
        assert!(run.child.try_wait().expect("it can be asked").is_none(), "the run is over");
        std::thread::sleep(Duration::from_millis(1));
    }
    sandbox.set(|settings| settings.cuts_one_in = Some(1));
    let since = Instant::now();
    while run.child.try_wait().expect("it can be asked").is_none() {
        assert!(since.elapsed() < Duration::from_secs(60), "the run does not give up");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(report(&user)["summary"]["violates"], 0);
    sandbox.set(|settings| settings.cuts_one_in = None);
    check_swept(&user, &sandbox, "cut");
}

/// The first keys, the secret parts of which begin like this, are in every one of these runs.
#[test]
fn no_secret_is_written_by_any_of_them() {
    let lifetime = Some(Lifetime::Requests(150));
    let (user, sandbox) = (user(), Sandbox::new(Settings { lifetime, ..Settings::default() }));
    let mut options = vec!["--record", "night.recording", "--history", "history"];
    for kind in ["json", "text", "html", "markdown", "junit", "sarif", "scripts"] {
        options.extend(["--report", Box::leak(format!("{kind}=out.{kind}").into_boxed_str())]);
    }
    let mut all = finish(&mut Network::of(&sandbox).command(&user, "run", &options)).output();
    all += &finish(&mut Network::of(&sandbox).command(&user, "sweep", &[])).output();
    let mut folders = vec![user.home().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            all += &String::from_utf8_lossy(&std::fs::read(&path).expect("it can be read"));
        }
    }
    assert!(files >= 8, "{files} files");
    let Keys { secret_key, token, .. } = Keys::number(0);
    for secret in [secret_key.as_str(), &token, "PLANTED", "wEaDGV4YW1wbGU"] {
        let at = all.find(secret);
        let around = at.map(|at| all.get(at.saturating_sub(80)..(at + 80).min(all.len())));
        assert!(at.is_none(), "{secret} was written: {around:?}");
    }
}
