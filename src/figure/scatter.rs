//! Scores against labels, before and after.

use super::FigureError;
use super::axes::{ABOVE, Axes, BELOW, COLOURS, LEFT, TITLE};
use super::drawing::{Anchor, Drawing, GREY, Rect, Shape};
use super::font::fitted;
use super::page::Page;
use bpclip_core::foreign::shown;
use bpclip_train::evaluate::statistics::{plcc, rmse, srcc};

/// Around everything, in points.
const MARGIN: f64 = 6.0;
/// A line of words below a plot.
const LINE: f64 = TITLE + 2.0;

/// Labels and raw scores of pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    pub name: String,
    /// Label and raw score of each.
    pub points: Vec<[f64; 2]>,
}

/// How well scores agree with labels; none where it cannot be said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    pub pictures: usize,
    pub srcc: Option<f64>,
    pub plcc: Option<f64>,
    /// In units of the label.
    pub rmse: Option<f64>,
}

impl Points {
    /// How well they agree.
    pub fn compared(&self) -> Compared {
        let (labels, scores): (Vec<f64>, Vec<f64>) = self
            .points
            .iter()
            .map(|[label, raw]| (*label, *raw))
            .unzip();
        Compared {
            pictures: self.points.len(),
            srcc: srcc(&scores, &labels).ok(),
            plcc: plcc(&scores, &labels).ok(),
            rmse: rmse(&scores, &labels).ok(),
        }
    }
}

impl Compared {
    /// In two lines.
    pub fn in_words(&self) -> [String; 2] {
        let number = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.3}"));
        let (srcc, plcc, rmse) = (number(self.srcc), number(self.plcc), number(self.rmse));
        [
            format!("SRCC {srcc}, PLCC {plcc}"),
            format!("RMSE {rmse}, n = {}", self.pictures),
        ]
    }
}

/// Scores against labels, a plot each, all of one scale.
///
/// # Errors
/// There is nothing to draw, or the page is too narrow or has too many pixels.
pub fn scatter(sets: &[Points], page: &Page) -> Result<Drawing, FigureError> {
    if sets.iter().all(|set| set.points.is_empty()) {
        return Err(FigureError::Nothing);
    }
    let width = page.points();
    let count = sets.len() as f64;
    let side = (width - 2.0 * MARGIN) / count - LEFT - MARGIN;
    if side < 60.0 {
        return Err(FigureError::narrow(
            2.0 * MARGIN + count * (60.0 + LEFT + MARGIN),
        ));
    }
    let side = side.min(260.0);
    let height = MARGIN + ABOVE + side + BELOW + 2.0 * LINE + MARGIN;
    page.check(width, height)?;
    let mut drawing = Drawing::new(width, height);
    let ends = ends(sets.iter().flat_map(|set| set.points.iter().copied()));
    for (index, set) in sets.iter().enumerate() {
        let left = MARGIN + index as f64 * (side + LEFT + MARGIN) + LEFT;
        let place = Rect {
            left,
            top: MARGIN + ABOVE,
            width: side,
            height: side,
        };
        one(&mut drawing, set, place, (ends, index));
    }
    Ok(drawing)
}

/// One plot, with what it says in numbers below.
fn one(drawing: &mut Drawing, set: &Points, place: Rect, (ends, colour): ((f64, f64), usize)) {
    let axes = Axes {
        place,
        x: ends,
        y: ends,
    };
    axes.draw(drawing, false, [&shown(&set.name), "label", "raw score"]);
    axes.line(
        drawing,
        &[[ends.0, ends.0], [ends.1, ends.1]],
        (0.8, GREY, 1.0),
        true,
    );
    for point in set
        .points
        .iter()
        .filter(|p| p.iter().all(|v| v.is_finite()))
    {
        drawing.add(Shape::Disc {
            middle: axes.at(*point),
            radius: 1.6,
            colour: COLOURS[colour % COLOURS.len()],
            opacity: 0.55,
        });
    }
    let mut below = place.bottom() + BELOW;
    for line in set.compared().in_words() {
        below += LINE;
        let text = fitted(&line, TITLE, place.width + LEFT);
        drawing.text([place.middle()[0], below], Anchor::Middle, TITLE, text);
    }
}

/// From 0 to 1, or as far as points lie.
fn ends(points: impl Iterator<Item = [f64; 2]>) -> (f64, f64) {
    points
        .flatten()
        .filter(|value| value.is_finite())
        .fold((0.0, 1.0), |(low, high), value| {
            (f64::min(low, value), f64::max(high, value))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(name: &str, points: &[[f64; 2]]) -> Points {
        Points {
            name: name.into(),
            points: points.to_vec(),
        }
    }

    #[test]
    fn each_picture_is_a_point_and_the_numbers_stand_below() {
        let before = points("before", &[[0.0, 0.5], [0.5, 0.5], [1.0, 0.9]]);
        let after = points("after", &[[0.0, 0.1], [0.5, 0.5], [1.0, 0.9]]);
        let srcc = after.compared().srcc.unwrap();
        assert!((srcc - 1.0).abs() < 1e-9);
        let rmse = after.compared().rmse.unwrap();
        assert!((rmse - (0.02_f64 / 3.0).sqrt()).abs() < 1e-9);
        let drawing = scatter(&[before, after], &Page::default()).unwrap();
        let discs = drawing.shapes.iter();
        let discs = discs.filter(|shape| matches!(shape, Shape::Disc { .. }));
        assert_eq!(discs.count(), 6);
        let said = drawing.shapes.iter().any(|shape| match shape {
            Shape::Text(text) => text.text.starts_with("SRCC 1.000, PLCC"),
            _ => false,
        });
        assert!(said);
    }

    #[test]
    fn nothing_is_refused() {
        let error = scatter(&[points("a", &[])], &Page::default()).unwrap_err();
        assert!(matches!(error, FigureError::Nothing));
    }
}
