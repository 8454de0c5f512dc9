//! Workflows of GitHub Actions: their form, and the steps of their jobs.

use super::program::{User, finish};
use super::{python, root};
use serde_json::Value;

/// A workflow in a file of the repository, or in a page of it between ```` ```yaml ```` and its end: every
/// scalar as text.
pub(crate) fn workflow(file: &str) -> Value {
    let (user, path) = copied(file);
    let read =
        "import json, sys, yaml; print(json.dumps(yaml.load(open(sys.argv[1]), Loader=yaml.BaseLoader)))";
    let finished = finish(&mut user.command(&python::program("python"), &["-c", read, &path]));
    finished.check_status(0);
    serde_json::from_str(&finished.stdout).expect("it was written as JSON")
}

/// Checks that it is one, and that its scripts are.
#[track_caller]
pub(crate) fn check_workflow(file: &str) {
    let (user, path) = copied(file);
    let check = ["--builtin-schema", "vendor.github-workflows", &path];
    finish(&mut user.command(&python::program("check-jsonschema"), &check)).check_status(0);
    let workflow = workflow(file);
    for job in workflow["jobs"].as_object().expect("there are jobs").values() {
        for script in
            job["steps"].as_array().expect("a job has steps").iter().filter_map(|step| step["run"].as_str())
        {
            finish(&mut user.command("bash", &["-n", "-c", script])).check_status(0);
            // What an expression holds would be read as shell.
            assert!(!script.contains("${{"), "{script}");
        }
    }
}

/// The workflow of a file in a file of its own.
fn copied(file: &str) -> (User, String) {
    let text = std::fs::read_to_string(root().join(file)).expect("it is there");
    let block = text.split_once("```yaml\n").and_then(|(_, rest)| rest.split_once("```"));
    let user = User::new();
    let path = user.file("workflow.yml", block.map_or(text.as_str(), |(block, _)| block));
    (user, path)
}
