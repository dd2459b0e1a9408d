//! What the training panel does when it is asked to.

use super::command::{Command, Place};
use super::dataset_probe::{DatasetState, ProbeRequest, probe};
use super::event::Event;
use super::folder;
use super::form::Form;
use super::run::{self, Phase, Run};
use super::state::State;
use super::train_thread::{Job, TrainThread};
use crate::app::context::Context;
use crate::app::export::FigureSettings;
use crate::app::log::Tone;
use crate::app::wording::sentence;
use crate::app::{scoring, shell};
use crate::figure::{LoggedRun, Plots};
use bpclip_core::device::{self, DeviceChoice};
use bpclip_train::train::Start;
use rfd::AsyncFileDialog;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Carries out a command.
pub fn handle(state: &mut State, command: Command, cx: &mut Context) {
    match command {
        Command::Shown => shown(state, cx),
        Command::Form(form) => set_form(state, *form, cx),
        Command::Take { paths, pristine } => take_paths(state, paths, pristine, cx),
        Command::Choose(place) => choose(place, cx),
        Command::Chosen(Place::Run, path) | Command::Open(path) => open(state, path, cx),
        Command::Chosen(Place::Compared, path) => compare(state, path, cx),
        Command::CompareNoMore => state.compared = None,
        Command::Chosen(place, path) => chosen(state, place, path, cx),
        Command::Start => start(state, cx),
        Command::TogglePause => toggle_pause(state),
        Command::Stop => stop(state),
        Command::Resume => resume(state, cx),
        Command::UseBest => {
            if let Some(best) = state.run.as_ref().and_then(Run::best) {
                cx.then(scoring::Command::Checkpoint(best));
            }
        }
        Command::WritePlots => {
            if let Some(run) = &state.run {
                write_plots(run.folder.clone(), cx);
            }
        }
        Command::Series(series) => state.series = series,
        Command::Close { at_once } => {
            cx.then(shell::Command::Dialog(None));
            state.leaving = true;
            stop(state);
            if at_once || !state.is_active() {
                cx.then(shell::Command::Close);
            }
        }
    }
}

/// The same files as of `bpclip plot`.
fn write_plots(folder: PathBuf, cx: &Context) {
    let FigureSettings { page, format, .. } = cx.settings.figures;
    cx.background.run(move |background| {
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        let name = name.to_string_lossy().into_owned();
        let written = || -> Result<PathBuf, String> {
            let run = LoggedRun::read(&folder, name).map_err(|error| error.to_string())?;
            let (runs, target) = ([run], folder.join("plots"));
            let sets = runs[0].before_and_after();
            let plots = Plots::new(&runs, &sets, page, format);
            let plots = plots.map_err(|error| error.to_string())?;
            plots.write(&target).map_err(|error| error.to_string())?;
            Ok(target)
        };
        match written() {
            Ok(target) => background.say(Tone::Plain, format!("Written: {}", target.display())),
            Err(reason) => background.say(Tone::Bad, sentence(&reason)),
        }
    });
}

fn shown(state: &mut State, cx: &Context) {
    if state.devices.is_empty() {
        cx.background.run(|background| {
            background.tell(Event::Devices(devices()));
        });
    }
    if state.data == DatasetState::Nothing {
        look_at_data(state, cx);
    }
}

fn set_form(state: &mut State, form: Form, cx: &mut Context) {
    let now = &mut cx.settings.training.form;
    let same = ProbeRequest::of(now) == ProbeRequest::of(&form);
    *now = form;
    if !same {
        look_at_data(state, cx);
    }
}

fn change_form(state: &mut State, cx: &mut Context, change: impl FnOnce(&mut Form)) {
    let mut form = cx.settings.training.form.clone();
    change(&mut form);
    set_form(state, form, cx);
}

/// Finds out what is in the form's folders.
fn look_at_data(state: &mut State, cx: &Context) {
    let request = ProbeRequest::of(&cx.settings.training.form);
    // Whatever is still being looked at is not wanted any more.
    state.stop_probe.store(true, Ordering::Relaxed);
    state.stop_probe = Arc::new(AtomicBool::new(false));
    if request.data.is_empty() && request.pristine.is_empty() {
        state.data = DatasetState::Nothing;
        return;
    }
    state.data = DatasetState::Looking;
    let stop = Arc::clone(&state.stop_probe);
    cx.background.run(move |background| {
        let found = probe(&request, &stop);
        background.tell(Event::Probed(request, found));
    });
}

fn take_paths(state: &mut State, paths: Vec<PathBuf>, pristine: bool, cx: &mut Context) {
    change_form(state, cx, |form| {
        for path in paths {
            let is_checkpoint = path.extension().is_some_and(|e| e == "safetensors");
            // A table stands for the folder that it is in.
            let folder = match path.parent() {
                Some(parent) if !path.is_dir() => parent.to_owned(),
                _ => path.clone(),
            };
            match (is_checkpoint, pristine) {
                (true, _) => form.settings.start = Start::Checkpoint(path),
                (false, true) => add(&mut form.settings.pristine, folder),
                (false, false) => add(&mut form.settings.data, folder),
            }
        }
    });
}

