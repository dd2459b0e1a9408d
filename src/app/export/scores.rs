//! The filmstrip's pictures and their scores, as a table.

use super::command::Export;
use super::sources::{Sources, Write};
use super::{Columns, Judgement, Line, Ranks, Row, ScoreTable, ScoredBy, csv, save};
use crate::app::gallery::ranking::{Decision, Label, Mark};
use crate::app::scoring::{Rated, Scored};
use bpclip_core::image::Exif;
use bpclip_core::metric::{Metric, Readings};
use std::path::PathBuf;
use std::sync::Arc;

/// What is known of a frame.
struct TableLine {
    path: PathBuf,
    companions: Vec<PathBuf>,
    result: Result<Arc<Rated>, String>,
    readings: Readings,
    exif: Option<Exif>,
    decision: Decision,
    burst: Option<usize>,
}

impl TableLine {
    fn judgement(&self) -> Judgement<'_> {
        let mark = self.decision.mark.map(|mark| match mark {
            Mark::Keep => "keep",
            Mark::Reject => "reject",
        });
        Judgement {
            mark,
            stars: self.decision.stars,
            label: self.decision.label.map(Label::name),
            burst: self.burst,
        }
    }
}

/// The frames of the filmstrip in its order.
pub fn table(sources: &Sources<'_>, export: Export, with_exif: bool) -> Write {
    let task = sources.scene.task;
    let bursts = sources.gallery.bursts(sources.bursts);
    let burst = |at: &usize| bursts.get(*at).copied().flatten().map(|number| number + 1);
    let order = sources.gallery.order.iter();
    let shown = order.filter_map(|at| Some((sources.gallery.frames.get(*at)?, burst(at))));
    let lines: Vec<TableLine> = shown
        .map(|(frame, burst)| {
            let result = match frame.scored(task) {
                Scored::Done(rated) => Ok(Arc::clone(rated)),
                Scored::Failed(reason) => Err(reason.clone()),
                _ => Err("not scored yet".into()),
            };
            TableLine {
                path: frame.written_path(),
                companions: frame.companions.clone(),
                result,
                readings: sources.readings(frame),
                exif: frame.exif.clone().filter(|_| with_exif),
                decision: frame.decision(),
                burst,
            }
        })
        .collect();
    let model = sources.machine.network(task).cloned();
    let own = sources.words.custom(task).words().to_vec();
    Box::new(move |path| {
        let rows: Vec<Row<'_>> = lines
            .iter()
            .map(|line| Row {
                path: &line.path,
                companions: &line.companions,
                result: line
                    .result
                    .as_ref()
                    .map(|r| &r.inspection)
                    .map_err(String::as_str),
                readings: Some(&line.readings),
                exif: line.exif.as_ref(),
                judgement: Some(line.judgement()),
            })
            .collect();
        let by = match &model {
            Some(model) => ScoredBy {
                checkpoint: &model.checkpoint,
                device: &model.device,
                adjectives: &model.metadata.adjectives,
                ranks: Ranks::of(&model.metadata),
            },
            None => ScoredBy {
                checkpoint: "",
                device: "",
                adjectives: &[],
                ranks: Ranks::default(),
            },
        };
        let written = save(path, |out| match export {
            Export::TableJson => {
                let pictures = rows
                    .iter()
                    .map(|row| Line::new(row, &own, by.ranks))
                    .collect();
                ScoreTable { by, pictures }.write(out)
            }
            _ => {
                let measured = |metric: &Metric| {
                    let mut readings = lines.iter().map(|line| &line.readings);
                    readings.any(|readings| readings.get(*metric).is_some())
                };
                let metrics: Vec<Metric> = Metric::KNOWN.into_iter().filter(measured).collect();
                let columns = Columns {
                    adjectives: by.adjectives,
                    own: &own,
                    metrics: &metrics,
                    ranks: by.ranks,
                    exif: with_exif,
                    companions: lines.iter().any(|line| !line.companions.is_empty()),
                    judgements: true,
                };
                csv(rows.iter().copied(), columns, out)
            }
        });
        written.map_err(|error| error.to_string())
    })
}
