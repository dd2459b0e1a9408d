//! The table of pictures as CSV and as JSON, with the columns of `bpclip score`.

use super::values::{Value, ValueKind, kinds, maybe, values};
use super::{Ranks, Reading, ScoredBy};
use crate::foreign::cell;
use crate::image::Exif;
use crate::inspect::Inspection;
use crate::metric::{Metric, Readings};
use crate::text::{Adjective, Placed};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A picture and what became of it: what [`csv()`] and [`Line::new`] make a line of.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The picture.
    pub path: &'a Path,
    /// The [other files](crate::image::Shot) of the same shot.
    pub companions: &'a [PathBuf],
    /// Its inspection, or why there is none.
    pub result: Result<&'a Inspection, &'a str>,
    /// What the classic metrics say, where they were measured.
    pub readings: Option<&'a Readings>,
    /// What the camera noted, where that is wanted.
    pub exif: Option<&'a Exif>,
    /// What a person decided on it, where that is wanted.
    pub judgement: Option<Judgement<'a>>,
}

/// What a person decided on a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Judgement<'a> {
    /// Whether it is kept or rejected, in words; none where it is neither.
    pub mark: Option<&'a str>,
    /// 0 (none) to 5.
    pub stars: u8,
    /// The name of its label.
    pub label: Option<&'a str>,
    /// The number of its burst among those of the table; none where it is in none.
    pub burst: Option<usize>,
}

impl Judgement<'_> {
    /// Its columns in a table: the name of each, and what it holds.
    pub(super) const COLUMNS: [(&'static str, ValueKind); 4] = [
        ("mark", ValueKind::Text),
        ("stars", ValueKind::Whole),
        ("label", ValueKind::Text),
        ("burst", ValueKind::Whole),
    ];

    /// What stands in them.
    pub(super) fn values(&self) -> [Value; 4] {
        let text = |text: Option<&str>| maybe(text.map(str::to_owned), Value::Text);
        let burst = self.burst.and_then(|burst| u32::try_from(burst).ok());
        [
            text(self.mark),
            Value::Whole(self.stars.into()),
            text(self.label),
            maybe(burst, Value::Whole),
        ]
    }
}

/// What a table has numbers for, beside the scores.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// The checkpoint's words.
    pub adjectives: &'a [Adjective],
    /// The user's own words, placed by a [`TextSpace`](crate::text::TextSpace); may be empty.
    pub own: &'a [Placed],
    /// The classic metrics.
    pub metrics: &'a [Metric],
    /// What the numbers mean among photographs.
    pub ranks: Ranks<'a>,
    /// Whether what the camera noted is wanted.
    pub exif: bool,
    /// Whether any picture has companions.
    pub companions: bool,
    /// Whether what a person decided is wanted.
    pub judgements: bool,
}

/// One row a picture after a row of names; similarities are the mean of the levels, a column an
/// adjective, then the user's own words, then the classic metrics, then the score's rank among
/// photographs and its interval where the checkpoint knows them, then how sharp the sharpest part is
/// and the pixel in its middle, then what the camera noted where that is wanted, then the notes, then
/// companions where any has them, then what a person decided where that is wanted. What there is not is
/// left empty;
/// what is infinite is `inf`. Text that a spreadsheet would take for a formula has an apostrophe
/// before it ([`cell`]).
///
/// # Errors
/// `out` cannot be written.
pub fn csv<'a>(
    rows: impl IntoIterator<Item = Row<'a>>,
    columns: Columns,
    out: impl Write,
) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(header(columns).map(Cow::into_owned))?;
    for row in rows {
        out.write_record(fields(&row, columns))?;
    }
    out.flush()
}

/// The names of the columns of the CSV, in order.
pub fn header<'a>(columns: Columns<'a>) -> impl Iterator<Item = Cow<'a, str>> {
    kinds(columns).into_iter().map(|(name, _)| cell(name))
}

/// One row of the CSV, a text for each name of [`header`], not yet quoted.
pub fn fields(row: &Row, columns: Columns) -> Vec<String> {
    values(row, columns).iter().map(Value::csv).collect()
}

pub(super) fn texts(paths: &[PathBuf]) -> impl Iterator<Item = Cow<'_, str>> {
    paths.iter().map(|path| path.to_string_lossy())
}

