//! `bpclip plot`: how trainings went, and how scores stand against labels.

use super::figures::{FileOptions, usage};
use super::outputs::Inputs;
use super::print::show;
use super::{Outcome, Usage};
use crate::curves::{self, Curves, write_epochs, write_held_out, write_steps};
use crate::figure::{Plotted, Points, scatter, training};
use anyhow::Context;
use bpclip_core::file::{read_text, write_whole};
use bpclip_core::foreign::{cell, from_cell};
use bpclip_train::train::Event;
use clap::Args;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Draw how trainings went, and how scores stand against labels before and after
///
/// Of run folders, several over each other, FOLDER gets training.png (loss by step; SRCC, PLCC and
/// RMSE on what is held out by epoch), steps.csv, epochs.csv and held-out.csv. Scores against labels
/// go into scatter.png and scatter.csv: of a run those of its start, where that was measured, and of
/// its best epoch; of a file of predictions, as `bpclip evaluate --output` writes them, all that are
/// in it. Two such files, of a checkpoint before and after a fine-tuning, are so compared.
#[derive(Debug, Args)]
pub struct Options {
    /// Folders of runs, files of predictions, or both
    #[arg(required = true, value_name = "RUN")]
    inputs: Vec<PathBuf>,
    /// Folder to write into; made if it is not there
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    #[command(flatten)]
    file: FileOptions,
}

/// A run that was read.
struct Run {
    name: String,
    events: Vec<Event>,
    curves: Curves,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let names = names(&options.inputs);
    let mut runs = Vec::new();
    let mut sets = Vec::new();
    for (path, name) in options.inputs.iter().zip(names) {
        if path.is_dir() {
            let events = curves::read(path).map_err(|error| Usage(error.to_string()))?;
            let curves = Curves::of_log(&events);
            sets.extend(before_and_after(&name, &curves));
            runs.push(Run {
                name,
                events,
                curves,
            });
        } else {
            let points = predictions(path)?;
            sets.push(Points { name, points });
        }
    }
    let plotted: Vec<Plotted> = runs
        .iter()
        .map(|run| Plotted {
            name: &run.name,
            curves: &run.curves,
        })
        .collect();
    let page = &options.file.page;
    let curves = match plotted.is_empty() {
        true => None,
        false => Some(training(&plotted, page).map_err(|error| usage(&error))?),
    };
    let scatter = match sets.iter().all(|set| set.points.is_empty()) {
        true => None,
        false => Some(scatter(&sets, page).map_err(|error| usage(&error))?),
    };
    if curves.is_none() && scatter.is_none() {
        return Err(Usage("there is no prediction to draw".into()).into());
    }

    let folder = &options.output;
    let at = |name: &str| folder.join(name);
    let tables = match runs.is_empty() {
        true => Vec::new(),
        false => ["steps.csv", "epochs.csv", "held-out.csv"].map(at).to_vec(),
    };
    let training_path = options.file.path(folder, "training");
    let scatter_path = options.file.path(folder, "scatter");
    let inputs = Inputs::of(options.inputs.iter().map(PathBuf::as_path));
    let others = [&training_path, &scatter_path, &at("scatter.csv")];
    for path in tables.iter().chain(others) {
        inputs.spare(path)?;
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    if let Some(drawing) = curves {
        let curves = || runs.iter().map(|run| (run.name.as_str(), &run.curves));
        let logs = runs
            .iter()
            .map(|run| (run.name.as_str(), run.events.as_slice()));
        table(&at("steps.csv"), |out| write_steps(logs, out))?;
        table(&at("epochs.csv"), |out| write_epochs(curves(), out))?;
        table(&at("held-out.csv"), |out| write_held_out(curves(), out))?;
        options.file.write(&drawing, &training_path)?;
        show!("{}", training_path.display());
    }
    if let Some(drawing) = scatter {
        table(&at("scatter.csv"), |out| write_compared(&sets, out))?;
        options.file.write(&drawing, &scatter_path)?;
        for set in &sets {
            show!("{}: {}", set.name, set.compared().in_words().join(", "));
        }
        show!("{}", scatter_path.display());
    }
    Ok(Outcome::Done)
}

/// The scores of a run's start and of its best epoch, as far as they were measured.
fn before_and_after(name: &str, curves: &Curves) -> Vec<Points> {
    let best = curves.best().map(|epoch| epoch.epoch);
    let wanted = curves.epochs.iter().filter(|epoch| {
        let shown = epoch.epoch == 0 || Some(epoch.epoch) == best;
        shown && !epoch.points.is_empty()
    });
    wanted
        .map(|epoch| Points {
            name: match epoch.epoch {
                0 => format!("{name}: start"),
                number => format!("{name}: best, epoch {number}"),
            },
            points: epoch
                .points
                .iter()
                .map(|point| point.map(f64::from))
                .collect(),
        })
        .collect()
}

/// Label and raw score of each row that has them.
fn predictions(path: &Path) -> anyhow::Result<Vec<[f64; 2]>> {
    let wrong = |what: &dyn std::fmt::Display| Usage(format!("{}: {what}", path.display()));
    let text = read_text(path).map_err(|error| wrong(&error))?;
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let head = table.headers().map_err(|error| wrong(&error))?.clone();
    let column = |name: &str| head.iter().position(|other| other == name);
    let Some((label, raw)) = column("label").zip(column("raw")) else {
        let what = "it has no columns label and raw: give a run's folder, or a file of predictions \
                    as `bpclip evaluate --output` writes them";
        return Err(wrong(&what).into());
    };
    let mut points = Vec::new();
    for row in table.records() {
        let row = row.map_err(|error| wrong(&error))?;
        let number = |column: usize| -> Result<Option<f64>, Usage> {
            match from_cell(row.get(column).unwrap_or_default()) {
                // A picture that could not be scored.
                "" => Ok(None),
                text => {
                    let line = row.position().map_or(0, csv::Position::line);
                    let not = |_| wrong(&format!("line {line}: `{text}` is no number"));
                    text.parse().map(Some).map_err(not)
                }
            }
        };
        if let Some((label, raw)) = number(label)?.zip(number(raw)?) {
            points.push([label, raw]);
        }
    }
    Ok(points)
}

/// How well each set agrees with its labels.
fn write_compared(sets: &[Points], out: impl io::Write) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(["name", "pictures", "srcc", "plcc", "rmse"])?;
    for set in sets {
        let compared = set.compared();
        let number = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
        out.write_record([
            cell(&set.name).into_owned(),
            compared.pictures.to_string(),
            number(compared.srcc),
            number(compared.plcc),
            number(compared.rmse),
        ])?;
    }
    out.flush()
}

fn table(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> anyhow::Result<()> {
    write_whole(path, write).with_context(|| format!("cannot write {}", path.display()))
}

/// The last part of each path; where two have the same, the whole.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let short = |path: &PathBuf| {
        let name = match path.is_dir() {
            true => path.file_name(),
            false => path.file_stem(),
        };
        name.map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        )
    };
    let names: Vec<String> = paths.iter().map(short).collect();
    let is_alone = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
    let named = names.iter().zip(paths);
    named
        .map(|(name, path)| match is_alone(name) {
            true => name.clone(),
            false => path.display().to_string(),
        })
        .collect()
}
