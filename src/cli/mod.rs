//! The command line.

mod account;
mod amount;
mod aws;
mod catalogue;
pub mod config;
mod corpus;
mod diff;
mod environment;
mod exit;
mod files;
mod format;
mod history;
mod init;
mod interrupt;
mod judge;
mod merge;
mod mutants;
mod options;
mod output;
mod plan;
mod progress;
mod replay;
mod reports;
mod run;
mod serve;
mod snapshots;
mod sweep;
mod verbose;
mod waivers;

pub use exit::Exit;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

/// Property-based conformance tests for Amazon Rekognition project policies and AWS X-Ray resource
/// policies.
///
/// Without a command: `run`. Without an endpoint: the embedded reference, in process.
#[derive(Debug, Parser)]
#[command(name = "aws-conformance", version, args_conflicts_with_subcommands = true, after_help = environment::HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::RunOptions,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the rules against a target and prints a report
    #[command(after_help = environment::HELP)]
    Run(Box<run::RunOptions>),
    /// Runs once, then writes a conformance.toml: the target, what it implements, and a waiver for each of
    /// today's violations
    Init(Box<run::RunOptions>),
    /// Shows what `run` would send: requests, time at the rate limits, permissions, cost; sends nothing
    Plan(Box<plan::PlanOptions>),
    /// Lists the rules with level, provenance and citation
    List(catalogue::ListOptions),
    /// Explains one rule: citation, partitions, expectations, provenance
    Explain(catalogue::ExplainOptions),
    /// Judges a recorded run again; sends nothing
    Judge(judge::JudgeOptions),
    /// Sends counterexamples again: fixed, still failing, or cannot tell
    Replay(Box<replay::ReplayOptions>),
    /// Shows what differs between two JSON reports: two runs, or two targets
    Diff(diff::DiffOptions),
    /// Makes one report of the reports of shards, which `run --shard I/N --report json=FILE` writes
    Merge(merge::MergeOptions),
    /// Serves the reference endpoint
    Serve(serve::ServeOptions),
    /// Runs the suite against every seeded fault and variant, and prints what escapes it
    Mutants(mutants::MutantsOptions),
    /// Removes what earlier runs left behind
    Sweep(Box<sweep::SweepOptions>),
    /// Prints a shell's completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page
    Man,
}

/// A shell's completions on standard output.
fn completions(shell: clap_complete::Shell) -> Result<Exit, exit::Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "aws-conformance", &mut text);
    exit::print(&String::from_utf8_lossy(&text)).map(|()| Exit::Conformant)
}

/// The manual page on standard output.
fn man() -> Result<Exit, exit::Failure> {
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(Arguments::command()).render(&mut text);
    rendered.map_err(|error| exit::Failure::usage(error.to_string()))?;
    exit::print(&String::from_utf8_lossy(&text)).map(|()| Exit::Conformant)
}

/// Reads the process's arguments, does what they ask for, and says how that went.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        None => run::run(&arguments.run),
        Some(Command::Run(options)) => run::run(&options),
        Some(Command::Init(options)) => init::init(*options),
        Some(Command::Plan(options)) => plan::plan(&options),
        Some(Command::List(options)) => catalogue::list(&options),
        Some(Command::Explain(options)) => catalogue::explain(&options),
        Some(Command::Judge(options)) => judge::judge(&options),
        Some(Command::Replay(options)) => replay::replay(&options),
        Some(Command::Diff(options)) => diff::diff(&options),
        Some(Command::Merge(options)) => merge::merge(&options),
        Some(Command::Serve(options)) => serve::serve(&options),
        Some(Command::Mutants(options)) => mutants::mutants(&options),
        Some(Command::Sweep(options)) => sweep::sweep(&options),
        Some(Command::Completions { shell }) => completions(shell),
        Some(Command::Man) => man(),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            anstream::eprintln!("aws-conformance: {}", failure.message);
            failure.exit.into()
        }
    }
}
