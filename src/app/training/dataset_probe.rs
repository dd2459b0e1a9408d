//! What lies in the folders that a training is to take its pictures from.

use super::form::Form;
use bpclip_core::image::{LeftOut, PassedOver, walk};
use bpclip_core::model::Task;
use bpclip_train::dataset::{self, Dataset, OpenOptions};
use bpclip_train::train::TrainError;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The folders that are looked at, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeRequest {
    /// Folders of rated pictures.
    pub data: Vec<PathBuf>,
    /// Folders of pristine photographs.
    pub pristine: Vec<PathBuf>,
    /// A full-reference training needs references.
    pub task: Task,
}

impl ProbeRequest {
    /// That of a form.
    pub fn of(form: &Form) -> Self {
        let settings = &form.settings;
        Self {
            data: settings.data.clone(),
            pristine: settings.pristine.clone(),
            task: settings.task,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// A line a folder: what it is and how much it holds.
    pub lines: Vec<String>,
    /// What was decided on the way and should be known.
    pub notes: Vec<String>,
}

/// What is known of the folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DatasetState {
    /// None are named.
    #[default]
    Nothing,
    /// They are being looked at.
    Looking,
    /// This is in them.
    Found(Found),
    /// They cannot be trained on, for this reason.
    Wrong(String),
}

/// Looks at the folders. Takes as long as the disk does; `stop` ends it early.
///
/// # Errors
/// A sentence that names the folder and says what to do.
pub fn probe(request: &ProbeRequest, stop: &AtomicBool) -> Result<Found, String> {
    let mut found = Found::default();
    for folder in &request.data {
        let dataset = dataset::open(folder, &OpenOptions::default());
        let dataset = dataset.map_err(|error| error.to_string())?;
        let lone = dataset.items.iter().all(|item| item.reference.is_none());
        if request.task == Task::FullReference && lone {
            return Err(TrainError::NoReferences(dataset.root).to_string());
        }
        if dataset.items.is_empty() {
            return Err(TrainError::Empty(dataset.root).to_string());
        }
        found.lines.push(rated(&dataset));
        found.notes.extend(dataset.notes.iter().cloned());
        if let Some(first) = dataset.skipped.first() {
            let (count, name, reason) = (dataset.skipped.len(), &first.name, &first.reason);
            let said = match count {
                1 => format!("{name} is left out: it {reason}."),
                _ => format!("{count} pictures are left out; the first, {name}, {reason}."),
            };
            found.notes.push(said);
        }
    }
    for folder in &request.pristine {
        let (count, left_out) = pictures(folder, stop)?;
        if count == 0 {
            return Err(TrainError::Empty(folder.clone()).to_string());
        }
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        let name = name.to_string_lossy();
        found
            .lines
            .push(format!("{name}: {count} pristine photographs"));
        if !left_out.is_empty() {
            found.notes.push(format!("{name}: left out: {left_out}."));
        }
    }
    Ok(found)
}

/// A labelled folder in a line.
fn rated(dataset: &Dataset) -> String {
    let (name, count, label) = (&dataset.name, dataset.items.len(), &dataset.label);
    let paired = dataset.items.iter().filter(|item| item.reference.is_some());
    let references = match paired.count() {
        0 => String::new(),
        paired => format!(", {paired} with a reference"),
    };
    let split = match dataset.items.iter().any(|item| item.subset.is_some()) {
        true => ", with a split of its own",
        false => "",
    };
    format!(
        "{name}: {count} rated pictures{references}{split}; {}, {} to {}, {}",
        label.meaning,
        label.min,
        label.max,
        label.direction()
    )
}

/// Counts the pictures in a folder and in those within it, and what else is there.
fn pictures(folder: &Path, stop: &AtomicBool) -> Result<(usize, LeftOut), String> {
    let (mut count, mut left_out) = (0, LeftOut::default());
    for entry in walk(folder, true) {
        if stop.load(Ordering::Relaxed) {
            return Ok((count, left_out));
        }
        match entry {
            Ok(_) => count += 1,
            Err(PassedOver::Unreadable { path, source }) => {
                return Err(format!("{}: {source}", path.display()));
            }
            Err(passed) => left_out.add(&passed),
        }
    }
    Ok((count, left_out))
}
