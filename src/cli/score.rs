//! `bpclip score`: pictures to numbers.

use super::metrics::MetricOptions;
use super::outputs::Inputs;
use super::paths::{Pictures, pair, pictures};
use super::print::say;
use super::table::{Format, Scored, Writer};
use super::words::OwnWords;
use super::{Outcome, ScoringOptions, Usage, named, progress, signals};
use anyhow::Context;
use bpclip_core::image::{self, Limits, Shot};
use bpclip_core::inspect::pipeline::{self, Reference};
use bpclip_core::inspect::report::{Columns, Ranks};
use bpclip_core::metric::Readings;
use bpclip_core::model::Task;
use clap::Args;
use indicatif::ProgressBar;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// Score pictures and rank them, 0 to 100, higher is better
///
/// Folders are opened; JPEG, PNG, TIFF, WebP, BMP, GIF, HEIC, AVIF, JPEG XL and camera raw are read,
/// told by name or by content; what else folders hold is counted. Exit code 0: all scored; 1:
/// some failed, named at the end; 2: wrong usage; 130: stopped by Ctrl+C, after the picture at hand.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures and folders of pictures
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Open folders within folders too
    #[arg(long, short)]
    recursive: bool,
    /// Take the raw file and the JPEG or HEIC of one shot in a folder for pictures of their own, not
    /// for one, scored by its JPEG or HEIC
    #[arg(long)]
    apart: bool,
    /// Compare with this picture, or with the one of the same name in this folder
    #[arg(long, value_name = "FILE|FOLDER")]
    reference: Option<PathBuf>,
    /// How to write the scores
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write to this file, whole or not at all, instead of standard output; what stands behind a link is
    /// replaced, a device or a pipe written to
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Add what the camera noted to JSON and CSV: camera, lens, focal length, aperture, shutter, ISO, the
    /// moment, and whether it noted a place
    #[arg(long)]
    exif: bool,
    #[command(flatten)]
    metrics: MetricOptions,
    #[command(flatten)]
    words: OwnWords,
    #[command(flatten)]
    network: ScoringOptions,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if let Some(reference) = &options.reference
        && !reference.exists()
    {
        return Err(Usage(format!(
            "--reference {}: no such file or folder",
            reference.display()
        ))
        .into());
    }
    options.metrics.check(options.reference.as_deref())?;
    let Pictures {
        found, unreadable, ..
    } = pictures(&options.paths, options.recursive, options.apart).told()?;
    let jobs = pair(&found, options.reference.as_deref());
    if let Some(output) = &options.output {
        let references = jobs.iter().filter_map(|job| match &job.reference {
            Reference::File(path) => Some(path.as_path()),
            Reference::None | Reference::Unpaired(_) | Reference::Ambiguous(_) => None,
        });
        let checkpoint = options.network.network.checkpoint.as_deref();
        let others = [checkpoint, options.words.file()].into_iter().flatten();
        let inputs = found.iter().flat_map(Shot::files).chain(references);
        Inputs::of(inputs.chain(others)).spare(output)?;
    }
    let scorer = options.network.scorer(Task::with(&options.reference))?;
    let own = options.words.place(&scorer.text)?;
    let columns = Columns {
        adjectives: &scorer.metadata.adjectives,
        own: &own,
        metrics: options.metrics.list(),
        ranks: Ranks::of(&scorer.metadata),
        exif: options.exif,
        companions: found.iter().any(|shot| !shot.companions.is_empty()),
        judgements: false,
    };

    let total = jobs.len() + unreadable.len();
    let bar = match jobs.len() {
        0 | 1 => ProgressBar::hidden(),
        count => progress::pictures(count),
    };
    let mut failed: Vec<(PathBuf, String)> = unreadable
        .iter()
        .map(|entry| (entry.path().to_owned(), entry.to_string()))
        .collect();
    let mut unmeasured: Vec<(PathBuf, String)> = Vec::new();
    let mut write_error = None;
    let cancel = signals::flag();
    let mut rows = |out: Box<dyn Write + '_>| -> io::Result<()> {
        let mut writer = Writer::new(options.format, columns, out)?;
        for (path, reason) in &failed {
            let failed = Scored {
                path,
                companions: &[],
                result: Err(reason.clone()),
                readings: Readings::default(),
                exif: None,
            };
            writer.row(failed)?;
        }
        pipeline::run(
            &scorer,
            &jobs,
            columns.metrics,
            &Limits::of_this_machine(),
            &cancel,
            |index, result, readings| {
                let (Some(job), Some(shot)) = (jobs.get(index), found.get(index)) else {
                    return;
                };
                let result = result.map_err(|error| error.to_string());
                match &result {
                    Err(reason) => failed.push((job.path.clone(), reason.clone())),
                    Ok(_) => {
                        let reasons = readings.reasons().into_iter();
                        unmeasured.extend(reasons.map(|reason| (job.path.clone(), reason)));
                    }
                }
                let scored = Scored {
                    path: &job.path,
                    companions: &shot.companions,
                    result,
                    readings,
                    exif: options.exif.then(|| image::exif(&job.path)).flatten(),
                };
                bar.suspend(|| {
                    if let Err(error) = writer.row(scored) {
                        write_error = Some(error);
                        cancel.store(true, Ordering::Relaxed);
                    }
                });
                bar.inc(1);
            },
        );
        bar.finish_and_clear();
        match write_error.take() {
            Some(error) => Err(error),
            // A file that lacks pictures is not whole.
            None if options.output.is_some() && cancel.load(Ordering::Relaxed) => {
                Err(io::ErrorKind::Interrupted.into())
            }
            None => writer.finish(),
        }
    };
    match &options.output {
        None => rows(Box::new(io::stdout().lock())).context("standard output")?,
        Some(path) => match bpclip_core::file::write_to(path, |file| rows(Box::new(file))) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                say!("interrupted: {} was not written", path.display());
            }
            written => {
                written.map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
            }
        },
    }
    if cancel.load(Ordering::Relaxed) {
        return Ok(Outcome::Interrupted);
    }

    if failed.is_empty() && unmeasured.is_empty() {
        return Ok(Outcome::Done);
    }
    if !failed.is_empty() {
        say!("{} of {total} could not be scored:", failed.len());
    }
    for (path, reason) in &failed {
        say!("  {}", named(path, reason));
    }
    if !unmeasured.is_empty() {
        say!("scored, but not measured by all of --metrics:");
    }
    for (path, reason) in &unmeasured {
        say!("  {}", named(path, reason));
    }
    Ok(Outcome::SomeFailed)
}
