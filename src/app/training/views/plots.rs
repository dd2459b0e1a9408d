//! The curves of a training, and its scores against the labels.

use crate::app::command::Commands;
use crate::app::theme;
use crate::app::training::{Command, ComparedRun, Curves, Series};
use bpclip_train::train::Epoch;
use eframe::egui;
use egui::{
    Align2, Color32, ComboBox, Label, Response, RichText, Role, Sense, TextStyle, Ui, WidgetInfo,
    vec2,
};
use egui_plot::{
    Corner, Legend, Line, LineStyle, MarkerShape, Plot, PlotPoint, Points, Text, VLine,
};

/// A plot that is looked at, not moved: scrolling goes on to the panel.
fn plot<'a>(salt: &str, height: f32) -> Plot<'a> {
    Plot::new(salt.to_owned())
        .height(height)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_axis_zoom_drag(false)
        .show_crosshair(false)
}

fn legend(corner: Corner) -> Legend {
    Legend::default()
        .text_style(TextStyle::Small)
        .position(corner)
        .follow_insertion_order(true)
}

/// Says in words what a plot shows.
fn describe(response: &Response, text: String) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
}

/// The run that is shown, and the one that it is compared with, whose lines are paler and dashed.
pub type Shown<'a> = (&'a Curves, Option<&'a ComparedRun>);

/// How much paler the lines of the other run are.
const PALE: f32 = 0.6;

/// A number of every step: as it was, and smoothed.
pub fn steps(
    ui: &mut Ui,
    (curves, compared): Shown<'_>,
    series: Series,
    height: f32,
    commands: &mut Commands,
) {
    ui.horizontal(|ui| {
        let list = ComboBox::from_id_salt("curve")
            .selected_text(series.label())
            .width(130.0)
            .show_ui(ui, |ui| {
                for other in Series::ALL {
                    // Parts of the loss that have no weight say nothing.
                    if other != Series::Total && !curves.track.has(other) {
                        continue;
                    }
                    if ui
                        .selectable_label(other == series, other.label())
                        .clicked()
                    {
                        commands.push(Command::Series(other));
                    }
                }
            });
        list.response.accessible_name("Curve");
        ui.label("by step");
    });
    let points = curves.track.points();
    let raw: Vec<[f64; 2]> = points.iter().map(|p| [p.at + 1.0, p.raw(series)]).collect();
    let smoothed = |curves: &Curves| -> Vec<[f64; 2]> {
        let points = curves.track.points().iter();
        points.map(|p| [p.at + 1.0, p.smooth(series)]).collect()
    };
    let smooth = smoothed(curves);
    let other = compared.map(|other| (other.name(), smoothed(&other.curves)));
    let course = |line: &[[f64; 2]]| match (line.first(), line.last()) {
        (Some([_, first]), Some([step, last])) => {
            format!("from {first:.4} to {last:.4} at step {step}")
        }
        _ => "nothing yet".to_owned(),
    };
    let name = series.label();
    let mut text = match smooth.is_empty() {
        true => format!("{name} by step: nothing yet"),
        false => format!("{name} by step, smoothed: {}", course(&smooth)),
    };
    if let Some((name, line)) = &other {
        text.push_str(&format!("; {name}: {}", course(line)));
    }
    let (faint, strong) = (faint(ui), theme::good(ui.visuals()));
    let shown = plot(name, height)
        .legend(legend(Corner::RightTop))
        .include_y(0.0)
        .show(ui, move |plot| {
            plot.line(Line::new("each step", raw).color(faint).width(1.0));
            plot.line(Line::new("smoothed", smooth).color(strong).width(2.0));
            if let Some((name, line)) = other {
                let line = Line::new(name, line).color(strong.gamma_multiply(PALE));
                plot.line(line.width(1.5).style(LineStyle::dashed_dense()));
            }
        });
    describe(&shown.response, text);
}

