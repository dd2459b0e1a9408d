//! The axes of a plot.

use super::drawing::{Anchor, BLACK, Colour, Drawing, GREY, Rect, Shape, Text};
use super::font::{self, fitted};

/// Sizes of text, in points.
pub const TITLE: f64 = 8.0;
pub const NUMBER: f64 = 6.5;
/// Room of the axes around what is plotted.
pub const LEFT: f64 = 30.0;
pub const BELOW: f64 = 24.0;
pub const ABOVE: f64 = 14.0;
/// The widest grid line.
const GRID: f64 = 0.3;
/// Colours of what is plotted, told apart with any colour vision (Okabe and Ito 2008).
pub const COLOURS: [Colour; 4] = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167]];

/// What is plotted on.
pub struct Axes {
    /// Within the axes.
    pub place: Rect,
    /// The lowest and the highest value across, and up.
    pub x: (f64, f64),
    pub y: (f64, f64),
}

impl Axes {
    /// Axes whose ends are those of the values, a little wider up and down.
    pub fn around(place: Rect, points: impl Iterator<Item = [f64; 2]> + Clone) -> Self {
        let ends = |values: &mut dyn Iterator<Item = f64>| {
            let finite = values.filter(|value| value.is_finite());
            finite
                .map(|value| (value, value))
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                .unwrap_or((0.0, 1.0))
        };
        let x = ends(&mut points.clone().map(|[x, _]| x));
        let (low, high) = ends(&mut points.map(|[_, y]| y));
        let more = 0.05 * (high - low);
        Self {
            place,
            x: apart(x),
            y: apart((low - more, high + more)),
        }
    }

    /// Where a point lies, held to the axes.
    pub fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let share =
            |value: f64, (low, high): (f64, f64)| ((value - low) / (high - low)).clamp(0.0, 1.0);
        [
            self.place.left + share(x, self.x) * self.place.width,
            self.place.bottom() - share(y, self.y) * self.place.height,
        ]
    }

    /// Draws the grid, numbers and names. Where `whole` the values across are whole numbers.
    pub fn draw(&self, drawing: &mut Drawing, whole: bool, [title, across, up]: [&str; 3]) {
        let place = self.place;
        let [middle_x, middle_y] = place.middle();
        let most = (place.width / 28.0).max(2.0);
        let xs = ticks(self.x, most, if whole { 1.0 } else { 0.0 });
        for x in &xs {
            let [at, _] = self.at([*x, self.y.0]);
            drawing.line([at, place.top], [at, place.bottom()], GRID, [215; 3]);
            let number = written(*x, &xs);
            drawing.text(
                [at, place.bottom() + NUMBER + 2.0],
                Anchor::Middle,
                NUMBER,
                number,
            );
        }
        let ys = ticks(self.y, (place.height / 22.0).max(2.0), 0.0);
        for y in &ys {
            let [_, at] = self.at([self.x.0, *y]);
            drawing.line([place.left, at], [place.right(), at], GRID, [215; 3]);
            let number = written(*y, &ys);
            let at = [place.left - 3.0, at + 0.35 * NUMBER];
            drawing.text(at, Anchor::End, NUMBER, number);
        }
        drawing.add(Shape::Frame {
            place,
            width: 0.6,
            colour: GREY,
        });
        let title = fitted(title, TITLE, place.width + LEFT);
        drawing.text([middle_x, place.top - 4.0], Anchor::Middle, TITLE, title);
        let across = fitted(across, TITLE, place.width + LEFT);
        let below = place.bottom() + NUMBER + TITLE + 4.0;
        drawing.text([middle_x, below], Anchor::Middle, TITLE, across);
        drawing.add(Shape::Text(Text {
            at: [place.left - LEFT + TITLE + 1.0, middle_y],
            anchor: Anchor::Middle,
            size: TITLE,
            colour: BLACK,
            upwards: true,
            text: fitted(up, TITLE, place.height + ABOVE),
        }));
    }

    /// A line through points, those that are no numbers left out.
    pub fn line(
        &self,
        drawing: &mut Drawing,
        points: &[[f64; 2]],
        (width, colour, opacity): (f64, Colour, f64),
        dashed: bool,
    ) {
        let finite = points
            .iter()
            .filter(|point| point.iter().all(|v| v.is_finite()));
        drawing.add(Shape::Line {
            points: finite.map(|point| self.at(*point)).collect(),
            width,
            colour,
            opacity,
            dashed,
        });
    }
}

