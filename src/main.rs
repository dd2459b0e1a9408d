//! The `bpclip` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    bpclip::cli::run()
}
