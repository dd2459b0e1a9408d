//! Plans on the disk.

use super::{Plan, TransferError};
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

/// How a log's name begins and ends.
const PREFIX: &str = "bpclip-pick-";
const SUFFIX: &str = ".json";

impl Plan {
    /// Writes the plan as a log into a folder, which is made if need be; says under which name.
    ///
    /// # Errors
    /// It cannot be written; then nothing must be done.
    pub fn log(&self, folder: &Path) -> Result<PathBuf, TransferError> {
        let failed = |cause| TransferError::new(folder, cause);
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)
            .map_err(|error| failed(super::files::bare(error)))?;
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(error.into()))?;
        writeln!(file, "{text}").map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        let seconds = self.made;
        for attempt in 1..100 {
            let number = match attempt {
                1 => String::new(),
                number => format!("-{number}"),
            };
            let path = folder.join(format!("{PREFIX}{seconds}{number}{SUFFIX}"));
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok(path),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                    file = error.file;
                }
                Err(error) => return Err(failed(error.error)),
            }
        }
        Err(failed(io::Error::other("too many logs are there already")))
    }

    /// Reads a log.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn of_log(log: &Path) -> Result<Self, TransferError> {
        let read = File::open(log).and_then(|file| {
            serde_json::from_reader(BufReader::new(file)).map_err(io::Error::from)
        });
        read.map_err(|cause| TransferError::new(log, cause))
    }
}

/// The logs in a folder, the newest first.
fn logs(folder: &Path) -> Vec<PathBuf> {
    let number = |name: &str| {
        let number = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let (seconds, attempt) = number.split_once('-').unwrap_or((number, "1"));
        Some((seconds.parse::<u64>().ok()?, attempt.parse::<u32>().ok()?))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut logs: Vec<_> = entries
        .filter_map(|entry| Some((number(&entry.file_name().to_string_lossy())?, entry.path())))
        .collect();
    logs.sort_by_key(|log| std::cmp::Reverse(log.0));
    logs.into_iter().map(|(_, path)| path).collect()
}

/// The newest log in a folder that can be read, with its plan.
pub fn last_log(folder: &Path) -> Option<(PathBuf, Plan)> {
    let mut logs = logs(folder).into_iter();
    logs.find_map(|log| Plan::of_log(&log).ok().map(|plan| (log, plan)))
}

/// Removes all but the newest logs of a folder.
pub fn tidy(folder: &Path, keep: usize) {
    for log in logs(folder).into_iter().skip(keep) {
        // One that stays costs room and nothing else.
        let _ = fs::remove_file(log);
    }
}
