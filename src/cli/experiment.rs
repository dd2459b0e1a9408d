//! `bpclip experiment`: the paper's protocol and ablations as one command.

use super::Outcome;
use super::print::{say, show};
use super::train::{Changes, sorted};
use bpclip_core::model::Task;
use bpclip_train::dataset::{Protocol, SEEDS};
use bpclip_train::train::{Event, Experiment, Preset, Settings, TrainError, Variant, experiment};
use clap::{Args, FromArgMatches};
use std::path::PathBuf;

/// Train and measure on several splits of a dataset, with the ablations of the paper's Table VI
/// if wanted, and write the table as Markdown and CSV
///
/// A network is trained anew on each split and measured on the part that it never saw. Stopped or
/// killed, the same command goes on where it was.
#[derive(Debug, Args)]
pub struct Options {
    /// Folder of the runs and of experiment.md and experiment.csv
    #[arg(
        long,
        short,
        value_name = "FOLDER",
        default_value = "bpclip-experiment"
    )]
    output: PathBuf,
    /// Networks to train; all of Table VI with `--variant full no-weight-branch top-down no-text`
    #[arg(long = "variant", value_enum, num_args = 1.., default_value = "full")]
    variants: Vec<Variant>,
    /// How the dataset is divided: 8:2, 6:2:2, official, fold:1/5
    #[arg(long, default_value_t = Protocol::EightTwo)]
    protocol: Protocol,
    /// How many splits
    #[arg(long, value_name = "N", default_value_t = SEEDS)]
    splits: u64,
    /// The settings to begin with
    #[arg(long, value_enum, default_value_t = Preset::Ours)]
    preset: Preset,
    #[command(flatten)]
    changes: Changes,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let control = super::train::stoppable();
    let task = options.changes.task().unwrap_or(Task::NoReference);
    let mut settings = Settings::new(options.preset, task);
    settings.update_from_arg_matches(options.changes.matches())?;
    let plan = Experiment {
        variants: options.variants.clone(),
        protocol: options.protocol,
        seeds: (settings.seed..settings.seed + options.splits.max(1)).collect(),
    };
    let mut begun = false;
    let mut watch = |variant: Variant, seed: u64, event: &Event| {
        begun |= matches!(event, Event::Started(_));
        super::train::tell(event, &format!("{} {seed}: ", variant.key()));
    };
    let table = experiment(&options.output, &settings, &plan, &control, &mut watch);
    let table = table.map_err(|error| {
        let begun = begun && !matches!(error, TrainError::Unmeasured { .. });
        sorted(error, begun)
    })?;
    match table {
        Some(table) => {
            show!("{}", table.markdown().trim_end());
            Ok(Outcome::Done)
        }
        None => {
            say!("stopped; the same command goes on");
            Ok(Outcome::Interrupted)
        }
    }
}
