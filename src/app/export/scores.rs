//! The filmstrip's pictures and their scores, as a table.

use super::command::Export;
use super::sources::{Sources, Write};
use super::{Columns, Line, Row, Table, csv, json, save};
use crate::app::scoring::{Rated, Scored};
use bpclip_core::metric::{Metric, Readings};
use std::path::PathBuf;
use std::sync::Arc;

/// The frames of the filmstrip in its order.
pub fn table(sources: &Sources<'_>, export: Export) -> Write {
    type Known = (PathBuf, Result<Arc<Rated>, String>, Readings);
    let task = sources.scene.task;
    let lines: Vec<Known> = sources
        .gallery
        .shown()
        .map(|frame| {
            let result = match frame.scored(task) {
                Scored::Done(rated) => Ok(Arc::clone(rated)),
                Scored::Failed(reason) => Err(reason.clone()),
                _ => Err("not scored yet".into()),
            };
            (frame.written_path(), result, sources.readings(frame))
        })
        .collect();
    let model = sources.machine.network(task).cloned();
    let own = sources.words.custom(task).words().to_vec();
    Box::new(move |path| {
        let rows: Vec<Row<'_>> = lines
            .iter()
            .map(|(path, result, readings)| Row {
                path,
                result: result
                    .as_ref()
                    .map(|r| &r.inspection)
                    .map_err(String::as_str),
                readings: Some(readings),
            })
            .collect();
        let (checkpoint, device, adjectives) = model.as_ref().map_or(("", "", &[][..]), |m| {
            (
                m.checkpoint.as_str(),
                m.device.as_str(),
                &m.metadata.adjectives[..],
            )
        });
        let written = save(path, |out| match export {
            Export::TableJson => json(
                &Table {
                    checkpoint,
                    device,
                    adjectives,
                    pictures: rows.iter().map(|row| Line::new(row, &own)).collect(),
                },
                out,
            ),
            _ => {
                let measured = lines.iter().any(|(_, _, readings)| !readings.is_empty());
                let columns = Columns {
                    adjectives,
                    own: &own,
                    metrics: if measured { &Metric::ALL } else { &[] },
                };
                csv(rows.iter().copied(), columns, out)
            }
        });
        written.map_err(|error| error.to_string())
    })
}
