//! `bpclip inspect`: everything that the network says of one picture.

use super::figures::{FigureOptions, stem};
use super::heat::HeatOptions;
use super::metrics::{MetricOptions, sentence};
use super::one::OnePicture;
use super::outputs::make_folder;
use super::print::{say, show};
use super::{Outcome, ScoringOptions, Usage, named};
use crate::figure::Subject;
use anyhow::{Context, anyhow};
use bpclip_core::image::{self, Limits, Picture};
use bpclip_core::inspect::report::{InspectionReport, Ranks, ReportHead, ScoredBy, in_words};
use bpclip_core::inspect::{Branch, Inspection, Prepared, prepare_unmeasured};
use bpclip_core::metric::Readings;
use clap::Args;
use std::path::{Path, PathBuf};

/// Explain a picture's score: heatmaps as PNG, every number as JSON
///
/// Writes into FOLDER `information-1.png` to `-4` and `weight-1.png` to `-4` (where the two
/// branches of the network see something, over the picture) and `inspection.json`. Figures for a
/// paper are drawn where they are asked for: `--figure maps` has all these maps on one plate with
/// their colour bars.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    one: OnePicture,
    #[command(flatten)]
    heat: HeatOptions,
    /// Write the attention whole (each head, query and key) and not only what each cell
    /// receives: tens of megabytes
    #[arg(long)]
    attention: bool,
    /// Draw the paper's norm, which also holds the encoding of each cell's place, the same for every
    /// picture; without it the heatmaps show the picture alone. inspection.json has both
    #[arg(long)]
    with_position: bool,
    #[command(flatten)]
    metrics: MetricOptions,
    #[command(flatten)]
    network: ScoringOptions,
    #[command(flatten)]
    figures: FigureOptions,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let task = options.one.task("inspect")?;
    options.metrics.check(options.one.reference.as_deref())?;
    let checkpoint = options.network.network.checkpoint.as_deref();
    let inputs = options
        .one
        .inputs(checkpoint.into_iter().chain(options.figures.minus()));
    let output = |name: &str| -> Result<PathBuf, Usage> {
        let path = options.one.output.join(name);
        inputs.spare(&path).map(|()| path)
    };
    let path = output("inspection.json")?;
    let scorer = options.network.scorer(task)?;
    let read = |path: &Path| image::read(path, &Limits::of_this_machine());
    let picture = read(&options.one.image)?;
    let reference = match &options.one.reference {
        Some(path) => Some((path, read(path)?)),
        None => None,
    };
    let original = reference.as_ref().map(|(_, reference)| reference);
    let readings = Readings::of(options.metrics.list(), &picture, original);
    let brought = |path: &Path, picture: Picture| -> anyhow::Result<Prepared> {
        prepare_unmeasured(picture, scorer.size)
            .map_err(|error| anyhow!(named(path, &error.to_string())))
    };
    let picture = brought(&options.one.image, picture)?;
    let reference = reference.map(|(path, reference)| brought(path, reference));
    let reference = reference.transpose()?;
    let inspection = scorer
        .inspect(&picture, reference.as_ref(), true)
        .map_err(|error| anyhow!(named(&options.one.image, &error.to_string())))?;
    let detail = inspection
        .detail
        .as_ref()
        .context("the network gave no maps")?;

    let mut heatmaps = Vec::new();
    for branch in Branch::ALL {
        for (level, map) in detail
            .maps(branch, options.with_position)
            .iter()
            .enumerate()
        {
            let heatmap = options.heat.over(&picture.picture, map, map.range());
            let name = format!("{}-{}.png", branch.key(), level + 1);
            heatmaps.push((output(&name)?, heatmap));
        }
    }
    let other = match options.figures.minus() {
        Some(path) => {
            let other = brought(path, read(path)?)?;
            let inspection = scorer
                .inspect(&other, reference.as_ref(), true)
                .map_err(|error| anyhow!(named(path, &error.to_string())))?;
            Some((path, other, inspection))
        }
        None => None,
    };
    let seen = Seen::new(&options.one.image, &picture, &inspection);
    let other = other
        .as_ref()
        .map(|(path, picture, inspection)| Seen::new(path, picture, inspection));
    let other = other.as_ref().map(Seen::subject).transpose()?;
    let style = options
        .figures
        .style(options.heat.style(options.with_position));
    let figures = options
        .figures
        .draw(&seen.subject()?, other.as_ref(), &style)?;
    options
        .figures
        .check(&figures, &options.one.output, &inputs)?;
    make_folder(&options.one.output)?;
    for (path, heatmap) in heatmaps {
        image::write_png(&heatmap, &path)?;
    }
    let drawn = options.figures.write(&figures, &options.one.output)?;
    let report = InspectionReport {
        head: ReportHead {
            path: &options.one.image,
            reference: options.one.reference.as_deref(),
            by: ScoredBy {
                checkpoint: &scorer.name,
                device: &scorer.device().name,
                adjectives: &scorer.metadata.adjectives,
                ranks: Ranks::of(&scorer.metadata),
            },
        },
        inspection: &inspection,
        readings: Some(&readings).filter(|readings| !readings.is_empty()),
        attention: options.attention,
    };
    bpclip_core::file::write_whole(&path, |file| report.write(file))
        .with_context(|| path.display().to_string())?;

    let ranks = Ranks::of(&scorer.metadata);
    let adjectives = &scorer.metadata.adjectives;
    let looks = ranks.looks(adjectives, &inspection.prediction, 3);
    show!(
        "{:.1} of 100, higher is better; looks {}",
        inspection.prediction.score(),
        in_words(&looks)
    );
    if !readings.is_empty() {
        show!("{}", sentence(&readings));
    }
    for path in drawn.iter().chain([&path]) {
        show!("{}", path.display());
    }
    let reasons = readings.reasons();
    for reason in &reasons {
        say!("{}", named(&options.one.image, reason));
    }
    Ok(if reasons.is_empty() {
        Outcome::Done
    } else {
        Outcome::SomeFailed
    })
}

/// A picture with what the network says of it, for a figure.
struct Seen<'a> {
    name: String,
    stem: String,
    picture: &'a Prepared,
    inspection: &'a Inspection,
}

impl<'a> Seen<'a> {
    fn new(path: &Path, picture: &'a Prepared, inspection: &'a Inspection) -> Self {
        let name = path.file_name().unwrap_or_default();
        Self {
            name: name.to_string_lossy().into_owned(),
            stem: stem(path),
            picture,
            inspection,
        }
    }

    fn subject(&self) -> anyhow::Result<Subject<'_>> {
        let detail = self.inspection.detail.as_deref();
        Ok(Subject {
            name: &self.name,
            stem: &self.stem,
            picture: &self.picture.picture,
            scored: (self.inspection.scored_width, self.inspection.scored_height),
            score: self.inspection.prediction.score(),
            detail: detail.context("the network gave no maps")?,
        })
    }
}
