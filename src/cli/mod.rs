//! The command line.

mod catalogue;
pub mod config;
mod interrupt;
mod mutants;
mod options;
mod output;
mod progress;
mod run;
mod serve;
mod sweep;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What a command came to, as scripts see it. The first that holds counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The target conforms, or the command did what it was asked to.
    Conformant,
    /// A `must` violation (with `--strict` a `should` one too), or too little coverage.
    Violations,
    /// Something is wrong with the options or the configuration.
    Usage,
    /// The target could not be judged.
    Unjudged,
    /// Nothing was selected or judged.
    Nothing,
    /// The run was interrupted.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Conformant => 0u8,
            Exit::Violations => 1,
            Exit::Usage => 2,
            Exit::Unjudged => 3,
            Exit::Nothing => 4,
            Exit::Interrupted => 130,
        })
    }
}

/// Property-based conformance tests for Amazon Rekognition project policies and AWS X-Ray resource
/// policies.
///
/// Without a command: `run`. Without an endpoint: the embedded reference, in process.
#[derive(Debug, Parser)]
#[command(name = "aws-conformance", version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::RunOptions,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the rules against a target and prints a report
    Run(Box<run::RunOptions>),
    /// Lists the rules with level, provenance and citation
    List(catalogue::ListOptions),
    /// Explains one rule: citation, partitions, expectations, provenance
    Explain(catalogue::ExplainOptions),
    /// Serves the reference endpoint
    Serve(serve::ServeOptions),
    /// Runs the suite against every seeded fault and variant, and prints what escapes it
    Mutants(mutants::MutantsOptions),
    /// Removes what earlier runs left behind
    Sweep(Box<sweep::SweepOptions>),
}

/// Why a command could not do what it was asked to, in words for people.
#[derive(Debug)]
struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// Something is wrong with what the user gave.
    fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// The target cannot be judged.
    fn unjudged(message: impl Into<String>) -> Self {
        Self { exit: Exit::Unjudged, message: message.into() }
    }
}

/// Reads the process's arguments, does what they ask for, and says how that went.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        None => run::run(&arguments.run),
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::List(options)) => catalogue::list(&options),
        Some(Command::Explain(options)) => catalogue::explain(&options),
        Some(Command::Serve(options)) => serve::serve(&options),
        Some(Command::Mutants(options)) => mutants::mutants(&options),
        Some(Command::Sweep(options)) => sweep::sweep(&options),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            anstream::eprintln!("aws-conformance: {}", failure.message);
            failure.exit.into()
        }
    }
}

/// Writes to standard output. A reader that went away is no failure of ours.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("standard output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
