//! Scores on paper: a ranked table, JSON lines, CSV.

use crate::inspect::Inspection;
use crate::inspect::table::{Line, Row, Words, fields, header, mean};
use crate::text::{Placed, fitting};
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
    /// One row a picture, in input order; similarities are the mean of the levels, your own words
    /// last
    Csv,
}

/// Writes rows in one format; [`finish`](Writer::finish) writes what can only be written at the
/// end.
pub struct Writer<'a> {
    format: Format,
    words: Words<'a>,
    out: Box<dyn Write + 'a>,
    rows: Vec<Ranked>,
}

/// What the ranked table shows of a picture: it has to wait for the last one, so no more is kept.
struct Ranked {
    path: PathBuf,
    /// Score and what is shown of it, or why there is none.
    result: Result<Shown, String>,
}

struct Shown {
    raw: f32,
    score: f32,
    looks: String,
    /// How well the user's own words fit.
    own: Vec<f32>,
}

impl Shown {
    fn new(inspection: &Inspection, words: Words) -> Self {
        let own = words.own.iter();
        Self {
            raw: inspection.raw,
            score: inspection.score,
            looks: fitting(words.adjectives, &inspection.mean_similarities(), 3).join(", "),
            own: own
                .map(|word| mean(&word.similarities(&inspection.image_features)))
                .collect(),
        }
    }
}

impl<'a> Writer<'a> {
    /// Starts a table on `out`.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn new(format: Format, words: Words<'a>, out: Box<dyn Write + 'a>) -> io::Result<Self> {
        let mut writer = Self {
            format,
            words,
            out,
            rows: Vec::new(),
        };
        if format == Format::Csv {
            writer.csv(header(words))?;
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
            Format::Table => self.rows.push(Ranked {
                path: path.to_owned(),
                result: result.map(|inspection| Shown::new(&inspection, self.words)),
            }),
            Format::Jsonl => {
                serde_json::to_writer(&mut self.out, &Line::new(&row, self.words.own))?;
                writeln!(self.out)?;
                self.out.flush()?;
            }
            Format::Csv => self.csv(fields(&row, self.words))?,
        }
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        if self.format == Format::Table {
            let table = ranked(&mut self.rows, self.words);
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

/// Best first, failures last, with the words that fit each picture best and a column for each of
/// the user's own.
fn ranked(rows: &mut [Ranked], words: Words) -> Table {
    let score = |row: &Ranked| {
        row.result
            .as_ref()
            .map_or(f32::NEG_INFINITY, |shown| shown.raw)
    };
    rows.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let own = words.own.iter().map(own_name);
    let names = ["", "score", "picture", "looks"].map(str::to_owned);
    table.set_header(names.into_iter().chain(own));
    for (index, Ranked { path, result }) in rows.iter().enumerate() {
        let path = path.display().to_string();
        match result {
            Ok(shown) => {
                let (number, score) = ((index + 1).to_string(), format!("{:.1}", shown.score));
                let row = [number, score, path, shown.looks.clone()];
                let own = shown.own.iter().map(|mean| format!("{mean:+.3}"));
                table.add_row(row.into_iter().chain(own))
            }
            Err(error) => table.add_row(["-".into(), "-".into(), path, error.clone()]),
        };
    }
    let numbers: Vec<usize> = [0, 1].into_iter().chain(4..4 + words.own.len()).collect();
    align_right(&mut table, &numbers);
    table
}

/// A word as a heading; one that training saw nothing like has a question mark.
fn own_name(word: &Placed) -> String {
    format!("{}{}", word.word, if word.far { " ?" } else { "" })
}

/// Puts columns of numbers flush right.
pub fn align_right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}
