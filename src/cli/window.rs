//! `bpclip` without a command: the window.

use super::{Outcome, signals};
use crate::app::{self, Launch};
use bpclip_core::device::DeviceChoice;
use clap::Args;
use std::path::PathBuf;

/// What the window opens with.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures and folders to open in the window
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Checkpoint file instead of the bundled one
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Where to compute: auto, cpu, gpu, gpu:N, cuda:N, remote:HOST:PORT
    #[arg(long, value_name = "DEVICE", default_value_t)]
    device: DeviceChoice,
}

pub fn run(options: Options) -> anyhow::Result<Outcome> {
    let launch = Launch {
        paths: options.paths,
        device: options.device,
        checkpoint: options.checkpoint,
        // The window knows where.
        library: None,
        weights: None,
    };
    app::run(launch, signals::on_first)?;
    Ok(match signals::came() {
        true => Outcome::Interrupted,
        false => Outcome::Done,
    })
}
