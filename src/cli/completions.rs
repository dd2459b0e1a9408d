//! `bpclip completions`: for the shell.

use super::print::hand_over;
use super::{Cli, Outcome};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print completions for a shell, for instance `bpclip completions bash`
#[derive(Debug, Args)]
pub struct Options {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    // Into memory, because it panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "bpclip", &mut script);
    hand_over!("{}", String::from_utf8_lossy(&script).trim_end());
    Ok(Outcome::Done)
}
