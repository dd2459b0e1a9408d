//! The folder of a run: its settings, its log, its checkpoints, and the state from which it goes
//! on when it was stopped or killed at any moment.

use super::event::{Epoch, Event};
use super::origin::Origin;
use super::{Position, Settings, StateError, TrainError};
use bpclip_core::checkpoint::{Precision, TensorValues, Tensors, write_tensors};
use bpclip_core::file::{open_own, read_file, read_text, remove_unfinished, write_whole};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SETTINGS: &str = "settings.json";
/// What it was made of; a run of before has none.
const ORIGIN: &str = "run.json";
const LOG: &str = "log.jsonl";
const STATE: &str = "state.safetensors";
/// Held while a program trains in the folder.
const LOCK: &str = ".lock";
/// How long a folder in use is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// The best checkpoint of a run.
pub const BEST: &str = "best.safetensors";
/// The keys of a state's metadata.
const PROGRESS: &str = "progress";
const RUN: &str = "run";

/// How far a run has come, beside its tensors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Where it stands.
    pub position: Position,
    /// Steps of the optimiser.
    pub steps: usize,
    /// The best epoch's number and its SRCC on the pictures held out.
    pub best: Option<(u32, f64)>,
    /// Label and raw score of the pictures held out at the best epoch.
    #[serde(default)]
    pub best_points: Vec<[f32; 2]>,
    /// The highest SRCC on the pictures held out so far.
    #[serde(default)]
    pub highest: Option<f64>,
    /// Epochs since the last one that was better.
    pub since_best: u32,
    /// Losses summed over the epoch that it stands in, in the order of [`LossTerms`](super::LossTerms);
    /// a state of before has fewer.
    pub sums: Vec<f64>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            position: Position { epoch: 0, step: 0 },
            steps: 0,
            best: None,
            best_points: Vec::new(),
            highest: None,
            since_best: 0,
            sums: Vec::new(),
        }
    }
}

/// A run's folder.
pub struct Run {
    folder: PathBuf,
    /// Its number, which its files bear; nothing in a run of before.
    id: String,
    log: File,
    /// Let go when the run ends, or its program.
    _lock: File,
}

impl Run {
    /// A new run in a folder, which is made.
    ///
    /// # Errors
    /// The folder holds a run already, or what is left of one, or cannot be written.
    pub fn create(folder: &Path, settings: &Settings, origin: &Origin) -> Result<Self, TrainError> {
        fs::create_dir_all(folder).map_err(TrainError::write(folder))?;
        let is_new = || match self::origin(folder)? {
            Found::Run(_) => Err(TrainError::RunExists(folder.to_owned())),
            Found::Nothing => Ok(()),
        };
        is_new()?;
        let lock = lock(folder)?;
        // Another program may have been faster.
        is_new()?;
        // The settings last: with them it is a run.
        write_json(&folder.join(ORIGIN), origin)?;
        write_json(&folder.join(SETTINGS), settings)?;
        Self::open_log(folder, origin.run.clone(), lock)
    }

    /// A run that was begun before, with its settings and, where it got so far, its state. What
    /// the log holds beyond that state is dropped: it will be done again.
    ///
    /// # Errors
    /// There is no run, or one of its files is damaged or of another run.
    pub fn open(folder: &Path) -> Result<Opened, TrainError> {
        let path = folder.join(SETTINGS);
        if !path.exists() {
            return Err(TrainError::NoRun(folder.to_owned()));
        }
        let lock = lock(folder)?;
        let settings = read_json(&path)?;
        let origin = match self::origin(folder)? {
            Found::Run(origin) => origin,
            Found::Nothing => return Err(TrainError::NoRun(folder.to_owned())),
        };
        if origin
            .as_ref()
            .is_some_and(|origin| !origin.is_of(&settings))
        {
            return Err(TrainError::Stranger(path));
        }
        let id = origin
            .as_ref()
            .map_or("", |origin| origin.run.as_str())
            .to_owned();
        let saved = SavedState::read(&folder.join(STATE), &id)?;
        let position = saved.as_ref().map(|saved| saved.progress.position);
        rewind(&folder.join(LOG), &id, position)?;
        Ok(Opened {
            run: Self::open_log(folder, id, lock)?,
            settings,
            origin,
            saved,
        })
    }

    fn open_log(folder: &Path, id: String, lock: File) -> Result<Self, TrainError> {
        let path = folder.join(LOG);
        let log = open_own(&path, OpenOptions::new().create(true).append(true));
        Ok(Self {
            folder: folder.to_owned(),
            id,
            log: log.map_err(TrainError::write(&path))?,
            _lock: lock,
        })
    }

