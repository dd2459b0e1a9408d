//! Scores as they are written: a ranked table, JSON lines, CSV, Parquet.

use super::append::{self, MADE_WITH};
use super::known::Known;
use super::parquet::{self, Sheet};
use super::parts::Parts;
use crate::cli::Usage;
use crate::cli::table::{Ranked, ranked};
use bpclip_core::image::Exif;
use bpclip_core::inspect::Inspection;
use bpclip_core::inspect::report::{
    Columns, Line, Row, Value, ValueKind, fields, header, kinds, values,
};
use bpclip_core::metric::Readings;
use serde::Serialize;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

/// How scores are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: best first
    #[default]
    Table,
    /// One JSON object a line, as soon as it is known, in input order
    Jsonl,
    /// One row a picture, in input order; similarities are the mean of the levels, then your own
    /// words, then metrics, ranks, what the camera noted (`--exif`), notes, and where there are any the
    /// other files of the same shot
    Csv,
    /// The columns of the CSV, each of its own type, for pandas, Spark, DuckDB and the like; to a file
    /// or, with --append, to a folder
    Parquet,
}

impl Format {
    /// What a file is by the ending of its name.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Where rows go; [`finish`](Writer::finish) writes what can only be written at the end.
enum Sink<'a> {
    Table(Box<dyn Write + Send + 'a>, Vec<Ranked>),
    Jsonl(Lines<'a>),
    Csv(Lines<'a>),
    Parquet(Box<Sheet<Box<dyn Write + Send + 'a>>>),
    Parts(Box<Parts>),
}

/// Where lines go, each at once: what is killed meanwhile leaves the beginning of one at most.
enum Lines<'a> {
    New(Box<dyn Write + Send + 'a>),
    /// They are gone on with, and so brought to the disk at the end.
    Appended(File),
}

impl Lines<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let out: &mut dyn Write = match self {
            Self::New(out) => out,
            Self::Appended(file) => file,
        };
        out.write_all(line)?;
        out.flush()
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::New(mut out) => out.flush(),
            Self::Appended(file) => file.sync_all(),
        }
    }
}

/// Writes rows in one format.
pub struct Writer<'a> {
    columns: Columns<'a>,
    /// What made the rows, where each says so.
    made_with: Option<&'a str>,
    sink: Sink<'a>,
}

/// A picture and what became of it.
pub struct Scored<'a> {
    pub path: &'a Path,
    /// The other files of the same shot.
    pub companions: &'a [PathBuf],
    /// What the network says, or why it says nothing.
    pub result: Result<Inspection, String>,
    pub readings: Readings,
    /// What the camera noted, where that is wanted.
    pub exif: Option<Exif>,
}

/// A row of JSON that says what made it.
#[derive(Serialize)]
struct Made<'a> {
    #[serde(flatten)]
    line: Line<'a>,
    made_with: &'a str,
}

impl<'a> Writer<'a> {
    /// Starts a table on `out`.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn new(
        format: Format,
        columns: Columns<'a>,
        out: Box<dyn Write + Send + 'a>,
    ) -> io::Result<Self> {
        let sink = match format {
            Format::Table => Sink::Table(out, Vec::new()),
            Format::Jsonl => Sink::Jsonl(Lines::New(out)),
            Format::Csv => {
                let mut lines = Lines::New(out);
                csv(&mut lines, header(columns).map(Cow::into_owned))?;
                Sink::Csv(lines)
            }
            Format::Parquet => {
                let columns = parquet::columns(kinds(columns));
                Sink::Parquet(Box::new(Sheet::new(out, &columns)?))
            }
        };
        Ok(Self {
            columns,
            made_with: None,
            sink,
        })
    }

    /// Goes on with the rows at `path`, and learns which pictures have one. Every row says in
    /// [`MADE_WITH`] what made it.
    ///
    /// # Errors
    /// As [`append::jsonl`], [`append::csv`] and [`Parts::open`]; a table is nothing to go on with.
    pub fn append(
        path: &Path,
        format: Format,
        columns: Columns<'a>,
        made_with: &'a str,
        known: &mut Known,
    ) -> anyhow::Result<Self> {
        let sink = match format {
            Format::Table => {
                let text = "--append goes on with rows: give --format jsonl, csv or parquet, or a file with such an ending";
                return Err(Usage(text.into()).into());
            }
            Format::Jsonl => Sink::Jsonl(Lines::Appended(append::jsonl(path, made_with, known)?)),
            Format::Csv => {
                let names = header(columns).map(Cow::into_owned);
                let names: Vec<String> = names.chain([MADE_WITH.to_owned()]).collect();
                let mut file = append::csv(path, &names, made_with, known)?;
                let is_new = file.stream_position()? == 0;
                let mut lines = Lines::Appended(file);
                if is_new {
                    csv(&mut lines, &names)?;
                }
                Sink::Csv(lines)
            }
            Format::Parquet => {
                let made = [(MADE_WITH, ValueKind::Text)];
                let columns = parquet::columns(kinds(columns).into_iter().chain(made));
                Sink::Parts(Box::new(Parts::open(path, columns, made_with, known)?))
            }
        };
        Ok(Self {
            columns,
            made_with: Some(made_with),
            sink,
        })
    }

    /// Takes one row; all but the ranked table and Parquet show it at once.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn row(&mut self, scored: Scored<'_>) -> io::Result<()> {
        let row = Row {
            path: scored.path,
            companions: scored.companions,
            result: scored.result.as_ref().map_err(String::as_str),
            readings: Some(&scored.readings),
            exif: scored.exif.as_ref(),
            judgement: None,
        };
        let (columns, made_with) = (self.columns, self.made_with);
        let made_cell = || made_with.map(str::to_owned);
        let made_value = || made_with.map(|made| Value::Text(made.to_owned()));
        match &mut self.sink {
            Sink::Table(_, rows) => {
                rows.push(Ranked::new(scored, columns));
                Ok(())
            }
            Sink::Jsonl(lines) => jsonl(lines, &row, columns, made_with),
            Sink::Csv(lines) => csv(lines, fields(&row, columns).into_iter().chain(made_cell())),
            Sink::Parquet(sheet) => sheet.row(values(&row, columns)),
            Sink::Parts(parts) => parts.row(
                values(&row, columns)
                    .into_iter()
                    .chain(made_value())
                    .collect(),
            ),
        }
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self.sink {
            Sink::Table(mut out, mut rows) => {
                let table = ranked(&mut rows, self.columns);
                writeln!(out, "{table}")?;
                out.flush()
            }
            Sink::Jsonl(lines) | Sink::Csv(lines) => lines.finish(),
            Sink::Parquet(sheet) => sheet.finish(),
            Sink::Parts(parts) => parts.finish(),
        }
    }
}

/// Writes a row as a line of JSON.
fn jsonl(
    lines: &mut Lines,
    row: &Row,
    columns: Columns,
    made_with: Option<&str>,
) -> io::Result<()> {
    let line = Line::new(row, columns.own, columns.ranks);
    let mut bytes = match made_with {
        None => serde_json::to_vec(&line)?,
        Some(made_with) => serde_json::to_vec(&Made { line, made_with })?,
    };
    bytes.push(b'\n');
    lines.write(&bytes)
}

/// Likewise a row of CSV.
fn csv<T: AsRef<[u8]>>(lines: &mut Lines, fields: impl IntoIterator<Item = T>) -> io::Result<()> {
    let mut line = ::csv::Writer::from_writer(Vec::new());
    line.write_record(fields)?;
    let line = line.into_inner().map_err(|error| error.into_error())?;
    lines.write(&line)
}
