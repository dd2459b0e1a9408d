//! One inspection with all its values, as `bpclip inspect` writes it.

use super::{HeadFields, Reading, ReportHead};
use crate::image::Map;
use crate::inspect::{Attention, Detail, Inspection};
use crate::metric::Readings;
use crate::text::{Adjective, dimension_value, dimensions};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// An inspection and what made it.
#[derive(Clone, Copy, Debug)]
pub struct InspectionReport<'a> {
    /// What it is of, and who looked.
    pub head: ReportHead<'a>,
    /// What the network says.
    pub inspection: &'a Inspection,
    /// What the classic metrics say, where they were measured.
    pub readings: Option<&'a Readings>,
    /// Whether attention is written whole, tens of megabytes of it.
    pub attention: bool,
}

impl InspectionReport<'_> {
    /// Writes everything as one JSON object. Maps have h rows of w values; attention has, for each
    /// level, what each cell receives, and if it is written whole its heads, queries and keys. Maps
    /// that the inspection lacks are empty lists.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut out, &InspectionFields::new(self))?;
        writeln!(out)
    }
}

#[derive(Serialize)]
struct InspectionFields<'a> {
    #[serde(flatten)]
    head: HeadFields<'a>,
    inspection: &'a Inspection,
    adjectives: &'a [Adjective],
    dimensions: BTreeMap<&'a str, f32>,
    #[serde(flatten)]
    reading: Reading,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<&'a Readings>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics_missing: Vec<String>,
    information: Vec<Rows<'a>>,
    weight: Vec<Rows<'a>>,
    information_with_position: Vec<Rows<'a>>,
    weight_with_position: Vec<Rows<'a>>,
    masks: Vec<Rows<'a>>,
    information_attention: Vec<AttentionFields<'a>>,
    weight_attention: Vec<AttentionFields<'a>>,
    image_features: &'a [Vec<f32>],
}

type Rows<'a> = Vec<&'a [f32]>;

#[derive(Serialize)]
struct AttentionFields<'a> {
    grid: [usize; 2],
    received: Vec<Vec<f32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heads: Option<Vec<Rows<'a>>>,
}

impl<'a> InspectionFields<'a> {
    fn new(report: &InspectionReport<'a>) -> Self {
        let InspectionReport {
            head, inspection, ..
        } = *report;
        let adjectives = head.by.adjectives;
        let detail = inspection.detail.as_ref();
        let mean = inspection.prediction.mean_similarities();
        let maps = |of: fn(&Detail) -> &Vec<Map>| -> Vec<Rows> {
            let maps = detail.map_or(&[][..], |detail| of(detail));
            maps.iter().map(rows).collect()
        };
        let attention = |of: fn(&Detail) -> &Vec<Attention>| -> Vec<AttentionFields> {
            let levels = detail.map_or(&[][..], |detail| of(detail));
            levels
                .iter()
                .map(|level| looks(level, report.attention))
                .collect()
        };
        Self {
            head: HeadFields::from(&head),
            inspection,
            adjectives,
            dimensions: dimensions(adjectives)
                .into_iter()
                .map(|dimension| (dimension, dimension_value(adjectives, &mean, dimension)))
                .collect(),
            reading: Reading::new(inspection, head.by.ranks),
            metrics: report.readings,
            metrics_missing: report.readings.map(Readings::reasons).unwrap_or_default(),
            information: maps(|detail| &detail.information),
            weight: maps(|detail| &detail.weight),
            information_with_position: maps(|detail| &detail.information_with_position),
            weight_with_position: maps(|detail| &detail.weight_with_position),
            masks: maps(|detail| &detail.masks),
            information_attention: attention(|detail| &detail.information_attention),
            weight_attention: attention(|detail| &detail.weight_attention),
            image_features: &inspection.prediction.image_features,
        }
    }
}

fn rows(map: &Map) -> Rows<'_> {
    map.values.chunks(map.width.max(1)).collect()
}

