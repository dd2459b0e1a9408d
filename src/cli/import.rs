//! `bpclip import`: published backbone weights to a backbone file.

use super::Outcome;
use super::outputs::Inputs;
use super::print::show;
use bpclip_core::checkpoint;
use clap::Args;
use std::path::PathBuf;

/// Turn published backbone weights into a backbone file to train from
///
/// Takes torchvision's `resnet50` (.pth or .safetensors) and timm's or Hugging Face's
/// `tf_efficientnet_lite0` to `4`, and finds out which it is.
#[derive(Debug, Args)]
pub struct Options {
    /// The weights: .pth, .pt, .bin or .safetensors
    source: PathBuf,
    /// The backbone file to write (.safetensors)
    out: PathBuf,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    Inputs::of([options.source.as_path()]).spare(&options.out)?;
    let imported = checkpoint::import(&options.source, &options.out)?;
    show!(
        "{}: {} with {} tensors{}",
        options.out.display(),
        imported.backbone,
        imported.tensors,
        match imported.left_out.len() {
            0 => String::new(),
            count => format!("; {count} left out (classifier, training's counters)"),
        }
    );
    Ok(Outcome::Done)
}
