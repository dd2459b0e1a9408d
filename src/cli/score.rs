//! `bpclip score`: pictures to numbers.

mod append;
mod failures;
mod known;
mod list;
mod parquet;
mod parts;
mod queue;
mod writer;

pub use writer::Scored;

use self::failures::Failures;
use self::known::{Known, Shard};
use self::list::NameList;
use self::queue::{Queue, Source};
use self::writer::{Format, Writer};
use super::metrics::MetricOptions;
use super::outputs::Inputs;
use super::paths::{Pairing, Pictures, pictures};
use super::print::say;
use super::words::OwnWords;
use super::{Outcome, ScoringOptions, Usage, progress, signals};
use anyhow::Context;
use bpclip_core::checkpoint;
use bpclip_core::image::{self, Limits, PassedOver, Shot};
use bpclip_core::inspect::Scorer;
use bpclip_core::inspect::pipeline::{self, Job};
use bpclip_core::inspect::report::{Columns, Ranks};
use bpclip_core::metric::{Metric, Readings};
use bpclip_core::model::Task;
use bpclip_core::text::Placed;
use clap::Args;
use indicatif::ProgressBar;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Score pictures and rank them, 0 to 100, higher is better
///
/// Folders are opened; JPEG, PNG, TIFF, WebP, BMP, GIF, HEIC, AVIF, JPEG XL and camera raw are read,
/// told by name or by content; what else folders hold is counted. Exit code 0: all scored; 1:
/// some failed, named at the end; 2: wrong usage; 130: stopped by Ctrl+C, after the picture at hand.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures and folders of pictures
    #[arg(
        value_name = "PATH",
        required_unless_present = "files_from",
        conflicts_with = "files_from"
    )]
    paths: Vec<PathBuf>,
    /// Score the pictures that this file names, or standard input where it is `-`: a name a line, or
    /// names that end in NUL, as `find -print0` writes them. It is read as it goes, and may have millions
    #[arg(long, value_name = "LIST")]
    files_from: Option<PathBuf>,
    /// Of the pictures score only this share, such as 2/4: which one a picture is in follows from its
    /// name alone (SHA-256), so that runs on several machines share a list without talking to each other
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
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
    /// How to write the scores; without it a table, and with --append what the file's ending says
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file, whole or not at all, instead of standard output; what stands behind a link is
    /// replaced, a device or a pipe written to
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Add rows to this file as they are known, and leave out pictures that have one: the same command
    /// goes on after whatever ended it. For Parquet a folder, which gets a file a minute
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    append: Option<PathBuf>,
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
    let reference = options.reference.as_deref();
    if let Some(reference) = reference.filter(|reference| !reference.exists()) {
        let reference = reference.display();
        return Err(Usage(format!("--reference {reference}: no such file or folder")).into());
    }
    options.metrics.check(reference)?;
    let format = options.format();
    if format == Format::Parquet && options.output.is_none() && options.append.is_none() {
        return Err(Usage("--format parquet needs --output FILE or --append FOLDER".into()).into());
    }
    let pairing = Pairing::with(reference);
    let (source, unreadable) = options.source(&pairing)?;
    let scorer = options.network.scorer(Task::with(&options.reference))?;
    let own = options.words.place(&scorer.text)?;
    let columns = Columns {
        adjectives: &scorer.metadata.adjectives,
        own: &own,
        metrics: options.metrics.list(),
        ranks: Ranks::of(&scorer.metadata),
        exif: options.exif,
        companions: match (&source, &options.append) {
            // Whether any has some is not known at the start, or another time.
            (Source::List(_), _) => false,
            (_, Some(_)) => true,
            (Source::Pictures(shots), None) => shots
                .as_slice()
                .iter()
                .any(|shot| !shot.companions.is_empty()),
        },
        judgements: false,
    };

    let made_with = match options.append {
        Some(_) => options.made_with(&scorer, &own)?,
        None => String::new(),
    };
    let mut known = options.append.as_ref().map(|_| Known::default());
    let appended = match (&options.append, &mut known) {
        (Some(path), Some(known)) => {
            let writer = Writer::append(path, format, columns, &made_with, known)?;
            if let count @ 1.. = known.count() {
                say!("{}: {count} pictures have a row already", path.display());
            }
            Some(writer)
        }
        _ => None,
    };
    let output = options.output.as_deref();
    let queue = Queue::new(source, pairing, options.shard, known, output);
    let mut run = Run {
        scorer: &scorer,
        metrics: columns.metrics,
        exif: options.exif,
        unreadable,
        queue,
        total: 0,
        failed: Failures::default(),
        unmeasured: Failures::default(),
        cancel: signals::flag(),
    };
    let written = match (appended, output) {
        (Some(writer), _) => run.rows(writer),
        (None, None) => {
            Writer::new(format, columns, Box::new(io::stdout())).and_then(|writer| run.rows(writer))
        }
        (None, Some(path)) => bpclip_core::file::write_to(path, |file| {
            run.rows(Writer::new(format, columns, Box::new(file))?)?;
            // A file that lacks pictures is not whole.
            match run.is_whole() {
                true => Ok(()),
                false => Err(io::ErrorKind::Interrupted.into()),
            }
        }),
    };
    if let Some(error) = run.queue.error.take() {
        return Err(error.into());
    }
    let stopped = run.cancel.load(Ordering::Relaxed);
    match (written, output.or(options.append.as_deref())) {
        (Err(error), Some(path)) if error.kind() == io::ErrorKind::Interrupted => {
            say!("interrupted: {} was not written", path.display());
        }
        (Err(error), Some(path)) => return Err(anyhow::anyhow!("{}: {error}", path.display())),
        (written, None) => written.context("standard output")?,
        (Ok(()), Some(path)) if stopped => {
            say!(
                "interrupted: the same command goes on with {}",
                path.display()
            );
        }
        (Ok(()), Some(_)) => {}
    }
    match stopped {
        true => Ok(Outcome::Interrupted),
        false => Ok(run.tell()),
    }
}

