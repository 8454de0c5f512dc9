//! CONTRIBUTING.md says what is so: its files are there, and its code is the code of the suite.

use crate::support::root;
use aws_conformance::rules::catalogue;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use std::fs;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A text with all white space alike, so that indentation does not matter.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// What stands between backquotes, outside code blocks.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

/// The code blocks: the file that the line before names, and the code.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = text.split("```").collect();
    let pairs = parts.chunks_exact(2).filter_map(|pair| {
        let code = pair[1].strip_prefix("rust\n")?;
        let file = quoted(pair[0].trim_end().rsplit("\n\n").next()?).pop()?;
        Some((file, code))
    });
    pairs.collect()
}

#[test]
fn the_files_that_it_names_are_there() {
    let guide = read("CONTRIBUTING.md");
    let is_path = |name: &&str| name.contains('/') && !name.contains([' ', '<', '*', ':']);
    let paths: Vec<&str> = quoted(&guide).into_iter().filter(is_path).collect();
    assert!(paths.len() > 15, "{paths:?}");
    let missing: Vec<&&str> = paths.iter().filter(|path| !root().join(path).exists()).collect();
    assert!(missing.is_empty(), "not there: {missing:?}");
}

/// So it compiles, and the rule that it makes is judged like any other.
#[test]
fn the_code_that_it_shows_is_code_of_the_suite() {
    let guide = read("CONTRIBUTING.md");
    let blocks = blocks(&guide);
    assert!(!blocks.is_empty(), "a recipe shows code");
    for (file, code) in blocks {
        assert!(words(&read(file)).contains(&words(code)), "{file} has nothing like\n{code}");
    }
}

#[test]
fn the_rules_that_it_names_are_there() {
    let guide = read("CONTRIBUTING.md");
    let is_id = |name: &&str| Service::ALL.iter().any(|one| name.starts_with(&format!("{one}.")));
    let ids: Vec<&str> = quoted(&guide).into_iter().filter(is_id).collect();
    assert!(!ids.is_empty(), "a recipe names its rule");
    let missing: Vec<&&str> =
        ids.iter().filter(|id| !catalogue().iter().any(|rule| rule.id == **id)).collect();
    assert!(missing.is_empty(), "no rules: {missing:?}");
}

/// The files that a new operation has to be added to are some where another one stands.
#[test]
fn the_files_of_an_operation_know_one() {
    let guide = read("CONTRIBUTING.md");
    let (_, recipe) = guide.split_once("## Add an operation").expect("there is such a recipe");
    let recipe = recipe.split("\n## ").next().unwrap_or_default();
    let operations = &model(Service::Xray).operations;
    let operation = quoted(recipe).into_iter().find(|name| operations.iter().any(|one| one.name == *name));
    let operation = operation.expect("the recipe follows an operation");
    let is_source = |name: &&str| name.ends_with(".rs") || name.ends_with(".json");
    let files: Vec<&str> = quoted(recipe).into_iter().filter(is_source).collect();
    assert!(files.len() > 5, "{files:?}");
    let strangers: Vec<&&str> = files.iter().filter(|file| !read(file).contains(operation)).collect();
    assert!(strangers.is_empty(), "{strangers:?} know nothing of {operation}");
}
