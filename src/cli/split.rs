//! `bpclip split`: how a dataset is divided, as a file for others.

use super::outputs::{Inputs, make_folder};
use super::print::{say, show};
use super::{Outcome, Usage};
use anyhow::Context;
use bpclip_train::dataset::{
    self, OpenOptions, Protocol, Split, column_name, write_lists, write_splits,
};
use clap::Args;
use std::path::PathBuf;

/// Write how a dataset is split into parts to learn from and to test on
///
/// A table has what pyiqa's tables have: a row a picture with a column for each split, such as
/// `ratio802_seed0_split_01`. A folder gets train.txt, test.txt and, where there is one, val.txt, a name a
/// line. `--splits` of the other commands reads either. Exit code 2: wrong usage.
#[derive(Debug, Args)]
pub struct Options {
    /// A rated folder
    #[arg(value_name = "DATASET")]
    dataset: PathBuf,
    /// A table that ends in .csv, or a folder, made if it is not there
    #[arg(value_name = "FILE|FOLDER")]
    out: PathBuf,
    /// How to split: official, 8:2, 6:2:2 or fold:2/5
    #[arg(long, value_name = "PROTOCOL", default_value_t = Protocol::EightTwo)]
    protocol: Protocol,
    /// Seed of the split; a table may have several
    #[arg(long = "seed", value_name = "N", default_value = "0")]
    seeds: Vec<u64>,
    #[command(flatten)]
    open: OpenOptions,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let usage = |error: &dyn std::fmt::Display| Usage(error.to_string());
    let dataset = dataset::open(&options.dataset, &options.open).map_err(|e| usage(&e))?;
    for note in &dataset.notes {
        say!("{}: {note}", dataset.name);
    }
    let mut splits: Vec<(String, Split)> = Vec::new();
    for seed in &options.seeds {
        let split = dataset::split(&dataset, options.protocol, *seed).map_err(|e| usage(&e))?;
        let name = column_name(options.protocol, *seed);
        if splits.iter().all(|(other, _)| *other != name) {
            splits.push((name, split));
        }
    }
    let out = &options.out;
    let named = || out.display().to_string();
    let inputs = Inputs::of(dataset.files.iter().map(PathBuf::as_path));
    let is_table = out
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    match (is_table, splits.as_slice()) {
        (true, splits) => {
            inputs.spare(out)?;
            write_splits(&dataset, splits, out).with_context(named)?;
        }
        (false, [(_, split)]) => {
            for list in ["train.txt", "val.txt", "test.txt"] {
                inputs.spare(&out.join(list))?;
            }
            make_folder(out)?;
            write_lists(&dataset, split, out).with_context(named)?;
        }
        (false, _) => {
            let text = "lists are of one split: give one --seed, or a file that ends in .csv";
            return Err(Usage(text.into()).into());
        }
    }
    for (name, split) in &splits {
        let parts = [
            ("train", &split.train),
            ("validation", &split.validation),
            ("test", &split.test),
        ];
        let counts = parts.iter().filter(|(_, items)| !items.is_empty());
        let counts: Vec<String> = counts
            .map(|(part, items)| format!("{} {part}", items.len()))
            .collect();
        show!("{name}: {}", counts.join(", "));
    }
    Ok(Outcome::Done)
}
