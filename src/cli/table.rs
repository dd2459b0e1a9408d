//! Scores on paper: a ranked table, JSON lines, CSV.

use crate::inspect::{InspectError, Inspection};
use crate::text::Adjective;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How scores are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: best first
    #[default]
    Table,
    /// One JSON object a line, as soon as it is known, in input order
    Jsonl,
    /// One row a picture, in input order; similarities are the mean of the levels
    Csv,
}

/// A picture and what became of it.
pub struct Row {
    /// The picture.
    pub path: PathBuf,
    /// Its inspection, or why there is none.
    pub result: Result<Inspection, String>,
}

impl Row {
    /// A row, its error put into words.
    pub fn new(path: &Path, result: Result<Inspection, InspectError>) -> Self {
        // An error about the file itself names it; in a row the name stands beside it.
        let result = result.map_err(|error| error.to_string());
        Self {
            path: path.to_owned(),
            result,
        }
    }
}

/// Writes rows in one format; [`finish`](Writer::finish) writes what can only be written at the end.
pub struct Writer<'a> {
    format: Format,
    adjectives: &'a [Adjective],
    out: Box<dyn Write + 'a>,
    rows: Vec<Row>,
}

impl<'a> Writer<'a> {
    /// Starts a table on `out`.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn new(
        format: Format,
        adjectives: &'a [Adjective],
        out: Box<dyn Write + 'a>,
    ) -> io::Result<Self> {
        let mut writer = Self {
            format,
            adjectives,
            out,
            rows: Vec::new(),
        };
        if format == Format::Csv {
            let columns = [
                "path",
                "width",
                "height",
                "scored_width",
                "scored_height",
                "score",
                "raw",
                "error",
            ];
            let words = adjectives.iter().map(|adjective| adjective.word.as_str());
            writer.csv(columns.into_iter().chain(words).map(str::to_owned))?;
        }
        Ok(writer)
    }

    /// Takes one row; all but the ranked table show it at once.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn row(&mut self, row: Row) -> io::Result<()> {
        match self.format {
            Format::Table => self.rows.push(row),
            Format::Jsonl => self.jsonl(&row)?,
            Format::Csv => self.csv(csv_fields(&row, self.adjectives.len()))?,
        }
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        if self.format == Format::Table {
            let table = ranked(&mut self.rows, self.adjectives);
            writeln!(self.out, "{table}")?;
        }
        self.out.flush()
    }

    fn jsonl(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &json(row))?;
        writeln!(self.out)?;
        self.out.flush()
    }

    fn csv(&mut self, fields: impl IntoIterator<Item = String>) -> io::Result<()> {
        let mut line = csv::Writer::from_writer(&mut self.out);
        line.write_record(fields)?;
        line.flush()
    }
}

/// One line of JSON. `similarities` is a row a level, a column an adjective.
#[derive(Serialize)]
struct Line<'a> {
    path: std::borrow::Cow<'a, str>,
    width: Option<u32>,
    height: Option<u32>,
    scored_width: Option<u32>,
    scored_height: Option<u32>,
    score: Option<f32>,
    raw: Option<f32>,
    similarities: Option<&'a [Vec<f32>]>,
    notes: Vec<String>,
    error: Option<&'a str>,
}

fn json(row: &Row) -> Line<'_> {
    let done = row.result.as_ref().ok();
    Line {
        path: row.path.to_string_lossy(),
        width: done.map(|i| i.width),
        height: done.map(|i| i.height),
        scored_width: done.map(|i| i.scored_width),
        scored_height: done.map(|i| i.scored_height),
        score: done.map(|i| i.score),
        raw: done.map(|i| i.raw),
        similarities: done.map(|i| i.similarities.as_slice()),
        notes: done
            .iter()
            .flat_map(|i| &i.notes)
            .map(ToString::to_string)
            .collect(),
        error: row.result.as_ref().err().map(String::as_str),
    }
}

fn csv_fields(row: &Row, adjectives: usize) -> Vec<String> {
    let mut fields = vec![row.path.to_string_lossy().into_owned()];
    match &row.result {
        Ok(i) => {
            let sizes = [i.width, i.height, i.scored_width, i.scored_height];
            fields.extend(sizes.map(|size| size.to_string()));
            fields.extend([i.score.to_string(), i.raw.to_string(), String::new()]);
            let mut similarities = i.mean_similarities();
            similarities.resize(adjectives, f32::NAN);
            let text = |s: &f32| {
                if s.is_finite() {
                    s.to_string()
                } else {
                    String::new()
                }
            };
            fields.extend(similarities.iter().map(text));
        }
        Err(error) => {
            fields.extend(vec![String::new(); 6]);
            fields.push(error.clone());
            fields.extend(vec![String::new(); adjectives]);
        }
    }
    fields
}

/// Best first, failures last, with the words that fit each picture best.
fn ranked(rows: &mut [Row], adjectives: &[Adjective]) -> Table {
    let score = |row: &Row| row.result.as_ref().map_or(f32::NEG_INFINITY, |i| i.raw);
    rows.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["", "score", "picture", "looks"]);
    for (index, row) in rows.iter().enumerate() {
        let path = row.path.display().to_string();
        match &row.result {
            Ok(i) => table.add_row([
                (index + 1).to_string(),
                format!("{:.1}", i.score),
                path,
                fitting(i, adjectives).join(", "),
            ]),
            Err(error) => table.add_row(["-".into(), "-".into(), path, error.clone()]),
        };
    }
    for column in [0, 1] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The three adjectives most like a picture, over all levels.
pub fn fitting<'a>(inspection: &Inspection, adjectives: &'a [Adjective]) -> Vec<&'a str> {
    let mut words: Vec<(f32, &str)> = inspection
        .mean_similarities()
        .into_iter()
        .zip(adjectives.iter().map(|adjective| adjective.word.as_str()))
        .collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0));
    words.into_iter().take(3).map(|(_, word)| word).collect()
}
