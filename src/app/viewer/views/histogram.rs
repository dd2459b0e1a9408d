//! The histogram of the picture that is shown, and what can be laid over it at its own pixels.

use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::pictures::Textures;
use crate::app::settings::Sensitivity;
use crate::app::viewer::{Command, Overlay, Scene};
use crate::app::wording::percent;
use bpclip_look::{HIGHLIGHT, Histogram, LEVELS, SHADOW};
use eframe::egui;
use egui::{
    Align2, CollapsingHeader, Color32, FontId, Mesh, Pos2, Rect, Response, Role, Sense, Shape,
    Stroke, Ui, WidgetInfo, pos2, vec2,
};

const HEIGHT: f32 = 84.0;
/// Red, green and blue as they are drawn, and added where they lie over each other.
const CHANNELS: [Color32; 3] = [
    Color32::from_rgba_premultiplied(150, 30, 30, 0),
    Color32::from_rgba_premultiplied(20, 120, 40, 0),
    Color32::from_rgba_premultiplied(40, 60, 170, 0),
];

/// A section that counts only while it is open.
pub fn histogram(ui: &mut Ui, scene: &Scene<'_>, textures: &Textures, commands: &mut Commands) {
    let open = scene.histogram;
    let section = CollapsingHeader::new("Histogram")
        .open(Some(open))
        .show(ui, |ui| {
            let shown = scene.shown();
            let counted = shown.and_then(|frame| textures.histogram(frame.version()));
            drawing(ui, counted.as_deref());
            overlays(ui, scene, commands);
        });
    let action = Action::Histogram;
    let hint = action.hint(ui.ctx());
    if section.header_response.on_hover_text(hint).clicked() {
        commands.push(Command::ToggleHistogram);
    }
}

/// What can be laid over the picture.
fn overlays(ui: &mut Ui, scene: &Scene<'_>, commands: &mut Commands) {
    let now = scene.viewer.overlay;
    ui.horizontal_wrapped(|ui| {
        for overlay in [Overlay::Clipping, Overlay::Peaking] {
            let action = Action::Overlay(overlay);
            let hint = action.hint(ui.ctx());
            let button = ui.selectable_label(now == overlay, overlay.label());
            if button.on_hover_text(hint).clicked() {
                commands.push(action);
            }
        }
        if now != Overlay::Peaking {
            return;
        }
        for sensitivity in Sensitivity::ALL {
            let chosen = scene.style.sensitivity == sensitivity;
            let hint = format!(
                "An edge counts from a step of {} levels between two neighbouring pixels on",
                sensitivity.threshold()
            );
            let button = ui.selectable_label(chosen, sensitivity.label());
            if button.on_hover_text(hint).clicked() {
                commands.push(Command::Sensitivity(sensitivity));
            }
        }
    });
}

fn drawing(ui: &mut Ui, counted: Option<&Histogram>) {
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, in_words(counted)));
    let painter = ui.painter().with_clip_rect(rect);
    // Dark in any theme: the colours are light.
    painter.rect_filled(rect, 3.0, Color32::from_gray(16));
    let Some(histogram) = counted else { return };
    let inner = rect.shrink2(vec2(4.0, 4.0));
    let highest = histogram.height() as f32;
    for (counts, colour) in histogram.channels.iter().zip(CHANNELS) {
        painter.add(Shape::mesh(filled(counts, highest, inner, colour)));
    }
    let line = Stroke::new(1.0, Color32::from_gray(225));
    painter.add(Shape::line(outline(&histogram.luma, highest, inner), line));
    ends(&painter, histogram, inner);
    let text = match level_at(&response, inner) {
        Some(level) => of_level(histogram, level),
        None => return,
    };
    response.on_hover_text_at_pointer(text);
}

/// What is clipped, said at the end where it is.
fn ends(painter: &egui::Painter, histogram: &Histogram, inner: Rect) {
    let clipped = &histogram.clipped;
    let font = FontId::proportional(10.5);
    let grey = Color32::from_gray(200);
    for (corner, of) in [
        (Align2::LEFT_TOP, clipped.shadows),
        (Align2::RIGHT_TOP, clipped.highlights),
    ] {
        let at = corner.pos_in_rect(&inner);
        let text = format!("clipped {}", percent(clipped.share(of)));
        painter.text(at, corner, text, font.clone(), grey);
    }
}

/// The level under the pointer.
fn level_at(response: &Response, inner: Rect) -> Option<usize> {
    let at = response.hover_pos()?;
    let share = ((at.x - inner.left()) / inner.width()).clamp(0.0, 1.0);
    Some(((share * LEVELS as f32) as usize).min(LEVELS - 1))
}

fn of_level(histogram: &Histogram, level: usize) -> String {
    let pixels = histogram.clipped.pixels.max(1) as f64;
    let share = |counts: &[u32; LEVELS]| percent(f64::from(counts[level]) / pixels);
    let [red, green, blue] = &histogram.channels;
    format!(
        "Level {level}: red {}, green {}, blue {}, luma {} of the pixels.\nLuma, the white line, is 0.2126 R + \
         0.7152 G + 0.0722 B (Rec. 709). Clipped: shadows with all three channels at 0 to {SHADOW}, highlights \
         with one at {HIGHLIGHT} or 255. Single levels that stand far above the others are cut off",
        share(red),
        share(green),
        share(blue),
        share(&histogram.luma)
    )
}

fn in_words(counted: Option<&Histogram>) -> String {
    let Some(histogram) = counted else {
        return "Histogram, being counted".into();
    };
    let clipped = &histogram.clipped;
    format!(
        "Histogram: mean luma {:.0} of 255, shadows clipped {}, highlights clipped {}",
        histogram.mean_luma(),
        percent(clipped.share(clipped.shadows)),
        percent(clipped.share(clipped.highlights))
    )
}

/// The tops of the levels, from the left.
fn outline(counts: &[u32; LEVELS], highest: f32, inner: Rect) -> Vec<Pos2> {
    let width = inner.width() / LEVELS as f32;
    let top = |(level, count): (usize, &u32)| {
        let share = (*count as f32 / highest).min(1.0);
        pos2(
            inner.left() + (level as f32 + 0.5) * width,
            inner.bottom() - share * inner.height(),
        )
    };
    counts.iter().enumerate().map(top).collect()
}

/// All below the tops.
fn filled(counts: &[u32; LEVELS], highest: f32, inner: Rect, colour: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for top in outline(counts, highest, inner) {
        let below = pos2(top.x, inner.bottom());
        let next = mesh.vertices.len() as u32;
        mesh.colored_vertex(top, colour);
        mesh.colored_vertex(below, colour);
        if next > 0 {
            mesh.add_triangle(next - 2, next - 1, next);
            mesh.add_triangle(next - 1, next, next + 1);
        }
    }
    mesh
}
