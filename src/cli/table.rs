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
    rows: Vec<(PathBuf, Result<Inspection, String>)>,
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
            Format::Table => self.rows.push((path.to_owned(), result)),
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
fn ranked(rows: &mut [(PathBuf, Result<Inspection, String>)], words: Words) -> Table {
    let score =
        |result: &Result<Inspection, String>| result.as_ref().map_or(f32::NEG_INFINITY, |i| i.raw);
    rows.sort_by(|(_, a), (_, b)| score(b).total_cmp(&score(a)));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let own = words.own.iter().map(own_name);
    let names = ["", "score", "picture", "looks"].map(str::to_owned);
    table.set_header(names.into_iter().chain(own));
    for (index, (path, result)) in rows.iter().enumerate() {
        let path = path.display().to_string();
        match result {
            Ok(i) => {
                let looks = fitting(words.adjectives, &i.mean_similarities(), 3).join(", ");
                let own = words.own.iter();
                let own = own.map(|word| mean(&word.similarities(&i.image_features)));
                let number = (index + 1).to_string();
                let row = [number, format!("{:.1}", i.score), path, looks];
                table.add_row(row.into_iter().chain(own.map(|mean| format!("{mean:+.3}"))))
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
