//! The menus, made from the table of keys.

use crate::app::actions::{Action, GROUPS, Possible};
use crate::app::command::Commands;
use crate::app::settings::{Settings, Theme};
use crate::app::shell::{Command, Page};
use crate::app::wording::{sentence, short};
use crate::app::{export, gallery, scoring};
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::SizePolicy;
use eframe::egui;
use egui::{Align, Button, Layout, MenuBar, ScrollArea, Ui};
use std::path::PathBuf;

/// Shorter sides, in pixels, that are offered to score at; `None` is that of the picture.
const SIDES: [Option<u32>; 6] = [Some(224), Some(384), Some(512), Some(768), Some(1024), None];

/// Points of width in which all menus stand in one line.
const WIDE: f32 = 720.0;

/// What the menus show: the settings, and the device that was asked for.
type Now<'a> = (&'a Settings, &'a DeviceChoice);

/// The menu bar.
pub fn bar(ui: &mut Ui, page: Page, now: Now, possible: &Possible, commands: &mut Commands) {
    let wide = ui.available_width() >= WIDE;
    MenuBar::new().ui(ui, |ui| {
        if wide {
            menus(ui, now, possible, commands);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                pages(ui, page, Page::ALL.into_iter().rev(), commands);
            });
        } else {
            ui.horizontal_wrapped(|ui| {
                menus(ui, now, possible, commands);
                pages(ui, page, Page::ALL.into_iter(), commands);
            });
        }
    });
}

fn menus(ui: &mut Ui, now: Now, possible: &Possible, commands: &mut Commands) {
    let (settings, chosen) = now;
    for (name, actions) in GROUPS {
        ui.menu_button(name, |ui| {
            scrolled(ui, |ui| {
                for action in actions {
                    let on = is_on(*action, settings);
                    item(ui, *action, (possible.has(*action), on), commands);
                    match action {
                        Action::Paste => recent(ui, &settings.recent, commands),
                        Action::ExportTableJson => with_exif(ui, settings.export_exif, commands),
                        Action::BundledCheckpoints => {
                            device(ui, chosen, commands);
                            size(ui, settings.size, commands);
                        }
                        _ => {}
                    }
                }
                match name {
                    "List" => shots(ui, settings.shots_as_one, commands),
                    "View" => theme(ui, settings.theme, commands),
                    _ => {}
                }
            })
        });
    }
}

/// A menu that is higher than the window.
fn scrolled(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let most = ui.ctx().content_rect().height() - 60.0;
    ui.set_max_height(most);
    ScrollArea::vertical().max_height(most).show(ui, content);
}

/// Pictures or training.
fn pages(ui: &mut Ui, now: Page, all: impl Iterator<Item = Page>, commands: &mut Commands) {
    let key = Action::Training.keys(ui.ctx());
    for page in all {
        let label = ui.selectable_label(now == page, page.label());
        if label.on_hover_text(&key).clicked() {
            commands.push(Command::Page(page));
        }
    }
}

/// Whether an action switches something that is on.
fn is_on(action: Action, settings: &Settings) -> bool {
    match action {
        Action::GoOn => settings.go_on,
        Action::Histogram => settings.histogram,
        Action::MarkSharpest => settings.mark_sharpest,
        _ => false,
    }
}

/// One action: label, key, and what it does on hover; whether it can do something, and is on.
fn item(ui: &mut Ui, action: Action, (enabled, on): (bool, bool), commands: &mut Commands) {
    let key = action
        .shortcuts()
        .first()
        .map(|key| ui.ctx().format_shortcut(key));
    let button = Button::new(action.label())
        .selected(on)
        .shortcut_text(key.unwrap_or_default());
    let item = ui.add_enabled(enabled, button).on_hover_text(action.help());
    if item.clicked() {
        commands.push(action);
        ui.close();
    }
}

fn recent(ui: &mut Ui, recent: &[PathBuf], commands: &mut Commands) {
    ui.add_enabled_ui(!recent.is_empty(), |ui| {
        ui.menu_button("Open recent", |ui| {
            for path in recent {
                if ui
                    .button(short(path))
                    .on_hover_text(path.display().to_string())
                    .clicked()
                {
                    commands.push(gallery::Command::Add {
                        paths: vec![path.clone()],
                        as_reference: false,
                    });
                    ui.close();
                }
            }
            ui.separator();
            if ui.button("Forget these").clicked() {
                commands.push(gallery::Command::ForgetRecent);
                ui.close();
            }
        });
    });
    ui.separator();
}

fn with_exif(ui: &mut Ui, now: bool, commands: &mut Commands) {
    let mut with = now;
    let hint = "Adds camera, lens, exposure and time to both tables, and whether a place was noted, \
                but not the place";
    let choice = ui.checkbox(&mut with, "Tables with camera data");
    if choice.on_hover_text(hint).changed() {
        commands.push(export::Command::WithExif(with));
    }
}

fn shots(ui: &mut Ui, now: bool, commands: &mut Commands) {
    ui.separator();
    let mut as_one = now;
    let hint = "Files of one name in one folder are one picture, scored by its JPEG or HEIC; marks, \
                ratings and exports are for all of them";
    let choice = ui.checkbox(&mut as_one, "Raw and JPEG of a shot as one");
    if choice.on_hover_text(hint).changed() {
        commands.push(gallery::Command::ShotsAsOne(as_one));
    }
}

fn device(ui: &mut Ui, now: &DeviceChoice, commands: &mut Commands) {
    ui.menu_button("Compute on", |ui| {
        let mut offered = vec![
            (
                DeviceChoice::Auto,
                "A GPU if one works, else the CPU".to_owned(),
            ),
            (DeviceChoice::Cpu, "The CPU".into()),
            (DeviceChoice::Gpu(None), "The first GPU".into()),
        ];
        if offered.iter().all(|(choice, _)| choice != now) {
            offered.push((now.clone(), now.to_string()));
        }
        for (choice, label) in offered {
            let chosen = *now == choice;
            if ui.radio(chosen, label).clicked() {
                commands.push(scoring::Command::Device(choice));
                ui.close();
            }
        }
    });
}

/// The size to score at.
fn size(ui: &mut Ui, now: Option<SizePolicy>, commands: &mut Commands) {
    let sides = SIDES.map(|side| {
        Some(SizePolicy {
            shorter_side: side,
            enlarge: false,
        })
    });
    let menu = ui.menu_button("Score at", |ui| {
        let mut offered = vec![None];
        offered.extend(sides);
        if !offered.contains(&now) {
            offered.push(now);
        }
        for choice in offered {
            let label = match choice {
                None => "The size that each checkpoint was made for".into(),
                Some(size) => sentence(&size.to_string()),
            };
            if ui.radio(choice == now, label).clicked() {
                commands.push(scoring::Command::Size(choice));
                ui.close();
            }
        }
    });
    menu.response.on_hover_text(
        "Scores hold for the size that a checkpoint was trained at; others show what it sees there",
    );
    ui.separator();
}

fn theme(ui: &mut Ui, now: Theme, commands: &mut Commands) {
    ui.separator();
    for theme in Theme::ALL {
        if ui.radio(now == theme, theme.label()).clicked() {
            commands.push(Command::Theme(theme));
            ui.close();
        }
    }
}
