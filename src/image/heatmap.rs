//! Maps of values, and pictures of them.

use rayon::prelude::*;

use super::{ColourMap, Picture};

/// One value for every cell of a grid over a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` values, row after row from the top left.
    pub values: Vec<f32>,
}

impl Map {
    /// The lowest and the highest finite value; (0, 0) if there is none.
    pub fn range(&self) -> (f32, f32) {
        let finite = self
            .values
            .iter()
            .copied()
            .filter(|value| value.is_finite());
        finite
            .map(|value| (value, value))
            .reduce(|(low, high), (value, _)| (low.min(value), high.max(value)))
            .unwrap_or((0.0, 0.0))
    }

    /// The map at another size: bilinear, with cells taken at their centres and the border ones continued outwards
    /// (`align_corners=False` elsewhere). An empty map gives zeros.
    pub fn resampled(&self, width: usize, height: usize) -> Self {
        let rows: Vec<&[f32]> = self
            .values
            .chunks_exact(self.width.max(1))
            .take(self.height)
            .collect();
        let columns = taps(self.width, width);
        let lines = taps(self.height, height);
        let values = lines.into_par_iter().flat_map_iter(|line| {
            let (upper, lower) = (rows.get(line.first), rows.get(line.second));
            columns.iter().map(move |column| {
                let across = |row: Option<&&[f32]>| {
                    let at = |index: usize| {
                        row.and_then(|row| row.get(index))
                            .copied()
                            .unwrap_or_default()
                    };
                    blend(at(column.first), at(column.second), column.share)
                };
                blend(across(upper), across(lower), line.share)
            })
        });
        Self {
            width,
            height,
            values: values.collect(),
        }
    }
}

/// Two neighbours and how much the second counts.
struct Tap {
    first: usize,
    second: usize,
    share: f32,
}

/// For each of `to` places, its neighbours among `from`.
fn taps(from: usize, to: usize) -> Vec<Tap> {
    let last = from.saturating_sub(1);
    (0..to)
        .map(|index| {
            let centre = (index as f64 + 0.5) * from as f64 / to as f64 - 0.5;
            let centre = centre.clamp(0.0, last as f64);
            let first = centre as usize;
            Tap {
                first,
                second: (first + 1).min(last),
                share: (centre - first as f64) as f32,
            }
        })
        .collect()
}

/// Exact at both ends, and for equal values: the range of a map is never left.
fn blend(first: f32, second: f32, share: f32) -> f32 {
    if share == 0.0 || first == second {
        first
    } else {
        first * (1.0 - share) + second * share
    }
}

/// A picture of a map, a pixel a cell. `range` gets the first and the last colour; what lies outside is held to it,
/// and a value that is no number, as all values when the range is empty, gets the first colour.
pub fn colourise(map: &Map, range: (f32, f32), colours: ColourMap) -> Picture {
    let table = colours.table();
    let rgb = map
        .values
        .par_iter()
        .flat_map_iter(|value| table[level(*value, range)])
        .collect();
    Picture {
        width: map.width as u32,
        height: map.height as u32,
        rgb,
        notes: Vec::new(),
    }
}

/// A map over a picture: resampled to its size, coloured as by [`colourise`], and blended in the encoded values.
/// `opacity` 0 leaves the picture, 1 only the map.
pub fn overlay(
    picture: &Picture,
    map: &Map,
    range: (f32, f32),
    colours: ColourMap,
    opacity: f32,
) -> Picture {
    let heat = colourise(
        &map.resampled(picture.width as usize, picture.height as usize),
        range,
        colours,
    );
    let opacity = if opacity.is_finite() {
        opacity.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let blended =
        picture.rgb.par_iter().zip(&heat.rgb).map(|(below, above)| {
            blend(f32::from(*below), f32::from(*above), opacity).round() as u8
        });
    Picture {
        rgb: blended.collect(),
        notes: picture.notes.clone(),
        ..heat
    }
}

/// The level of 255 that stands for a value. `as` saturates, and makes 0 of what is no number.
fn level(value: f32, (low, high): (f32, f32)) -> usize {
    if high > low {
        usize::from(((value - low) / (high - low) * 255.0).round() as u8)
    } else {
        0
    }
}
