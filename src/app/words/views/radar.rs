//! The dimensions of one picture, and of a second one, as a radar.

use crate::app::theme;
use eframe::egui;
use egui::{Align2, Color32, FontId, Pos2, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2};

/// Height in points.
const HEIGHT: f32 = 178.0;
/// From the middle to the rim.
const RADIUS: f32 = 66.0;

/// Draws the values of the dimensions: the middle is the lowest of the scale, the ring halfway
/// is 0.
pub fn radar(
    ui: &mut Ui,
    names: &[&str],
    values: &[f32],
    second: Option<&[f32]>,
    second_name: Option<&str>,
) {
    if names.len() < 3 {
        return;
    }
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let list = |values: &[f32]| {
            let each = names.iter().zip(values);
            each.map(|(name, value)| format!("{name} {value:+.2}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let mut text = format!("Dimensions: {}", list(values));
        if let (Some(second), Some(name)) = (second, second_name) {
            text.push_str(&format!("; {name}: {}", list(second)));
        }
        WidgetInfo::labeled(Role::Image, true, text)
    });
    let all = values.iter().chain(second.unwrap_or_default());
    let scale = all.fold(0.2_f32, |most, value| most.max(value.abs()));
    let middle = rect.center();
    let direction = |at: usize| {
        let turn = at as f32 / names.len() as f32 * std::f32::consts::TAU;
        Vec2::angled(turn - std::f32::consts::FRAC_PI_2)
    };
    let point = |at: usize, share: f32| middle + direction(at) * RADIUS * share;
    let ring = |share: f32| {
        (0..names.len())
            .map(|at| point(at, share))
            .collect::<Vec<Pos2>>()
    };
    let polygon = |values: &[f32]| -> Vec<Pos2> {
        let share = |value: f32| 0.5 + value / scale / 2.0;
        let each = values.iter().enumerate();
        each.map(|(at, value)| point(at, share(*value))).collect()
    };
    let visuals = ui.visuals();
    let painter = ui.painter();
    let faint = Stroke::new(1.0, visuals.widgets.noninteractive.bg_stroke.color);
    painter.add(Shape::closed_line(ring(1.0), faint));
    painter.add(Shape::closed_line(
        ring(0.5),
        Stroke::new(1.0, visuals.weak_text_color()),
    ));
    for at in 0..names.len() {
        painter.line_segment([middle, point(at, 1.0)], faint);
    }
    let colour = theme::good(visuals);
    let first = polygon(values);
    // A star is not convex: each of its triangles with the middle is.
    for (at, from) in first.iter().enumerate() {
        let to = first.get((at + 1) % first.len()).copied().unwrap_or(*from);
        let fill = colour.gamma_multiply(0.25);
        let triangle = vec![middle, *from, to];
        painter.add(Shape::convex_polygon(triangle, fill, Stroke::NONE));
    }
    painter.add(Shape::closed_line(first, Stroke::new(2.0, colour)));
    if let Some(second) = second {
        let mut line = polygon(second);
        line.extend(line.first().copied());
        let stroke = Stroke::new(1.5, visuals.strong_text_color());
        painter.extend(Shape::dashed_line(&line, stroke, 4.0, 3.0));
    }
    for (at, name) in names.iter().enumerate() {
        let towards = direction(at);
        let side = |along: f32| match along {
            ..-0.3 => egui::Align::Max,
            0.3.. => egui::Align::Min,
            _ => egui::Align::Center,
        };
        let align = Align2([side(towards.x), side(towards.y)]);
        let value = values.get(at).copied().unwrap_or_default();
        let text = format!("{name} {value:+.2}");
        let place = point(at, 1.07);
        painter.text(
            place,
            align,
            text,
            FontId::proportional(11.5),
            visuals.text_color(),
        );
    }
    let note = |text: String, align: Align2, colour: Color32| {
        let at = align.pos_in_rect(&rect);
        painter.text(at, align, text, FontId::proportional(10.5), colour);
    };
    let weak = visuals.weak_text_color();
    note(
        format!("rim {scale:+.2}\ninner ring 0"),
        Align2::LEFT_BOTTOM,
        weak,
    );
    if let (Some(_), Some(name)) = (second, second_name) {
        note(
            format!("- - {name}"),
            Align2::RIGHT_BOTTOM,
            visuals.text_color(),
        );
    }
}
