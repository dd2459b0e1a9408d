//! The menus, made from the table of keys.

use crate::app::command::Command;
use crate::app::keys::{Action, GROUPS};
use crate::app::sentence;
use crate::app::settings::Theme;
use crate::app::state::{Overlay, Page, View};
use crate::app::training::{Phase, Run};
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::SizePolicy;
use bpclip_core::model::Task;
use eframe::egui;
use egui::{Align, Button, Layout, MenuBar, Ui};
use std::path::Path;

/// Shorter sides, in pixels, that are offered to score at; `None` is that of the picture.
const SIDES: [Option<u32>; 6] = [Some(224), Some(384), Some(512), Some(768), Some(1024), None];

/// The menu bar.
pub fn bar(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    MenuBar::new().ui(ui, |ui| {
        for (name, actions) in GROUPS {
            ui.menu_button(name, |ui| {
                for action in actions {
                    item(ui, *action, is_possible(*action, view), commands);
                    match action {
                        Action::Paste => recent(ui, view, commands),
                        Action::BundledCheckpoints => {
                            device(ui, view, commands);
                            size(ui, view, commands);
                        }
                        _ => {}
                    }
                }
                if name == "View" {
                    theme(ui, view, commands);
                }
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            pages(ui, view, commands);
        });
    });
}

/// Pictures or training.
fn pages(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let key = Action::Training.keys(ui.ctx());
    for page in Page::ALL.into_iter().rev() {
        let label = ui.selectable_label(view.state.page == page, page.label());
        if label.on_hover_text(&key).clicked() {
            commands.push(Command::Page(page));
        }
    }
}

/// One action: label, key, and what it does on hover.
pub fn item(ui: &mut Ui, action: Action, enabled: bool, commands: &mut Vec<Command>) {
    let key = action
        .shortcuts()
        .first()
        .map(|key| ui.ctx().format_shortcut(key));
    let button = Button::new(action.label()).shortcut_text(key.unwrap_or_default());
    let item = ui.add_enabled(enabled, button).on_hover_text(action.help());
    if item.clicked() {
        commands.push(action.into());
        ui.close();
    }
}

/// Whether there is anything that the action could do.
pub fn is_possible(action: Action, view: &View<'_>) -> bool {
    let state = view.state;
    if !action.belongs_to(state.page) {
        return false;
    }
    let run = state.training.run.as_ref();
    match action {
        Action::Train => !state.training.is_active() && state.training_problem().is_none(),
        Action::PauseTraining | Action::StopTraining => {
            run.is_some_and(|run| run.phase.is_active() && run.phase != Phase::Stopping)
        }
        Action::OpenRun => !state.training.is_active(),
        Action::ResumeTraining => run.is_some_and(Run::can_resume),
        Action::UseBest => run.and_then(Run::best).is_some(),
        Action::ExportCsv | Action::ExportTableJson | Action::Ratings | Action::RemoveAll => {
            !state.frames.is_empty()
        }
        Action::ExportJson | Action::ExportMaps => view.detail(view.first).is_some(),
        Action::ExportMap => match state.overlay {
            Overlay::None => false,
            Overlay::Tiles => view
                .first
                .and_then(|frame| state.tile_map(frame, state.lens))
                .is_some_and(|map| map.seen.is_some()),
            _ => view.detail(view.first).is_some(),
        },
        Action::QualityMap => view.first.is_some_and(|frame| {
            let against_itself = state.lens == Task::FullReference
                && state.reference.is_none_or(|id| id == frame.id);
            frame.broken.is_none() && !against_itself
        }),
        Action::CopyScore => view.rated(view.first).is_some(),
        Action::BundledCheckpoints => state.settings.checkpoints.files().next().is_some(),
        Action::Remove
        | Action::Keep
        | Action::Reject
        | Action::Reference
        | Action::Compare
        | Action::Next
        | Action::Previous
        | Action::First
        | Action::Last => view.first.is_some(),
        Action::Undo => !state.removed.is_empty(),
        Action::ClearReference => state.reference.is_some(),
        Action::Flip => view.second.is_some(),
        Action::Cancel => {
            state.progress.left > 0 || state.dialog.is_some() || state.mapping().is_some()
        }
        Action::ScoreRest => !state.frames.is_empty(),
        _ => true,
    }
}

fn recent(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let recent = &view.state.settings.recent;
    ui.add_enabled_ui(!recent.is_empty(), |ui| {
        ui.menu_button("Open recent", |ui| {
            for path in recent {
                if ui
                    .button(short(path))
                    .on_hover_text(path.display().to_string())
                    .clicked()
                {
                    commands.push(Command::Add {
                        paths: vec![path.clone()],
                        as_reference: false,
                    });
                    ui.close();
                }
            }
            ui.separator();
            if ui.button("Forget these").clicked() {
                commands.push(Command::ForgetRecent);
                ui.close();
            }
        });
    });
    ui.separator();
}

/// The last two parts of a path.
pub fn short(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let parent = path.parent().and_then(Path::file_name);
    match (parent, name) {
        (Some(parent), Some(name)) => format!("{}/{name}", parent.to_string_lossy()),
        (None, Some(name)) => name,
        _ => path.display().to_string(),
    }
}

fn device(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    ui.menu_button("Compute on", |ui| {
        for (choice, label) in [
            (DeviceChoice::Auto, "A GPU if one works, else the CPU"),
            (DeviceChoice::Cpu, "The CPU"),
            (DeviceChoice::Gpu(None), "The first GPU"),
        ] {
            let chosen = view.state.settings.device == choice;
            if ui.radio(chosen, label).clicked() {
                commands.push(Command::Device(choice));
                ui.close();
            }
        }
    });
}

/// The size to score at.
fn size(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    let now = view.state.settings.size;
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
                commands.push(Command::Size(choice));
                ui.close();
            }
        }
    });
    menu.response.on_hover_text(
        "Scores hold for the size that a checkpoint was trained at; others show what it sees there",
    );
    ui.separator();
}

fn theme(ui: &mut Ui, view: &View<'_>, commands: &mut Vec<Command>) {
    ui.separator();
    for theme in Theme::ALL {
        if ui
            .radio(view.state.settings.theme == theme, theme.label())
            .clicked()
        {
            commands.push(Command::Theme(theme));
            ui.close();
        }
    }
}
