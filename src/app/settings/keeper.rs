//! Keeps the settings on the disk.

use super::Settings;
use super::file::{Problem, SaveError};
use crate::app::background::Background;
use crate::app::log::Tone;
use crate::app::wording::sentence;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Changes are written no more often than this.
const PAUSE: Duration = Duration::from_secs(2);

/// Where settings are kept, and what was last kept there.
pub struct Keeper {
    /// `None` keeps none.
    path: Option<PathBuf>,
    /// As they were last found or written; another window may have changed the file since.
    found: Arc<Mutex<Found>>,
    saved: Settings,
    /// How often they have changed.
    changes: u64,
    saved_at: Instant,
}

/// What the file holds, as far as this window knows.
struct Found {
    settings: Settings,
    /// The last change of this window that it has.
    change: u64,
}

impl Keeper {
    /// Reads the settings at `path`, and says what is wrong with them.
    pub fn load(path: Option<PathBuf>) -> (Self, Settings, Option<Problem>) {
        let (settings, problem) = match &path {
            Some(path) => Settings::load(path),
            None => (Settings::default(), None),
        };
        let keeper = Self {
            // What cannot be put aside must not be overwritten.
            path: path.filter(|_| problem.as_ref().is_none_or(Problem::may_save)),
            found: Arc::new(Mutex::new(Found {
                settings: settings.clone(),
                change: 0,
            })),
            saved: settings.clone(),
            changes: 0,
            saved_at: Instant::now(),
        };
        (keeper, settings, problem)
    }

    /// Puts the settings on the disk if they have changed for a while, on a thread.
    pub fn keep(&mut self, settings: &Settings, background: &Background) {
        if self.saved_at.elapsed() > PAUSE
            && let Some(save) = self.changed(settings)
        {
            background.run(move |background| {
                if let Err(error) = save() {
                    background.say(Tone::Bad, sentence(&error.to_string()));
                }
            });
        }
    }

    /// Puts them on the disk now.
    pub fn keep_now(&mut self, settings: &Settings) {
        if let Some(save) = self.changed(settings) {
            // Nobody is there to be told.
            let _ = save();
        }
    }

    /// What writes the settings, if they have changed.
    fn changed(
        &mut self,
        settings: &Settings,
    ) -> Option<impl FnOnce() -> Result<(), SaveError> + Send + use<>> {
        if self.saved == *settings {
            return None;
        }
        self.saved = settings.clone();
        self.saved_at = Instant::now();
        self.changes += 1;
        let change = self.changes;
        let (path, settings) = (self.path.clone()?, settings.clone());
        let found = Arc::clone(&self.found);
        Some(move || {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            // A thread that was slow to begin must not put older ones over newer ones.
            if found.change > change {
                return Ok(());
            }
            settings.save_changes(&found.settings, &path)?;
            *found = Found { settings, change };
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::Theme;

    #[test]
    fn older_settings_never_come_over_newer_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let (mut keeper, mut settings, _) = Keeper::load(Some(path.clone()));
        settings.theme = Theme::Dark;
        let slow = keeper.changed(&settings).unwrap();
        settings.theme = Theme::Light;
        keeper.keep_now(&settings);
        slow().unwrap();
        assert_eq!(Settings::load(&path).0.theme, Theme::Light);
    }
}