/// Adds a folder that is not there yet.
fn add(folders: &mut Vec<PathBuf>, folder: PathBuf) {
    if !folders.contains(&folder) && folder != Path::new("") {
        folders.push(folder);
    }
}

fn choose(place: Place, cx: &Context) {
    let title = match place {
        Place::Data => "Choose a folder of rated pictures",
        Place::Pristine => "Choose a folder of pristine photographs",
        Place::Start => "Choose a checkpoint to start from",
        Place::Weights => "Choose weights of the backbone",
        Place::Folder => "Choose an empty folder for the run",
        Place::Run => "Choose the folder of a run",
        Place::Compared => "Choose the folder of a run to compare with",
    };
    let dialog = AsyncFileDialog::new().set_title(title);
    let then = move |chosen: rfd::FileHandle| Command::Chosen(place, chosen.path().to_owned());
    let instead = shell::PathFor::Training(place);
    match place {
        Place::Start | Place::Weights => {
            let dialog = dialog.add_filter("Tensors", &["safetensors"]);
            cx.background.choose(dialog.pick_file(), then, instead);
        }
        _ => cx.background.choose(dialog.pick_folder(), then, instead),
    }
}

fn chosen(state: &mut State, place: Place, path: PathBuf, cx: &mut Context) {
    change_form(state, cx, |form| match place {
        Place::Data => add(&mut form.settings.data, path),
        Place::Pristine => add(&mut form.settings.pristine, path),
        Place::Start => form.settings.start = Start::Checkpoint(path),
        Place::Weights => form.settings.weights = Some(path),
        Place::Folder => form.folder = Some(path),
        Place::Run | Place::Compared => {}
    });
}

fn start(state: &mut State, cx: &mut Context) {
    if state.is_active() {
        return;
    }
    let form = &cx.settings.training.form;
    let target = form.target(state.runs.as_deref());
    let (Some(target), None) = (target, state.problem(form)) else {
        return;
    };
    // A folder that the user has named is taken as it is, or refused.
    let target = match form.folder {
        Some(_) => target,
        None => folder::unused(&target),
    };
    let job = Job::Begin(Box::new(form.settings.clone()));
    state.run = Some(Run::new(target.clone()));
    run_job(state, job, target, cx);
}

fn resume(state: &mut State, cx: &mut Context) {
    let run = state.run.as_mut();
    if let Some(run) = run.filter(|run| run.can_resume()) {
        run.phase = Phase::Preparing;
        let folder = run.folder.clone();
        run_job(state, Job::Resume, folder, cx);
    }
}

fn run_job(state: &mut State, job: Job, folder: PathBuf, cx: &mut Context) {
    cx.settings.training.last_run = Some(folder.clone());
    state.thread = Some(TrainThread::start(job, folder, cx.background.clone()));
}

fn toggle_pause(state: &mut State) {
    let (Some(run), Some(thread)) = (&mut state.run, &state.thread) else {
        return;
    };
    let pause = match run.phase {
        Phase::Preparing | Phase::Running => {
            run.phase = Phase::Pausing;
            true
        }
        Phase::Pausing => {
            run.phase = Phase::Running;
            false
        }
        Phase::Paused => false,
        _ => return,
    };
    thread.pause(pause);
}

fn stop(state: &mut State) {
    if let (Some(run), Some(thread)) = (&mut state.run, &state.thread)
        && run.phase.is_active()
    {
        run.phase = Phase::Stopping;
        thread.stop();
    }
}

fn open(state: &State, folder: PathBuf, cx: &mut Context) {
    if state.is_active() {
        let said = "Stop the training before you look at another run";
        cx.say(Tone::Bad, said);
        return;
    }
    cx.background.run(move |background| {
        let read = run::read(&folder);
        background.tell(Event::Opened(folder, read));
    });
}

fn compare(state: &State, folder: PathBuf, cx: &mut Context) {
    if state.run.as_ref().is_some_and(|run| run.folder == folder) {
        cx.say(
            Tone::Bad,
            "That is the run that is shown: choose another one",
        );
        return;
    }
    cx.background.run(move |background| {
        let read = run::curves(&folder);
        background.tell(Event::Compared(folder, read));
    });
}

/// What can be computed on. Asks the graphics drivers, which takes its time.
fn devices() -> Vec<(DeviceChoice, String)> {
    let mut devices = vec![
        (
            DeviceChoice::Auto,
            "A GPU if one works, else the CPU".to_owned(),
        ),
        (DeviceChoice::Cpu, device::cpu().name),
    ];
    if cfg!(feature = "cuda") {
        let name = "The first NVIDIA card, through CUDA".to_owned();
        devices.push((DeviceChoice::Cuda(0), name));
    }
    devices.extend(
        device::adapters()
            .into_iter()
            .map(|adapter| (DeviceChoice::Gpu(Some(adapter.index)), adapter.name)),
    );
    devices
}
