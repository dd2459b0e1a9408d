//! The table of pictures as CSV and as JSON, with the columns of `bpclip score`.

use crate::inspect::Inspection;
use crate::text::{Adjective, Placed};
use serde::Serialize;
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

/// The words that a table has numbers for.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The checkpoint's.
    pub adjectives: &'a [Adjective],
    /// The user's own.
    pub own: &'a [Placed],
}

/// One row a picture after a row of names; similarities are the mean of the levels, a column an
/// adjective, the user's own last. What there is not is left empty.
///
/// # Errors
/// `out` cannot be written.
pub fn csv<'a>(
    rows: impl IntoIterator<Item = Row<'a>>,
    words: Words,
    out: impl Write,
) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(header(words))?;
    for row in rows {
        out.write_record(fields(&row, words))?;
    }
    out.flush()
}

/// The names of the columns of the CSV.
pub fn header(words: Words<'_>) -> impl Iterator<Item = &str> {
    let adjectives = words.adjectives.iter().map(|one| one.word.as_str());
    let own = words.own.iter().map(|one| one.word.as_str());
    COLUMNS.into_iter().chain(adjectives).chain(own)
}

/// One row of the CSV.
pub fn fields(row: &Row, words: Words) -> Vec<String> {
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
            // A picture that another checkpoint scored may have fewer or more.
            fields.resize(COLUMNS.len() + words.adjectives.len(), String::new());
            let own = words.own.iter();
            fields.extend(own.map(|word| number(mean(&word.similarities(&i.image_features)))));
        }
        Err(reason) => {
            fields.resize(COLUMNS.len() - 1, String::new());
            fields.push(reason.to_owned());
        }
    }
    let all = words.adjectives.len() + words.own.len();
    fields.resize(COLUMNS.len() + all, String::new());
    fields
}

/// The mean of the levels.
pub fn mean(levels: &[f32]) -> f32 {
    levels.iter().sum::<f32>() / levels.len() as f32
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
    pub pictures: Vec<Line<'a>>,
}

/// Writes a table as JSON.
///
/// # Errors
/// `out` cannot be written.
pub fn json(table: &Table, mut out: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, table)?;
    writeln!(out)
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own: Vec<Own<'a>>,
    notes: Vec<String>,
    error: Option<&'a str>,
}

/// One of the user's own words; `similarities` is one a level.
#[derive(Serialize)]
struct Own<'a> {
    word: &'a str,
    similarities: Vec<f32>,
    distance: f32,
    far: bool,
}

impl<'a> Line<'a> {
    /// The line of a row, with the user's own words.
    pub fn new(row: &Row<'a>, own: &'a [Placed]) -> Self {
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
            own: done.map_or_else(Vec::new, |i| {
                own.iter()
                    .map(|word| Own {
                        word: &word.word,
                        similarities: word.similarities(&i.image_features),
                        distance: word.distance,
                        far: word.far,
                    })
                    .collect()
            }),
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
            image_features: vec![vec![2.0, 0.0], vec![0.0, 3.0]],
            notes: vec![Note::AlphaOnGrey],
            detail: None,
        }
    }

    fn own() -> Placed {
        Placed {
            word: "dreamy".into(),
            vector: vec![1.0, 0.0],
            distance: 0.75,
            far: true,
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
        let words = Words {
            adjectives: &adjectives(),
            own: &[own()],
        };
        csv(rows, words, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "path,width,height,scored_width,scored_height,score,raw,error,sharp,blurry,dreamy\n\
             \"a, b.jpg\",4000,3000,512,384,71.25,0.7125,,0.375,0,0.5\n\
             c.jpg,,,,,,,\"it is \"\"empty\"\"\",,,\n"
        );
    }

    #[test]
    fn similarities_of_another_checkpoint_do_not_break_the_columns() {
        let inspection = inspection();
        let row = Row {
            path: Path::new("a"),
            result: Ok(&inspection),
        };
        let adjectives = adjectives();
        let words = |count: usize| Words {
            adjectives: &adjectives[..count],
            own: &[],
        };
        assert_eq!(fields(&row, words(1)).len(), COLUMNS.len() + 1);
        let more = [adjectives.clone(), adjectives.clone()].concat();
        let words = Words {
            adjectives: &more,
            own: &[own()],
        };
        let fields = fields(&row, words);
        assert_eq!(fields.len(), COLUMNS.len() + 5);
        assert_eq!(fields.last().map(String::as_str), Some("0.5"));
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
        let words = [own()];
        let table = Table {
            checkpoint: "default",
            device: "cpu",
            adjectives: &adjectives(),
            pictures: pictures.iter().map(|row| Line::new(row, &words)).collect(),
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
        let own = &value["pictures"][0]["own"][0];
        assert_eq!(
            (&own["word"], &own["far"]),
            (&"dreamy".into(), &true.into())
        );
        assert_eq!(own["similarities"], serde_json::json!([1.0, 0.0]));
        assert!(value["pictures"][1].get("own").is_none());
        assert_eq!(value["pictures"][1]["error"], "no");
        assert!(value["pictures"][1]["score"].is_null());
    }
}
