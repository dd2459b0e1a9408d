//! What a run was made of: by it the files of its folder are told from those of another run, and a
//! run that is wanted from one that was made otherwise.

use super::data::TrainingData;
use super::{Settings, Start, TrainError};
use crate::dataset::Item;
use bpclip_core::checkpoint::{hex, read_bytes};
use bpclip_core::device::DeviceChoice;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What a run was made of, as its folder keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Tells the run from every other, one of the same settings too.
    pub run: String,
    /// What of its settings shapes the network: all but places and the machine.
    settings: Settings,
    /// SHA-256 of the files that it starts from.
    files: String,
    /// SHA-256 of the names, sizes, labels and roles of its pictures.
    pictures: String,
    /// How an experiment divided the dataset.
    protocol: Option<String>,
    /// The program that began it.
    program: String,
}

impl Origin {
    /// Of a run that is to begin.
    ///
    /// # Errors
    /// A file that it starts from cannot be read.
    pub fn of(settings: &Settings, data: &TrainingData) -> Result<Self, TrainError> {
        Ok(Self {
            run: format!("{:016x}", rand::random::<u64>()),
            settings: shaping(settings),
            files: files(settings)?,
            pictures: pictures(data),
            protocol: data.protocol.clone(),
            program: program(),
        })
    }

    /// Whether these may be its settings: another place or device makes no other run.
    pub fn is_of(&self, settings: &Settings) -> bool {
        shaping(&self.settings) == shaping(settings)
    }

    /// How another one differs, a sentence each; the number of the run is none.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut found = settings_that_differ(&self.settings, &now.settings);
        if self.files != now.files {
            found.push("a file that it starts from is another".into());
        }
        if self.pictures != now.pictures {
            found.push("its pictures or their ratings are others".into());
        }
        let protocol = |origin: &Self| origin.protocol.clone().unwrap_or("none".into());
        let words = [
            ("the protocol", protocol(self), protocol(now)),
            ("the program", self.program.clone(), now.program.clone()),
        ];
        let other = words.into_iter().filter(|(_, before, now)| before != now);
        found.extend(other.map(|(what, before, now)| format!("{what} was {before} and is {now}")));
        found
    }
}

/// The program that trains, as a checkpoint's record names it.
pub fn program() -> String {
    let commit = option_env!("BPCLIP_COMMIT").unwrap_or("not recorded");
    format!("bpclip {} (commit {commit})", env!("CARGO_PKG_VERSION"))
}

/// Settings without what makes no other network: where things lie, and what is up to the machine.
fn shaping(settings: &Settings) -> Settings {
    let somewhere = |path: &Option<PathBuf>| path.as_ref().map(|_| PathBuf::new());
    let mut table = settings.table.clone();
    for path in [
        &mut table.table,
        &mut table.images,
        &mut table.references,
        // Its parts are among the pictures, by their roles.
        &mut table.splits,
    ] {
        *path = somewhere(path);
    }
    Settings {
        data: Vec::new(),
        pristine: Vec::new(),
        start: match &settings.start {
            // Its content is among the files; nothing is no path.
            Start::Checkpoint(_) => Start::Checkpoint("checkpoint".into()),
            start => start.clone(),
        },
        weights: somewhere(&settings.weights),
        adjective_list: somewhere(&settings.adjective_list),
        encoder: somewhere(&settings.encoder),
        device: DeviceChoice::Auto,
        recompute: false,
        save_minutes: 0.0,
        keep: 0,
        cache: 0,
        table,
        ..settings.clone()
    }
}

fn settings_that_differ(before: &Settings, now: &Settings) -> Vec<String> {
    let fields = |settings: &Settings| match serde_json::to_value(shaping(settings)) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let now = fields(now);
    let before = fields(before).into_iter();
    before
        .filter_map(|(name, before)| {
            let now = now.get(&name).filter(|now| **now != before)?;
            let name = name.replace('_', "-");
            Some(format!("`{name}` was {before} and is {now}"))
        })
        .collect()
}

/// The digest of the files that a run starts from.
fn files(settings: &Settings) -> Result<String, TrainError> {
    let start = match &settings.start {
        Start::Checkpoint(path) => Some(path),
        Start::Bundled | Start::Fresh => None,
    };
    let Settings {
        weights,
        adjective_list,
        encoder,
        ..
    } = settings;
    let named = [
        start,
        weights.as_ref(),
        adjective_list.as_ref(),
        encoder.as_ref(),
    ];
    let mut digest = Sha256::new();
    for path in named {
        let content = path.map(|path| read_bytes(path)).transpose()?;
        digest.update([u8::from(content.is_some())]);
        digest.update(Sha256::digest(content.as_deref().unwrap_or_default()));
    }
    Ok(hex(&digest.finalize()))
}

/// The digest of what is learned from, held out, and measured on: not of the pictures themselves,
/// which would have to be read whole.
fn pictures(data: &TrainingData) -> String {
    let mut digest = Sha256::new();
    let rated = data.rated.iter().map(|rated| &rated.item);
    let roles: [Vec<&Item>; 3] = [
        rated.collect(),
        data.held_out.iter().collect(),
        data.tested.iter().collect(),
    ];
    for items in roles {
        digest.update((items.len() as u64).to_le_bytes());
        for item in items {
            add_text(&mut digest, item.name.as_bytes());
            digest.update(item.mos.to_le_bytes());
            add_file(&mut digest, Some(&item.distorted));
            add_file(&mut digest, item.reference.as_deref());
        }
    }
    for path in &data.pristine {
        add_file(&mut digest, Some(path));
    }
    hex(&digest.finalize())
}

fn add_text(digest: &mut Sha256, text: &[u8]) {
    digest.update((text.len() as u64).to_le_bytes());
    digest.update(text);
}

/// The name and the size of a file; one that is not there has none.
fn add_file(digest: &mut Sha256, path: Option<&Path>) {
    let name = path.and_then(Path::file_name).unwrap_or_default();
    add_text(digest, name.as_encoded_bytes());
    let length = path.and_then(|path| path.metadata().ok());
    digest.update(length.map_or(0, |file| file.len()).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Preset;
    use bpclip_core::model::Task;

    #[test]
    fn what_shapes_the_network_makes_another_run_and_a_place_does_not() {
        let mut settings = Settings::new(Preset::FineTune, Task::NoReference);
        settings.table.splits = Some("splits.csv".into());
        let data = TrainingData::default();
        let origin = Origin::of(&settings, &data).unwrap();
        let text = serde_json::to_string(&origin).unwrap();
        assert_eq!(serde_json::from_str::<Origin>(&text).unwrap(), origin);

        let mut elsewhere = Settings {
            data: vec!["elsewhere".into()],
            device: DeviceChoice::Cpu,
            keep: 9,
            ..settings.clone()
        };
        elsewhere.table.splits = Some("elsewhere/splits.csv".into());
        assert!(origin.is_of(&elsewhere));
        let again = Origin::of(&elsewhere, &data).unwrap();
        assert!(origin.differences(&again).is_empty());
        assert_ne!(origin.run, again.run);

        let longer = Settings {
            epochs: 7,
            ..settings
        };
        assert!(!origin.is_of(&longer));
        let data = TrainingData {
            protocol: Some("8:2".into()),
            pristine: vec!["a.png".into()],
            ..data
        };
        assert_eq!(
            origin.differences(&Origin::of(&longer, &data).unwrap()),
            [
                "`epochs` was 5 and is 7",
                "its pictures or their ratings are others",
                "the protocol was none and is 8:2"
            ]
        );
    }
}
