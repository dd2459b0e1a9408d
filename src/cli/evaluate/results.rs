//! What was measured: written, shown and told.

use super::input::Set;
use crate::cli::outputs::{Inputs, Names};
use crate::cli::print::say;
use crate::cli::{Outcome, named};
use anyhow::Context;
use bpclip_train::dataset::{Dataset, Skipped};
use bpclip_train::evaluate::statistics::Bootstrap;
use bpclip_train::evaluate::tables::{
    agreements, certainties, comparisons, crossed, distortions, flaws, ladders, maps, metrics,
    paper, reliabilities,
};
use bpclip_train::evaluate::{
    Compared, Evaluation, Failure, LadderEval, MapsEval, Table, write_tables,
};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// Everything that was measured, as `evaluation.json` holds it.
#[derive(Serialize)]
pub(super) struct Results {
    bootstrap: Bootstrap,
    pub evaluations: Vec<Evaluation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<Compared>,
    pub ladders: Vec<LadderEval>,
    pub maps: Vec<MapsEval>,
    /// The names of the files of predictions.
    #[serde(skip)]
    names: Names,
    #[serde(skip)]
    inputs: Inputs,
}

impl Results {
    pub fn new(bootstrap: Bootstrap, inputs: Inputs) -> Self {
        Self {
            bootstrap,
            evaluations: Vec::new(),
            comparisons: Vec::new(),
            ladders: Vec::new(),
            maps: Vec::new(),
            names: Names::default(),
            inputs,
        }
    }

    pub fn tables(&self) -> Vec<Table> {
        let (evaluations, bootstrap) = (self.evaluations.as_slice(), &self.bootstrap);
        let mut tables = Vec::new();
        if !evaluations.is_empty() {
            tables.push(agreements(evaluations, bootstrap));
        }
        tables.extend(comparisons(&self.comparisons, bootstrap));
        tables.extend(metrics(evaluations, bootstrap));
        tables.extend(crossed(evaluations, bootstrap));
        tables.extend(distortions(evaluations, bootstrap));
        tables.extend(flaws(evaluations, bootstrap));
        tables.extend(ladders(evaluations, &self.ladders));
        tables.extend(maps(&self.maps));
        tables.extend(certainties(evaluations));
        tables.extend(reliabilities(evaluations));
        tables.extend(paper(evaluations));
        tables
    }

    /// Writes the predictions of an evaluation that is to be added, into a file of its own.
    pub fn write_predictions(
        &mut self,
        evaluation: &Evaluation,
        folder: &Path,
    ) -> anyhow::Result<()> {
        let name = format!(
            "predictions-{}-{}",
            evaluation.checkpoint, evaluation.dataset
        );
        let kept = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        let plain = name.chars().map(|c| if kept(c) { c } else { '-' });
        let name = self.names.of(&plain.collect::<String>());
        let path = folder.join(format!("{name}.csv"));
        self.inputs.spare(&path)?;
        Ok(evaluation.write_predictions(&path)?)
    }

    /// Writes the tables and all figures as JSON.
    pub fn write(&self, folder: &Path, tables: &[Table]) -> anyhow::Result<()> {
        let json = folder.join("evaluation.json");
        let csv = tables.iter().map(|table| format!("{}.csv", table.key));
        let others = csv.chain(["evaluation.md", "evaluation.tex"].map(str::to_owned));
        for output in others.map(|name| folder.join(name)).chain([json.clone()]) {
            self.inputs.spare(&output)?;
        }
        write_tables(folder, "evaluation", tables)?;
        bpclip_core::file::write_whole(&json, |file| {
            serde_json::to_writer_pretty(&mut *file, self)?;
            writeln!(file)
        })
        .with_context(|| format!("cannot write {}", json.display()))
    }

    /// Says where a checkpoint learned from what it was measured on.
    pub fn tell_seen(&self, with_seen: bool) {
        for e in self.evaluations.iter().filter(|e| e.seen > 0) {
            let (all, what) = match with_seen {
                true => (e.all.pictures, "the figures are no measure of new pictures"),
                false => (e.all.pictures + e.seen, "they are left out"),
            };
            let (checkpoint, dataset, seen) = (&e.checkpoint, &e.dataset, e.seen);
            say!("{checkpoint} learned from {seen} of the {all} pictures of {dataset}: {what}");
        }
    }

    /// Says where no agreement could be measured.
    pub fn tell_what_is_missing(&self) {
        for e in &self.evaluations {
            if let Some(reason) = &e.all.reason {
                say!("{} on {}: no agreement: {reason}", e.checkpoint, e.dataset);
            }
        }
        for c in &self.comparisons {
            if let Some(reason) = &c.reason {
                let (measure, against, dataset) = (&c.measure, &c.against, &c.dataset);
                say!("{measure} against {against} on {dataset}: no comparison: {reason}");
            }
        }
    }

    /// Names what could not be scored, the pictures of the tables that are not there among it.
    pub fn tell_failures(&self, sets: &[Set]) -> Outcome {
        let of_sets = self.evaluations.iter().map(|e| {
            let what = format!("{} on {}", e.checkpoint, e.dataset);
            (what, e.all.pictures, &e.failures)
        });
        let of_ladders = self.ladders.iter().map(|of| {
            let what = format!("{} on ladders", of.checkpoint);
            (what, of.photographs, &of.failures)
        });
        let of_maps = self.maps.iter().map(|of| {
            let what = format!("{} on heatmaps", of.checkpoint);
            (what, of.photographs, &of.failures)
        });
        let mut outcome = Outcome::Done;
        for Dataset {
            name,
            items,
            skipped,
            ..
        } in sets.iter().map(|set| &set.dataset)
        {
            if skipped.is_empty() {
                continue;
            }
            outcome = Outcome::SomeFailed;
            let total = items.len() + skipped.len();
            say!("{name}: {} of {total} are left out:", skipped.len());
            for Skipped { name, reason } in skipped {
                say!("  {name} {reason}");
            }
        }
        for (what, done, failures) in of_sets.chain(of_ladders).chain(of_maps) {
            if failures.is_empty() {
                continue;
            }
            outcome = Outcome::SomeFailed;
            let total = done + failures.len();
            say!("{what}: {} of {total} could not be scored:", failures.len());
            for Failure { name, reason } in failures {
                say!("  {}", named(Path::new(name), reason));
            }
        }
        outcome
    }
}
