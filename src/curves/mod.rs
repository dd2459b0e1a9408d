//! How a training went, made from the events of its run: for the window while it trains, for plots
//! and tables afterwards.

mod run_curves;
mod tables;
mod track;

pub use run_curves::Curves;
pub use tables::{write_epochs, write_held_out, write_steps};
pub use track::{Point, Series, Track};

use bpclip_train::train::{Event, TrainError, read_log};
use std::path::Path;

/// The log of the run in a folder; of one that was killed before it began there is nothing.
///
/// # Errors
/// It is no run's folder, or the log cannot be read.
pub fn read(folder: &Path) -> Result<Vec<Event>, TrainError> {
    let log = read_log(folder)?;
    match log.is_empty() && !folder.join("settings.json").is_file() {
        true => Err(TrainError::NoRun(folder.to_owned())),
        false => Ok(log),
    }
}
