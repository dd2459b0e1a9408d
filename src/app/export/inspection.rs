//! Everything about one picture.

use super::sources::{Sources, Write};
use super::{InspectionReport, Ranks, ReportHead, ScoredBy, save};
use crate::app::gallery::Frame;
use bpclip_core::inspect::Detail;
use bpclip_core::model::Task;
use std::sync::Arc;

/// Everything about the selected frame.
pub fn inspection(sources: &Sources<'_>) -> Result<Write, String> {
    let (frame, rated, detail) = sources.with_maps()?;
    let (rated, detail) = (Arc::clone(rated), Arc::clone(detail));
    let path = frame.written_path();
    let readings = sources.readings(frame);
    // What follows says whether anything was compared with it.
    let compared = sources.scene.task == Task::FullReference || !readings.is_empty();
    let reference = sources.gallery.reference().filter(|_| compared);
    let reference = reference.map(Frame::written_path);
    Ok(Box::new(move |target| {
        let mut inspection = rated.inspection.clone();
        inspection.detail = Some(Box::new(Detail::clone(&detail)));
        let report = InspectionReport {
            head: ReportHead {
                path: &path,
                reference: reference.as_deref(),
                by: ScoredBy {
                    checkpoint: &rated.model.checkpoint,
                    device: &rated.model.device,
                    adjectives: rated.adjectives(),
                    ranks: Ranks::of(&rated.model.metadata),
                },
            },
            inspection: &inspection,
            readings: Some(&readings).filter(|readings| !readings.is_empty()),
            attention: true,
        };
        let written = save(target, |out| report.write(out));
        written.map_err(|error| error.to_string())
    }))
}
