//! What was found, as files: one inspection, one quality map, the table of many pictures.
//!
//! [`InspectionReport`] and [`MapReport`] write one picture as JSON, [`csv()`] and [`ScoreTable`]
//! write many as CSV and JSON, all to any [`std::io::Write`]. [`Ranks`] and [`Reading`] say what
//! the numbers mean among photographs.

mod inspection;
mod map;
mod reading;
mod table;
mod values;

pub use inspection::InspectionReport;
pub use map::MapReport;
pub use reading::{Ranks, Reading, in_words};
pub use table::{Columns, Judgement, Line, Row, ScoreTable, csv, fields, header, notes};
pub use values::{Value, ValueKind, kinds, values};

use crate::text::Adjective;
use serde::Serialize;
use std::borrow::Cow;
use std::path::Path;

/// Who scored: checkpoint and device, to be named beside the numbers. Its parts are in a
/// [`Scorer`](crate::Scorer): `name`, `device().name`, `metadata.adjectives`, and [`Ranks::of`] its
/// `metadata`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ScoredBy<'a> {
    /// The checkpoint's name.
    pub checkpoint: &'a str,
    /// The device's name.
    pub device: &'a str,
    /// The adjectives, in the order of the similarities.
    pub adjectives: &'a [Adjective],
    /// What its numbers mean among photographs.
    #[serde(skip)]
    pub ranks: Ranks<'a>,
}

/// What a report is of, and who looked.
#[derive(Clone, Copy, Debug)]
pub struct ReportHead<'a> {
    /// The picture.
    pub path: &'a Path,
    /// What it was compared with.
    pub reference: Option<&'a Path>,
    /// Who looked.
    pub by: ScoredBy<'a>,
}

/// How a report begins in JSON; the adjectives stand further down.
#[derive(Serialize)]
struct HeadFields<'a> {
    path: Cow<'a, str>,
    reference: Option<Cow<'a, str>>,
    checkpoint: &'a str,
    device: &'a str,
}

impl<'a> From<&ReportHead<'a>> for HeadFields<'a> {
    fn from(head: &ReportHead<'a>) -> Self {
        Self {
            path: head.path.to_string_lossy(),
            reference: head.reference.map(Path::to_string_lossy),
            checkpoint: head.by.checkpoint,
            device: head.by.device,
        }
    }
}
