//! What the colours at a picture's own pixels stand for.

use crate::app::pictures::{EDGES, HIGHLIGHTS, SHADOWS, Said};
use crate::app::settings::Sensitivity;
use crate::app::wording::percent;
use bpclip_look::{HIGHLIGHT, SHADOW};
use eframe::egui;
use egui::{Align2, Color32, FontId, Rect, Role, Sense, Ui, WidgetInfo, vec2};

/// A line a colour, at the bottom of a pane.
pub fn ink_legend(ui: &Ui, said: Said, sensitivity: Sensitivity, area: Rect) {
    let (lines, hint) = lines(said, sensitivity);
    let painter = ui.painter().with_clip_rect(area);
    let font = FontId::proportional(11.5);
    let laid: Vec<_> = lines
        .iter()
        .map(|(colour, text)| {
            let most = (area.width() - 48.0).max(60.0);
            let galley = painter.layout(text.clone(), font.clone(), Color32::WHITE, most);
            (*colour, galley)
        })
        .collect();
    let width = laid.iter().map(|(_, galley)| galley.size().x);
    let width = width.fold(0.0, f32::max);
    let height: f32 = laid.iter().map(|(_, galley)| galley.size().y + 2.0).sum();
    let size = vec2(width + 32.0, height + 8.0);
    let place = Align2::LEFT_BOTTOM.align_size_within_rect(size, area.shrink(8.0));
    let response = ui.interact(place, ui.scope_id().with("ink legend"), Sense::hover());
    response.widget_info(|| {
        let texts: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        WidgetInfo::labeled(Role::Label, true, texts.join("; "))
    });
    painter.rect_filled(place, 4.0, Color32::from_black_alpha(190));
    let mut at = place.min + vec2(8.0, 5.0);
    for (colour, galley) in laid {
        let swatch = Rect::from_min_size(at + vec2(0.0, 2.0), vec2(10.0, 10.0));
        painter.rect_filled(swatch, 2.0, colour);
        let height = galley.size().y;
        painter.galley(at + vec2(16.0, 0.0), galley, Color32::WHITE);
        at.y += height + 2.0;
    }
    response.on_hover_text(hint);
}

/// What each colour stands for, and what is to be known of them.
fn lines(said: Said, sensitivity: Sensitivity) -> (Vec<(Color32, String)>, &'static str) {
    match said {
        Said::Clipping(clipped) => {
            let share = |of| percent(clipped.share(of));
            let highlights = format!(
                "Highlights {}: a channel at {HIGHLIGHT} or 255 (all three {})",
                share(clipped.highlights),
                share(clipped.white)
            );
            let shadows = format!(
                "Shadows {}: all three channels at 0 to {SHADOW}",
                share(clipped.shadows)
            );
            let hint = "Of the picture as its file has it, in sRGB. Seen from afar a single pixel still \
                        colours what stands for it";
            (vec![(HIGHLIGHTS, highlights), (SHADOWS, shadows)], hint)
        }
        Said::Peaking(share) => {
            let text = format!(
                "In focus {}: steps of {} levels and more",
                percent(share),
                sensitivity.threshold()
            );
            let hint = "Edges at the picture's own pixels: how high a step of luma between two neighbouring \
                        pixels is, 0 to 255, found by its curvature, so that slopes and soft edges do not \
                        count. Seen from afar they are drawn four times as strong";
            (vec![(EDGES, text)], hint)
        }
    }
}
