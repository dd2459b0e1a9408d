//! How trainings went: one, or two and more over each other.

use super::FigureError;
use super::axes::{ABOVE, Axes, BELOW, COLOURS, Key, LEFT, NUMBER, Sign, keys};
use super::drawing::{Colour, Drawing, GREY, Rect, Shape};
use super::page::Page;
use crate::curves::{Curves, Series};
use bpclip_train::train::Epoch;

/// Around everything, in points.
const MARGIN: f64 = 6.0;
/// Between two plots.
const BETWEEN: f64 = 8.0;
/// Above a plot, for the names of its lines.
const KEYS: f64 = NUMBER + 5.0;
/// The narrowest plot that can be read, within its axes.
const NARROWEST: f64 = 70.0;

/// A training, by the name that people read.
#[derive(Clone, Copy)]
pub struct Plotted<'a> {
    pub name: &'a str,
    pub curves: &'a Curves,
}

/// Loss by step, and SRCC, PLCC and RMSE on what is held out by epoch, in one colour a training.
///
/// # Errors
/// There is no step and no epoch, or the page is too narrow or has too many pixels.
pub fn training(runs: &[Plotted], page: &Page) -> Result<Drawing, FigureError> {
    let empty =
        |run: &Plotted| run.curves.track.points().is_empty() && run.curves.epochs.is_empty();
    if runs.iter().all(empty) {
        return Err(FigureError::Nothing);
    }
    let width = page.points();
    let each = (width - 2.0 * MARGIN - 2.0 * BETWEEN) / 3.0;
    let plot = each - LEFT;
    if plot < NARROWEST {
        let least = 2.0 * MARGIN + 2.0 * BETWEEN + 3.0 * (NARROWEST + LEFT);
        return Err(FigureError::narrow(least));
    }
    let high = 0.8 * plot;
    let top = MARGIN + KEYS + ABOVE;
    let height = top + high + BELOW + MARGIN;
    page.check(width, height)?;
    let mut drawing = Drawing::new(width, height);
    let place = |column: usize| Rect {
        left: MARGIN + LEFT + column as f64 * (each + BETWEEN),
        top,
        width: plot,
        height: high,
    };
    let names = runs.iter().zip(0..).map(|(run, index)| Key {
        name: run.name.to_owned(),
        colour: colour(index),
        sign: Sign::Line,
    });
    let names: Vec<Key> = names.collect();
    keys(
        &mut drawing,
        &names,
        [place(0).left, MARGIN + NUMBER],
        place(1).left - 4.0,
    );
    loss(&mut drawing, runs, place(0));
    correlations(&mut drawing, runs, place(1));
    errors(&mut drawing, runs, place(2));
    Ok(drawing)
}

fn colour(run: usize) -> Colour {
    COLOURS[run % COLOURS.len()]
}

/// Faint as it was, strong as it is smoothed.
fn loss(drawing: &mut Drawing, runs: &[Plotted], place: Rect) {
    let of = |run: &Plotted, value: fn(&crate::curves::Point, Series) -> f64| -> Vec<[f64; 2]> {
        let points = run.curves.track.points().iter();
        points
            .map(|point| [point.at + 1.0, value(point, Series::Total)])
            .collect()
    };
    let raw: Vec<Vec<[f64; 2]>> = runs.iter().map(|run| of(run, |p, s| p.raw(s))).collect();
    let axes = Axes::around(place, raw.iter().flatten().copied());
    axes.draw(drawing, true, ["Loss", "step", "loss"]);
    for (index, points) in raw.iter().enumerate() {
        axes.line(drawing, points, (0.5, colour(index), 0.35), false);
    }
    for (index, run) in runs.iter().enumerate() {
        let smooth = of(run, |p, s| p.smooth(s));
        axes.line(drawing, &smooth, (1.2, colour(index), 1.0), false);
    }
}

/// A figure of each epoch that has it.
fn by_epoch(run: &Plotted, figure: fn(&Epoch) -> Option<f64>) -> Vec<[f64; 2]> {
    let epochs = run.curves.epochs.iter();
    epochs
        .filter_map(|epoch| Some([f64::from(epoch.epoch), figure(epoch)?]))
        .collect()
}

