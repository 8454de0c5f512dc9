//! The `aws-conformance` command.

fn main() -> std::process::ExitCode {
    aws_conformance::cli::main()
}
