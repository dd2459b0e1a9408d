//! Words of the user's own, above the checkpoint's: bars without a better or worse, and sets of
//! them. The score does not change by them.

use super::bar::{Kind, bar};
use super::given::WordsView;
use crate::app::command::Commands;
use crate::app::scoring::Rated;
use crate::app::theme;
use crate::app::words::{AdjectiveLevel, Command, CustomWords};
use bpclip_core::text::Placed;
use eframe::egui;
use egui::{Button, Id, Key, RichText, TextEdit, Ui};

/// What a word far from all that training saw means.
const FAR: &str = "This word lies further from the adjectives than any of them from all the others: \
                   training saw nothing like it, so its number means little";

/// The words with their bars, and the controls to change them.
pub fn section(
    ui: &mut Ui,
    shown: &WordsView<'_>,
    (rated, other): (&Rated, Option<&Rated>),
    scale: f32,
    commands: &mut Commands,
) {
    ui.add_space(6.0);
    let words = shown.words;
    ui.horizontal(|ui| {
        let heading = ui.label(RichText::new("Your own words").strong());
        heading.on_hover_text(
            "Your words do not affect the score; the checkpoint's text encoder places them",
        );
        sets(ui, shown, commands);
    });
    field(ui, words, commands);
    let value = |rated: &Rated, word: &Placed| {
        let features = &rated.inspection.prediction.image_features;
        match shown.level {
            AdjectiveLevel::Mean => word.mean_similarity(features),
            AdjectiveLevel::Level(at) => {
                let levels = word.similarities(features);
                levels.get(at).copied().unwrap_or(f32::NAN)
            }
        }
    };
    match shown.custom {
        CustomWords::None => {}
        CustomWords::Placing => {
            ui.weak("Being placed...");
        }
        CustomWords::Failed(reason) => {
            let colour = theme::bad(ui.visuals());
            ui.add(egui::Label::new(RichText::new(reason).color(colour)).wrap());
        }
        CustomWords::Placed(placed) => {
            for (at, word) in placed.iter().enumerate() {
                ui.horizontal(|ui| {
                    let remove = Button::new("x").small().frame(false);
                    let remove = ui.add(remove).on_hover_text("Remove");
                    remove.widget_info(|| {
                        let label = format!("Remove {}", word.word);
                        egui::WidgetInfo::labeled(egui::Role::Button, true, label)
                    });
                    if remove.clicked() {
                        let mut left = words.to_vec();
                        left.remove(at.min(left.len().saturating_sub(1)));
                        commands.push(Command::Use(left));
                    }
                    let values = (value(rated, word), other.map(|other| value(other, word)));
                    let bar = bar(
                        ui,
                        &word.word,
                        Kind::Custom { far: word.far },
                        values,
                        None,
                        scale,
                    );
                    let says = if word.far { FAR } else { &word.word };
                    bar.on_hover_text(says);
                });
            }
        }
    }
}

/// Where a word is typed.
fn field(ui: &mut Ui, words: &[String], commands: &mut Commands) {
    let memory = Id::unique("own word");
    let mut text: String = ui.data(|data| data.get_temp(memory)).unwrap_or_default();
    ui.horizontal(|ui| {
        let label = ui.label("Word");
        let edit = TextEdit::singleline(&mut text)
            .hint_text("dreamy, film grain ...")
            .desired_width(150.0);
        let typed = ui.add(edit).labelled_by(label.id);
        let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let new = typed_words(&text, words);
        let some = !new.is_empty();
        let added = ui.add_enabled(some, Button::new("Add word")).clicked();
        if some && (added || entered) {
            commands.push(Command::Use([words, &new].concat()));
            text.clear();
            typed.request_focus();
        }
    });
    ui.data_mut(|data| data.insert_temp(memory, text));
}

/// The words that are typed, several with commas between them, without those that are there.
fn typed_words(text: &str, there: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in text.split([',', ';', '\n']) {
        let word = part.split_whitespace().collect::<Vec<_>>().join(" ");
        if !word.is_empty() && !there.contains(&word) && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Sets of words: use one, keep these as one, forget one.
fn sets(ui: &mut Ui, shown: &WordsView<'_>, commands: &mut Commands) {
    let menu = ui.menu_button("Sets", |ui| {
        for (name, words) in shown.sets {
            ui.horizontal(|ui| {
                if ui.button(name).on_hover_text(words.join(", ")).clicked() {
                    commands.push(Command::Use(words.clone()));
                    ui.close();
                }
                let forget = ui.small_button("x").on_hover_text("Forget this set");
                forget.widget_info(|| {
                    let label = format!("Forget the set {name}");
                    egui::WidgetInfo::labeled(egui::Role::Button, true, label)
                });
                if forget.clicked() {
                    commands.push(Command::KeepSet(name.clone(), Vec::new()));
                }
            });
        }
        if !shown.sets.is_empty() {
            ui.separator();
        }
        let memory = Id::unique("name of a set of words");
        let mut name: String = ui.data(|data| data.get_temp(memory)).unwrap_or_default();
        ui.horizontal(|ui| {
            let label = ui.label("Name");
            let edit = TextEdit::singleline(&mut name).desired_width(110.0);
            ui.add(edit).labelled_by(label.id);
            let named = !name.trim().is_empty() && !shown.words.is_empty();
            if ui
                .add_enabled(named, Button::new("Keep as a set"))
                .clicked()
            {
                let kept = shown.words.to_vec();
                commands.push(Command::KeepSet(name.trim().to_owned(), kept));
                name.clear();
            }
        });
        ui.data_mut(|data| data.insert_temp(memory, name));
        if ui
            .add_enabled(!shown.words.is_empty(), Button::new("Remove all words"))
            .clicked()
        {
            commands.push(Command::Use(Vec::new()));
            ui.close();
        }
    });
    menu.response
        .on_hover_text("Words that belong together, kept by name");
}

#[cfg(test)]
mod tests {
    use super::typed_words;

    #[test]
    fn commas_part_words() {
        let words = typed_words("calm,  film   grain; calm,, gloomy", &["gloomy".into()]);
        assert_eq!(words, ["calm", "film grain"]);
        assert!(typed_words(" , ", &[]).is_empty());
    }
}
