//! How the window looks: quiet greys, so that nothing tints the judgement of a picture.

use super::settings::Theme;
use eframe::egui;
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Frame, IconData, Margin, TextStyle, Ui,
    Visuals,
};

/// For what is good: a blue that all eyes tell from [`bad`].
pub fn good(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_rgb(96, 165, 250)
    } else {
        Color32::from_rgb(20, 92, 190)
    }
}

/// For what is bad: an orange.
pub fn bad(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_rgb(245, 158, 66)
    } else {
        Color32::from_rgb(180, 83, 9)
    }
}

/// Behind a word that says that a picture is kept, on any picture.
pub const KEEP: Color32 = Color32::from_rgb(20, 92, 190);

/// Likewise that it is rejected.
pub const REJECT: Color32 = Color32::from_rgb(160, 66, 6);

/// What surrounds a picture: a grey that neither dazzles nor hides where the picture ends.
pub fn surround(visuals: &Visuals) -> Color32 {
    Color32::from_gray(if visuals.dark_mode { 18 } else { 190 })
}

/// The frame of a panel at a side.
pub fn slim(ui: &Ui) -> Frame {
    Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(8, 4))
}

/// Sets the looks of a context.
pub fn install(ctx: &Context, theme: Theme) {
    ctx.set_theme(match theme {
        Theme::Dark => egui::ThemePreference::Dark,
        Theme::Light => egui::ThemePreference::Light,
        Theme::System => egui::ThemePreference::System,
    });
    for (theme, panel, edge, text) in [
        (egui::Theme::Dark, 30, 56, 208),
        (egui::Theme::Light, 243, 205, 35),
    ] {
        ctx.style_mut_of(theme, |style| {
            style.visuals.panel_fill = Color32::from_gray(panel);
            style.visuals.window_fill = Color32::from_gray(panel);
            let plain = &mut style.visuals.widgets.noninteractive;
            plain.bg_stroke.color = Color32::from_gray(edge);
            plain.fg_stroke.color = Color32::from_gray(text);
            // What is said in passing must still be readable.
            style.visuals.weak_text_alpha = 0.72;
            let round = CornerRadius::same(4);
            for widget in [
                &mut style.visuals.widgets.inactive,
                &mut style.visuals.widgets.hovered,
                &mut style.visuals.widgets.active,
                &mut style.visuals.widgets.open,
            ] {
                widget.corner_radius = round;
            }
            // Texts are read here, not selected; the log is the exception.
            style.interaction.selectable_labels = false;
            style.spacing.item_spacing = egui::vec2(6.0, 5.0);
            style.spacing.button_padding = egui::vec2(7.0, 3.0);
            let font = |size| FontId::new(size, FontFamily::Proportional);
            style.text_styles.insert(TextStyle::Small, font(11.0));
            style.text_styles.insert(TextStyle::Body, font(13.0));
            style.text_styles.insert(TextStyle::Button, font(13.0));
            style.text_styles.insert(TextStyle::Heading, font(17.0));
        });
    }
    // The interface's size is a setting of ours, with keys of ours.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

/// The window's icon, the same that packages install.
pub fn icon() -> IconData {
    const PNG: &[u8] = include_bytes!("../../assets/icons/bpclip-256.png");
    eframe::icon_data::from_png_bytes(PNG).unwrap_or_default()
}
