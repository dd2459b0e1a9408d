//! What is measured, and with what: opened and checked before anything is scored.

use super::Options;
use crate::cli::metrics::MetricOptions;
use crate::cli::paths::{Pictures, pictures, told_apart};
use crate::cli::print::say;
use crate::cli::{Usage, scorer};
use bpclip_core::device::Selected;
use bpclip_core::inspect::Scorer;
use bpclip_core::metric::Metric;
use bpclip_core::model::Task;
use bpclip_train::dataset::{self, Dataset, OpenOptions, Protocol, Subset};
use bpclip_train::evaluate::Measure;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A dataset, or the part of it that is measured on.
pub(super) struct Set {
    pub label: String,
    pub dataset: Dataset,
    pub items: Vec<usize>,
}

/// The datasets, each whole or the part of it that is wanted.
pub(super) fn sets(options: &Options) -> anyhow::Result<Vec<Set>> {
    if options.datasets.len() > 1 && options.open != OpenOptions::default() {
        let text = "--table, --range and the like speak of one dataset: measure them one by one";
        return Err(Usage(text.into()).into());
    }
    let usage = |error: &dyn std::fmt::Display| Usage(error.to_string());
    let mut datasets = Vec::new();
    for path in &options.datasets {
        let dataset = dataset::open(path, &options.open).map_err(|error| usage(&error))?;
        for note in &dataset.notes {
            say!("{}: {note}", dataset.name);
        }
        if !dataset.skipped.is_empty() {
            let count = dataset.skipped.len();
            let (name, all) = (&dataset.name, count + dataset.items.len());
            say!("{name}: {count} of {all} pictures are left out; they are named at the end");
        }
        datasets.push(dataset);
    }
    let names = datasets.iter().map(|dataset| dataset.name.clone());
    let names = told_apart(names.collect(), &options.datasets);
    let mut sets = Vec::new();
    for (dataset, name) in datasets.into_iter().zip(names) {
        let (label, items) = match options.protocol {
            None => (name, (0..dataset.items.len()).collect()),
            Some(protocol) => {
                let split = dataset::split(&dataset, protocol, options.seed)
                    .map_err(|error| usage(&error))?;
                let (part, items) = match options.part {
                    Subset::Train => ("train", split.train),
                    Subset::Validation => ("validation", split.validation),
                    Subset::Test => ("test", split.test),
                };
                if items.is_empty() {
                    let text = format!("{protocol} gives {name} no {part} part");
                    return Err(Usage(text).into());
                }
                let seed = match protocol {
                    Protocol::Official => String::new(),
                    _ => format!(" seed {}", options.seed),
                };
                (format!("{name} ({part} of {protocol}{seed})"), items)
            }
        };
        sets.push(Set {
            label,
            dataset,
            items,
        });
    }
    Ok(sets)
}

/// Every file that is read.
pub(super) fn inputs<'a>(
    options: &'a Options,
    sets: &'a [Set],
    photographs: &[&'a Vec<PathBuf>; 2],
) -> impl Iterator<Item = &'a Path> {
    let files = sets.iter().flat_map(|set| &set.dataset.files);
    let items = sets.iter().flat_map(|set| &set.dataset.items);
    let pictures = items.flat_map(|item| [Some(&item.distorted), item.reference.as_ref()]);
    let named = options.checkpoints.iter().chain(&options.flaws);
    let against = options.against.as_ref().and_then(Against::file);
    let photographs = photographs
        .iter()
        .flat_map(|photographs| photographs.iter());
    let paths = pictures.flatten().chain(named).chain(photographs);
    files.chain(paths).map(PathBuf::as_path).chain(against)
}

/// The first `count` photographs of a folder that a flag names; none without it.
pub(super) fn pictures_of(
    flag: &str,
    folder: Option<&Path>,
    count: usize,
) -> anyhow::Result<Vec<PathBuf>> {
    let Some(folder) = folder else {
        return Ok(Vec::new());
    };
    let usage = |what: String| Usage(format!("{flag} {}: {what}", folder.display()));
    if !folder.exists() {
        return Err(usage("no such folder".into()).into());
    }
    let Pictures {
        mut found,
        unreadable,
        left_out,
    } = pictures(&[folder.to_owned()], true, false);
    if let Some(first) = unreadable.first() {
        return Err(Usage(format!("{flag} {}: {first}", first.path().display())).into());
    }
    let there = left_out.beside(found.len());
    if found.is_empty() {
        return Err(usage(format!("it holds {there}")).into());
    }
    if !left_out.is_empty() {
        say!("{flag} {}: {there}", folder.display());
    }
    found.truncate(count);
    Ok(found.into_iter().map(|shot| shot.picture).collect())
}

