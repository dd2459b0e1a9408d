//! Scores on paper: a ranked table.

use super::score::Scored;
use bpclip_core::foreign::shown;
use bpclip_core::image::joint_name;
use bpclip_core::inspect::Inspection;
use bpclip_core::inspect::report::{Columns, in_words, notes};
use bpclip_core::metric::{Metric, Readings};
use bpclip_core::text::Placed;
use comfy_table::{CellAlignment, Table, presets};

/// What the ranked table shows of a picture: it has to wait for the last one, so no more is kept.
pub struct Ranked {
    /// Its path, with the names of its companions.
    name: String,
    /// Score and what is shown of it, or why there is none.
    result: Result<Shown, String>,
    readings: Readings,
}

impl Ranked {
    /// What is shown of a picture.
    pub fn new(scored: Scored, columns: Columns) -> Self {
        let name = scored.path.display().to_string();
        let shown = |inspection: Inspection| Shown::new(&inspection, columns);
        Self {
            name: joint_name(&name, scored.companions).into_owned(),
            result: scored.result.map(shown),
            readings: scored.readings,
        }
    }
}

struct Shown {
    raw: f32,
    score: f32,
    looks: String,
    /// How well the user's own words fit.
    own: Vec<f32>,
    /// What was done to its pixels.
    notes: String,
}

impl Shown {
    fn new(inspection: &Inspection, columns: Columns) -> Self {
        let prediction = &inspection.prediction;
        let own = columns.own.iter();
        Self {
            raw: prediction.raw,
            score: prediction.score(),
            looks: shown(&in_words(&columns.ranks.looks(
                columns.adjectives,
                prediction,
                3,
            )))
            .into_owned(),
            own: own
                .map(|word| word.mean_similarity(&prediction.image_features))
                .collect(),
            notes: shown(&notes(inspection)).into_owned(),
        }
    }
}

/// Best first, failures last, with the words that fit each picture best and a column for each of
/// the user's own and for each metric.
pub fn ranked(rows: &mut [Ranked], columns: Columns) -> Table {
    let score = |row: &Ranked| {
        row.result
            .as_ref()
            .map_or(f32::NEG_INFINITY, |shown| shown.raw)
    };
    rows.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let own = columns.own.iter().map(own_name);
    let metrics = columns.metrics.iter().map(|metric| metric_name(*metric));
    let names = ["", "score", "picture", "looks"].map(str::to_owned);
    // A column for what was done to the pixels, where anything was.
    let noted = rows.iter().any(|row| {
        row.result
            .as_ref()
            .is_ok_and(|shown| !shown.notes.is_empty())
    });
    let last = noted.then(|| "notes".to_owned());
    table.set_header(names.into_iter().chain(own).chain(metrics).chain(last));
    for (index, row) in rows.iter().enumerate() {
        let Ranked {
            name,
            result,
            readings,
        } = row;
        let name = shown(name).into_owned();
        let reading = |metric: &Metric| {
            let value = readings.value(*metric);
            value.map_or_else(|| "-".to_owned(), |value| metric.show(value))
        };
        let metrics = columns.metrics.iter().map(reading);
        match result {
            Ok(shown) => {
                let (number, score) = ((index + 1).to_string(), format!("{:.1}", shown.score));
                let row = [number, score, name, shown.looks.clone()];
                let own = shown.own.iter().map(|mean| format!("{mean:+.3}"));
                let last = noted.then(|| shown.notes.clone());
                table.add_row(row.into_iter().chain(own).chain(metrics).chain(last))
            }
            Err(error) => {
                let row = ["-".into(), "-".into(), name, shown(error).into_owned()];
                let own = columns.own.iter().map(|_| String::new());
                table.add_row(row.into_iter().chain(own).chain(metrics))
            }
        };
    }
    let numbers = columns.own.len() + columns.metrics.len();
    let numbers: Vec<usize> = [0, 1].into_iter().chain(4..4 + numbers).collect();
    align_right(&mut table, &numbers);
    table
}

/// A metric as a heading, with its unit.
fn metric_name(metric: Metric) -> String {
    match metric.unit() {
        "" => metric.label().into(),
        unit => format!("{metric} {unit}"),
    }
}

/// A word as a heading; one that training saw nothing like has a question mark.
fn own_name(word: &Placed) -> String {
    format!("{}{}", shown(&word.word), if word.far { " ?" } else { "" })
}

/// Puts columns of numbers flush right.
pub fn align_right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
