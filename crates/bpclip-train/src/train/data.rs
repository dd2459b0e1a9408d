//! The pictures of a training: what is learned from, what is held out, what ladders are made of.

use super::{Settings, TrainError};
use crate::dataset::{self, Dataset, Item, Protocol, Split, Subset};
use bpclip_core::image::{self, PassedOver};
use bpclip_core::model::Task;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::path::{Path, PathBuf};

/// The stream of random numbers that chooses what is held out, apart from those of the batches.
const STREAM: u64 = u64::MAX;

/// A rated picture.
#[derive(Clone, Debug, PartialEq)]
pub struct RatedPicture {
    /// The picture and its label.
    pub item: Item,
    /// The shorter side in pixels that the field shrinks pictures of its dataset to.
    pub shorter_side: Option<u32>,
}

/// What a training learns from and is judged on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingData {
    /// RatedPicture pictures to learn from.
    pub rated: Vec<RatedPicture>,
    /// RatedPicture pictures that are never learned from.
    pub held_out: Vec<Item>,
    /// In an experiment, what the network is measured on in the end.
    pub tested: Vec<Item>,
    /// In an experiment, how the dataset was divided.
    pub protocol: Option<String>,
    /// Undistorted photographs.
    pub pristine: Vec<PathBuf>,
    /// What the labels mean.
    pub meaning: String,
    /// Which data this is, for the checkpoint's record.
    pub description: String,
    /// Pictures that are left out, and why.
    pub skipped: Vec<(PathBuf, String)>,
}

impl TrainingData {
    /// Opens the folders that the settings name.
    ///
    /// # Errors
    /// A folder is no dataset or holds no picture, or lacks the references that the task needs.
    pub fn open(settings: &Settings) -> Result<Self, TrainError> {
        let mut data = Self::default();
        let mut described = Vec::new();
        for folder in &settings.data {
            let dataset = dataset::open(folder, &settings.table)?;
            data.add(dataset, settings, &mut described)?;
        }
        for folder in &settings.pristine {
            let found = walk(folder)?;
            if found.is_empty() {
                return Err(TrainError::Empty(folder.clone()));
            }
            described.push(format!(
                "{} pristine photographs of {}",
                found.len(),
                name(folder)
            ));
            data.pristine.extend(found);
        }
        data.description = described.join("; ");
        if data.rated.is_empty() && data.pristine.is_empty() {
            let folder = settings.data.first().cloned().unwrap_or_default();
            return Err(TrainError::Empty(folder));
        }
        Ok(data)
    }

    fn add(
        &mut self,
        dataset: Dataset,
        settings: &Settings,
        described: &mut Vec<String>,
    ) -> Result<(), TrainError> {
        let skipped = dataset.skipped.iter();
        self.skipped.extend(
            skipped.map(|skipped| (dataset.root.join(&skipped.name), skipped.reason.clone())),
        );
        self.meaning = meaning(&dataset);
        let items = self.usable(&dataset, dataset.items.clone(), settings)?;
        let (rated, held_out) = divide(items, settings.held_out, settings.seed);
        described.push(format!(
            "{} pictures of {}, {} held out",
            rated.len(),
            dataset.name,
            held_out.len()
        ));
        self.rated.extend(of_dataset(rated, &dataset));
        self.held_out.extend(held_out);
        Ok(())
    }

    /// The items that the task can use; the others are noted as left out.
    fn usable(
        &mut self,
        dataset: &Dataset,
        items: Vec<Item>,
        settings: &Settings,
    ) -> Result<Vec<Item>, TrainError> {
        if settings.task == Task::NoReference {
            return Ok(items);
        }
        let (with, without): (Vec<Item>, Vec<Item>) =
            items.into_iter().partition(|item| item.reference.is_some());
        if with.is_empty() {
            return Err(TrainError::NoReferences(dataset.root.clone()));
        }
        let left_out = without.into_iter().map(|item| {
            let reason = "its reference is not there".to_owned();
            (item.distorted, reason)
        });
        self.skipped.extend(left_out);
        Ok(with)
    }