/// What everything is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Against {
    /// The bundled checkpoint.
    Bundled,
    /// The checkpoint of a file.
    File(PathBuf),
    Metric(Metric),
}

impl Against {
    /// What `--against` means: the bundled checkpoint or a metric by its name, unless a file has that.
    pub fn of(name: OsString) -> Self {
        let path = PathBuf::from(name);
        let metric = || path.to_str()?.parse().ok();
        match metric() {
            _ if path.as_os_str() == "bundled" => Self::Bundled,
            Some(metric) if !path.exists() => Self::Metric(metric),
            _ => Self::File(path),
        }
    }

    fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Bundled | Self::Metric(_) => None,
        }
    }
}

/// The files of the networks, none for the bundled one: those named, then the one that is compared with
/// where it is none of them.
fn files(options: &Options) -> Vec<Option<PathBuf>> {
    let mut files: Vec<Option<PathBuf>> = match options.checkpoints.as_slice() {
        [] => vec![None],
        files => files.iter().cloned().map(Some).collect(),
    };
    if let Some(against @ (Against::Bundled | Against::File(_))) = &options.against {
        let file = against.file().map(Path::to_owned);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// What everything is compared with, as it is measured.
pub(super) fn measure(options: &Options, scorers: &[Scorer]) -> Result<Option<Measure>, Usage> {
    let Some(against) = &options.against else {
        return Ok(None);
    };
    if let Against::Metric(metric) = *against {
        return match options.metrics.list().contains(&metric) {
            true => Ok(Some(Measure::Metric(metric))),
            false => Err(Usage(format!(
                "--against {metric}: it is measured with --metrics {}",
                metric.key()
            ))),
        };
    }
    let mut files = files(options).into_iter();
    let place = files.position(|one| one.as_deref() == against.file());
    let scorer = place.and_then(|place| scorers.get(place));
    if scorers.len() == 1 && options.metrics.list().is_empty() {
        let text = "--against compares with something else: name --checkpoint or --metrics too";
        return Err(Usage(text.into()));
    }
    Ok(scorer.map(|scorer| Measure::Checkpoint(scorer.name.clone())))
}

/// The networks, all read before any is used, so that a wrong file is known at once.
pub(super) fn scorers(options: &Options, selected: &Selected) -> anyhow::Result<Vec<Scorer>> {
    let task = options.task;
    let files = files(options);
    let paths: Vec<PathBuf> = files
        .iter()
        .map(|file| file.clone().unwrap_or_default())
        .collect();
    let mut scorers = Vec::new();
    for file in files {
        let mut scorer = scorer(file, task, selected.clone())?;
        if let Some(size) = options.size {
            scorer.size = size.policy();
        }
        scorers.push(scorer);
    }
    let names = scorers.iter().map(|scorer| scorer.name.clone());
    let names = told_apart(names.collect(), &paths);
    for (scorer, name) in scorers.iter_mut().zip(names) {
        scorer.name = name;
    }
    Ok(scorers)
}

/// A dataset without any reference would fail picture by picture.
pub(super) fn check_references(
    scorers: &[Scorer],
    sets: &[Set],
    metrics: &MetricOptions,
) -> Result<(), Usage> {
    if sets.is_empty() && !metrics.list().is_empty() {
        let text = "--metrics measures the pictures of a DATASET: name one";
        return Err(Usage(text.into()));
    }
    let wants = scorers.iter().find(|s| s.task() == Task::FullReference);
    let has_none = |set: &&Set| set.dataset.items.iter().all(|i| i.reference.is_none());
    let Some(set) = sets.iter().find(has_none) else {
        return Ok(());
    };
    let label = &set.label;
    match (wants, metrics.compares()) {
        (Some(scorer), _) => Err(Usage(format!(
            "{label} has no references, which the full-reference checkpoint {} needs",
            scorer.name
        ))),
        (None, Some(metric)) => Err(Usage(format!(
            "--metrics: {label} has no references, which {metric} compares with"
        ))),
        (None, None) => Ok(()),
    }
}
