//! `bpclip plot`: how trainings went, and how scores stand against labels.

use super::figures::{FileOptions, usage};
use super::outputs::Inputs;
use super::paths::told_apart;
use super::print::show;
use super::{Outcome, Usage};
use crate::figure::{LoggedRun, Plots, Points};
use bpclip_core::file::read_text;
use bpclip_core::foreign::from_cell;
use clap::Args;
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

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let names = names(&options.inputs);
    let mut runs = Vec::new();
    let mut sets = Vec::new();
    for (path, name) in options.inputs.iter().zip(names) {
        if path.is_dir() {
            let run = LoggedRun::read(path, name).map_err(|error| Usage(error.to_string()))?;
            sets.extend(run.before_and_after());
            runs.push(run);
        } else {
            let points = predictions(path)?;
            sets.push(Points { name, points });
        }
    }
    let file = &options.file;
    let plots = Plots::new(&runs, &sets, file.page, file.format);
    let plots = plots.map_err(|error| usage(&error))?;
    let inputs = Inputs::of(options.inputs.iter().map(PathBuf::as_path));
    for name in plots.names() {
        inputs.spare(&options.output.join(name))?;
    }
    let written = plots.write(&options.output)?;
    for set in &sets {
        show!("{}: {}", set.name, set.compared().in_words().join(", "));
    }
    for path in written {
        show!("{}", path.display());
    }
    Ok(Outcome::Done)
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
    told_apart(paths.iter().map(short).collect(), paths)
}
