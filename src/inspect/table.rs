//! The table of pictures as CSV and as JSON, with the columns of `bpclip score`.

use crate::inspect::Inspection;
use crate::text::Adjective;
use serde::{Serialize, Serializer};
use std::io::{self, Write};
use std::path::Path;

/// A picture and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The picture.
    pub path: &'a Path,
    /// Its inspection, or why there is none.
    pub result: Result<&'a Inspection, &'a str>,
}

/// Columns of the CSV before the adjectives.
const COLUMNS: [&str; 8] = [
    "path",
    "width",
    "height",
    "scored_width",
    "scored_height",
    "score",
    "raw",
    "error",
];

/// One row a picture after a row of names; similarities are the mean of the levels, a column an
/// adjective. What there is not is left empty.
///
/// # Errors
/// `out` cannot be written.
pub fn csv<'a>(
    rows: impl IntoIterator<Item = Row<'a>>,
    adjectives: &[Adjective],
    out: impl Write,
) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(header(adjectives))?;
    for row in rows {
        out.write_record(fields(&row, adjectives.len()))?;
    }
    out.flush()
}

/// The names of the columns of the CSV.
pub fn header(adjectives: &[Adjective]) -> impl Iterator<Item = &str> {
    let words = adjectives.iter().map(|adjective| adjective.word.as_str());
    COLUMNS.into_iter().chain(words)
}

/// One row of the CSV, for so many adjectives.
pub fn fields(row: &Row, adjectives: usize) -> Vec<String> {
    let number = |value: f32| {
        if value.is_finite() {
            value.to_string()
        } else {
            String::new()
        }
    };
    let mut fields = vec![row.path.to_string_lossy().into_owned()];
    match row.result {
        Ok(i) => {
            let sizes = [i.width, i.height, i.scored_width, i.scored_height];
            fields.extend(sizes.map(|size| size.to_string()));
            fields.extend([number(i.score), number(i.raw), String::new()]);
            fields.extend(i.mean_similarities().into_iter().map(number));
        }
        Err(reason) => {
            fields.resize(COLUMNS.len() - 1, String::new());
            fields.push(reason.to_owned());
        }
    }
    fields.resize(COLUMNS.len() + adjectives, String::new());
    fields
}

/// The whole table as one JSON object, with what made its scores.
#[derive(Serialize)]
pub struct Table<'a> {
    /// The checkpoint's name.
    pub checkpoint: &'a str,
    /// The device's name.
    pub device: &'a str,
    /// The adjectives, in the order of the similarities.
    pub adjectives: &'a [Adjective],
    /// The pictures, each with the fields of a line of `bpclip score --format jsonl`.
    #[serde(serialize_with = "lines")]
    pub pictures: &'a [Row<'a>],
}

/// Writes a table as JSON.
///
/// # Errors
/// `out` cannot be written.
pub fn json(table: &Table, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, table)?;
    writeln!(out)
}

fn lines<S: Serializer>(rows: &[Row], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().map(Line::new))
}

/// One picture in JSON. `similarities` is a row a level, a column an adjective.
#[derive(Serialize)]
pub struct Line<'a> {
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

impl<'a> Line<'a> {
    /// The line of a row.
    pub fn new(row: &Row<'a>) -> Self {
        let done = row.result.ok();
        let notes = done.iter().flat_map(|i| &i.notes);
        Self {
            path: row.path.to_string_lossy(),
            width: done.map(|i| i.width),
            height: done.map(|i| i.height),
            scored_width: done.map(|i| i.scored_width),
            scored_height: done.map(|i| i.scored_height),
            score: done.map(|i| i.score),
            raw: done.map(|i| i.raw),
            similarities: done.map(|i| i.similarities.as_slice()),
            notes: notes.map(ToString::to_string).collect(),
            error: row.result.err(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Note;

    fn inspection() -> Inspection {
        Inspection {
            width: 4000,
            height: 3000,
            scored_width: 512,
            scored_height: 384,
            score: 71.25,
            raw: 0.7125,
            similarities: vec![vec![0.5, -0.25], vec![0.25, 0.25]],
            notes: vec![Note::AlphaOnGrey],
            detail: None,
        }
    }

    fn adjectives() -> [Adjective; 2] {
        [("sharp", true), ("blurry", false)].map(|(word, higher)| Adjective {
            word: word.into(),
            dimension: "sharpness".into(),
            higher,
        })
    }

    #[test]
    fn csv_has_the_columns_of_the_command_line() {
        let inspection = inspection();
        let rows = [
            Row {
                path: Path::new("a, b.jpg"),
                result: Ok(&inspection),
            },
            Row {
                path: Path::new("c.jpg"),
                result: Err("it is \"empty\""),
            },
        ];
        let mut out = Vec::new();
        csv(rows, &adjectives(), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "path,width,height,scored_width,scored_height,score,raw,error,sharp,blurry\n\
             \"a, b.jpg\",4000,3000,512,384,71.25,0.7125,,0.375,0\n\
             c.jpg,,,,,,,\"it is \"\"empty\"\"\",,\n"
        );
    }

    #[test]
    fn similarities_of_another_checkpoint_do_not_break_the_columns() {
        let inspection = inspection();
        let row = Row {
            path: Path::new("a"),
            result: Ok(&inspection),
        };
        assert_eq!(fields(&row, 1).len(), COLUMNS.len() + 1);
        assert_eq!(fields(&row, 5).len(), COLUMNS.len() + 5);
    }

    #[test]
    fn json_says_what_made_it() {
        let inspection = inspection();
        let pictures = [
            Row {
                path: Path::new("a.jpg"),
                result: Ok(&inspection),
            },
            Row {
                path: Path::new("c.jpg"),
                result: Err("no"),
            },
        ];
        let table = Table {
            checkpoint: "default",
            device: "cpu",
            adjectives: &adjectives(),
            pictures: &pictures,
        };
        let mut out = Vec::new();
        json(&table, &mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["checkpoint"], "default");
        assert_eq!(value["adjectives"][1]["word"], "blurry");
        assert_eq!(value["pictures"][0]["score"], 71.25);
        assert_eq!(value["pictures"][0]["similarities"][0][1], -0.25);
        assert_eq!(
            value["pictures"][0]["notes"][0],
            Note::AlphaOnGrey.to_string()
        );
        assert_eq!(value["pictures"][1]["error"], "no");
        assert!(value["pictures"][1]["score"].is_null());
    }
}
