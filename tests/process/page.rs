//! The HTML report in a real browser.

use crate::support::browser::Browser;
use crate::support::program::{Finished, Served, User, finish};
use serde_json::json;
use std::path::Path;

const FAULTS: [&str; 3] = [
    "xray.PutResourcePolicy.revision.any-issued",
    "xray.PutResourcePolicy.PolicyDocument.constraint.wrong-code",
    "xray.DeleteResourcePolicy.PolicyName.type.server-error",
];
const VIOLATED: &str = "xray.PutResourcePolicy.PolicyRevisionId.stale";
/// Whether a rule is open and can be seen.
const IS_OPEN: &str = "((id) => { const rule = document.getElementById(id).closest('.rule'); return \
    rule.open && !rule.hidden && rule.getBoundingClientRect().top < innerHeight; })";

/// Runs X-Ray's rules against a reference with faults, and writes the page.
fn run(user: &User) -> Finished {
    let faults: Vec<&str> = FAULTS.iter().flat_map(|fault| ["--fault", fault]).collect();
    let served = Served::with(&faults);
    let to = format!("html={}", user.home().join("report.html").display());
    let mut options = vec!["--endpoint-url", &served.url, "--cases", "2", "--jobs", "1", "--report", &to];
    options.extend(["--rule", "xray.*ResourcePolicy.*", "--history", "history", "--no-progress"]);
    finish(&mut user.journalled("run", &options))
}

#[test]
fn a_page_filters_opens_findings_and_follows_links() {
    let user = User::new();
    run(&user).check_status(1);
    let history = user.home().join("history");
    std::fs::write(history.join("other.json"), b"\xff no entry").expect("the folder can be written to");
    run(&user).check_status(1).check_says("history     2 runs").check_says("violated since");
    assert_eq!(std::fs::read_dir(history).expect("there is a history").count(), 3);
    let page = format!("file://{}", user.home().join("report.html").display());
    let mut browser = Browser::start(&user.home().join("profile"));
    browser.resize(1280);
    browser.open(&page);
    // The picture in the README is a copy of this one.
    let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.png");
    std::fs::write(picture, browser.picture()).expect("the target directory can be written to");

    // Everything is there, and shown.
    let rules = browser.value("document.querySelectorAll('.rule').length").as_u64().expect("a number");
    let shown = "[...document.querySelectorAll('.rule')].filter((rule) => !rule.hidden).length";
    assert!(rules > 40, "{rules} rules");
    assert_eq!(browser.value(shown), rules);
    assert_eq!(browser.value("document.querySelectorAll('svg polyline').length"), 2);

    // By verdict and text.
    browser.click("#filter-text");
    browser.type_text("revisionid stale");
    let found = browser.value(shown).as_u64().expect("a number");
    assert!((1..rules).contains(&found), "{found} of {rules} rules");
    assert_eq!(
        browser.value("document.querySelector('#shown').textContent"),
        format!("{found} of {rules} rules")
    );
    for (filter, value) in
        [("verdict", "violates"), ("level", "must"), ("operation", "xray.PutResourcePolicy")]
    {
        let choose = format!(
            "(() => {{ const field = document.querySelector('#filter-{filter}'); field.value = '{value}';
                field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        );
        browser.value(&choose);
        let others = format!(
            "[...document.querySelectorAll('.rule')].filter((rule) => !rule.hidden && rule.dataset.{filter} !== '{value}').length"
        );
        assert_eq!(browser.value(&others), 0, "{filter}");
    }
    assert_eq!(browser.value(shown), 1);

    // A finding opens, and has its evidence.
    browser.click(".rule:not([hidden]) > summary");
    assert_eq!(browser.value(&format!("{IS_OPEN}('{VIOLATED}')")), true);
    let judged = ".rule:not([hidden]) .judged > details";
    assert_eq!(browser.value(&format!("document.querySelector('{judged}').open")), true);
    let answer = browser.value(&format!("document.querySelector('{judged} .status').textContent"));
    assert_eq!(answer, "HTTP 200");
    browser.click(".rule:not([hidden]) .copy");
    let copied = "new Promise((done) => setTimeout(() => \
        done(document.querySelector('.rule:not([hidden]) .copy').textContent), 500))";
    let said = browser.value(copied);
    assert!(["Copied", "Selected"].contains(&said.as_str().unwrap_or_default()), "{said}");

    // Filters hide nothing that a link leads to.
    browser.value(
        "(() => { const text = document.querySelector('#filter-text'); text.value = 'no such rule';
        text.dispatchEvent(new Event('input')); })()",
    );
    assert_eq!(browser.value(shown), 0);
    browser.value("document.querySelector('.cause:not([open])')?.querySelector('summary').click()");
    browser.click(".cause .rule-link");
    let linked = browser.value("decodeURIComponent(location.hash.slice(1))");
    assert_eq!(
        browser.value(&format!("new Promise((done) => setTimeout(() => done({IS_OPEN}({linked})), 100))")),
        true
    );
    browser.open(&format!("{page}#{VIOLATED}"));
    assert_eq!(browser.value(&format!("{IS_OPEN}('{VIOLATED}')")), true);

    // On a phone nothing stands beyond the edge, and the policy forbids nothing that the page needs.
    browser.resize(390);
    browser.value("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    assert_eq!(browser.value("document.documentElement.scrollWidth"), 390);
    assert!(browser.complaints.is_empty(), "{:#?}", browser.complaints);
    let others: Vec<&String> = browser.requested.iter().filter(|url| !url.starts_with(&page)).collect();
    assert!(others.is_empty(), "{others:?}");

    // Without scripts links lead to rules all the same, and what needs scripts is not offered.
    browser.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open(&format!("{page}#{VIOLATED}"));
    assert_eq!(browser.value(&format!("{IS_OPEN}('{VIOLATED}')")), true);
    assert_eq!(browser.value("document.querySelector('.filters').hidden"), true);
}

#[test]
fn a_history_that_cannot_be_kept_is_said_before_anything_is_sent() {
    let user = User::new();
    let file = user.file("file", "");
    let finished = finish(&mut user.journalled("run", &["--history", &file, "--rule", VIOLATED]));
    finished.check_status(2).check_says("history");
}
