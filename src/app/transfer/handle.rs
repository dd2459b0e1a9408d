//! What is done about files, when it is asked for and when the threads tell something.

use super::choice::chosen;
use super::command::Command;
use super::event::{Event, Seen};
use super::state::{Preview, State, Work, outcome};
use super::thread::{self, Ends};
use crate::app::context::Context;
use crate::app::gallery::{self, Frame};
use crate::app::log::Tone;
use crate::app::shell::views::path::typed;
use crate::app::shell::{self, Dialog, PathFor};
use crate::app::wording::sentence;
use bpclip_library::transfer::{GIVES_BACK, How, Plan};
use rfd::AsyncFileDialog;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Files that are named where some could not be seen to; the log has all.
const NAMED: usize = 5;

/// Carries out a command.
pub fn handle(state: &mut State, gallery: &mut gallery::State, command: Command, cx: &mut Context) {
    match command {
        Command::Toggle => {
            cx.then(shell::Command::ToggleDialog(Dialog::Transfer));
            if let Some(logs) = state.logs.clone() {
                cx.background
                    .run(move |background| thread::look_back(&logs, background));
            }
            look(state, gallery, cx);
        }
        Command::Which(which) => {
            state.wish.which = which;
            look(state, gallery, cx);
        }
        Command::How(how) => {
            state.wish.how = how;
            look(state, gallery, cx);
        }
        Command::Folder(folder) => {
            state.wish.typed = folder.display().to_string();
            state.wish.folder = folder;
            cx.then(shell::Command::Dialog(Some(Dialog::Transfer)));
            look(state, gallery, cx);
        }
        Command::Typed(text) => {
            state.wish.folder = typed(&text).unwrap_or_default();
            state.wish.typed = text;
            look(state, gallery, cx);
        }
        Command::Browse => {
            let mut dialog = AsyncFileDialog::new().set_title("Choose a folder");
            if state.wish.folder.is_dir() {
                dialog = dialog.set_directory(&state.wish.folder);
            }
            let then = |folder: rfd::FileHandle| Command::Folder(folder.path().to_owned());
            cx.background
                .choose(dialog.pick_folder(), then, PathFor::Transfer);
        }
        Command::Begin(number) => begin(state, number, cx),
        Command::Stop => {
            if let Some(work) = &state.work {
                work.stop.store(true, Ordering::Relaxed);
            }
        }
        Command::TakeBack(log) => take_back(state, gallery, log, cx),
    }
}

/// Looks what the wish comes to.
fn look(state: &mut State, gallery: &gallery::State, cx: &Context) {
    state.number += 1;
    let frames = chosen(gallery, state.wish.which, cx.settings.bursts);
    let no_folder = state.wish.how != How::Bin && state.wish.folder.as_os_str().is_empty();
    state.preview = match frames.is_empty() {
        true => Preview::NoPicture,
        false if no_folder => Preview::NoFolder,
        false => Preview::Looking,
    };
    if state.looking || !matches!(state.preview, Preview::Looking) {
        return;
    }
    state.looking = true;
    let files = |frame: &&Frame| frame.files().map(Path::to_owned).collect();
    let shots: Vec<Vec<PathBuf>> = frames.iter().map(files).collect();
    let (number, wish) = (state.number, state.wish.clone());
    cx.background.run(move |background| {
        let planned = thread::plan(number, &wish, shots);
        background.tell(Event::Planned(Arc::new(planned)));
    });
}

/// Begins to work, on a thread that is given when to stop.
fn work(
    state: &mut State,
    (how, of): (How, usize),
    log: Option<PathBuf>,
    cx: &Context,
    work: impl FnOnce(&AtomicBool, &crate::app::background::Background) + Send + 'static,
) {
    let stop = Arc::new(AtomicBool::new(false));
    let ended = Arc::new(AtomicBool::new(false));
    state.work = Some(Work {
        how,
        back: log.is_some(),
        of,
        done: 0,
        failed: Vec::new(),
        stop: Arc::clone(&stop),
        ended: Arc::clone(&ended),
        log,
    });
    cx.background.run(move |background| {
        let _ends = Ends(ended);
        work(&stop, background);
    });
}