impl Options {
    fn format(&self) -> Format {
        let by_name = || Format::of(self.append.as_deref()?);
        self.format.or_else(by_name).unwrap_or_default()
    }

    /// The pictures, and what could not be looked into; no input may be the output.
    fn source(&self, pairing: &Pairing) -> anyhow::Result<(Source, Vec<PassedOver>)> {
        let checkpoint = self.network.network.checkpoint.as_deref();
        let read = [checkpoint, self.words.file(), self.files_from.as_deref()];
        let read: Vec<&Path> = read.into_iter().flatten().collect();
        if let Some(list) = &self.files_from {
            if let Some(output) = &self.output {
                Inputs::of(read).spare(output)?;
            }
            return Ok((Source::List(NameList::open(list)?), Vec::new()));
        }
        let found = pictures(&self.paths, self.recursive, self.apart).told()?;
        let Pictures {
            found, unreadable, ..
        } = found;
        if let Some(output) = &self.output {
            let jobs: Vec<Job> = found
                .iter()
                .map(|shot| pairing.job(&shot.picture))
                .collect();
            let references = jobs.iter().filter_map(|job| job.reference.file());
            let inputs = found.iter().flat_map(Shot::files).chain(references);
            Inputs::of(inputs.chain(read.iter().copied())).spare(output)?;
        }
        Ok((Source::Pictures(found.into_iter()), unreadable))
    }

