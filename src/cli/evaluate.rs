//! `bpclip evaluate`: how well checkpoints do, as tables.

mod input;
mod results;

use self::input::{Against, check_references, inputs, measure, pictures_of, scorers, sets};
use self::results::Results;
use super::metrics::MetricOptions;
use super::outputs::{Inputs, make_folder};
use super::print::{say, show};
use super::progress::bar;
use super::{Outcome, Size, Usage, signals};
use bpclip_core::device::{self, DeviceChoice};
use bpclip_core::foreign::shown;
use bpclip_core::image::{Limits, SizePolicy};
use bpclip_core::inspect::Scorer;
use bpclip_core::model::Task;
use bpclip_train::dataset::{OpenOptions, Protocol, Subset};
use bpclip_train::evaluate::statistics::Bootstrap;
use bpclip_train::evaluate::{
    EvaluateOptions, FlawWords, TableFormat, compare, evaluate, evaluate_ladders, evaluate_maps,
};
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use indicatif::ProgressBar;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Measure how well checkpoints agree with ratings, and how well they tell distortions
///
/// Prints tables: SRCC, PLCC (also after the five-parameter logistic fit), KRCC and RMSE
/// with bootstrap intervals, over all and by distortion; checkpoints against datasets, where there
/// are several; where a table notes flaws (a column `distortions`) how well the words tell them; along
/// ladders of distortions how often the score falls and the right adjectives tell; and how well the
/// heatmaps find a spoilt quadrant. Exit code 0: all was scored; 1: some failed or are not there, named
/// at the end; 2: wrong usage.
#[derive(Debug, Args)]
pub struct Options {
    /// Rated folders: known datasets, what `bpclip distort` writes, or with a table `name,mos`
    #[arg(value_name = "DATASET", required_unless_present_any = ["ladders", "maps"])]
    datasets: Vec<PathBuf>,
    /// Checkpoint file instead of the bundled one; several are compared
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
    /// Compare each checkpoint, and each of --metrics, with this one on the same pictures: differences
    /// with paired bootstrap intervals, and tests. A checkpoint file, `bundled`, or one of --metrics
    #[arg(long, value_name = "FILE|METRIC", requires = "datasets",
          value_parser = OsStringValueParser::new().map(Against::of))]
    against: Option<Against>,
    /// How to print the tables; --output writes all three
    #[arg(long, value_enum, default_value_t)]
    format: TableFormat,
    /// Which of the bundled ones, where no checkpoint is named
    #[arg(long, value_enum, default_value_t = Task::NoReference, conflicts_with = "checkpoints")]
    task: Task,
    /// Measure on a part of a split only: official, 8:2, 6:2:2 or fold:2/5
    #[arg(long, value_name = "PROTOCOL")]
    protocol: Option<Protocol>,
    /// Seed of the split
    #[arg(long, value_name = "N", default_value_t = 0, requires = "protocol")]
    seed: u64,
    /// Part of the split
    #[arg(long, value_enum, value_name = "PART", default_value_t = Subset::Test, requires = "protocol")]
    part: Subset,
    /// Make ladders of distortions from photographs in this folder, and measure along them
    #[arg(long, value_name = "FOLDER")]
    ladders: Option<PathBuf>,
    /// Spoil a quadrant of photographs in this folder, and measure whether the heatmaps show it
    #[arg(long, value_name = "FOLDER")]
    maps: Option<PathBuf>,
    /// From how many of the photographs, the first by name
    #[arg(long, value_name = "N", default_value_t = 8)]
    photos: usize,
    /// Which words belong to which flaw of a table's column `distortions`: a file with lines such as
    /// `motion blur + blurry, smeared` and `underexposure - overexposed`
    #[arg(long, value_name = "FILE")]
    flaws: Option<PathBuf>,
    /// Levels of these ladders
    #[arg(long, value_name = "N", default_value_t = 5, requires = "ladders", value_parser = clap::value_parser!(u32).range(1..=100))]
    levels: u32,
    /// Measure also on pictures that a checkpoint learned from, which are else left out
    #[arg(long)]
    with_seen: bool,
    /// Resamples of which the intervals are made; 0: no intervals
    #[arg(long, value_name = "N", default_value_t = Bootstrap::default().resamples)]
    resamples: usize,
    /// Write evaluation.md, evaluation.tex, a CSV for each table, evaluation.json and the predictions
    /// into this folder; made if it is not there
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Where to compute: auto, cpu, gpu, gpu:N, cuda:N, remote:HOST:PORT
    #[arg(long, value_name = "DEVICE", default_value_t)]
    device: DeviceChoice,
    /// Shorter side in pixels at which pictures are scored (never enlarged), or `full` for the
    /// whole picture; without it, what the dataset or else the checkpoint was made for
    #[arg(long, value_name = "PIXELS")]
    size: Option<Size>,
    #[command(flatten)]
    metrics: MetricOptions,
    #[command(flatten)]
    open: OpenOptions,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let sets = sets(options)?;
    let photographs = pictures_of("--ladders", options.ladders.as_deref(), options.photos)?;
    let spoilt = pictures_of("--maps", options.maps.as_deref(), options.photos)?;
    let flaws = match &options.flaws {
        None => FlawWords::usual(),
        Some(path) => FlawWords::read(path).map_err(|error| Usage(error.to_string()))?,
    };
    let selected =
        device::select(options.device.clone()).map_err(|error| Usage(error.to_string()))?;
    if let Some(why) = &selected.why {
        say!("using the {}: {why}", selected.name);
    }
    let mut scorers = scorers(options, &selected)?;
    shorten(&mut scorers);
    let against = measure(options, &scorers)?;
    check_references(&scorers, &sets, &options.metrics)?;
    if let Some(folder) = &options.output {
        // Better known now than after hours of scoring.
        make_folder(folder)?;
    }
    let mut how = EvaluateOptions {
        metrics: options.metrics.list().to_vec(),
        bootstrap: Bootstrap {
            resamples: options.resamples,
            ..Bootstrap::default()
        },
        limits: Limits::of_this_machine(),
        // If one of them compares, all read whole pictures: the same pixels for every checkpoint.
        beside_references: options.metrics.compares().is_some()
            || scorers.iter().any(|s| s.task() == Task::FullReference),
        flaws,
        with_seen: options.with_seen,
    };
    let cancel = signals::flag();
    let inputs = Inputs::of(inputs(options, &sets, &[&photographs, &spoilt]));
    let mut results = Results::new(how.bootstrap, inputs);
    for scorer in &mut scorers {
        let usual = scorer.size;
        for set in &sets {
            if let (None, Some(side)) = (options.size, set.dataset.shorter_side) {
                scorer.size = SizePolicy::at_most(Some(side));
            }
            let bar = progress(format!("{} on {}", scorer.name, set.label));
            let evaluation = evaluate(
                scorer,
                &set.dataset,
                &set.items,
                &how,
                &cancel,
                |done, total| advance(&bar, done, total),
            );
            bar.finish_and_clear();
            scorer.size = usual;
            let Some(mut evaluation) = evaluation else {
                continue;
            };
            evaluation.dataset.clone_from(&set.label);
            if let Some(folder) = &options.output {
                results.write_predictions(&evaluation, folder)?;
            }
            results.evaluations.push(evaluation);
        }
        if !photographs.is_empty() {
            let bar = progress(format!("{} on ladders", scorer.name));
            results.ladders.extend(evaluate_ladders(
                scorer,
                &photographs,
                options.levels,
                &how,
                &cancel,
                |done, total| advance(&bar, done, total),
            ));
            bar.finish_and_clear();
        }
        if !spoilt.is_empty() {
            let bar = progress(format!("{} on heatmaps", scorer.name));
            results.maps.extend(evaluate_maps(
                scorer,
                &spoilt,
                &how,
                &cancel,
                |done, total| {
                    advance(&bar, done, total);
                },
            ));
            bar.finish_and_clear();
        }
        // They are the same whatever the checkpoint.
        how.metrics.clear();
    }

    if cancel.load(Ordering::Relaxed) {
        say!("interrupted: figures of a part would mislead, so there are none");
        return Ok(Outcome::Interrupted);
    }
    if let Some(against) = &against {
        results.comparisons = compare(&results.evaluations, against, &how.bootstrap);
    }
    let tables = results.tables();
    // The files first: whoever reads the terminal may be gone by now.
    if let Some(folder) = &options.output {
        results.write(folder, &tables)?;
    }
    let written = tables.iter().map(|table| table.written(options.format));
    let written: Vec<String> = written.collect();
    show!("{}", written.join("\n").trim_end());
    results.tell_seen(options.with_seen);
    results.tell_what_is_missing();
    Ok(results.tell_failures(&sets))
}

/// Gives checkpoints the names of their files, unless two are alike; a bundled one has its own.
fn shorten(scorers: &mut [Scorer]) {
    let short = |name: &str| match name.strip_suffix(" (bundled)") {
        Some(name) => name.to_owned(),
        None => Path::new(name)
            .file_stem()
            .map_or(name.into(), |stem| stem.to_string_lossy().into_owned()),
    };
    let names: Vec<String> = scorers.iter().map(|scorer| short(&scorer.name)).collect();
    for (scorer, name) in scorers.iter_mut().zip(&names) {
        if names.iter().filter(|other| *other == name).count() == 1 {
            scorer.name.clone_from(name);
        }
    }
}

/// A bar that says what is scored.
fn progress(what: String) -> ProgressBar {
    let what = shown(&what).into_owned();
    bar(0, "{msg}  {bar:30} {pos}/{len}  {eta} left").with_message(what)
}

fn advance(bar: &ProgressBar, done: usize, total: usize) {
    bar.set_length(total as u64);
    bar.set_position(done as u64);
}
