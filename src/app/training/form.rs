//! What the next training is told, as the panel's form holds it.

use super::folder;
use crate::app::wording::unticked;
use bpclip_core::model::Task;
use bpclip_train::train::{Preset, Settings};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The form: the settings, what they began with, and where the run will lie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// What the settings began with.
    pub preset: Preset,
    /// The settings.
    pub settings: Settings,
    /// The run's folder; without one, a dated one in the user's data folder.
    pub folder: Option<PathBuf>,
}

impl Default for Form {
    fn default() -> Self {
        let preset = Preset::FineTune;
        Self {
            preset,
            settings: Settings::new(preset, Task::NoReference),
            folder: None,
        }
    }
}

impl Form {
    /// Begins again with a preset for a task. The folders and the device stay.
    pub fn begin(&mut self, preset: Preset, task: Task) {
        self.preset = preset;
        self.settings = Settings {
            task,
            ..self.settings.clone()
        };
        self.settings = self.usual();
    }

    /// The preset's settings with this form's folders and device.
    pub fn usual(&self) -> Settings {
        Settings {
            data: self.settings.data.clone(),
            pristine: self.settings.pristine.clone(),
            device: self.settings.device.clone(),
            ..Settings::new(self.preset, self.settings.task)
        }
    }

    /// Where the run will lie; `runs` is the folder of the runs that name none.
    pub fn target(&self, runs: Option<&Path>) -> Option<PathBuf> {
        match &self.folder {
            Some(folder) => Some(folder.clone()),
            None => Some(runs?.join(folder::dated_name(&self.settings.data))),
        }
    }

    /// What in this form cannot be, in a sentence.
    pub fn problem(&self, runs: Option<&Path>) -> Option<String> {
        if let Err(sentence) = self.settings.check() {
            return Some(unticked(&sentence.to_string()));
        }
        let Some(target) = self.target(runs) else {
            return Some("name a folder for the run".into());
        };
        self.sources()
            .find(|source| target.starts_with(source))
            .map(|source| folder::inside(source))
    }

    /// Every folder that pictures are taken from.
    pub fn sources(&self) -> impl Iterator<Item = &PathBuf> {
        self.settings.data.iter().chain(&self.settings.pristine)
    }

    /// Whether a settings file, which is text, can hold it.
    pub(crate) fn is_text(&self) -> bool {
        let weights = self.settings.weights.iter();
        let paths = self.sources().chain(&self.folder).chain(weights);
        let start = match &self.settings.start {
            bpclip_train::train::Start::Checkpoint(path) => path.to_str().is_some(),
            _ => true,
        };
        start && paths.into_iter().all(|path| path.to_str().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_keeps_folders_and_device() {
        let mut form = Form::default();
        form.settings.data.push("/photos".into());
        form.settings.device = bpclip_core::device::DeviceChoice::Cpu;
        form.settings.epochs = 77;
        form.begin(Preset::Paper, Task::FullReference);
        assert_eq!(form.settings.data, [Path::new("/photos")]);
        assert_eq!(form.settings.device, bpclip_core::device::DeviceChoice::Cpu);
        assert_eq!(form.settings.task, Task::FullReference);
        assert_eq!(form.settings, form.usual());
        assert_eq!(form.settings.epochs, 200);
    }

    #[test]
    fn a_run_never_lies_in_the_pictures() {
        let mut form = Form::default();
        form.settings.data.push("/photos".into());
        assert_eq!(form.problem(Some(Path::new("/runs"))), None);
        form.folder = Some("/photos/run".into());
        let problem = form.problem(None).unwrap();
        assert!(problem.contains("/photos"), "{problem}");
        form.folder = None;
        assert!(form.problem(None).unwrap().contains("folder for the run"));
    }
}