    /// A dataset that was divided already: its test subset is only named.
    ///
    /// # Errors
    /// A folder of pristine photographs cannot be read, or the references that the task needs
    /// are not there.
    pub fn divided(
        dataset: &Dataset,
        protocol: Protocol,
        split: &Split,
        settings: &Settings,
    ) -> Result<Self, TrainError> {
        let of = |indices: &[usize]| {
            let items = indices.iter().filter_map(|index| dataset.items.get(*index));
            items.cloned().collect::<Vec<Item>>()
        };
        let mut data = Self::default();
        let rated = data.usable(dataset, of(&split.train), settings)?;
        let held_out = match split.validation.as_slice() {
            [] => Vec::new(),
            indices => data.usable(dataset, of(indices), settings)?,
        };
        let mut pristine = Vec::new();
        for folder in &settings.pristine {
            pristine.extend(walk(folder)?);
        }
        Ok(Self {
            description: format!(
                "{} pictures of {} (split of seed {}), {} held out, {} to test; {} pristine photographs",
                rated.len(),
                dataset.name,
                settings.seed,
                held_out.len(),
                split.test.len(),
                pristine.len()
            ),
            rated: of_dataset(rated, dataset).collect(),
            held_out,
            tested: of(&split.test),
            protocol: Some(protocol.to_string()),
            pristine,
            meaning: meaning(dataset),
            ..data
        })
    }

    /// The mean label of what is learned from.
    pub fn mean(&self) -> f32 {
        match self.rated.len() {
            0 => 0.5,
            count => self.rated.iter().map(|rated| rated.item.mos).sum::<f32>() / count as f32,
        }
    }
}

fn of_dataset(items: Vec<Item>, dataset: &Dataset) -> impl Iterator<Item = RatedPicture> {
    let shorter_side = dataset.shorter_side;
    items
        .into_iter()
        .map(move |item| RatedPicture { item, shorter_side })
}

/// What a label of 0 to 1 says.
fn meaning(dataset: &Dataset) -> String {
    let scale = &dataset.label;
    let (worst, best) = (scale.from_mos(0.0), scale.from_mos(1.0));
    format!("{}, {worst} as 0 and {best} as 1", scale.meaning)
}

/// What is learned from and what is held out: by the table's own split where it has one (its
/// test part is used for neither), else a share of the contents.
fn divide(items: Vec<Item>, share: f64, seed: u64) -> (Vec<Item>, Vec<Item>) {
    if items.iter().any(|item| item.subset.is_some()) {
        let of = |subset| {
            let items = items.iter().filter(|item| item.subset == Some(subset));
            items.cloned().collect::<Vec<Item>>()
        };
        let (train, validation) = (of(Subset::Train), of(Subset::Validation));
        if !validation.is_empty() || share == 0.0 {
            return (train, validation);
        }
        return by_content(train, share, seed);
    }
    by_content(items, share, seed)
}

/// Holds out a share of the contents, so that no picture that is learned from shows what a picture
/// held out shows.
fn by_content(items: Vec<Item>, share: f64, seed: u64) -> (Vec<Item>, Vec<Item>) {
    let mut contents: Vec<String> = items.iter().map(|item| item.content.clone()).collect();
    contents.sort();
    contents.dedup();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    contents.shuffle(&mut rng);
    contents.truncate((contents.len() as f64 * share).round() as usize);
    let held: std::collections::HashSet<String> = contents.into_iter().collect();
    items
        .into_iter()
        .partition(|item| !held.contains(&item.content))
}

/// The pictures in a folder and in those within it, in order.
fn walk(folder: &Path) -> Result<Vec<PathBuf>, TrainError> {
    let mut found = Vec::new();
    for entry in image::walk(folder, true) {
        match entry {
            Ok(path) => found.push(path),
            Err(PassedOver::Unreadable { path, source }) => {
                return Err(TrainError::io(&path)(source));
            }
            // No picture is lost by it.
            Err(_) => {}
        }
    }
    Ok(found)
}

fn name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    name.to_string_lossy().into_owned()
}