fn looks(attention: &Attention, whole: bool) -> AttentionFields<'_> {
    let count = (attention.grid[0] * attention.grid[1]).max(1);
    let heads = || {
        let heads = attention.weights.chunks(count * count);
        heads.map(|head| head.chunks(count).collect()).collect()
    };
    AttentionFields {
        grid: attention.grid,
        received: rows(&attention.received())
            .into_iter()
            .map(<[f32]>::to_vec)
            .collect(),
        heads: whole.then(heads),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ranks, ScoredBy};
    use super::*;
    use crate::image::Fingerprint;
    use crate::inspect::{Look, Prediction};
    use crate::metric::Metric;
    use serde_json::{Value, json};
    use std::path::Path;

    fn written(detail: Option<Detail>, attention: bool) -> Value {
        let inspection = Inspection {
            width: 64,
            height: 64,
            scored_width: 64,
            scored_height: 64,
            prediction: Prediction {
                raw: 0.5,
                similarities: vec![vec![0.75, 0.25]],
                image_features: vec![vec![0.5]],
                look: Look::default(),
            },
            notes: Vec::new(),
            sharpness: None,
            fingerprint: Fingerprint::default(),
            detail: detail.map(Box::new),
        };
        let mut readings = Readings::default();
        readings.push(Metric::Psnr, Ok(30.5));
        let adjectives = [("sharp", true), ("blurry", false)].map(|(word, higher)| Adjective {
            word: word.into(),
            dimension: "sharpness".into(),
            higher,
        });
        let report = InspectionReport {
            head: ReportHead {
                path: Path::new("a.jpg"),
                reference: Some(Path::new("b.jpg")),
                by: ScoredBy {
                    checkpoint: "default",
                    device: "cpu",
                    adjectives: &adjectives,
                    ranks: Ranks::default(),
                },
            },
            inspection: &inspection,
            readings: Some(&readings),
            attention,
        };
        let mut out = Vec::new();
        report.write(&mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn every_value_is_there() {
        let map = |from: f32| Map {
            width: 2,
            height: 1,
            values: vec![from, from + 1.0],
        };
        let detail = Detail {
            information: vec![map(1.0)],
            weight: vec![map(3.0)],
            information_with_position: vec![map(7.0)],
            weight_with_position: Vec::new(),
            masks: vec![map(5.0)],
            information_attention: vec![Attention {
                heads: 2,
                grid: [1, 2],
                weights: vec![1.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.25, 0.75],
            }],
            weight_attention: Vec::new(),
        };
        let value = written(Some(detail.clone()), true);
        assert_eq!(value["reference"], "b.jpg");
        assert_eq!(value["inspection"]["score"], 50.0);
        assert_eq!(value["dimensions"], json!({ "sharpness": 0.5 }));
        assert_eq!(value["metrics"], json!({ "psnr": 30.5 }));
        assert!(value.get("metrics_missing").is_none());
        assert_eq!(value["information"], json!([[[1.0, 2.0]]]));
        assert_eq!(value["weight"], json!([[[3.0, 4.0]]]));
        assert_eq!(value["information_with_position"], json!([[[7.0, 8.0]]]));
        assert_eq!(value["masks"], json!([[[5.0, 6.0]]]));
        let attention = json!([{
            "grid": [1, 2],
            "received": [[0.4375, 0.5625]],
            "heads": [[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.25, 0.75]]],
        }]);
        assert_eq!(value["information_attention"], attention);
        let short = &written(Some(detail), false)["information_attention"][0];
        assert_eq!(short["received"], attention[0]["received"]);
        assert!(short.get("heads").is_none());
        assert_eq!(value["weight_attention"], json!([]));
        assert_eq!(value["image_features"], json!([[0.5]]));
    }

    #[test]
    fn without_maps_the_rest_is_there() {
        let value = written(None, true);
        assert_eq!(value["information"], json!([]));
        assert_eq!(value["image_features"], json!([[0.5]]));
        assert_eq!(value["checkpoint"], "default");
    }
}