    /// Its number, which its files bear; nothing in a run of before.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Appends what happened to the log, a line of JSON.
    ///
    /// # Errors
    /// The log cannot be written.
    pub fn log(&mut self, event: &Event) -> Result<(), TrainError> {
        let path = self.folder.join(LOG);
        let mut line = serde_json::to_string(event).map_err(TrainError::json(&path))?;
        line.push('\n');
        let written = self.log.write_all(line.as_bytes());
        written.map_err(TrainError::write(&path))
    }

    /// Saves the state, whole or not at all.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(
        &self,
        progress: &Progress,
        state: &BTreeMap<String, TensorValues>,
    ) -> Result<(), TrainError> {
        let path = self.state_path();
        let progress = serde_json::to_string(progress).map_err(TrainError::json(&path))?;
        let mut metadata = HashMap::from([(PROGRESS.to_owned(), progress)]);
        if !self.id.is_empty() {
            metadata.insert(RUN.to_owned(), self.id.clone());
        }
        Ok(write_tensors(state, metadata, Precision::Fp32, &path)?)
    }

    /// Where the state lies.
    pub fn state_path(&self) -> PathBuf {
        self.folder.join(STATE)
    }

    /// Where the checkpoint of an epoch goes.
    pub fn checkpoint(&self, epoch: u32) -> PathBuf {
        self.folder.join(format!("epoch-{epoch:03}.safetensors"))
    }

    /// Where the best checkpoint goes.
    pub fn best(&self) -> PathBuf {
        self.folder.join(BEST)
    }

    /// Removes the checkpoints of epochs before the last `keep`, but never that of the best one.
    pub fn prune(&self, epoch: u32, keep: u32, best: Option<u32>) {
        let old = 0..(epoch + 1).saturating_sub(keep);
        for old in old.filter(|old| Some(*old) != best) {
            // One that was removed before, or by the user, is as good.
            let _ = fs::remove_file(self.checkpoint(old));
        }
    }
}

/// A run that was begun before.
pub struct Opened {
    /// Its folder.
    pub run: Run,
    pub settings: Settings,
    /// What it was made of, where that was noted.
    pub origin: Option<Origin>,
    /// Where it stands, if it got so far.
    pub saved: Option<SavedState>,
}

/// What a folder holds.
#[allow(clippy::large_enum_variant)] // one a run
pub enum Found {
    Nothing,
    /// A run, and what it was made of, where that was noted.
    Run(Option<Origin>),
}

/// What there is in a folder, or to be in it.
///
/// # Errors
/// It holds files of a run without the run, or one of them is damaged.
pub fn origin(folder: &Path) -> Result<Found, TrainError> {
    if folder.join(SETTINGS).exists() {
        let path = folder.join(ORIGIN);
        let origin = path.exists().then(|| read_json(&path)).transpose()?;
        return Ok(Found::Run(origin));
    }
    let left = [STATE, LOG, BEST].map(|name| folder.join(name));
    match left.into_iter().find(|path| path.exists()) {
        Some(path) => Err(TrainError::Remains(path)),
        None => Ok(Found::Nothing),
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, TrainError> {
    let text = read_text(path).map_err(TrainError::io(path))?;
    serde_json::from_str(&text).map_err(TrainError::json(path))
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), TrainError> {
    let text = serde_json::to_string_pretty(value).map_err(TrainError::json(path))?;
    write_whole(path, |file| writeln!(file, "{text}")).map_err(TrainError::write(path))
}

/// Makes the folder this program's, and clears away what a killed one was writing.
fn lock(folder: &Path) -> Result<File, TrainError> {
    let path = folder.join(LOCK);
    let mut options = OpenOptions::new();
    let lock = open_own(&path, options.write(true).create(true).truncate(false));
    let lock = lock.map_err(TrainError::write(&path))?;
    let begun = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            // Whoever held it may be about to end.
            Err(fs::TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                std::thread::sleep(PATIENCE / 20);
            }
            Err(fs::TryLockError::WouldBlock) => return Err(TrainError::Busy(folder.to_owned())),
            // A file system without locks: nothing to be had.
            Err(fs::TryLockError::Error(_)) => return Ok(lock),
        }
    }
    // A state is large, and a run may be killed often.
    remove_unfinished(folder);
    Ok(lock)
}

/// A saved state.
pub struct SavedState {
    /// How far the run had come.
    pub progress: Progress,
    /// The tensors, as the optimiser gave them.
    pub tensors: BTreeMap<String, TensorValues>,
}

