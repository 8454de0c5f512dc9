//! What needs no Rust to be used: the release archive and the container recipe.

use crate::support::program::{SUITE, User, finish};
use crate::support::{python, root};
use std::path::Path;

/// The archive of this build's program, as the script makes it of the profile `dist`.
#[test]
fn the_archive_has_the_program_and_what_belongs_to_it() {
    let user = User::new();
    let script = root().join("release/archive").display().to_string();
    let made = finish(&mut user.command(&script, &["out", SUITE]));
    let archive = made.check_status(0).stdout.trim().to_owned();
    finish(&mut user.command("sh", &["-c", "cd out && sha256sum --check *.sha256"])).check_status(0);
    finish(&mut user.command("tar", &["-xzf", &archive])).check_status(0);
    let name = Path::new(&archive).file_name().and_then(|name| name.to_str()).expect("it has a name");
    let folder = user.home().join(name.strip_suffix(".tar.gz").expect("it is compressed"));
    let files = [
        ("README.md", "# aws-conformance"),
        ("LICENSE-APACHE", "Apache License"),
        ("LICENSE-MIT", "MIT License"),
        ("aws-conformance.1", ".TH aws-conformance 1"),
        ("completions/aws-conformance.bash", "--endpoint-url"),
        ("completions/aws-conformance.zsh", "#compdef aws-conformance"),
        ("completions/aws-conformance.fish", "complete -c aws-conformance"),
    ];
    for (file, part) in files {
        let text =
            std::fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(part), "{part} is not in {file}");
    }
    let program = folder.join("aws-conformance").display().to_string();
    let version = finish(&mut user.command(&program, &["--version"]));
    version.check_status(0).check_says(env!("CARGO_PKG_VERSION"));
}

/// The sources of a recipe's copies, without those from another stage.
fn copied(recipe: &str) -> Vec<&str> {
    let copies = recipe.lines().filter_map(|line| line.strip_prefix("COPY "));
    let copies = copies.filter(|copy| !copy.starts_with("--from="));
    copies.flat_map(|copy| copy.split(' ').rev().skip(1)).collect()
}

#[test]
fn the_container_recipe_is_well_formed_and_copies_what_a_build_needs() {
    let user = User::new();
    let recipe = root().join("Containerfile");
    let path = recipe.display().to_string();
    let linted = finish(user.command("hadolint", &[&path]).env("PATH", python::path()));
    assert!(linted.check_status(0).output().is_empty(), "{}", linted.output());
    let text = std::fs::read_to_string(recipe).expect("the recipe is there");
    let copied = copied(&text);
    assert!(copied.len() > 5, "{copied:?}");
    for source in &copied {
        assert!(root().join(source).exists(), "{source} is not there");
    }
    // Everything is there that cargo, askama and the sources read in a build.
    let tracked = finish(&mut user.command("git", &["-C", &root().display().to_string(), "ls-files"]));
    let needed = |file: &&str| {
        ["Cargo.", "generators/", "reference/", "src/", "templates/"]
            .iter()
            .any(|start| file.starts_with(start))
    };
    for file in tracked.check_status(0).stdout.lines().filter(needed) {
        let is_copied = |source: &&str| file == *source || file.starts_with(&format!("{source}/"));
        assert!(copied.iter().any(is_copied), "{file} is not copied");
    }
}
