//! The run that the panel shows.

use crate::curves::Curves;
use bpclip_train::train::{BEST, Epoch, Event};
use std::path::{Path, PathBuf};

/// What a run is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It reads the data and the network.
    Preparing,
    /// It trains.
    Running,
    /// It will wait after this step.
    Pausing,
    /// It waits.
    Paused,
    /// It will end after this step.
    Stopping,
    /// It was ended before its end.
    Stopped,
    /// It is done.
    Finished,
    /// It ended, for this reason.
    Failed(String),
    /// It was read from its folder; nothing of it runs here.
    Opened,
}

impl Phase {
    /// Whether a thread works on it.
    pub fn is_active(&self) -> bool {
        match self {
            Self::Preparing | Self::Running | Self::Pausing | Self::Paused | Self::Stopping => true,
            Self::Stopped | Self::Finished | Self::Failed(_) | Self::Opened => false,
        }
    }
}

/// A run: where it lies, what it is doing, and how it goes.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its folder.
    pub folder: PathBuf,
    /// What it is doing.
    pub phase: Phase,
    /// How it goes.
    pub curves: Curves,
    /// The epochs whose checkpoints are still there.
    pub kept: Vec<u32>,
}

impl Run {
    /// A run that is about to begin.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            phase: Phase::Preparing,
            curves: Curves::default(),
            kept: Vec::new(),
        }
    }

    /// Takes in what happened.
    pub fn take(&mut self, event: &Event) {
        self.curves.take(event);
        self.phase = match (event, &self.phase) {
            (Event::Started(_), Phase::Preparing) => Phase::Running,
            (Event::Paused, Phase::Pausing) => Phase::Paused,
            (Event::Resumed, Phase::Paused) => Phase::Running,
            (_, phase) => phase.clone(),
        };
    }

    /// The best epoch's checkpoint, if an epoch is done.
    pub fn best(&self) -> Option<PathBuf> {
        self.curves.best().map(|_| self.folder.join(BEST))
    }

    /// The checkpoint of an epoch, if it is still there.
    pub fn checkpoint(&self, epoch: &Epoch) -> Option<PathBuf> {
        if !self.kept.contains(&epoch.epoch) {
            return None;
        }
        // The log may name it from another working directory, or from before the run was moved.
        Some(self.folder.join(epoch.checkpoint.file_name()?))
    }

    /// Whether it could go on.
    pub fn can_resume(&self) -> bool {
        let begun = self.curves.plan.is_some() && !self.curves.finished();
        match self.phase {
            Phase::Stopped | Phase::Failed(_) => begun,
            // One that was killed before it began has its settings, and no log.
            Phase::Opened => begun || self.curves.plan.is_none(),
            _ => false,
        }
    }
}

/// A run whose curves are shown beside those of another.
#[derive(Clone, Debug)]
pub struct ComparedRun {
    /// Its folder.
    pub folder: PathBuf,
    /// How it went.
    pub curves: Curves,
}

impl ComparedRun {
    /// What its curves are called.
    pub fn name(&self) -> String {
        let name = self.folder.file_name();
        name.unwrap_or(self.folder.as_os_str())
            .to_string_lossy()
            .into_owned()
    }
}

/// A run's log and what else there is in its folder.
///
/// # Errors
/// A sentence: it is no run's folder, or the log cannot be read.
pub fn read(folder: &Path) -> Result<(Curves, Vec<u32>), String> {
    let curves = curves(folder)?;
    let kept = kept(folder, &curves.epochs);
    Ok((curves, kept))
}

/// How a run went, by its log.
///
/// # Errors
/// As [`read`].
pub fn curves(folder: &Path) -> Result<Curves, String> {
    let log = crate::curves::read(folder).map_err(|error| error.to_string())?;
    Ok(Curves::of_log(&log))
}

/// The epochs whose checkpoints are in the folder.
pub fn kept(folder: &Path, epochs: &[Epoch]) -> Vec<u32> {
    let there = |epoch: &&Epoch| {
        let name = epoch.checkpoint.file_name();
        name.is_some_and(|name| folder.join(name).is_file())
    };
    epochs
        .iter()
        .filter(there)
        .map(|epoch| epoch.epoch)
        .collect()
}
