//! The Python clients of these tests, in a virtual environment that is made once and kept for as
//! long as what it needs stays the same.

use super::root;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Where the tests' Python programs are.
pub(crate) fn folder() -> PathBuf {
    root().join("tests").join("clients")
}

/// A program of the virtual environment: `python`, `aws`, `moto_server`.
pub(crate) fn program(name: &str) -> String {
    ENVIRONMENT.join("bin").join(name).display().to_string()
}

/// A search path on which the programs of the virtual environment come first.
pub(crate) fn path() -> OsString {
    let mut folders = vec![ENVIRONMENT.join("bin")];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    std::env::join_paths(folders).expect("the folders' names can be joined")
}

static ENVIRONMENT: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let environment = target.join("clients");
    // Test processes that start at the same time wait for the one that makes it.
    let lock = File::create(target.join("clients.lock")).expect("the target directory can be written to");
    lock.lock().expect("the lock can be taken");
    let wanted =
        std::fs::read_to_string(folder().join("requirements.txt")).expect("the requirements are there");
    let made = environment.join("made-from.txt");
    if std::fs::read_to_string(&made).is_ok_and(|made| made == wanted) {
        return environment;
    }
    let from = environment.display().to_string();
    must_run(
        "python3",
        &["-m", "venv", "--clear", &from],
        "python3 and its module venv (Debian: python3-venv) are needed",
    );
    let requirements = folder().join("requirements.txt").display().to_string();
    let python = environment.join("bin").join("python").display().to_string();
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", &requirements];
    must_run(
        &python,
        &install,
        "the packages of tests/clients/requirements.txt have to be installed from PyPI",
    );
    std::fs::write(&made, wanted).expect("the virtual environment can be written to");
    environment
});

fn must_run(program: &str, arguments: &[&str], need: &str) {
    match Command::new(program).args(arguments).output() {
        Err(error) => panic!("the tests with real clients cannot start {program}: {error}; {need}"),
        Ok(output) if !output.status.success() => {
            let said = String::from_utf8_lossy(&output.stderr);
            panic!("{program} {} fails: {said}\n{need}", arguments.join(" "));
        }
        Ok(_) => {}
    }
}
