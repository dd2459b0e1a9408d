//! What was learned of the user's taste, and how far that agrees with the marks.

use super::{Command, Scope, State};
use crate::app::command::Commands;
use crate::app::gallery;
use crate::app::gallery::ranking::SortKey;
use crate::app::theme;
use crate::app::wording::sentence;
use bpclip_shoot::{Agreement, LEAST_MARKS, LEAST_OF_EACH, Taste};
use eframe::egui;
use egui::{Button, Label, RichText, Ui};

/// Marks that a list has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub kept: usize,
    pub rejected: usize,
}

impl Counts {
    /// Those of scored pictures.
    pub fn of(gallery: &gallery::State) -> Self {
        let mut counts = Self::default();
        let scored = gallery
            .frames
            .iter()
            .filter(|frame| frame.quality.rated().is_some());
        for kept in scored.filter_map(|frame| super::marks::is_kept(frame.decision())) {
            match kept {
                true => counts.kept += 1,
                false => counts.rejected += 1,
            }
        }
        counts
    }

    fn are_enough(self) -> bool {
        self.kept + self.rejected >= LEAST_MARKS && self.kept.min(self.rejected) >= LEAST_OF_EACH
    }
}

/// What taste is shown from.
#[derive(Clone, Copy)]
pub struct TasteView<'a> {
    pub state: &'a State,
    pub scope: Scope,
    /// Of the list that is open.
    pub counts: Counts,
    /// Whether the list is sorted by it.
    pub sorted: bool,
}

/// The dialog.
pub fn taste(ui: &mut Ui, shown: &TasteView<'_>, commands: &mut Commands) {
    ui.heading("My taste");
    let said = format!(
        "Learns what you keep from your marks (without a mark four and five stars count as kept, one \
         and two as rejected), and ranks the other pictures by it. {LEAST_MARKS} marks are enough. It \
         takes a second and nothing leaves this machine."
    );
    ui.add(Label::new(said).wrap());
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        for scope in Scope::ALL {
            let hint = match scope {
                Scope::Folder => "Learned from the marks of the list, and kept with this folder",
                Scope::All => "Learned from all marks that are kept on disk, and used everywhere",
            };
            let radio = ui.radio(shown.scope == scope, scope.label());
            if radio.on_hover_text(hint).clicked() && shown.scope != scope {
                commands.push(Command::Scope(scope));
            }
        }
    });
    let Counts { kept, rejected } = shown.counts;
    ui.label(format!(
        "Marked in the list: {kept} kept, {rejected} rejected"
    ));
    ui.add_space(6.0);
    match shown.state.known() {
        Some(known) => learned(ui, known),
        None => {
            ui.weak("Nothing is learned yet");
        }
    }
    if let Some(too_few) = shown.state.refused {
        let bad = theme::bad(ui.visuals());
        let text = RichText::new(sentence(&too_few.to_string())).color(bad);
        ui.add(Label::new(text).wrap());
    }
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        let label = match shown.state.known() {
            Some(_) => "Learn again",
            None => "Learn from my marks",
        };
        let possible = shown.counts.are_enough() || shown.scope == Scope::All;
        let button = ui.add_enabled(possible && !shown.state.learning, Button::new(label));
        let hint = format!(
            "{LEAST_MARKS} scored pictures must be marked, {LEAST_OF_EACH} of them kept and \
             {LEAST_OF_EACH} rejected"
        );
        if button.on_disabled_hover_text(hint).clicked() {
            commands.push(Command::Learn);
        }
        if shown.state.learning {
            ui.weak("Learning");
        }
        let known = shown.state.known().is_some();
        let sort = ui.add_enabled(known && !shown.sorted, Button::new("Sort by my taste"));
        if sort.clicked() {
            commands.push(gallery::Command::Sort(SortKey::Taste, true));
        }
        let forget = ui.add_enabled(known, Button::new("Forget it"));
        if forget.on_hover_text("The marks stay").clicked() {
            commands.push(Command::Forget);
        }
    });
}

fn learned(ui: &mut Ui, known: &Taste) {
    let (kept, rejected) = (known.kept, known.rejected);
    ui.label(format!(
        "Learned from {kept} kept and {rejected} rejected pictures."
    ));
    let text = RichText::new(in_full(known));
    let text = match known.agrees() {
        true => text.strong(),
        false => text.strong().color(theme::bad(ui.visuals())),
    };
    ui.add(Label::new(text).wrap());
    let by_score = format!(
        "The score alone: {}. Tossing a coin: 50 of 100.",
        pairs(&known.of_score)
    );
    ui.add(Label::new(by_score).wrap());
}

/// The agreement, and what follows from it.
fn in_full(known: &Taste) -> String {
    let pairs = pairs(&known.agreement);
    match known.agrees() {
        true => format!(
            "Of a kept and a rejected picture that it had not seen, it puts the kept one first: {pairs}."
        ),
        false => format!(
            "No agreement. On pictures that it had not seen it is no better than tossing a coin: {pairs}. \
             What you keep here does not follow from what the network sees, and the order by it means \
             nothing."
        ),
    }
}

/// The share of pairs, with its interval.
fn pairs(agreement: &Agreement) -> String {
    let percent = |share: f64| 100.0 * share;
    let [low, high] = agreement.interval.map(percent);
    let share = percent(agreement.share);
    format!("{share:.0} of 100 pairs (95 % sure: {low:.0} to {high:.0})")
}

/// One line below the order, where it is by taste.
pub fn line(ui: &mut Ui, state: Option<&Taste>) {
    let (text, bad) = match state {
        None => ("Nothing is learned yet: Mark, My taste".to_owned(), true),
        Some(known) if known.agrees() => {
            let share = 100.0 * known.agreement.share;
            (format!("Agrees in {share:.0} of 100 pairs"), false)
        }
        Some(_) => ("No agreement with your marks".to_owned(), true),
    };
    let text = RichText::new(text).small();
    let text = match bad {
        true => text.color(theme::bad(ui.visuals())),
        false => text.weak(),
    };
    ui.add(Label::new(text).wrap());
}