fn correlations(drawing: &mut Drawing, runs: &[Plotted], place: Rect) {
    let srcc = |run: &Plotted| by_epoch(run, |epoch| epoch.srcc);
    let plcc = |run: &Plotted| by_epoch(run, |epoch| epoch.plcc);
    let all: Vec<[f64; 2]> = runs
        .iter()
        .flat_map(|run| [srcc(run), plcc(run)].concat())
        .collect();
    let axes = Axes::around(place, all.iter().copied());
    axes.draw(drawing, true, ["Held out", "epoch", "SRCC, PLCC"]);
    for (index, run) in runs.iter().enumerate() {
        best(drawing, &axes, run, index);
        let (srcc, plcc) = (srcc(run), plcc(run));
        axes.line(drawing, &plcc, (0.8, colour(index), 1.0), true);
        axes.line(drawing, &srcc, (1.2, colour(index), 1.0), false);
        for point in &plcc {
            drawing.add(Shape::Square {
                middle: axes.at(*point),
                radius: 1.5,
                colour: colour(index),
                opacity: 1.0,
            });
        }
        discs(drawing, &axes, &srcc, index);
    }
    let names = [
        ("SRCC", Sign::Line),
        ("PLCC", Sign::Dashed),
        ("best", Sign::Dashed),
    ];
    let names = names.map(|(name, sign)| Key {
        name: name.into(),
        colour: if name == "best" { GREY } else { [0; 3] },
        sign,
    });
    keys(
        drawing,
        &names,
        [place.left, MARGIN + NUMBER],
        place.right(),
    );
}

fn errors(drawing: &mut Drawing, runs: &[Plotted], place: Rect) {
    let rmse = |run: &Plotted| by_epoch(run, |epoch| epoch.rmse);
    let all: Vec<[f64; 2]> = runs.iter().flat_map(rmse).collect();
    let axes = Axes::around(place, all.iter().copied());
    axes.draw(drawing, true, ["Held out", "epoch", "RMSE"]);
    for (index, run) in runs.iter().enumerate() {
        best(drawing, &axes, run, index);
        let rmse = rmse(run);
        axes.line(drawing, &rmse, (1.2, colour(index), 1.0), false);
        discs(drawing, &axes, &rmse, index);
    }
}

/// Where the best epoch is.
fn best(drawing: &mut Drawing, axes: &Axes, run: &Plotted, index: usize) {
    if let Some(best) = run.curves.best() {
        let at = f64::from(best.epoch);
        let line = [[at, axes.y.0], [at, axes.y.1]];
        axes.line(drawing, &line, (0.6, colour(index), 0.7), true);
    }
}

fn discs(drawing: &mut Drawing, axes: &Axes, points: &[[f64; 2]], index: usize) {
    for point in points {
        drawing.add(Shape::Disc {
            middle: axes.at(*point),
            radius: 1.7,
            colour: colour(index),
            opacity: 1.0,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_train::train::{Event, LossTerms, Plan, Position, Step};

    fn curves(of_epoch: u32) -> Curves {
        let mut events = vec![Event::Started(Plan {
            position: Position { epoch: 0, step: 0 },
            epochs: 2,
            epoch_steps: of_epoch,
            rated: 8,
            pristine: 0,
            held_out: 3,
            device: "CPU".into(),
            run: String::new(),
        })];
        for epoch in 0..2 {
            for step in 0..of_epoch {
                events.push(Event::Step(Step {
                    position: Position { epoch, step },
                    loss: LossTerms {
                        total: 1.0 / (1 + step) as f32,
                        ..LossTerms::default()
                    },
                    grad_norm: 1.0,
                    lr: 1e-4,
                    seconds: 1.0,
                    pictures: 4,
                }));
            }
            events.push(Event::Epoch(Epoch {
                epoch: epoch + 1,
                loss: LossTerms::default(),
                plcc: Some(0.5),
                srcc: Some(0.4 + f64::from(epoch) / 10.0),
                rmse: Some(0.1),
                points: Vec::new(),
                best: true,
                checkpoint: "e.safetensors".into(),
            }));
        }
        Curves::of_log(&events)
    }

    #[test]
    fn two_runs_lie_over_each_other_in_two_colours() {
        let (one, two) = (curves(3), curves(5));
        let runs = [("a", &one), ("b", &two)].map(|(name, curves)| Plotted { name, curves });
        let drawing = training(&runs, &Page::default()).unwrap();
        let of = |colour: Colour| {
            let discs = drawing
                .shapes
                .iter()
                .filter(|shape| matches!(shape, Shape::Disc { colour: is, .. } if *is == colour));
            discs.count()
        };
        // SRCC and RMSE of two epochs each.
        assert_eq!((of(COLOURS[0]), of(COLOURS[1])), (4, 4));
        let steps: Vec<usize> = drawing
            .shapes
            .iter()
            .filter_map(|shape| match shape {
                Shape::Line {
                    points, opacity, ..
                } if *opacity < 0.5 => Some(points.len()),
                _ => None,
            })
            .collect();
        assert_eq!(steps, [6, 10]);
        let right = drawing.shapes.iter().all(|shape| match shape {
            Shape::Frame { place, .. } => place.right() <= drawing.width,
            _ => true,
        });
        assert!(right);
    }

    #[test]
    fn a_run_that_has_not_begun_is_refused() {
        let nothing = Curves::default();
        let run = Plotted {
            name: "a",
            curves: &nothing,
        };
        let error = training(&[run], &Page::default()).unwrap_err();
        assert!(matches!(error, FigureError::Nothing));
    }
}