/// What a line of a plot is called.
pub struct Key {
    pub name: String,
    pub colour: Colour,
    pub sign: Sign,
}

/// How it is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Line,
    Dashed,
}

/// Draws keys beside each other from the left, as far as there is room.
pub fn keys(drawing: &mut Drawing, keys: &[Key], [mut left, base]: [f64; 2], right: f64) {
    const SIGN: f64 = 12.0;
    for key in keys {
        let room = right - left - SIGN - 3.0;
        let name = fitted(&key.name, NUMBER, room.max(0.0));
        if name.is_empty() {
            return;
        }
        let middle = base - 0.35 * NUMBER;
        drawing.add(Shape::Line {
            points: vec![[left, middle], [left + SIGN, middle]],
            width: 1.2,
            colour: key.colour,
            opacity: 1.0,
            dashed: key.sign == Sign::Dashed,
        });
        let width = font::width(&name, NUMBER);
        drawing.text([left + SIGN + 3.0, base], Anchor::Start, NUMBER, name);
        left += SIGN + 3.0 + width + 8.0;
    }
}

/// A range with something between its ends.
fn apart((low, high): (f64, f64)) -> (f64, f64) {
    match high > low {
        true => (low, high),
        false => (low - 0.5, high + 0.5),
    }
}

/// Round numbers of a range, 1, 2 or 5 times a power of ten apart, some `most` of them and no closer
/// than `least`.
pub fn ticks((low, high): (f64, f64), most: f64, least: f64) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return Vec::new();
    }
    let power = 10.0_f64.powf((span / most).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power);
    let step = step.into_iter().find(|step| span / step <= most);
    let step = step.unwrap_or(10.0 * power).max(least);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|at| at as f64 * step).collect()
}

/// A number with as many digits as tell it from its neighbours.
fn written(value: f64, ticks: &[f64]) -> String {
    let step = match ticks {
        [first, second, ..] => second - first,
        _ => value.abs(),
    };
    if value.abs() >= 1e5 || (step > 0.0 && step < 1e-4) {
        return match value {
            0.0 => "0".into(),
            value => format!("{value:e}"),
        }
        .replace('-', "\u{2212}");
    }
    let digits = match step > 0.0 {
        true => (-step.log10().floor()).clamp(0.0, 6.0) as usize,
        false => 0,
    };
    format!("{value:.digits$}").replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Rect {
        Rect {
            left: 10.0,
            top: 20.0,
            width: 100.0,
            height: 50.0,
        }
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            ticks((0.0, 10.0), 5.0, 0.0),
            [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
        );
        assert_eq!(ticks((0.0, 3.0), 10.0, 1.0), [0.0, 1.0, 2.0, 3.0]);
        assert!(ticks((1.0, 1.0), 5.0, 0.0).is_empty());
        assert!(ticks((0.0, f64::NAN), 5.0, 0.0).is_empty());
        let ticks = ticks((0.3, 0.9), 4.0, 0.0);
        let words: Vec<String> = ticks.iter().map(|tick| written(*tick, &ticks)).collect();
        assert_eq!(words, ["0.4", "0.6", "0.8"]);
    }

    #[test]
    fn points_lie_between_the_ends() {
        let axes = Axes {
            place: place(),
            x: (0.0, 4.0),
            y: (-1.0, 1.0),
        };
        assert_eq!(axes.at([0.0, -1.0]), [10.0, 70.0]);
        assert_eq!(axes.at([2.0, 0.5]), [60.0, 32.5]);
        assert_eq!(axes.at([9.0, 9.0]), [110.0, 20.0]);
        let points = [[1.0, 5.0], [3.0, f64::NAN], [2.0, 7.0]];
        let axes = Axes::around(place(), points.into_iter());
        assert_eq!((axes.x, axes.y), ((1.0, 3.0), (4.9, 7.1)));
        let one = Axes::around(place(), [[2.0, 2.0]].into_iter());
        assert_eq!((one.x, one.y), ((1.5, 2.5), (1.5, 2.5)));
    }
}
