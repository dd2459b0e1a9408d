//! A word's bar. Better words have a plus and a full bar, worse ones a minus and a hollow bar, so
//! that no colour is needed to tell them apart.

use crate::app::theme;
use eframe::egui;
use egui::{
    Align2, FontId, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// Height of a word's row.
const ROW: f32 = 17.0;
/// Width of the words.
const WORDS: f32 = 104.0;
/// Width of the numbers, alone, with a rank and with a change.
const NUMBERS: (f32, f32, f32) = (54.0, 76.0, 100.0);

/// What a word says of quality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// More of it is better.
    Better,
    /// More of it is worse.
    Worse,
    /// Nothing: it is the user's own; whether training saw nothing like it.
    Custom { far: bool },
}

/// A word's bar, with its value, that of the second picture, and the share of photographs, 0 to 100,
/// that it fits less.
pub fn bar(
    ui: &mut Ui,
    word: &str,
    kind: Kind,
    (value, other): (f32, Option<f32>),
    percentile: Option<f32>,
    scale: f32,
) -> Response {
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let (sign, name) = match kind {
        Kind::Better => ("+", "better"),
        Kind::Worse => ("-", "worse"),
        Kind::Custom { far: false } => ("", "own"),
        Kind::Custom { far: true } => ("?", "own, far from what training saw"),
    };
    let change = other.map(|other| value - other);
    response.widget_info(|| {
        let change = change.map(|change| format!(", change {change:+.3}"));
        let rank = percentile.map(|rank| format!(", more than {rank:.0} % of photographs"));
        let text = format!(
            "{word} ({name}) {value:+.3}{}{}",
            change.unwrap_or_default(),
            rank.unwrap_or_default()
        );
        WidgetInfo::labeled(Role::Label, true, text)
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let visuals = ui.visuals();
    let colour = match kind {
        Kind::Better => theme::good(visuals),
        Kind::Worse => theme::bad(visuals),
        Kind::Custom { .. } => visuals.strong_text_color(),
    };
    let painter = ui.painter();
    let font = FontId::proportional(12.5);
    let text = visuals.text_color();
    let middle = rect.center().y;
    let sign_at = pos2(rect.left() + 2.0, middle);
    painter.text(
        sign_at,
        Align2::LEFT_CENTER,
        sign,
        FontId::monospace(12.5),
        colour,
    );
    let word_at = pos2(rect.left() + 14.0, middle);
    // A phrase may be longer than there is room for.
    let words = Rect::from_min_max(
        word_at - vec2(0.0, ROW),
        pos2(rect.left() + WORDS, rect.bottom()),
    );
    let clipped = painter.with_clip_rect(words.intersect(painter.clip_rect()));
    clipped.text(word_at, Align2::LEFT_CENTER, word, font, text);

    let numbers = match (other, percentile) {
        (Some(_), _) => NUMBERS.2,
        (None, Some(_)) => NUMBERS.1,
        (None, None) => NUMBERS.0,
    };
    let left = rect.left() + WORDS;
    let field = Rect::from_min_max(
        pos2(left, rect.top() + 3.0),
        pos2(
            (rect.right() - numbers).max(left + 20.0),
            rect.bottom() - 3.0,
        ),
    );
    let zero = field.center().x;
    let x = |value: f32| zero + (value / scale).clamp(-1.0, 1.0) * field.width() / 2.0;
    painter.rect_filled(field, 1.0, visuals.extreme_bg_color);
    let (low, high) = (x(value).min(zero), x(value).max(zero));
    let filled = Rect::from_x_y_ranges(low..=high, field.y_range());
    if kind == Kind::Worse {
        let stroke = Stroke::new(1.5, colour);
        painter.rect_stroke(filled, 1.0, stroke, StrokeKind::Inside);
    } else {
        painter.rect_filled(filled, 1.0, colour);
    }
    let faint = Stroke::new(1.0, visuals.weak_text_color());
    painter.vline(zero, field.y_range().expand(1.0), faint);
    if let Some(other) = other {
        let stroke = Stroke::new(2.0, visuals.strong_text_color());
        painter.vline(x(other), field.y_range().expand(2.5), stroke);
    }
    let number = match (change, percentile) {
        (Some(change), _) => format!("{value:+.2} ({change:+.2})"),
        (None, Some(rank)) => format!("{value:+.2} {rank:3.0}%"),
        (None, None) => format!("{value:+.3}"),
    };
    let at = pos2(rect.right() - 2.0, middle);
    painter.text(
        at,
        Align2::RIGHT_CENTER,
        number,
        FontId::monospace(11.0),
        text,
    );
    response
}
