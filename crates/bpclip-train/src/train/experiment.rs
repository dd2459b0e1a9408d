//! A network trained anew on each of several splits and measured on the part that it never saw:
//! the ten-split protocol, and the ablations of Table VI.

use super::data::TrainingData;
use super::trainer::{check_run, train_on};
use super::{BEST, Control, Event, Outcome, SettingError, Settings, Start, TrainError};
use crate::dataset::{self, Dataset, Protocol};
use crate::evaluate::statistics::Agreement;
use crate::evaluate::tables::{self, VariantRuns};
use crate::evaluate::{self, EvaluateOptions, Table};
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device;
use bpclip_core::image::Limits;
use bpclip_core::inspect::Scorer;
use bpclip_core::model::Direction;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A network of Table VI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// The paper's network.
    Full,
    /// Without the weight branch (Eq. 5).
    NoWeightBranch,
    /// The cross attention asks from the top down.
    TopDown,
    /// The score does not go through the adjectives.
    NoText,
}

impl Variant {
    /// The name of its runs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::NoWeightBranch => "no-weight-branch",
            Self::TopDown => "top-down",
            Self::NoText => "no-text",
        }
    }

    /// The words of its row.
    pub fn label(self) -> &'static str {
        match self {
            Self::Full => "full network",
            Self::NoWeightBranch => "without the weight branch",
            Self::TopDown => "top-down cross attention",
            Self::NoText => "without the text branch",
        }
    }

    fn apply(self, settings: &mut Settings) {
        match self {
            Self::Full => {}
            Self::NoWeightBranch => settings.weight_branch = false,
            Self::TopDown => settings.direction = Direction::TopDown,
            Self::NoText => settings.text_branch = false,
        }
    }
}

/// What is trained and measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// The networks; another than the full one is trained from a fresh start only.
    pub variants: Vec<Variant>,
    /// How the dataset is divided. Where the protocol has a validation part the epoch is chosen by
    /// it; else the last one is taken.
    pub protocol: Protocol,
    /// A run for each.
    pub seeds: Vec<u64>,
}

/// Trains and measures every variant on every split of the one dataset of `settings`, each in a
/// folder of its own within `folder`, and writes the table of all as Markdown and CSV. What was
/// done before is not done again, so an experiment that was stopped or killed goes on; a run of other
/// settings, another protocol, dataset or program is refused before anything is trained. `None` if it
/// was told to stop.
///
/// # Errors
/// As [`train`](super::train), or the dataset cannot be divided so.
pub fn experiment(
    folder: &Path,
    settings: &Settings,
    experiment: &Experiment,
    control: &Control,
    watch: &mut dyn FnMut(Variant, u64, &Event),
) -> Result<Option<Table>, TrainError> {
    let [root] = settings.data.as_slice() else {
        let text = "an experiment wants one folder of rated pictures";
        return Err(SettingError(text.into()).into());
    };
    let ablates = experiment.variants.iter().any(|v| *v != Variant::Full);
    if ablates && settings.start != Start::Fresh {
        let text =
            "an ablation is trained from `--start fresh`: a checkpoint has its branches already";
        return Err(SettingError(text.into()).into());
    }
    let dataset = dataset::open(root, &settings.table)?;
    let plan = |variant: Variant, seed: u64| -> Result<Planned, TrainError> {
        let mut settings = Settings {
            seed,
            ..settings.clone()
        };
        variant.apply(&mut settings);
        settings.check()?;
        let split = dataset::split(&dataset, experiment.protocol, seed)?;
        Ok(Planned {
            folder: folder.join(format!("{}-{seed}", variant.key())),
            data: TrainingData::divided(&dataset, experiment.protocol, &split, &settings)?,
            settings,
            tested: split.test,
        })
    };
    // A run that was made of something else is known before any is trained.
    for &variant in &experiment.variants {
        for &seed in &experiment.seeds {
            plan(variant, seed)?.check()?;
        }
    }
    let mut rows = Vec::new();
    for &variant in &experiment.variants {
        let mut runs = Vec::new();
        for &seed in &experiment.seeds {
            let planned = plan(variant, seed)?;
            let (best, settings) = (planned.folder.join(BEST), planned.settings.clone());
            let tested = planned.tested.clone();
            let watch = &mut |event: &Event| watch(variant, seed, event);
            if planned.train(control, watch)?.stopped {
                return Ok(None);
            }
            match measure(&best, &settings, &dataset, &tested, control)? {
                Some(agreement) => runs.push(agreement),
                None => return Ok(None),
            }
        }
        rows.push(VariantRuns {
            name: variant.label().to_owned(),
            runs,
        });
    }
    let title = format!(
        "{}: {} split, {} runs",
        dataset.name,
        experiment.protocol,
        experiment.seeds.len()
    );
    let table = tables::runs("experiment", &title, &rows);
    evaluate::write_tables(folder, "experiment", std::slice::from_ref(&table))?;
    Ok(Some(table))
}

/// A run of an experiment.
struct Planned {
    folder: PathBuf,
    settings: Settings,
    data: TrainingData,
    /// The items that it is measured on.
    tested: Vec<usize>,
}

impl Planned {
    fn check(&self) -> Result<(), TrainError> {
        check_run(&self.folder, &self.settings, &self.data)
    }

    fn train(
        self,
        control: &Control,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<Outcome, TrainError> {
        train_on(&self.folder, &self.settings, self.data, control, watch)
    }
}

/// The agreement of a checkpoint on a part of a dataset; none if it was told to stop.
fn measure(
    checkpoint: &Path,
    settings: &Settings,
    dataset: &Dataset,
    items: &[usize],
    control: &Control,
) -> Result<Option<Agreement>, TrainError> {
    let selected = device::select(settings.device.clone())?;
    let checkpoint = Checkpoint::read(checkpoint, &selected.device)?;
    let scorer = Scorer::new(checkpoint, selected);
    let options = EvaluateOptions {
        limits: Limits::of_this_machine(),
        ..EvaluateOptions::default()
    };
    let evaluated = evaluate::evaluate(
        &scorer,
        dataset,
        items,
        &options,
        control.stop_flag(),
        |_, _| {},
    );
    let Some(evaluation) = evaluated else {
        return Ok(None);
    };
    let agreement = evaluation.all.agreement.ok_or(TrainError::Unmeasured {
        dataset: dataset.name.clone(),
        reason: evaluation.all.reason.unwrap_or_default(),
    })?;
    Ok(Some(agreement))
}
