//! `bpclip inspect`: everything that the network says of one picture.

use super::heat::HeatOptions;
use super::metrics::{MetricOptions, sentence};
use super::print::{say, show};
use super::{Outcome, ScoringOptions, Usage, named};
use crate::image::{self, Limits, Picture};
use crate::inspect::report::{Report, inspection_json};
use crate::inspect::{Prepared, prepare};
use crate::metric::Readings;
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
    #[command(flatten)]
    heat: HeatOptions,
    /// Write the attention whole (each head, query and key) and not only what each cell
    /// receives: tens of megabytes
    #[arg(long)]
    attention: bool,
    #[command(flatten)]
    metrics: MetricOptions,
    #[command(flatten)]
    network: ScoringOptions,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if options.image.is_dir() {
        let path = options.image.display();
        return Err(Usage(format!("{path} is a folder: inspect takes one picture")).into());
    }
    options.metrics.check(options.reference.as_deref())?;
    let task = match options.reference {
        Some(_) => Task::FullReference,
        None => Task::NoReference,
    };
    let scorer = options.network.scorer(task)?;
    let read = |path: &Path| image::read(path, &Limits::of_this_machine());
    let picture = read(&options.image)?;
    let reference = match &options.reference {
        Some(path) => Some((path, read(path)?)),
        None => None,
    };
    let readings = match &reference {
        Some((_, reference)) => Readings::of(options.metrics.list(), &picture, reference),
        None => Readings::default(),
    };
    let brought = |path: &Path, picture: Picture| -> anyhow::Result<Prepared> {
        prepare(picture, scorer.size).map_err(|error| anyhow!(named(path, &error.to_string())))
    };
    let picture = brought(&options.image, picture)?;
    let reference = reference.map(|(path, reference)| brought(path, reference));
    let reference = reference.transpose()?;
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
            let heatmap = options.heat.over(picture, map, map.range());
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
        readings: Some(&readings).filter(|readings| !readings.is_empty()),
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
    if !readings.is_empty() {
        show!("{}", sentence(&readings));
    }
    show!("{}", path.display());
    let reasons = readings.reasons();
    for reason in &reasons {
        say!("{}", named(&options.image, reason));
    }
    Ok(if reasons.is_empty() {
        Outcome::Done
    } else {
        Outcome::SomeFailed
    })
}
