//! The table of pictures as typed values, which CSV writes as text and Parquet as they are.

use super::Reading;
use super::table::{Columns, Judgement, Row, notes, texts};
use crate::foreign::cell;
use crate::image::Exif;
use crate::metric::Metric;

/// What a column holds; a value that there is not is [`Value::Empty`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Words.
    Text,
    /// A whole number.
    Whole,
    /// A number of 32 bits.
    Single,
    /// A number of 64 bits.
    Double,
    /// Yes or no.
    Flag,
}

/// What stands in a column of a row.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // as the kinds
pub enum Value {
    /// There is none.
    Empty,
    Text(String),
    Whole(u32),
    Single(f32),
    Double(f64),
    Flag(bool),
}

impl Value {
    /// As a cell of a CSV, not yet quoted.
    pub fn csv(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => cell(text).into_owned(),
            Self::Whole(number) => number.to_string(),
            Self::Single(number) => number.to_string(),
            Self::Double(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    fn text(text: String) -> Self {
        match text.is_empty() {
            true => Self::Empty,
            false => Self::Text(text),
        }
    }

    /// A score or a similarity, which is always finite where the network works.
    fn finite(number: f32) -> Self {
        match number.is_finite() {
            true => Self::Single(number),
            false => Self::Empty,
        }
    }
}

/// A value of which there may be none.
pub(super) fn maybe<T>(value: Option<T>, of: impl FnOnce(T) -> Value) -> Value {
    value.map_or(Value::Empty, of)
}

/// Names and kinds before the adjectives.
pub(super) const FIXED: [(&str, ValueKind); 8] = [
    ("path", ValueKind::Text),
    ("width", ValueKind::Whole),
    ("height", ValueKind::Whole),
    ("scored_width", ValueKind::Whole),
    ("scored_height", ValueKind::Whole),
    ("score", ValueKind::Single),
    ("raw", ValueKind::Single),
    ("error", ValueKind::Text),
];

/// The columns of what the camera noted.
const OF_EXIF: [(&str, ValueKind); 9] = [
    ("camera", ValueKind::Text),
    ("lens", ValueKind::Text),
    ("focal_length", ValueKind::Double),
    ("aperture", ValueKind::Double),
    ("shutter", ValueKind::Double),
    ("iso", ValueKind::Whole),
    ("exposure_bias", ValueKind::Double),
    ("taken", ValueKind::Text),
    ("has_place", ValueKind::Flag),
];

/// The columns of the sharpest part.
const SHARPEST: [(&str, ValueKind); 3] = [
    ("sharpness", ValueKind::Single),
    ("sharpest_x", ValueKind::Whole),
    ("sharpest_y", ValueKind::Whole),
];

/// The columns in order: the name of each, and what it holds.
pub fn kinds<'a>(columns: Columns<'a>) -> Vec<(&'a str, ValueKind)> {
    use ValueKind::{Double, Single, Text};
    let mut kinds = FIXED.to_vec();
    let adjectives = columns.adjectives.iter().map(|one| one.word.as_str());
    let own = columns.own.iter().map(|one| one.word.as_str());
    kinds.extend(adjectives.chain(own).map(|word| (word, Single)));
    kinds.extend(columns.metrics.iter().map(|metric| (metric.key(), Double)));
    if columns.ranks.distribution.is_some() {
        kinds.push(("score_percentile", Single));
    }
    if columns.ranks.certainty.is_some() {
        kinds.extend([("interval_low", Single), ("interval_high", Single)]);
    }
    kinds.extend(SHARPEST);
    if columns.exif {
        kinds.extend(OF_EXIF);
    }
    kinds.push(("notes", Text));
    if columns.companions {
        kinds.push(("companions", Text));
    }
    if columns.judgements {
        kinds.extend(Judgement::COLUMNS);
    }
    kinds
}

/// One row: a value for each of [`kinds`].
pub fn values(row: &Row, columns: Columns) -> Vec<Value> {
    let mut values = vec![Value::Text(row.path.to_string_lossy().into_owned())];
    match row.result {
        Ok(i) => {
            let sizes = [i.width, i.height, i.scored_width, i.scored_height];
            values.extend(sizes.map(Value::Whole));
            let prediction = &i.prediction;
            let numbers = [prediction.score(), prediction.raw];
            values.extend(numbers.map(Value::finite));
            values.push(Value::Empty);
            values.extend(
                prediction
                    .mean_similarities()
                    .into_iter()
                    .map(Value::finite),
            );
            // A picture that another checkpoint scored may have fewer or more.
            values.resize(FIXED.len() + columns.adjectives.len(), Value::Empty);
            let own = columns.own.iter();
            let own = own.map(|word| word.mean_similarity(&prediction.image_features));
            values.extend(own.map(Value::finite));
        }
        Err(reason) => {
            values.resize(FIXED.len() - 1, Value::Empty);
            values.push(Value::text(reason.to_owned()));
            let words = columns.adjectives.len() + columns.own.len();
            values.resize(FIXED.len() + words, Value::Empty);
        }
    }
    let reading = |metric: &Metric| row.readings?.value(*metric);
    let readings = columns.metrics.iter().map(reading);
    values.extend(readings.map(|value| maybe(value, Value::Double)));
    let reading = row.result.map(|i| Reading::new(i, columns.ranks));
    let reading = reading.unwrap_or_default();
    if columns.ranks.distribution.is_some() {
        values.push(maybe(reading.score_percentile, Value::finite));
    }
    if columns.ranks.certainty.is_some() {
        let ends = reading.interval.map(|ends| ends.map(Value::finite));
        values.extend(ends.unwrap_or([Value::Empty, Value::Empty]));
    }
    values.extend(sharpest(row));
    if columns.exif {
        values.extend(
            row.exif
                .map_or([const { Value::Empty }; OF_EXIF.len()], of_exif),
        );
    }
    values.push(Value::text(row.result.map(notes).unwrap_or_default()));
    if columns.companions {
        let companions: Vec<_> = texts(row.companions).collect();
        values.push(Value::text(companions.join("; ")));
    }
    if columns.judgements {
        values.extend(row.judgement.unwrap_or_default().values());
    }
    values
}

/// What stands in the columns of the sharpest part.
fn sharpest(row: &Row) -> [Value; 3] {
    let measured = row.result.ok().and_then(|i| Some((i, i.sharpness?)));
    let Some((inspection, sharpness)) = measured else {
        return [const { Value::Empty }; 3];
    };
    let (x, y) = sharpness.place.centre();
    let pixel = |share: f32, side: u32| Value::Whole((share * side as f32) as u32);
    [
        Value::finite(sharpness.value),
        pixel(x, inspection.width),
        pixel(y, inspection.height),
    ]
}

/// What stands in the columns of what the camera noted.
fn of_exif(exif: &Exif) -> [Value; OF_EXIF.len()] {
    [
        maybe(exif.camera.clone(), Value::text),
        maybe(exif.lens.clone(), Value::text),
        maybe(exif.focal_length, Value::Double),
        maybe(exif.aperture, Value::Double),
        maybe(exif.shutter, Value::Double),
        maybe(exif.iso, Value::Whole),
        maybe(exif.exposure_bias, Value::Double),
        maybe(exif.taken.as_ref(), |taken| Value::Text(taken.to_string())),
        Value::Flag(exif.has_place),
    ]
}