impl SavedState {
    fn read(path: &Path, id: &str) -> Result<Option<Self>, TrainError> {
        let bytes = match read_file(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(TrainError::io(path)(error)),
        };
        let tensors = Tensors::parse(&bytes, path)?;
        let progress = tensors.metadata().get(PROGRESS).ok_or(StateError::NoState);
        let progress = progress.map_err(TrainError::state(path))?;
        if tensors.metadata().get(RUN).map_or("", String::as_str) != id {
            return Err(TrainError::Stranger(path.to_owned()));
        }
        let progress = serde_json::from_str(progress).map_err(TrainError::json(path))?;
        let tensors = tensors.all()?;
        Ok(Some(Self { progress, tensors }))
    }
}

/// Everything in a run's log, oldest first. A line that was cut short or damaged is left out.
///
/// # Errors
/// The log cannot be read.
pub fn read_log(folder: &Path) -> Result<Vec<Event>, TrainError> {
    let lines = log_text(&folder.join(LOG))?.unwrap_or_default();
    let events = lines.lines().map(serde_json::from_str);
    Ok(events.filter_map(Result::ok).collect())
}

/// The text of a log, if there is one. A line may be cut in the middle of a letter.
fn log_text(path: &Path) -> Result<Option<String>, TrainError> {
    match read_file(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TrainError::io(path)(error)),
    }
}

/// Drops from the log of a run what happened at a position or after it; of one that has saved
/// nothing yet all, the start as epoch 0 too.
fn rewind(path: &Path, id: &str, saved: Option<Position>) -> Result<(), TrainError> {
    let Some(text) = log_text(path)? else {
        return Ok(());
    };
    let is_strange = |line: &str| match serde_json::from_str(line) {
        Ok(Event::Started(plan)) => plan.run != id,
        _ => false,
    };
    if text.lines().any(is_strange) {
        return Err(TrainError::Stranger(path.to_owned()));
    }
    let before = |event: &Event| match event {
        Event::Step(step) => {
            let at = step.position;
            saved.is_some_and(|to| (at.epoch, at.step) < (to.epoch, to.step))
        }
        Event::Epoch(Epoch { epoch, .. }) => saved.is_some_and(|to| *epoch <= to.epoch),
        _ => true,
    };
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| serde_json::from_str(line).is_ok_and(|event| before(&event)))
        .collect();
    write_whole(path, |file| {
        kept.iter().try_for_each(|line| writeln!(file, "{line}"))
    })
    .map_err(TrainError::write(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Preset;
    use crate::train::data::TrainingData;
    use bpclip_core::model::Task;

    #[test]
    fn a_run_that_was_killed_before_it_saved_forgets_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOG);
        let start = Event::Epoch(Epoch {
            epoch: 0,
            loss: Default::default(),
            plcc: None,
            srcc: None,
            rmse: None,
            points: Vec::new(),
            best: true,
            checkpoint: PathBuf::new(),
        });
        let line = serde_json::to_string(&start).unwrap() + "\n";
        fs::write(&path, &line).unwrap();
        rewind(&path, "", Some(Position { epoch: 0, step: 0 })).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), line);
        rewind(&path, "", None).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }

    #[test]
    fn the_best_epochs_checkpoint_stays_however_few_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::new(Preset::FineTune, Task::NoReference);
        let origin = Origin::of(&settings, &TrainingData::default()).unwrap();
        let run = Run::create(folder.path(), &settings, &origin).unwrap();
        let there = || -> Vec<u32> {
            (0..6)
                .filter(|epoch| run.checkpoint(*epoch).exists())
                .collect()
        };
        for (epoch, best) in [(0, 0), (1, 1), (2, 1), (3, 1), (4, 4), (5, 4)] {
            fs::write(run.checkpoint(epoch), "weights").unwrap();
            run.prune(epoch, 1, Some(best));
            assert!(there().contains(&best), "{:?}", there());
        }
        assert_eq!(there(), [4, 5]);
    }

    #[test]
    fn a_log_cut_in_the_middle_of_a_letter_loses_that_line_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(LOG);
        let line = |name: &str| {
            let skipped = Event::Skipped {
                path: name.into(),
                reason: "broken".into(),
            };
            serde_json::to_string(&skipped).unwrap()
        };
        let whole = format!("{}\n{}", line("a"), line("gr\u{fc}n"));
        let cut = whole.find('\u{fc}').unwrap() + 1;
        fs::write(&path, &whole.as_bytes()[..cut]).unwrap();
        assert_eq!(read_log(folder.path()).unwrap().len(), 1);
        rewind(&path, "", None).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), line("a") + "\n");
    }
}