fn begin(state: &mut State, number: u64, cx: &mut Context) {
    // Not what has come in the place of what was shown.
    let planned = match &state.preview {
        Preview::Ready(planned) if planned.number == number => Arc::clone(planned),
        _ => return,
    };
    if state.work.is_some() || planned.plan.steps.is_empty() {
        return;
    }
    // Where nothing is kept, the log lies with the files.
    let first = planned.plan.steps.first();
    let beside = first.and_then(|step| step.to.as_deref().unwrap_or(&step.from).parent());
    let logs = state.logs.clone().or(beside.map(Path::to_owned));
    let Some(logs) = logs else { return };
    // What is left to do is looked at once this is done.
    state.preview = Preview::Looking;
    let of = (planned.plan.how, planned.plan.steps.len());
    work(state, of, None, cx, move |stop, background| {
        thread::carry_out(&planned.plan, &logs, stop, background);
    });
}

fn take_back(state: &mut State, gallery: &mut gallery::State, log: PathBuf, cx: &mut Context) {
    if state.work.is_some() {
        cx.say(
            Tone::Bad,
            "Files are being moved; it can be taken back after that",
        );
        gallery.history.transferred(log);
        return;
    }
    let known = state.last.take().filter(|(last, _)| *last == log);
    let plan = match known.map_or_else(|| Plan::of_log(&log), |(_, plan)| Ok(plan)) {
        Ok(plan) => plan,
        Err(error) => return cx.say(Tone::Bad, sentence(&error.to_string())),
    };
    let of = (plan.how, plan.steps.len());
    work(state, of, Some(log.clone()), cx, move |stop, background| {
        thread::take_back(&log, &plan, stop, background);
    });
}

/// Takes in what a thread tells.
pub fn handle_event(
    state: &mut State,
    gallery: &mut gallery::State,
    event: Event,
    cx: &mut Context,
) {
    match event {
        Event::Planned(planned) => {
            state.looking = false;
            match &state.preview {
                Preview::Looking if planned.number == state.number => {
                    state.preview = Preview::Ready(planned);
                }
                // The wish has changed meanwhile.
                Preview::Looking => look(state, gallery, cx),
                _ => {}
            }
        }
        Event::Last(last) => state.last = last,
        Event::Logged(log) => {
            if let Some(work) = &mut state.work {
                work.log = Some(log);
            }
        }
        Event::Done(seen) => done(state, gallery, seen, cx),
        Event::Ended(ended) => end(state, gallery, ended, cx),
    }
}

/// Files were seen to: what is known of them goes with them, and so do their rows.
fn done(state: &mut State, gallery: &mut gallery::State, seen: Vec<Seen>, cx: &mut Context) {
    let Some(work) = &mut state.work else { return };
    work.done += seen.len();
    let (seen, failed): (Vec<Seen>, Vec<Seen>) =
        seen.into_iter().partition(|seen| seen.failed.is_none());
    for reason in failed.into_iter().filter_map(|seen| seen.failed) {
        cx.say(Tone::Bad, sentence(&reason));
        work.failed.push(reason);
    }
    if work.how == How::Move {
        let moves = seen.iter().filter_map(|seen| {
            let (from, to) = (seen.from.clone(), seen.to.clone()?);
            Some(if work.back { (to, from) } else { (from, to) })
        });
        cx.library.moved(moves.collect());
    }
    let Some(log) = work.log.clone().filter(|_| work.how != How::Copy) else {
        return;
    };
    let places = seen.iter().filter_map(|seen| seen.to.clone()).collect();
    let files = seen.into_iter().map(|seen| seen.from).collect();
    match work.back {
        false => gallery::left(gallery, &log, &files, cx),
        true => gallery::came_back(gallery, &log, (&files, &places), cx),
    }
}

fn end(
    state: &mut State,
    gallery: &mut gallery::State,
    ended: Result<(), String>,
    cx: &mut Context,
) {
    let Some(work) = state.work.take() else {
        return;
    };
    if let Err(reason) = ended {
        cx.say(Tone::Bad, sentence(&reason));
    }
    let done = work.done - work.failed.len();
    if let Some(log) = &work.log {
        match work.back {
            false if done > 0 => gallery.history.transferred(log.clone()),
            false => {}
            true => gallery.history.forget(log),
        }
    }
    let verb = match work.back {
        true => "taken back",
        false => outcome(work.how),
    };
    let mut said = format!("{done} of {} files {verb}", work.of);
    if work.is_stopping() {
        said.push_str(", then stopped");
    }
    let tone = match work.failed.len() {
        0 => Tone::Plain,
        failed => {
            let named: Vec<&str> = work.failed.iter().take(NAMED).map(String::as_str).collect();
            said.push_str(&format!("; {failed} not: {}", named.join("; ")));
            Tone::Bad
        }
    };
    let can_undo = work.how != How::Bin || GIVES_BACK;
    if !work.back && done > 0 && can_undo {
        said.push_str("; undo takes it back");
    }
    cx.say(tone, said);
    look(state, gallery, cx);
}
