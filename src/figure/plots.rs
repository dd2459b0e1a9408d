//! All that is drawn and written of trainings and predictions, into a folder.

use super::{FigureError, Format, Page, Plotted, Points, scatter, training};
use crate::curves::{self, Curves, write_epochs, write_held_out, write_steps};
use crate::figure::Drawing;
use bpclip_core::file::write_whole;
use bpclip_core::foreign::cell;
use bpclip_train::train::{Event, TrainError};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// A run that was read from its folder.
pub struct LoggedRun {
    name: String,
    events: Vec<Event>,
    curves: Curves,
}

impl LoggedRun {
    /// Reads a run; `name` is what people read.
    ///
    /// # Errors
    /// It is no run's folder, or its log cannot be read.
    pub fn read(folder: &Path, name: String) -> Result<Self, TrainError> {
        let events = curves::read(folder)?;
        let curves = Curves::of_log(&events);
        Ok(Self {
            name,
            events,
            curves,
        })
    }

    /// The scores of its start and of its best epoch, as far as they were measured.
    pub fn before_and_after(&self) -> Vec<Points> {
        let best = self.curves.best().map(|epoch| epoch.epoch);
        let wanted = self.curves.epochs.iter().filter(|epoch| {
            let shown = epoch.epoch == 0 || Some(epoch.epoch) == best;
            shown && !epoch.points.is_empty()
        });
        let name = &self.name;
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
}

/// Drawings of runs and of scores against labels, with the tables beside them.
pub struct Plots<'a> {
    runs: &'a [LoggedRun],
    sets: &'a [Points],
    page: Page,
    format: Format,
    training: Option<Drawing>,
    scatter: Option<Drawing>,
}

impl<'a> Plots<'a> {
    /// Draws them.
    ///
    /// # Errors
    /// There is nothing to draw, or the page is too narrow or has too many pixels.
    pub fn new(
        runs: &'a [LoggedRun],
        sets: &'a [Points],
        page: Page,
        format: Format,
    ) -> Result<Self, FigureError> {
        let plotted: Vec<Plotted> = runs
            .iter()
            .map(|run| Plotted {
                name: &run.name,
                curves: &run.curves,
            })
            .collect();
        let with_points = sets.iter().any(|set| !set.points.is_empty());
        if plotted.is_empty() && !with_points {
            return Err(FigureError::Nothing);
        }
        let training = (!plotted.is_empty()).then(|| training(&plotted, &page));
        let scatter = with_points.then(|| scatter(sets, &page));
        Ok(Self {
            runs,
            sets,
            page,
            format,
            training: training.transpose()?,
            scatter: scatter.transpose()?,
        })
    }

    /// The drawings by the names of their files.
    fn drawings(&self) -> impl Iterator<Item = (String, &Drawing)> {
        let named = [("training", &self.training), ("scatter", &self.scatter)];
        let ending = self.format.ending();
        named.into_iter().filter_map(move |(name, drawing)| {
            Some((format!("{name}.{ending}"), drawing.as_ref()?))
        })
    }

    /// The names of all files.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.drawings().map(|(name, _)| name).collect();
        if self.training.is_some() {
            names.extend(["steps.csv", "epochs.csv", "held-out.csv"].map(String::from));
        }
        if self.scatter.is_some() {
            names.push("scatter.csv".into());
        }
        names
    }

    /// Writes all into a folder, which is made; gives the drawings' files.
    ///
    /// # Errors
    /// One that names the file that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, FigureError> {
        std::fs::create_dir_all(folder).map_err(|cause| FigureError::Write {
            path: folder.to_owned(),
            cause,
        })?;
        let at = |name: &str| folder.join(name);
        if self.training.is_some() {
            let curves = || self.runs.iter().map(|run| (run.name.as_str(), &run.curves));
            let logs = self.runs.iter();
            let logs = logs.map(|run| (run.name.as_str(), run.events.as_slice()));
            file(at("steps.csv"), |out| write_steps(logs, out))?;
            file(at("epochs.csv"), |out| write_epochs(curves(), out))?;
            file(at("held-out.csv"), |out| write_held_out(curves(), out))?;
        }
        if self.scatter.is_some() {
            file(at("scatter.csv"), |out| write_compared(self.sets, out))?;
        }
        let mut written = Vec::new();
        for (name, drawing) in self.drawings() {
            file(at(&name), |out| drawing.write(&self.page, self.format, out))?;
            written.push(at(&name));
        }
        Ok(written)
    }
}

fn file(
    path: PathBuf,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> Result<(), FigureError> {
    write_whole(&path, write).map_err(|cause| FigureError::Write { path, cause })
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