    /// What rows are made with, in words: those that say the same were scored alike and have the same
    /// columns. Where they were computed is not in it, as machines share a list.
    fn made_with(&self, scorer: &Scorer, own: &[Placed]) -> Result<String, Usage> {
        let file = self.network.network.checkpoint.as_deref();
        let sum = checkpoint::fingerprint(file, scorer.task());
        let sum = sum.map_err(|error| Usage(error.to_string()))?;
        let mut made = vec![
            concat!("bpclip ", env!("CARGO_PKG_VERSION")).to_owned(),
            format!("checkpoint {}", sum.get(..16).unwrap_or(&sum)),
            scorer.size.to_string(),
        ];
        if let Some(reference) = &self.reference {
            made.push(format!("compared with {}", reference.display()));
        }
        let words: Vec<&str> = own.iter().map(|word| word.word.as_str()).collect();
        let metrics = self.metrics.list().iter().map(|metric| metric.key());
        let metrics: Vec<&str> = metrics.collect();
        let lists = [("words", words), ("metrics", metrics)];
        for (what, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
            made.push(format!("{what} {}", list.join("; ")));
        }
        made.extend(self.exif.then(|| "exif".to_owned()));
        // It is the last cell of a row, and of one line.
        Ok(bpclip_core::foreign::shown(&made.join(", ")).into_owned())
    }
}

/// The scoring of a queue.
struct Run<'a> {
    scorer: &'a Scorer,
    metrics: &'a [Metric],
    /// Whether what the camera noted is wanted.
    exif: bool,
    unreadable: Vec<PassedOver>,
    queue: Queue<'a>,
    /// Pictures that have a row by now.
    total: usize,
    failed: Failures,
    unmeasured: Failures,
    cancel: Arc<AtomicBool>,
}

impl Run<'_> {
    /// Writes a row for everything in the queue.
    fn rows(&mut self, mut writer: Writer) -> io::Result<()> {
        let bar = match self.queue.size() {
            Some(0 | 1) => ProgressBar::hidden(),
            Some(count) => progress::pictures(count),
            None => progress::counted(),
        };
        for entry in std::mem::take(&mut self.unreadable) {
            if self.queue.takes(entry.path()) {
                let reason = entry.to_string();
                self.total += 1;
                self.failed.push(entry.path(), reason.clone());
                writer.row(Scored {
                    path: entry.path(),
                    companions: &[],
                    result: Err(reason),
                    readings: Readings::default(),
                    exif: None,
                })?;
            }
        }
        let mut write_error = None;
        let (exif, cancel) = (self.exif, &self.cancel);
        let (total, failed, unmeasured) = (&mut self.total, &mut self.failed, &mut self.unmeasured);
        pipeline::stream(
            self.scorer,
            self.queue.by_ref(),
            self.metrics,
            &Limits::of_this_machine(),
            cancel,
            |shot: Shot, result, readings| {
                let path = &shot.picture;
                let result = result.map_err(|error| error.to_string());
                *total += 1;
                match &result {
                    Err(reason) => failed.push(path, reason.clone()),
                    Ok(_) => {
                        for reason in readings.reasons() {
                            unmeasured.push(path, reason);
                        }
                    }
                }
                let scored = Scored {
                    path,
                    companions: &shot.companions,
                    result,
                    readings,
                    exif: exif.then(|| image::exif(path)).flatten(),
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
        match write_error {
            Some(error) => Err(error),
            None => writer.finish(),
        }
    }

    /// Whether everything in the queue has a row.
    fn is_whole(&self) -> bool {
        self.queue.error.is_none() && !self.cancel.load(Ordering::Relaxed)
    }

    /// Names what went wrong.
    fn tell(&self) -> Outcome {
        let unnamed = &self.queue.unnamed;
        if self.total == 0 && self.queue.is_list() {
            say!("no picture of the list was to be scored");
        }
        let (failed, total) = (self.failed.count(), self.total);
        self.failed
            .tell(&format!("{failed} of {total} could not be scored:"));
        self.unmeasured
            .tell("scored, but not measured by all of --metrics:");
        if !unnamed.is_empty() {
            say!(
                "left out, as a row of theirs could not be found again: their names are not UTF-8:"
            );
        }
        for path in unnamed {
            say!("  {}", path.display());
        }
        match failed + self.unmeasured.count() + unnamed.len() {
            0 => Outcome::Done,
            _ => Outcome::SomeFailed,
        }
    }
}
