//! Learning what the user keeps, and keeping what was learned.

use super::command::{Command, Scope};
use super::event::{Event, For};
use super::marks::{Judged, is_kept, learn};
use super::state::State;
use crate::app::context::Context;
use crate::app::gallery;
use crate::app::library;
use crate::app::log::Tone;
use crate::app::scoring::Machine;
use crate::app::wording::sentence;
use bpclip_core::inspect::worker::ModelInfo;
use bpclip_core::model::Task;
use bpclip_library::Marked;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Marks that are looked at, those given last.
pub const MOST_MARKS: usize = 5000;

/// What taste is about now; `None` while it is not known who scores, or there is no picture.
fn about(gallery: &gallery::State, machine: &Machine, cx: &Context) -> Option<For> {
    let scorer = library::scorer(machine.network(Task::NoReference)?)?;
    let home = gallery.home.as_ref().map(|home| home.folder.clone());
    let first = || Some(gallery.frames.first()?.path()?.parent()?.to_owned());
    Some(For {
        scope: cx.settings.taste,
        folder: home.or_else(first)?,
        scorer,
    })
}

impl For {
    /// The folder that it is kept for.
    fn kept_for(&self) -> Option<PathBuf> {
        match self.scope {
            Scope::Folder => Some(self.folder.clone()),
            Scope::All => None,
        }
    }
}

/// Looks for what was learned before, when another folder is open or another network scores.
pub fn recall(state: &mut State, gallery: &mut gallery::State, machine: &Machine, cx: &Context) {
    let now = about(gallery, machine, cx);
    let same = |a: &For, b: &For| {
        let folder = a.scope == Scope::All || a.folder == b.folder;
        folder && (a.scope, &a.scorer) == (b.scope, &b.scorer)
    };
    if let (Some(before), Some(now)) = (&state.about, &now)
        && same(before, now)
    {
        return;
    }
    if now.is_none() {
        return;
    }
    if state.known.take().is_some() {
        gallery.order_changed(true);
    }
    (state.refused, state.learning) = (None, false);
    state.about.clone_from(&now);
    if let Some(about) = now {
        cx.library.taste_of(about.kept_for(), about);
    }
}

/// Carries out a command.
pub fn handle(
    state: &mut State,
    (gallery, machine): (&mut gallery::State, &Machine),
    command: Command,
    cx: &mut Context,
) {
    match command {
        Command::Learn => begin(state, (gallery, machine), cx),
        Command::Forget => {
            if let Some(about) = &state.about {
                cx.library
                    .keep_taste(about.kept_for(), about.scorer.clone(), None);
            }
            (state.known, state.refused) = (None, None);
            gallery.order_changed(true);
            cx.say(Tone::Plain, "What was learned of your taste is forgotten");
        }
        Command::Scope(scope) => {
            cx.settings.taste = scope;
            recall(state, gallery, machine, cx);
        }
    }
}

fn begin(state: &mut State, (gallery, machine): (&gallery::State, &Machine), cx: &mut Context) {
    let Some(about) = about(gallery, machine, cx) else {
        cx.say(Tone::Plain, "There is nothing to learn from yet");
        return;
    };
    state.refused = None;
    state.learning = true;
    state.about = Some(about.clone());
    match about.scope {
        Scope::All if cx.library.is_on() => cx.library.marked(about),
        _ => learn_from(about, judged(gallery), None, cx),
    }
}

/// What was judged among the frames of the list.
pub fn judged(gallery: &gallery::State) -> Vec<Judged> {
    gallery.frames.iter().filter_map(Judged::of).collect()
}

/// Learns on a thread, with what was judged earlier too, if that counts.
fn learn_from(
    about: For,
    mut judged: Vec<Judged>,
    earlier: Option<(Vec<Marked>, Arc<ModelInfo>)>,
    cx: &Context,
) {
    let rule = cx.settings.bursts;
    cx.background.run(move |background| {
        if let Some((marked, model)) = earlier {
            add_earlier(&mut judged, marked, &model);
        }
        let learned = learn(&judged, rule).map(Box::new);
        background.tell(Event::Learned(about, learned));
    });
}

/// Takes in what a thread tells.
pub fn handle_event(
    state: &mut State,
    (gallery, machine): (&mut gallery::State, &Machine),
    event: Event,
    cx: &mut Context,
) {
    let is_now = |about: &For| state.about.as_ref() == Some(about);
    match event {
        Event::Recalled(about, kept) if is_now(&about) => {
            // One of another version is as good as none.
            let taste = kept.and_then(|kept| serde_json::from_str(&kept).ok());
            if state.known.is_none() && taste.is_some() {
                state.known = taste;
                gallery.order_changed(true);
            }
        }
        Event::Marked(about, marked) if is_now(&about) => {
            let model = machine.network(Task::NoReference).cloned();
            let earlier = model.map(|model| (marked, model));
            learn_from(about, judged(gallery), earlier, cx);
        }
        Event::Learned(about, learned) if is_now(&about) => {
            state.learning = false;
            match learned {
                Ok(taste) => {
                    let said = match taste.agrees() {
                        true => "Your taste is learned; sort by it in the list",
                        false => "No agreement with your marks was found",
                    };
                    cx.say(Tone::Plain, said);
                    if let Ok(text) = serde_json::to_string(&*taste) {
                        cx.library
                            .keep_taste(about.kept_for(), about.scorer, Some(text));
                    }
                    state.known = Some(taste);
                }
                Err(too_few) => {
                    cx.say(Tone::Plain, sentence(&too_few.to_string()));
                    state.refused = Some(too_few);
                }
            }
            gallery.order_changed(true);
        }
        // Of another folder or network.
        Event::Recalled(..) | Event::Marked(..) | Event::Learned(..) => {}
    }
}

/// Adds what was judged before and elsewhere.
fn add_earlier(judged: &mut Vec<Judged>, marked: Vec<Marked>, model: &Arc<ModelInfo>) {
    let known: HashSet<PathBuf> = judged.iter().map(|one| real(&one.path)).collect();
    let earlier = marked.into_iter().filter(|one| !known.contains(&one.path));
    judged.extend(earlier.filter_map(|one| {
        Some(Judged {
            kept: is_kept(one.decision)?,
            path: one.path,
            taken: one.taken,
            exif: None,
            rated: Arc::new(library::rated(one.score, model)?),
        })
    }));
}

/// As the library has it.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
