//! `bpclip completions`: for the shell.

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
    clap_complete::generate(
        options.shell,
        &mut Cli::command(),
        "bpclip",
        &mut std::io::stdout(),
    );
    Ok(Outcome::Done)
}
