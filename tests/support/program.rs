//! Programs run as a user runs them: with a home of their own, none of this environment's AWS
//! settings, and within bounded time.

use super::endpoint;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The suite's own program.
pub(crate) const SUITE: &str = env!("CARGO_BIN_EXE_aws-conformance");

/// The longest that any program of these tests may take.
const BOUND: Duration = Duration::from_secs(180);

/// Somebody with an empty home directory and nothing configured.
pub(crate) struct User {
    home: tempfile::TempDir,
}

impl User {
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary directory can be made") }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file into the home directory and tells its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.home().join(name);
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{name} cannot be written: {error}"));
        path.display().to_string()
    }

    /// A program in this home. Of the environment it sees the search path alone.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.home()).env_clear().env("HOME", self.home());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdin(Stdio::null());
        command
    }

    /// The suite's program with these arguments.
    pub(crate) fn suite(&self, arguments: &[&str]) -> Command {
        self.command(SUITE, arguments)
    }

    /// `run`, `sweep` or another command that takes a target, with a journal in this home.
    pub(crate) fn journalled(&self, command: &str, arguments: &[&str]) -> Command {
        let mut program = self.suite(&[command, "--journal"]);
        program.arg(self.journals()).args(arguments);
        program
    }

    /// Where [`User::journalled`] keeps its journals.
    pub(crate) fn journals(&self) -> std::path::PathBuf {
        self.home().join("journals")
    }
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) elapsed: Duration,
}

impl Finished {
    /// Everything that it wrote.
    pub(crate) fn output(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Checks the exit status, and that nothing panicked on the way.
    #[track_caller]
    pub(crate) fn check_status(&self, status: i32) -> &Self {
        assert_eq!(self.status, Some(status), "{}", self.output());
        assert!(!self.output().contains("panicked at"), "{}", self.output());
        self
    }

    /// Checks that it says something, in whatever case.
    #[track_caller]
    pub(crate) fn check_says(&self, words: &str) -> &Self {
        let output = self.output();
        assert!(output.to_lowercase().contains(&words.to_lowercase()), "no {words:?} in:\n{output}");
        self
    }

    /// Checks that it took no longer than this.
    #[track_caller]
    pub(crate) fn check_within(&self, most: Duration) -> &Self {
        assert!(self.elapsed <= most, "it took {:?}:\n{}", self.elapsed, self.output());
        self
    }
}

/// Runs a program to its end, or kills it where it takes far too long.
pub(crate) fn finish(command: &mut Command) -> Finished {
    finish_within(command, BOUND)
}

/// The same for a program that may take this long.
pub(crate) fn finish_within(command: &mut Command, bound: Duration) -> Finished {
    let started = Instant::now();
    let mut running = Running::start(command);
    let stdout = drain(running.child.stdout.take());
    let stderr = drain(running.child.stderr.take());
    let status = loop {
        match running.child.try_wait().expect("a child can be waited for") {
            Some(status) => break status,
            None if started.elapsed() > bound => {
                running.kill();
                panic!("{command:?} still runs after {bound:?}");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let elapsed = started.elapsed();
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().expect("the reader does not panic")).into_owned()
    };
    Finished { status: status.code(), stdout: text(stdout), stderr: text(stderr), elapsed }
}

fn drain(stream: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    let mut stream = stream.expect("the stream is piped");
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What could be read until a stream broke is all that there is to show.
        let _ = stream.read_to_end(&mut bytes);
        bytes
    })
}

/// A program that runs until it is dropped.
pub(crate) struct Running {
    pub(crate) child: Child,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        Self { child }
    }

    /// The first line that it writes, which may be the URL where it listens.
    pub(crate) fn first_line(&mut self) -> String {
        let stdout = self.child.stdout.take().expect("the stream is piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("it writes text");
        line.trim_end().to_owned()
    }

    /// SIGKILL: it has no chance to clean up.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The reference, served by the suite's program until this is dropped.
pub(crate) struct Served {
    pub(crate) url: String,
    _server: Running,
    _user: User,
}

impl Served {
    /// Serves without a fault.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Serves with one fault switched on.
    pub(crate) fn with_fault(fault: &str) -> Self {
        Self::with(&["--fault", fault])
    }

    pub(crate) fn with(options: &[&str]) -> Self {
        let user = User::new();
        let mut command = user.suite(&["serve", "--addr", "127.0.0.1:0"]);
        let mut server = Running::start(command.args(options));
        let url = server.first_line();
        assert!(url.starts_with("http://127.0.0.1:"), "serve {options:?} says {url:?} first");
        assert!(endpoint::listens(&url), "serve says {url} and does not listen");
        Self { url, _server: server, _user: user }
    }
}
