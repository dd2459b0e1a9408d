//! Whether the heatmaps show where a picture is spoilt: one quadrant of a photograph is blurred,
//! made noisy or coded, and the cells within are told from those without by the map's value.

use super::statistics::{Interval, area_under_roc};
use super::{EvaluateOptions, Failure};
use crate::distort::Distortion;
use bpclip_core::guard::guard;
use bpclip_core::image::{self, Limits, Map, Picture};
use bpclip_core::inspect::{Detail, InspectError, Prepared, Scorer, prepare_unmeasured};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// What a quadrant is spoilt with, and at which strength: a Gaussian of sigma 4, Gaussian noise of
/// sigma 30, JPEG of quality 6.
const SPOILT: [(Distortion, f32); 3] = [
    (Distortion::GaussianBlur, 0.8 + 0.2 * 0.8 / 1.8),
    (Distortion::GaussianNoise, 0.8),
    (Distortion::Jpeg, 0.8 + 0.2 * 4.0 / 6.0),
];

/// The maps of a branch.
type Maps = fn(&Detail) -> &Vec<Map>;

/// Which maps there are, by branch; the last two are the paper's norm, with the position left in.
const BRANCHES: [(&str, Maps); 4] = [
    ("information", |detail| &detail.information),
    ("weight", |detail| &detail.weight),
    ("information, with position", |detail| {
        &detail.information_with_position
    }),
    ("weight, with position", |detail| {
        &detail.weight_with_position
    }),
];

/// A checkpoint's heatmaps on photographs of which a quadrant was spoilt.
#[derive(Clone, Debug, Serialize)]
pub struct MapsEval {
    /// The checkpoint's name.
    pub checkpoint: String,
    /// How many photographs were spoilt.
    pub photographs: usize,
    /// A figure a distortion and map.
    pub maps: Vec<OfMap>,
    /// The photographs that gave none, and why.
    pub failures: Vec<Failure>,
}

/// How well a map tells the spoilt quadrant of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfMap {
    /// The kind of distortion.
    pub distortion: String,
    /// The branch, and whether the position is left in.
    pub branch: String,
    /// The level, from 1, the shallowest.
    pub level: usize,
    /// The area under the ROC curve of the cells within against those without, the mean over the
    /// photographs; 0.5 says nothing.
    pub area: f64,
    /// Where that lies for other photographs.
    pub interval: Option<Interval>,
}

/// Spoils a quadrant of each photograph, a different one from one to the next, at its scored size,
/// in each of three ways, and measures all maps. `None` where it was cancelled.
pub fn evaluate_maps(
    scorer: &Scorer,
    photographs: &[PathBuf],
    how: &EvaluateOptions,
    cancel: &AtomicBool,
    mut progress: impl FnMut(usize, usize),
) -> Option<MapsEval> {
    let mut found_of: Vec<(OfMap, Vec<f64>)> = Vec::new();
    let mut failures = Vec::new();
    for (index, path) in photographs.iter().enumerate() {
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        // One photograph must not end the run, whatever a decoder does.
        let found = guard(|| of_photograph(scorer, path, index, &how.limits))
            .unwrap_or_else(|panic| Err(InspectError::Decoder(panic)));
        match found {
            Ok(found) => {
                for of in found {
                    let same = |(map, _): &&mut (OfMap, Vec<f64>)| {
                        (&map.distortion, &map.branch, map.level)
                            == (&of.distortion, &of.branch, of.level)
                    };
                    let area = of.area;
                    match found_of.iter_mut().find(same) {
                        Some((_, areas)) => areas.push(area),
                        None => found_of.push((of, vec![area])),
                    }
                }
            }
            Err(error) => failures.push(Failure {
                name: path.to_string_lossy().into_owned(),
                reason: error.to_string(),
            }),
        }
        progress(index + 1, photographs.len());
    }
    let mean = |areas: &[f64]| areas.iter().sum::<f64>() / areas.len() as f64;
    let over_all = |(map, areas): (OfMap, Vec<f64>)| {
        let [interval] = how.bootstrap.of_rows(&areas, |areas| [Some(mean(areas))]);
        OfMap {
            area: mean(&areas),
            interval,
            ..map
        }
    };
    Some(MapsEval {
        checkpoint: scorer.name.clone(),
        photographs: photographs.len() - failures.len(),
        maps: found_of.into_iter().map(over_all).collect(),
        failures,
    })
}

fn of_photograph(
    scorer: &Scorer,
    path: &Path,
    index: usize,
    limits: &Limits,
) -> Result<Vec<OfMap>, InspectError> {
    let clean = prepare_unmeasured(image::read(path, limits)?, scorer.size)?;
    let right = index % 2 == 1;
    let lower = index / 2 % 2 == 1;
    let mut found = Vec::new();
    for (kind, strength) in SPOILT {
        let whole = kind.apply(&clean.picture, strength, index as u64);
        let spoilt = Prepared {
            picture: quadrant(&clean.picture, &whole, right, lower),
            ..clean
        };
        let inspection = scorer.inspect(&spoilt, Some(&clean), true)?;
        let Some(detail) = inspection.detail else {
            continue;
        };
        for (branch, maps) in BRANCHES {
            for (level, map) in maps(&detail).iter().enumerate() {
                let values: Vec<f64> = map.values.iter().map(|value| f64::from(*value)).collect();
                let within = |cell: usize| {
                    let (x, y) = (cell % map.width, cell / map.width);
                    (2 * x + 1 > map.width) == right && (2 * y + 1 > map.height) == lower
                };
                let has: Vec<bool> = (0..values.len()).map(within).collect();
                if let Some(area) = area_under_roc(&values, &has) {
                    found.push(OfMap {
                        distortion: kind.key().to_owned(),
                        branch: branch.to_owned(),
                        level: level + 1,
                        area,
                        interval: None,
                    });
                }
            }
        }
    }
    Ok(found)
}

/// A picture with a quadrant of another.
fn quadrant(clean: &Picture, spoilt: &Picture, right: bool, lower: bool) -> Picture {
    let mut mixed = clean.clone();
    let (width, height) = (clean.width as usize, clean.height as usize);
    let columns = if right {
        width / 2..width
    } else {
        0..width / 2
    };
    let rows = if lower {
        height / 2..height
    } else {
        0..height / 2
    };
    for y in rows {
        let span = 3 * (y * width + columns.start)..3 * (y * width + columns.end);
        if let (Some(to), Some(from)) = (mixed.rgb.get_mut(span.clone()), spoilt.rgb.get(span)) {
            to.copy_from_slice(from);
        }
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_quadrant_is_spoilt() {
        let filled = |value: u8| Picture {
            width: 5,
            height: 4,
            rgb: vec![value; 60],
            notes: Vec::new(),
        };
        let mixed = quadrant(&filled(1), &filled(9), true, false);
        let row = |y: usize| -> Vec<u8> {
            let pixels = mixed.rgb.chunks_exact(3).skip(5 * y).take(5);
            pixels.map(|pixel| pixel[0]).collect()
        };
        assert_eq!(row(0), [1, 1, 9, 9, 9]);
        assert_eq!(row(2), [1; 5]);
    }
}
