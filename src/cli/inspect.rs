//! `bpclip inspect`: everything that the network says of one picture.

use super::print::show;
use super::{NetworkOptions, Outcome, Usage, named};
use crate::image::{self, ColourMap, Limits};
use crate::inspect::report::{Report, inspection_json};
use crate::inspect::{Prepared, prepare};
use crate::model::Task;
use crate::text::fitting;
use anyhow::{Context, anyhow};
use clap::Args;
use std::path::{Path, PathBuf};

/// Explain a picture's score: heatmaps as PNG, every number as JSON
///
/// Writes into FOLDER `information-1.png` to `-4` and `weight-1.png` to `-4` (where the two
/// branches of the network see something, over the picture) and `inspection.json`.
#[derive(Debug, Args)]
pub struct Options {
    /// The picture
    image: PathBuf,
    /// Folder to write into; made if it is not there
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Compare with this picture
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Colours of the heatmaps; all but grey are readable with any colour vision
    #[arg(long, value_enum, default_value_t)]
    colours: ColourMap,
    /// How much of the picture a heatmap hides, 0 to 1
    #[arg(long, default_value_t = 0.6, value_parser = opacity)]
    opacity: f32,
    /// Write the attention whole (each head, query and key) and not only what each cell
    /// receives: tens of megabytes
    #[arg(long)]
    attention: bool,
    #[command(flatten)]
    network: NetworkOptions,
}

fn opacity(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("give a number from 0 to 1".into()),
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if options.image.is_dir() {
        let path = options.image.display();
        return Err(Usage(format!("{path} is a folder: inspect takes one picture")).into());
    }
    let task = match options.reference {
        Some(_) => Task::FullReference,
        None => Task::NoReference,
    };
    let scorer = options.network.scorer(task)?;
    let load = |path: &Path| -> anyhow::Result<Prepared> {
        let picture = image::read(path, &Limits::of_this_machine())?;
        prepare(picture, scorer.size).map_err(|error| anyhow!(named(path, &error.to_string())))
    };
    let picture = load(&options.image)?;
    let reference = options.reference.as_deref().map(load).transpose()?;
    let inspection = scorer
        .inspect(&picture, reference.as_ref(), true)
        .map_err(|error| anyhow!(named(&options.image, &error.to_string())))?;
    let detail = inspection
        .detail
        .as_ref()
        .context("the network gave no maps")?;

    std::fs::create_dir_all(&options.output)
        .with_context(|| format!("cannot make the folder {}", options.output.display()))?;
    for (branch, maps) in [
        ("information", &detail.information),
        ("weight", &detail.weight),
    ] {
        for (level, map) in maps.iter().enumerate() {
            let picture = &picture.picture;
            let heatmap =
                image::overlay(picture, map, map.range(), options.colours, options.opacity);
            let name = format!("{branch}-{}.png", level + 1);
            image::write_png(&heatmap, &options.output.join(name))?;
        }
    }
    let path = options.output.join("inspection.json");
    let report = Report {
        path: &options.image,
        reference: options.reference.as_deref(),
        checkpoint: &scorer.name,
        device: &scorer.device().name,
        adjectives: &scorer.metadata.adjectives,
        inspection: &inspection,
        attention: options.attention,
    };
    crate::file::write_whole(&path, |file| inspection_json(&report, file))
        .with_context(|| path.display().to_string())?;

    let looks = fitting(
        &scorer.metadata.adjectives,
        &inspection.mean_similarities(),
        3,
    )
    .join(", ");
    show!(
        "{:.1} of 100, higher is better; looks {looks}",
        inspection.score
    );
    show!("{}", path.display());
    Ok(Outcome::Done)
}