/// Correlations on what is held out, an epoch each; the best one is marked.
pub fn held_out(ui: &mut Ui, (curves, compared): Shown<'_>, height: f32) {
    let held_out = curves.plan.as_ref().map_or(0, |plan| plan.held_out);
    let (first, second) = (theme::good(ui.visuals()), ui.visuals().text_color());
    // Beside the title: within the plot it would cover points, the last ones first.
    ui.horizontal(|ui| {
        ui.strong(format!("SRCC and PLCC on {held_out} held out, by epoch"));
        key(ui, first, MarkerShape::Circle, "SRCC");
        key(ui, second, MarkerShape::Square, "PLCC");
        if let Some(other) = compared {
            let text = RichText::new(format!("paler: {}", other.name())).small();
            ui.add(Label::new(text).truncate());
        }
    });
    let of = |curves: &Curves, figure: fn(&Epoch) -> Option<f64>| -> Vec<[f64; 2]> {
        let epochs = curves.epochs.iter();
        epochs
            .filter_map(|epoch| Some([f64::from(epoch.epoch), figure(epoch)?]))
            .collect()
    };
    let both = |curves: &Curves| (of(curves, |one| one.srcc), of(curves, |one| one.plcc));
    let (srcc, plcc) = both(curves);
    let best = |curves: &Curves| {
        let best = curves.best();
        best.and_then(|epoch| Some((epoch.epoch, epoch.srcc?)))
    };
    let other = compared.map(|other| (other.name(), both(&other.curves), best(&other.curves)));
    let best = best(curves);
    let mut text = match (best, curves.epochs.is_empty()) {
        (Some((epoch, srcc)), _) => {
            format!("Held out by epoch: SRCC {srcc:.4} at epoch {epoch}, the best")
        }
        (None, true) => "Held out by epoch: the first point comes after epoch 1".to_owned(),
        (None, false) => "Held out by epoch: no picture is held out".to_owned(),
    };
    if let Some((name, _, Some((epoch, srcc)))) = &other {
        text.push_str(&format!("; {name}: SRCC {srcc:.4} at epoch {epoch}"));
    }
    let (mark, weak) = (theme::bad(ui.visuals()), faint(ui));
    let epochs = curves.plan.as_ref().map_or(1, |plan| plan.epochs);
    let empty = curves.epochs.is_empty();
    let mut plot = plot("held out", height).x_grid_spacer(whole);
    if empty {
        // The place that points will have.
        let last = f64::from(epochs.max(1));
        plot = plot.include_x(1.0).include_x(last);
        plot = plot.include_y(0.0).include_y(1.0);
    }
    let shown = plot.show(ui, move |plot| {
        if empty {
            let middle = PlotPoint::new(f64::from(epochs.max(1) + 1) / 2.0, 0.5);
            let text = Text::new("", middle, "The first point comes after epoch 1");
            plot.text(text.color(weak).allow_hover(false));
        }
        if let Some((epoch, srcc)) = best {
            let line = VLine::new("", f64::from(epoch)).color(mark).width(1.0);
            plot.vline(line.style(LineStyle::dashed_dense()).allow_hover(false));
            let at = PlotPoint::new(f64::from(epoch), srcc);
            let text = Text::new("", at, " best").color(mark);
            plot.text(text.anchor(Align2::LEFT_BOTTOM).allow_hover(false));
        }
        if let Some((name, (srcc, plcc), _)) = other {
            for (figure, line, colour) in [("SRCC", srcc, first), ("PLCC", plcc, second)] {
                let line = Line::new(format!("{figure}, {name}"), line);
                let line = line.color(colour.gamma_multiply(PALE)).width(1.5);
                plot.line(line.style(LineStyle::dashed_dense()));
            }
        }
        plot.line(Line::new("SRCC", srcc.clone()).color(first).width(2.0));
        plot.points(Points::new("SRCC", srcc).color(first).radius(3.5));
        let dashed = LineStyle::dashed_dense();
        plot.line(
            Line::new("PLCC", plcc.clone())
                .color(second)
                .width(1.5)
                .style(dashed),
        );
        let squares = Points::new("PLCC", plcc).color(second).radius(3.5);
        plot.points(squares.shape(MarkerShape::Square));
    });
    describe(&shown.response, text);
}

/// The scores of the last validation against the labels, with the line where both are equal.
pub fn scatter(ui: &mut Ui, (curves, compared): Shown<'_>, height: f32) {
    let last = |curves: &Curves| -> (u32, Vec<[f64; 2]>) {
        let mut epochs = curves.epochs.iter().rev();
        let last = epochs.find(|epoch| !epoch.points.is_empty());
        let points = |epoch: &Epoch| epoch.points.iter().map(|p| p.map(f64::from)).collect();
        last.map_or((0, Vec::new()), |epoch| (epoch.epoch, points(epoch)))
    };
    let (number, points) = last(curves);
    let other = compared.map(|other| (other.name(), last(&other.curves).1));
    title(
        ui,
        &match number {
            0 => "Raw score against label".to_owned(),
            number => format!("Raw score against label, epoch {number}"),
        },
    );
    let count = points.len();
    let others = other.iter().flat_map(|(_, points)| points);
    let values = points
        .iter()
        .chain(others)
        .flatten()
        .copied()
        .filter(|value| value.is_finite());
    let (low, high) = values.fold((0.0_f64, 1.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (faint, strong) = (faint(ui), theme::good(ui.visuals()));
    let shown = plot("scatter", height)
        .legend(legend(Corner::LeftTop))
        .show(ui, move |plot| {
            let line = Line::new("equal", vec![[low, low], [high, high]]).color(faint);
            plot.line(
                line.width(1.5)
                    .style(LineStyle::dashed_loose())
                    .allow_hover(false),
            );
            if let Some((name, points)) = other {
                let points = Points::new(name, points).color(faint);
                plot.points(points.shape(MarkerShape::Square).radius(2.0));
            }
            plot.points(Points::new("held out", points).color(strong).radius(2.5));
        });
    let text = format!("Raw score against label, epoch {number}: {count} pictures held out");
    describe(&shown.response, text);
}

/// What a line of a plot is called: its mark, and its name.
fn key(ui: &mut Ui, colour: Color32, shape: MarkerShape, name: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(9.0, 9.0), Sense::hover());
    let painter = ui.painter();
    match shape {
        MarkerShape::Square => {
            painter.rect_filled(rect.shrink(1.0), 0.0, colour);
        }
        _ => {
            painter.circle_filled(rect.center(), 4.0, colour);
        }
    }
    ui.small(name);
}

/// A heading as high as the list above the first plot.
fn title(ui: &mut Ui, text: &str) {
    ui.horizontal(|ui| ui.strong(text));
}

fn faint(ui: &Ui) -> Color32 {
    ui.visuals().weak_text_color()
}

/// Epochs are whole: marks at 1, 2, 5, 10 and so on, no finer than one.
fn whole(input: egui_plot::GridInput) -> Vec<egui_plot::GridMark> {
    let (low, high) = input.bounds;
    let span = (high - low).max(1.0);
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0]
        .into_iter()
        .find(|step| span / step <= 8.0)
        .unwrap_or(span / 8.0);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last)
        .map(|at| egui_plot::GridMark {
            value: at as f64 * step,
            step_size: step,
        })
        .collect()
}
