//! A row of the filmstrip.

use super::menu::menu;
use super::said::decided;
use crate::app::command::Commands;
use crate::app::gallery::ranking::{Label, Mark, SortKey};
use crate::app::gallery::{Command, Frame, Sorting, State};
use crate::app::pictures::{Textures, WHOLE};
use crate::app::scoring::Scored;
use crate::app::theme;
use eframe::egui;
use egui::{
    Align2, Color32, CornerRadius, FontId, FontSelection, Rect, Response, Role, Sense, Stroke,
    StrokeKind, TextWrapMode, Ui, WidgetInfo, WidgetText, pos2, vec2,
};

/// Height of a row, in points.
pub const HEIGHT: f32 = 68.0;
/// Place of a thumbnail.
const THUMBNAIL: egui::Vec2 = vec2(84.0, 60.0);

/// A frame in its row.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub frame: &'a Frame,
    /// Which row it is, counted from 0.
    pub place: usize,
    /// The frame's group, and whether it is its best.
    pub group: Option<(usize, bool)>,
    /// The list.
    pub state: &'a State,
    /// Whose score is shown, and what the list is sorted by.
    pub sorting: Sorting<'a>,
}

impl Row<'_> {
    /// Draws the row, which can be dragged over where fingers do not scroll.
    pub fn show(&self, ui: &mut Ui, textures: &Textures, commands: &mut Commands) -> Response {
        let frame = self.frame;
        let selected = self.is_selected() || self.is_beside();
        let size = vec2(ui.available_width(), HEIGHT);
        let sense = match ui.input(|input| input.has_touch_screen()) {
            true => Sense::click(),
            false => Sense::click_and_drag(),
        };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        response
            .widget_info(|| WidgetInfo::selected(Role::Button, true, selected, self.description()));
        if response.clicked() {
            let held = ui.input(|input| input.modifiers);
            commands.push(match frame.id {
                id if held.alt => Command::Compare(Some(id)),
                id if held.shift => Command::SelectTo(id),
                id if held.command => Command::SelectToo(id),
                id => Command::Select(id),
            });
        }
        if ui.is_rect_visible(rect) {
            self.paint(ui, textures, rect, selected, response.hovered());
        }
        let problem = match (&frame.broken, frame.scored(self.sorting.task)) {
            (Some(reason), _) | (None, Scored::Failed(reason)) => Some(reason),
            _ => None,
        };
        let response = match problem {
            Some(reason) => response.on_hover_text(reason),
            None => match frame.path() {
                Some(_) => {
                    let files = frame.files().map(|file| file.display().to_string());
                    response.on_hover_text(files.collect::<Vec<_>>().join("\n"))
                }
                None => response,
            },
        };
        response.context_menu(|ui| menu(ui, self.state, frame, commands));
        response
    }

    fn is_selected(&self) -> bool {
        self.state.selected == Some(self.frame.id)
    }

    /// Whether it is selected beside the one that is looked at.
    fn is_beside(&self) -> bool {
        self.state.beside.contains(&self.frame.id)
    }

    fn is_reference(&self) -> bool {
        self.state.reference == Some(self.frame.id)
    }

    fn is_other(&self) -> bool {
        self.state.other == Some(self.frame.id)
    }

    /// The row in words, for those who do not see it.
    fn description(&self) -> String {
        let mut text = format!("{}, {}", self.frame.title(), self.said());
        text.push_str(&format!(", number {}", self.place + 1));
        for more in self.beside_score() {
            text.push_str(&format!(", {more}"));
        }
        if self.is_reference() {
            text.push_str(", reference");
        }
        if self.is_other() {
            text.push_str(", compared with");
        }
        let decided = decided(self.frame);
        if !decided.is_empty() {
            text.push_str(&format!(", {}", decided.to_lowercase()));
        }
        if let Some((_, true)) = self.group {
            text.push_str(", best of its group");
        }
        text
    }

    /// What else there is in numbers, the first being what is asked for.
    fn beside_score(&self) -> Vec<String> {
        let sharpness = self.frame.sharpness();
        let sharpness = sharpness.map(|sharpness| format!("sharp {:.1}", sharpness.value));
        let by_taste = self.sorting.key == SortKey::Taste;
        let taste = self.sorting.taste.filter(|_| by_taste);
        let taste = taste.and_then(|taste| {
            let value = self.sorting.taste_of(self.frame)?;
            Some(format!("taste {:.0}", taste.share_below(value)))
        });
        [taste, sharpness].into_iter().flatten().collect()
    }

    /// The score, or why there is none.
    fn said(&self) -> String {
        if self.frame.broken.is_some() {
            return "cannot be read".into();
        }
        match self.frame.scored(self.sorting.task) {
            Scored::Done(rated) => format!("{:.1}", rated.inspection.prediction.score()),
            Scored::Waiting(_) => "waiting".into(),
            Scored::Running(_) => "scoring".into(),
            Scored::Failed(_) => "not scored".into(),
            Scored::Unasked if self.is_reference() => "reference".into(),
            Scored::Unasked => "no score".into(),
        }
    }

    fn paint(&self, ui: &Ui, textures: &Textures, rect: Rect, selected: bool, hovered: bool) {
        let visuals = ui.visuals();
        let painter = ui.painter();
        if selected {
            // The one that is looked at stands out among those that are selected with it.
            let strength = if self.is_selected() { 0.55 } else { 0.3 };
            let fill = visuals.selection.bg_fill.gamma_multiply(strength);
            painter.rect_filled(rect, 4.0, fill);
        } else if hovered {
            painter.rect_filled(rect, 4.0, visuals.widgets.hovered.weak_bg_fill);
        }
        let place = Rect::from_min_size(rect.left_top() + vec2(6.0, 4.0), THUMBNAIL);
        if let Some((number, _)) = self.group {
            // Neighbours of different groups have different bars.
            let colour = match number % 2 {
                0 => visuals.weak_text_color(),
                _ => visuals.strong_text_color(),
            };
            let bar = Rect::from_min_size(rect.left_top(), vec2(3.0, rect.height()));
            painter.rect_filled(bar, 0.0, colour);
        }
        painter.rect_filled(place, 2.0, visuals.extreme_bg_color);
        self.thumbnail(ui, textures, place);
        self.badges(ui, place);
        self.texts(ui, rect, place.right() + 8.0);
    }

    fn thumbnail(&self, ui: &Ui, textures: &Textures, place: Rect) {
        let painter = ui.painter();
        match textures.thumbnail(self.frame.version(), &self.frame.source) {
            _ if self.frame.broken.is_some() => {
                let colour = theme::bad(ui.visuals());
                let cross = Rect::from_center_size(place.center(), vec2(18.0, 18.0));
                let stroke = Stroke::new(2.0, colour);
                painter.line_segment([cross.left_top(), cross.right_bottom()], stroke);
                painter.line_segment([cross.right_top(), cross.left_bottom()], stroke);
            }
            Some(texture) => {
                let size = texture.size_vec2();
                let scale = (place.width() / size.x).min(place.height() / size.y);
                let fitted = Rect::from_center_size(place.center(), size * scale);
                painter.image(texture.id(), fitted, WHOLE, Color32::WHITE);
            }
            None => {}
        }
    }

    /// What a frame is, in its picture's corners: letters and shapes, not colours alone.
    fn badges(&self, ui: &Ui, place: Rect) {
        let painter = ui.painter();
        let badge = |corner: Align2, text: &str, fill: Color32| {
            let font = FontId::proportional(10.5);
            let galley = painter.layout_no_wrap(text.to_owned(), font, Color32::WHITE);
            let size = galley.size() + vec2(8.0, 3.0);
            let rect = corner.align_size_within_rect(size, place);
            painter.rect_filled(rect, CornerRadius::same(3), fill);
            painter.galley(rect.min + vec2(4.0, 1.5), galley, Color32::WHITE);
        };
        let dark = Color32::from_black_alpha(190);
        let (good, bad) = (theme::KEEP, theme::REJECT);
        if self.is_reference() {
            badge(Align2::LEFT_TOP, "REF", dark);
        } else if self.is_other() {
            badge(Align2::LEFT_TOP, "B", dark);
        }
        if let Some((_, true)) = self.group {
            badge(Align2::RIGHT_TOP, "best", good);
        }
        if let Some((text, fill)) = self.given(dark) {
            badge(Align2::RIGHT_BOTTOM, &text, fill);
        }
        match self.frame.mark {
            Some(Mark::Keep) => badge(Align2::LEFT_BOTTOM, "+ keep", good),
            Some(Mark::Reject) => {
                badge(Align2::LEFT_BOTTOM, "x reject", bad);
                let stroke = Stroke::new(2.0, bad);
                painter.rect_stroke(place, 2.0, stroke, StrokeKind::Inside);
            }
            None => {}
        }
    }

    /// Stars and label: the digits and the letter say it too, not the colour alone.
    fn given(&self, plain: Color32) -> Option<(String, Color32)> {
        let stars = match self.frame.stars {
            0 => String::new(),
            stars => format!("{stars}*"),
        };
        let Some(label) = self.frame.label else {
            return (!stars.is_empty()).then_some((stars, plain));
        };
        let fill = match label {
            Label::Red => Color32::from_rgb(170, 20, 30),
            Label::Yellow => Color32::from_rgb(125, 98, 0),
            Label::Green => Color32::from_rgb(20, 110, 40),
            Label::Blue => Color32::from_rgb(20, 80, 190),
            Label::Purple => Color32::from_rgb(120, 40, 150),
        };
        let letter = label.name().get(..1).unwrap_or_default();
        Some((format!("{stars} {letter}").trim().to_owned(), fill))
    }

    /// Name, score and size, from `left` on.
    fn texts(&self, ui: &Ui, rect: Rect, left: f32) {
        let visuals = ui.visuals();
        let frame = self.frame;
        let width = rect.right() - left - 4.0;
        let text = |text: WidgetText, y: f32, colour: Color32| {
            let galley = text.into_galley(
                ui,
                Some(TextWrapMode::Truncate),
                width,
                FontSelection::Default,
            );
            ui.painter()
                .galley(pos2(left, rect.top() + y), galley, colour);
        };
        text(frame.title().as_ref().into(), 5.0, visuals.text_color());
        let scored = frame.scored(self.sorting.task);
        let failed = frame.broken.is_some() || matches!(scored, Scored::Failed(_));
        if scored.rated().is_some() {
            let score = egui::RichText::new(self.said()).size(18.0).strong();
            text(score.into(), 21.0, visuals.strong_text_color());
        } else {
            let colour = if failed {
                theme::bad(visuals)
            } else {
                visuals.weak_text_color()
            };
            text(self.said().into(), 24.0, colour);
        }
        let size = frame
            .size
            .map(|(width, height)| format!("{width} x {height}"));
        // As much as there is room for.
        let mut last = String::new();
        for part in self.beside_score().into_iter().chain(size) {
            let longer = match last.is_empty() {
                true => part,
                false => format!("{last}  {part}"),
            };
            let small = egui::RichText::new(&longer).small();
            let galley = WidgetText::from(small).into_galley(
                ui,
                Some(TextWrapMode::Extend),
                f32::INFINITY,
                FontSelection::Default,
            );
            if !last.is_empty() && galley.size().x > width {
                break;
            }
            last = longer;
        }
        let last = egui::RichText::new(last).small();
        text(last.into(), 47.0, visuals.weak_text_color());
    }
}
