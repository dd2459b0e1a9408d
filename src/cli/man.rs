//! `bpclip man`: for whoever packages the program.

use super::outputs::make_folder;
use super::print::show;
use super::{Cli, Outcome};
use anyhow::Context;
use bpclip_core::file::write_whole;
use clap::{Args, CommandFactory};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

/// Write manual pages: bpclip.1, and one for every command, such as bpclip-score.1
#[derive(Debug, Args)]
pub struct Options {
    /// Folder to write into; made if it is not there, files of the same names are replaced
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let folder = &options.folder;
    make_folder(folder)?;
    // Built before it is taken apart, so that each command knows those above it.
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let pages = write(&program, folder)?;
    show!("{pages} manual pages in {}", folder.display());
    Ok(Outcome::Done)
}

/// Writes the page of a command and of all below it; gives their number.
fn write(command: &clap::Command, folder: &Path) -> anyhow::Result<usize> {
    let page = Man::new(command.clone()).source(concat!("bpclip ", env!("CARGO_PKG_VERSION")));
    let path = folder.join(page.get_filename());
    write_whole(&path, |file| page.render(file))
        .with_context(|| format!("cannot write {}", path.display()))?;
    let below = command.get_subcommands().filter(|c| !c.is_hide_set());
    below
        .map(|command| write(command, folder))
        .try_fold(1, |pages, more| Ok(pages + more?))
}