/// What was done to a picture's pixels, in words.
pub fn notes(inspection: &Inspection) -> String {
    let notes: Vec<String> = inspection.notes.iter().map(ToString::to_string).collect();
    notes.join("; ")
}

/// The whole table as one JSON object, with what made its scores.
#[derive(Serialize)]
pub struct ScoreTable<'a> {
    /// Who scored.
    #[serde(flatten)]
    pub by: ScoredBy<'a>,
    /// The pictures, each with the fields of a line of `bpclip score --format jsonl`.
    pub pictures: Vec<Line<'a>>,
}

impl ScoreTable<'_> {
    /// Writes the table as JSON.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)
    }
}

/// One picture in JSON. `similarities` is a row a level, a column an adjective. `sharpness` is that of
/// the sharpest part, and `sharpest` its left, top, width and height in pixels. `metrics` is there
/// where classic metrics were measured ([`Readings`] says how), `metrics_missing` where one could not
/// be: the reasons.
#[derive(Serialize)]
pub struct Line<'a> {
    path: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    companions: Vec<Cow<'a, str>>,
    width: Option<u32>,
    height: Option<u32>,
    scored_width: Option<u32>,
    scored_height: Option<u32>,
    score: Option<f32>,
    raw: Option<f32>,
    similarities: Option<&'a [Vec<f32>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sharpness: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sharpest: Option<[u32; 4]>,
    #[serde(flatten)]
    reading: Reading,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    own: Vec<Own<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<&'a Readings>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics_missing: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exif: Option<&'a Exif>,
    #[serde(flatten)]
    judgement: Option<Judgement<'a>>,
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
    /// The line of a row, with the user's own words and what its numbers mean among photographs.
    pub fn new(row: &Row<'a>, own: &'a [Placed], ranks: Ranks) -> Self {
        let done = row.result.ok();
        let notes = done.iter().flat_map(|i| &i.notes);
        let readings = row.readings.filter(|readings| !readings.is_empty());
        let sharpness = done.and_then(|i| i.sharpness);
        Self {
            path: row.path.to_string_lossy(),
            companions: texts(row.companions).collect(),
            width: done.map(|i| i.width),
            height: done.map(|i| i.height),
            scored_width: done.map(|i| i.scored_width),
            scored_height: done.map(|i| i.scored_height),
            score: done.map(|i| i.prediction.score()),
            raw: done.map(|i| i.prediction.raw),
            similarities: done.map(|i| i.prediction.similarities.as_slice()),
            sharpness: sharpness.map(|sharpness| sharpness.value),
            sharpest: done
                .zip(sharpness)
                .map(|(i, sharpness)| sharpness.place.pixels(i.width, i.height)),
            reading: done.map_or_else(Reading::default, |i| Reading::new(i, ranks)),
            own: done.map_or_else(Vec::new, |i| {
                own.iter()
                    .map(|word| Own {
                        word: &word.word,
                        similarities: word.similarities(&i.prediction.image_features),
                        distance: word.distance,
                        far: word.far,
                    })
                    .collect()
            }),
            metrics: readings,
            metrics_missing: readings.map(Readings::reasons).unwrap_or_default(),
            exif: row.exif,
            judgement: row.judgement,
            notes: notes.map(ToString::to_string).collect(),
            error: row.result.err(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::values::FIXED;
    use super::*;
    use crate::image::{Fingerprint, Note, Part, Sharpness};
    use crate::inspect::{Look, Prediction};
    use crate::metric::MetricError;

    fn inspection() -> Inspection {
        Inspection {
            width: 4000,
            height: 3000,
            scored_width: 512,
            scored_height: 384,
            prediction: Prediction {
                raw: 0.7125,
                similarities: vec![vec![0.5, -0.25], vec![0.25, 0.25]],
                image_features: vec![vec![2.0, 0.0], vec![0.0, 3.0]],
                look: Look::default(),
            },
            notes: vec![Note::AlphaOnGrey],
            sharpness: Some(Sharpness {
                value: 12.5,
                place: Part {
                    left: 0.25,
                    top: 0.5,
                    width: 0.125,
                    height: 0.25,
                },
            }),
            fingerprint: Fingerprint::default(),
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
                companions: &[],
                result: Ok(&inspection),
                readings: None,
                exif: None,
                judgement: None,
            },
            Row {
                path: Path::new("c.jpg"),
                companions: &[],
                result: Err("it is \"empty\""),
                readings: None,
                exif: None,
                judgement: None,
            },
        ];
        let mut out = Vec::new();
        let columns = Columns {
            adjectives: &adjectives(),
            own: &[own()],
            metrics: &[],
            ranks: Ranks::default(),
            exif: false,
            companions: false,
            judgements: false,
        };
        csv(rows, columns, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "path,width,height,scored_width,scored_height,score,raw,error,sharp,blurry,dreamy,\
             sharpness,sharpest_x,sharpest_y,notes\n\
             \"a, b.jpg\",4000,3000,512,384,71.25,0.7125,,0.375,0,0.5,12.5,1250,1875,transparency composed on mid-grey\n\
             c.jpg,,,,,,,\"it is \"\"empty\"\"\",,,,,,,\n"
        );
    }

    #[test]
    fn what_a_person_decided_stands_last() {
        let inspection = inspection();
        let row = Row {
            path: Path::new("a"),
            companions: &[],
            result: Ok(&inspection),
            readings: None,
            exif: None,
            judgement: Some(Judgement {
                mark: Some("keep"),
                stars: 4,
                label: None,
                burst: Some(2),
            }),
        };
        let columns = Columns {
            adjectives: &[],
            own: &[],
            metrics: &[],
            ranks: Ranks::default(),
            exif: false,
            companions: false,
            judgements: true,
        };
        let names: Vec<_> = header(columns).collect();
        assert_eq!(
            names[names.len() - 4..],
            ["mark", "stars", "label", "burst"]
        );
        let cells = fields(&row, columns);
        assert_eq!(cells[cells.len() - 4..], ["keep", "4", "", "2"]);
        let line = serde_json::to_value(Line::new(&row, &[], Ranks::default())).unwrap();
        assert_eq!((&line["mark"], &line["stars"]), (&"keep".into(), &4.into()));
        assert_eq!(
            (&line["label"], &line["burst"]),
            (&serde_json::Value::Null, &2.into())
        );
        let without = Row {
            judgement: None,
            ..row
        };
        let line = serde_json::to_value(Line::new(&without, &[], Ranks::default())).unwrap();
        assert_eq!(line.get("mark"), None);
    }

    #[test]
    fn similarities_of_another_checkpoint_do_not_break_the_columns() {
        let inspection = inspection();
        let row = Row {
            path: Path::new("a"),
            companions: &[],
            result: Ok(&inspection),
            readings: None,
            exif: None,
            judgement: None,
        };
        let adjectives = adjectives();
        let columns = |count: usize| Columns {
            adjectives: &adjectives[..count],
            own: &[],
            metrics: &[],
            ranks: Ranks::default(),
            exif: false,
            companions: false,
            judgements: false,
        };
        assert_eq!(fields(&row, columns(1)).len(), FIXED.len() + 5);
        let more = [adjectives.clone(), adjectives.clone()].concat();
        let columns = Columns {
            adjectives: &more,
            own: &[own()],
            metrics: &[],
            ranks: Ranks::default(),
            exif: false,
            companions: false,
            judgements: false,
        };
        let fields = fields(&row, columns);
        assert_eq!(fields.len(), FIXED.len() + 9);
        assert_eq!(fields[fields.len() - 5], "0.5");
        assert_eq!(fields.last(), Some(&inspection.notes[0].to_string()));
    }

    #[test]
    fn metrics_stand_last_and_say_why_one_is_missing() {
        let inspection = inspection();
        let mut readings = Readings::default();
        readings.push(Metric::Psnr, Ok(f64::INFINITY));
        let metric = Metric::MsSsim;
        let (width, height) = (100, 80);
        let small = MetricError::TooSmall {
            metric,
            width,
            height,
        };
        readings.push(metric, Err(small.clone()));
        readings.push(Metric::Butteraugli, Ok(1.5));
        let row = Row {
            path: Path::new("a"),
            companions: &[],
            result: Ok(&inspection),
            readings: Some(&readings),
            exif: None,
            judgement: None,
        };
        let failed = Row {
            result: Err("no"),
            readings: None,
            exif: None,
            judgement: None,
            ..row
        };
        let columns = Columns {
            adjectives: &adjectives(),
            own: &[own()],
            metrics: &[Metric::Psnr, Metric::MsSsim, Metric::Butteraugli],
            ranks: Ranks::default(),
            exif: false,
            companions: false,
            judgements: false,
        };
        let names: Vec<_> = header(columns).skip(FIXED.len() + 3).collect();
        assert_eq!(
            names,
            [
                "psnr",
                "ms-ssim",
                "butteraugli",
                "sharpness",
                "sharpest_x",
                "sharpest_y",
                "notes"
            ]
        );
        assert_eq!(
            fields(&row, columns)[FIXED.len() + 3..],
            [
                "inf",
                "",
                "1.5",
                "12.5",
                "1250",
                "1875",
                "transparency composed on mid-grey"
            ]
        );
        assert_eq!(
            fields(&failed, columns)[FIXED.len() + 3..],
            ["", "", "", "", "", "", ""]
        );
        let line = serde_json::to_value(Line::new(&row, &[], Ranks::default())).unwrap();
        let expected = serde_json::json!({ "psnr": "inf", "ms-ssim": null, "butteraugli": 1.5 });
        assert_eq!(line["metrics"], expected);
        assert_eq!(line["metrics_missing"][0], small.to_string());
        let line = serde_json::to_value(Line::new(&failed, &[], Ranks::default())).unwrap();
        assert!(line.get("metrics").is_none());
    }

    #[test]
    fn the_other_files_of_a_shot_are_named_last() {
        let inspection = inspection();
        let companions = ["x/1.HIF", "x/1.CR3"].map(PathBuf::from);
        let row = Row {
            path: Path::new("x/1.JPG"),
            companions: &companions,
            result: Ok(&inspection),
            readings: None,
            exif: None,
            judgement: None,
        };
        let alone = Row {
            companions: &[],
            ..row
        };
        let columns = Columns {
            adjectives: &adjectives(),
            own: &[],
            metrics: &[],
            ranks: Ranks::default(),
            exif: false,
            companions: true,
            judgements: false,
        };
        assert_eq!(header(columns).last().unwrap(), "companions");
        let last = |row: &Row| fields(row, columns).pop().unwrap();
        assert_eq!(last(&row), "x/1.HIF; x/1.CR3");
        assert_eq!(last(&alone), "");
        let line = |row: &Row| serde_json::to_value(Line::new(row, &[], Ranks::default())).unwrap();
        assert_eq!(
            line(&row)["companions"],
            serde_json::json!(["x/1.HIF", "x/1.CR3"])
        );
        assert!(line(&alone).get("companions").is_none());
    }

    #[test]
    fn json_says_what_made_it() {
        let inspection = inspection();
        let pictures = [
            Row {
                path: Path::new("a.jpg"),
                companions: &[],
                result: Ok(&inspection),
                readings: None,
                exif: None,
                judgement: None,
            },
            Row {
                path: Path::new("c.jpg"),
                companions: &[],
                result: Err("no"),
                readings: None,
                exif: None,
                judgement: None,
            },
        ];
        let words = [own()];
        let table = ScoreTable {
            by: ScoredBy {
                checkpoint: "default",
                device: "cpu",
                adjectives: &adjectives(),
                ranks: Ranks::default(),
            },
            pictures: pictures
                .iter()
                .map(|row| Line::new(row, &words, Ranks::default()))
                .collect(),
        };
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["checkpoint"], "default");
        assert_eq!(value["adjectives"][1]["word"], "blurry");
        assert_eq!(value["pictures"][0]["score"], 71.25);
        assert_eq!(value["pictures"][0]["similarities"][0][1], -0.25);
        assert_eq!(value["pictures"][0]["sharpness"], 12.5);
        let sharpest = serde_json::json!([1000, 1500, 500, 750]);
        assert_eq!(value["pictures"][0]["sharpest"], sharpest);
        assert!(value["pictures"][1].get("sharpness").is_none());
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
