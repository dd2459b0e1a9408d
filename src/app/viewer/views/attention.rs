//! Where a cell looks: the attention of a branch, a level and a head.

use super::maps::{there, thumbnail};
use super::overlay_controls;
use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::gallery::FrameId;
use crate::app::pictures::Textures;
use crate::app::viewer::{AttentionView, Branch, Command, Overlay, Scene, overlay};
use crate::app::wording;
use eframe::egui;
use egui::{DragValue, Label, Ui};

/// The part of the panel about attention.
pub fn attention(
    ui: &mut Ui,
    scene: &Scene<'_>,
    reference: Option<FrameId>,
    textures: &Textures,
    commands: &mut Commands,
) {
    let Some((frame, detail)) = there(ui, scene, reference) else {
        return;
    };
    let before = scene.viewer.attention;
    let mut attention = before;
    ui.horizontal(|ui| {
        for branch in Branch::ALL {
            let there = !detail.attentions(branch).is_empty();
            let chosen = attention.branch == branch;
            let button = egui::Button::selectable(chosen, branch.attention());
            let hint = match branch {
                Branch::Information => {
                    "Cross attention (MSCA): how a level looks at the one above it"
                }
                Branch::Weight => "Self-attention (SA): how a level looks at itself",
            };
            if ui.add_enabled(there, button).on_hover_text(hint).clicked() {
                attention.branch = branch;
            }
        }
    });
    ui.horizontal(|ui| {
        for level in 0..detail.attentions(attention.branch).len() {
            let label = ui.selectable_label(attention.level == level, wording::level(level));
            let paper = format!("Level {} of the paper", level + 1);
            if label.on_hover_text(paper).clicked() {
                attention.level = level;
            }
        }
    });
    let Some(shown) = detail.attentions(attention.branch).get(attention.level) else {
        ui.weak(if detail.information_attention.is_empty() {
            "Scored this large, the picture has too many cells to keep where each of them looks. Score it \
             smaller to see that."
        } else {
            "This network has no such attention"
        });
        return;
    };
    ui.horizontal_wrapped(|ui| {
        if ui
            .selectable_label(attention.head.is_none(), "Mean of heads")
            .clicked()
        {
            attention.head = None;
        }
        for head in 0..shown.heads {
            let label = format!("Head {}", head + 1);
            if ui
                .selectable_label(attention.head == Some(head), label)
                .clicked()
            {
                attention.head = Some(head);
            }
        }
    });
    cell(ui, shown.grid, &mut attention);
    if let Some(map) = overlay::attended(detail, attention) {
        let (_, most) = map.range();
        let fair = 1.0 / map.values.len().max(1) as f32;
        let text = match attention.cell {
            Some(_) => format!(
                "Its strongest look takes {:.1} % of the attention; an even share would be {:.2} %",
                most * 100.0,
                fair * 100.0
            ),
            None => format!(
                "No cell is chosen: this is what each cell receives from all, on average at most \
                 {:.1} %",
                most * 100.0
            ),
        };
        ui.add(Label::new(text).wrap());
    }
    overlay_controls::controls(ui, scene.style, false, commands);
    let width = ui.available_width().min(240.0);
    let _ = thumbnail(
        ui,
        scene,
        textures,
        (frame, detail),
        Overlay::Attention,
        width,
    );
    let export = Action::ExportMap;
    if ui
        .button("Export this as PNG...")
        .on_hover_text(export.help())
        .clicked()
    {
        commands.push(export);
    }
    if attention != before {
        commands.push(Command::Attention(attention));
    }
}

/// The cell whose query looks: by numbers too, for those who do not point.
fn cell(ui: &mut Ui, [rows, columns]: [usize; 2], attention: &mut AttentionView) {
    match attention.cell {
        None => {
            ui.horizontal(|ui| {
                ui.label("Point at the picture, or");
                if ui.button("Choose a cell").clicked() {
                    attention.cell = Some((columns / 2, rows / 2));
                }
            });
        }
        Some((mut column, mut row)) => {
            ui.horizontal(|ui| {
                ui.label("Cell: column");
                let last = columns.saturating_sub(1);
                let field = DragValue::new(&mut column).range(0..=last).speed(0.1);
                ui.add(field).accessible_name("Column of the cell");
                ui.label("row");
                let last = rows.saturating_sub(1);
                let field = DragValue::new(&mut row).range(0..=last).speed(0.1);
                ui.add(field).accessible_name("Row of the cell");
                ui.weak(format!("of {columns} x {rows}"));
            });
            attention.cell = Some((column, row));
            if ui.button("No cell").clicked() {
                attention.cell = None;
            }
        }
    }
}
