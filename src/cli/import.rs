//! `bpclip import`: published weights to files of ours: of a backbone, of LPIPS, of DISTS.

use super::Outcome;
use super::outputs::{Inputs, make_folder};
use super::print::show;
use crate::metrics::in_weights;
use bpclip_core::checkpoint;
use bpclip_core::metric::{Metric, Weights};
use clap::Args;
use std::path::PathBuf;

/// Turn published backbone weights into a backbone file to train from
///
/// Takes torchvision's `resnet50` (.pth or .safetensors) and timm's or Hugging Face's
/// `tf_efficientnet_lite0` to `4`, and finds out which it is. With --lpips or --dists it makes
/// the weights of that metric instead.
#[derive(Debug, Args)]
pub struct Options {
    /// The weights: .pth, .pt, .bin or .safetensors
    #[arg(required_unless_present_any = ["lpips", "dists"])]
    source: Option<PathBuf>,
    /// The backbone file to write (.safetensors)
    #[arg(required_unless_present_any = ["lpips", "dists"])]
    out: Option<PathBuf>,
    /// Make the weights of the metric LPIPS instead, in the folder of weights, where --metrics finds
    /// them: of torchvision's `alexnet` and the linear layers of LPIPS 0.1 (weights/v0.1/alex.pth of
    /// the PyPI package lpips), or of one file with the state of lpips.LPIPS(net="alex")
    #[arg(long, num_args = 1..=2, value_names = ["ALEXNET", "LINEAR"], conflicts_with_all = ["source", "out"])]
    lpips: Vec<PathBuf>,
    /// Likewise the weights of the metric DISTS: of torchvision's `vgg16` and the weights.pt of the PyPI
    /// package dists-pytorch (alpha and beta), or of one file with the state of DISTS_pytorch.DISTS()
    #[arg(long, num_args = 1..=2, value_names = ["VGG16", "DISTS"], conflicts_with_all = ["source", "out", "lpips"])]
    dists: Vec<PathBuf>,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let (Some(source), Some(out)) = (&options.source, &options.out) else {
        return match options.dists.is_empty() {
            true => of_metric(Metric::Lpips, &options.lpips),
            false => of_metric(Metric::Dists, &options.dists),
        };
    };
    Inputs::of([source.as_path()]).spare(out)?;
    let imported = checkpoint::import(source, out)?;
    show!(
        "{}: {} with {} tensors{}",
        out.display(),
        imported.backbone,
        imported.tensors,
        match imported.left_out.len() {
            0 => String::new(),
            count => format!("; {count} left out (classifier, training's counters)"),
        }
    );
    Ok(Outcome::Done)
}

fn of_metric(metric: Metric, sources: &[PathBuf]) -> anyhow::Result<Outcome> {
    let out = in_weights(metric)?;
    Inputs::of(sources.iter().map(PathBuf::as_path)).spare(&out)?;
    if let Some(folder) = out.parent() {
        make_folder(folder)?;
    }
    Weights::import(metric, sources, &out)?;
    show!("{}: weights of {metric}", out.display());
    Ok(Outcome::Done)
}
