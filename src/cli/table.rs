//! Scores on paper: a ranked table, JSON lines, CSV.

use crate::inspect::Inspection;
use crate::inspect::table::{Line, Row, fields, header};
use crate::text::{Adjective, fitting};
use comfy_table::{CellAlignment, Table, presets};
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

/// Writes rows in one format; [`finish`](Writer::finish) writes what can only be written at the
/// end.
pub struct Writer<'a> {
    format: Format,
    adjectives: &'a [Adjective],
    out: Box<dyn Write + 'a>,
    rows: Vec<(PathBuf, Result<Inspection, String>)>,
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
            writer.csv(header(adjectives))?;
        }
        Ok(writer)
    }

    /// Takes one row; all but the ranked table show it at once.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn row(&mut self, path: &Path, result: Result<Inspection, String>) -> io::Result<()> {
        let row = Row {
            path,
            result: result.as_ref().map_err(String::as_str),
        };
        match self.format {
            Format::Table => self.rows.push((path.to_owned(), result)),
            Format::Jsonl => {
                serde_json::to_writer(&mut self.out, &Line::new(&row))?;
                writeln!(self.out)?;
                self.out.flush()?;
            }
            Format::Csv => self.csv(fields(&row, self.adjectives.len()))?,
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

    fn csv<T: AsRef<[u8]>>(&mut self, fields: impl IntoIterator<Item = T>) -> io::Result<()> {
        let mut line = csv::Writer::from_writer(&mut self.out);
        line.write_record(fields)?;
        line.flush()
    }
}

/// Best first, failures last, with the words that fit each picture best.
fn ranked(rows: &mut [(PathBuf, Result<Inspection, String>)], adjectives: &[Adjective]) -> Table {
    let score =
        |result: &Result<Inspection, String>| result.as_ref().map_or(f32::NEG_INFINITY, |i| i.raw);
    rows.sort_by(|(_, a), (_, b)| score(b).total_cmp(&score(a)));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["", "score", "picture", "looks"]);
    for (index, (path, result)) in rows.iter().enumerate() {
        let path = path.display().to_string();
        match result {
            Ok(i) => table.add_row([
                (index + 1).to_string(),
                format!("{:.1}", i.score),
                path,
                fitting(adjectives, &i.mean_similarities(), 3).join(", "),
            ]),
            Err(error) => table.add_row(["-".into(), "-".into(), path, error.clone()]),
        };
    }
    align_right(&mut table, &[0, 1]);
    table
}

/// Puts columns of numbers flush right.
pub fn align_right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
