//! The training panel: a form, a real training of a few tiny pictures, and its checkpoint.

use super::Bench;
use crate::process::sample;
use bpclip::app::shell::{self, Dialog, Page};
use bpclip::app::training::{self, DatasetState, Form, Phase, Run};
use bpclip::app::{Action, App};
use bpclip_core::device::DeviceChoice;
use bpclip_train::train::{Preset, Start};
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable};
use image::RgbImage;
use std::path::{Path, PathBuf};

const SIDE: u32 = 96;

/// Writes drawn pictures, each noisier than the one before, and a table of what they are worth.
fn dataset(folder: &Path, count: u32) {
    std::fs::create_dir_all(folder).unwrap();
    let mut table = String::from("name,mos\n");
    for index in 0..count {
        let name = format!("{index}.png");
        let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| {
            let noise = (x * 7919 + y * 104_729 + x * y * 31) % (1 + 24 * index);
            let shade = (x / 12 + y / 16) % 4 * 50;
            image::Rgb([0, 20, 40].map(|tint| (shade + tint + noise).min(255) as u8))
        });
        picture.save(folder.join(&name)).unwrap();
        table.push_str(&format!(
            "{name},{}\n",
            90.0 - 80.0 * f64::from(index) / f64::from(count)
        ));
    }
    std::fs::write(folder.join("mos.csv"), table).unwrap();
}

/// The panel, with a form for a tiny training on `count` pictures.
fn panel(count: u32, epochs: u32) -> Bench {
    let mut bench = Bench::open(&[]);
    let data = bench.path("data");
    dataset(&data, count);
    bench.press(Key::F3);
    assert_eq!(bench.app().state().shell.page, Page::Training);
    let mut form = bench.app().settings().training.form.clone();
    form.folder = Some(bench.path("run"));
    let settings = &mut form.settings;
    settings.data = vec![data];
    settings.device = DeviceChoice::Cpu;
    (settings.epochs, settings.batch, settings.crop) = (epochs, 2, 64);
    (settings.ladders, settings.held_out) = (0, 0.3);
    set(&mut bench, form);
    bench.until("the data is known", |app| {
        app.state().training.data != DatasetState::Looking
    });
    bench
}

fn set(bench: &mut Bench, form: Form) {
    bench.apply(training::Command::Form(Box::new(form)));
}

/// Why the form's training cannot begin.
fn problem(app: &App) -> Option<String> {
    let form = &app.settings().training.form;
    app.state().training.problem(form)
}

fn run(app: &App) -> Option<&Run> {
    app.state().training.run.as_ref()
}

fn phase(app: &App) -> Option<Phase> {
    run(app).map(|run| run.phase.clone())
}

fn steps(app: &App) -> usize {
    run(app).map_or(0, |run| run.curves.track.points().len())
}

/// Presses a button; its key may be a part of its name.
fn press(bench: &mut Bench, name: &str) {
    let button = bench
        .harness
        .query_all_by_role(egui::Role::Button)
        .find(|node| {
            let label = node.accesskit_node().label().unwrap_or_default();
            label.starts_with(name)
        });
    button.unwrap_or_else(|| panic!("no button {name}")).click();
    bench.settle();
}

#[test]
fn a_small_fine_tuning_ends_with_its_checkpoint_in_use() {
    let mut bench = panel(8, 1);
    assert!(
        bench
            .harness
            .query_by_label_contains("data: 8 rated pictures")
            .is_some()
    );
    press(&mut bench, "Start training");
    assert!(bench.app().state().training.is_active());
    bench.until("it has finished", |app| phase(app) == Some(Phase::Finished));
    let shown = run(bench.app()).unwrap();
    let plan = shown.curves.plan.as_ref().unwrap();
    assert_eq!((plan.rated, plan.held_out, plan.epochs), (6, 2, 1));
    assert_eq!(shown.curves.track.points().len(), 3);
    let epochs: Vec<u32> = shown.curves.epochs.iter().map(|one| one.epoch).collect();
    assert_eq!(epochs, [0, 1], "the start is measured too");
    assert_eq!(shown.curves.epochs[1].points.len(), 2);
    assert!(shown.curves.speed().unwrap() > 0.0);
    for words in ["Loss by step, smoothed: from", "2 pictures held out"] {
        let found = bench.harness.query_all_by_label_contains(words).next();
        assert!(found.is_some(), "{words}");
    }
    bench.apply(Action::WritePlots);
    bench.until_line("the plots are written", |line| {
        line.starts_with("Written: ") && line.ends_with("plots")
    });
    for name in ["training.png", "scatter.png", "steps.csv", "epochs.csv"] {
        assert!(bench.path("run/plots").join(name).is_file(), "{name}");
    }
    let before = bench
        .app()
        .state()
        .scoring
        .machine
        .no_reference
        .clone()
        .unwrap();
    press(&mut bench, "Use this checkpoint");
    let best = bench.path("run").join("best.safetensors");
    bench.until("it scores", |app| {
        let model = app.state().scoring.machine.no_reference.as_ref();
        model.is_some_and(|model| model.checkpoint == best.display().to_string())
    });
    let model = bench
        .app()
        .state()
        .scoring
        .machine
        .no_reference
        .clone()
        .unwrap();
    assert_ne!(before.metadata, model.metadata);
    assert_eq!(model.metadata.training["epochs"], 1);
    let remembered = &bench.app().settings().checkpoints;
    assert_eq!(remembered.no_reference, Some(best));
    assert_eq!(remembered.full_reference, None);
    assert!(
        bench
            .harness
            .query_by_label_contains("in use: epoch 1")
            .is_some()
    );
    // The window scores with it.
    bench.click("Pictures");
    let picture = bench.path("data").join("0.png");
    bench.drop_files(&[picture]);
    bench.until_scored(1);
    let frame = bench.frame("0.png");
    let by = &frame.quality.rated().unwrap().model.checkpoint;
    assert!(by.ends_with("best.safetensors"), "{by}");
}

#[test]
fn a_setting_that_cannot_be_is_named_and_folded_ones_are_found() {
    let mut bench = panel(6, 1);
    assert_eq!(problem(bench.app()), None);
    // The hover text is the command line's help.
    let crop = bench
        .harness
        .get_by_role_and_label(egui::accesskit::Role::SpinButton, "Crop");
    crop.set_value_accesskit(32.0);
    bench.settle();
    assert_eq!(bench.app().settings().training.form.settings.crop, 32);
    let problem = "“crop” is 32, but must be 64 to 4096";
    assert!(bench.harness.query_by_label(problem).is_some());
    bench.press(Key::F6);
    assert!(run(bench.app()).is_none());
    let mut form = bench.app().settings().training.form.clone();
    form.begin(Preset::Ours, form.settings.task);
    assert_eq!(form.settings.crop, 320);
    assert_eq!(form.settings.start, Start::Fresh);
    assert_eq!(form.settings.data.len(), 1);
    set(&mut bench, form);
    // A run may not lie in the pictures.
    let mut form = bench.app().settings().training.form.clone();
    form.folder = Some(bench.path("data/run"));
    set(&mut bench, form);
    let problem = "the run may not lie in";
    assert!(bench.harness.query_by_label_contains(problem).is_some());
    // Seldom changed settings are under the command line's headings.
    let shown = |bench: &Bench| bench.harness.query_all_by_label("Weight decay").count();
    assert_eq!(shown(&bench), 0);
    bench.harness.get_by_label("Schedule").click_accesskit();
    bench.harness.run_steps(30);
    assert!(shown(&bench) > 0);
}

#[test]
fn folders_are_typed_dropped_and_removed() {
    let mut bench = Bench::open(&[]);
    let (data, pristine) = (bench.path("data"), bench.path("pristine"));
    dataset(&data, 4);
    std::fs::create_dir(&pristine).unwrap();
    std::fs::copy(sample("coffee.jpg"), pristine.join("coffee.jpg")).unwrap();
    bench.click("Training");
    let problem = "name a folder of rated pictures, or “pristine” photographs";
    assert!(bench.harness.query_by_label(problem).is_some());
    let field = bench.harness.get_by_label("another dataset folder");
    field.focus();
    bench.settle();
    let text = data.display().to_string();
    bench
        .harness
        .get_by_label("another dataset folder")
        .type_text(&text);
    bench.settle();
    bench.press(Key::Enter);
    bench.until("it is known", |app| {
        matches!(app.state().training.data, DatasetState::Found(_))
    });
    assert_eq!(
        bench.app().settings().training.form.settings.data,
        std::slice::from_ref(&data)
    );
    bench.apply(training::Command::Take {
        paths: vec![pristine.clone()],
        pristine: true,
    });
    bench.until("both are known", |app| match &app.state().training.data {
        DatasetState::Found(found) => found.lines.len() == 2,
        _ => false,
    });
    assert!(
        bench
            .harness
            .query_by_label("pristine: 1 pristine photographs")
            .is_some()
    );
    // What is dropped here is trained on, not scored; a table stands for its folder.
    bench.click("Remove dataset folder 1");
    assert!(
        bench
            .app()
            .settings()
            .training
            .form
            .settings
            .data
            .is_empty()
    );
    bench.drop_files(&[data.join("mos.csv")]);
    assert_eq!(bench.app().settings().training.form.settings.data, [data]);
    assert!(bench.app().state().gallery.frames.is_empty());
}

#[test]
fn a_training_waits_goes_on_stops_and_is_resumed() {
    let mut bench = panel(8, 200);
    bench.press(Key::F6);
    bench.until("it steps", |app| steps(app) > 0);
    bench.press(Key::F7);
    bench.until("it waits", |app| phase(app) == Some(Phase::Paused));
    let waited = steps(bench.app());
    assert!(bench.path("run/state.safetensors").exists());
    bench.harness.run_steps(20);
    assert_eq!(steps(bench.app()), waited);
    // The pictures can be looked at meanwhile, and the line at the bottom tells.
    bench.click("Pictures");
    assert!(
        bench
            .harness
            .query_by_label_contains("Training 0 %, paused")
            .is_some()
    );
    bench.press(Key::F3);
    press(&mut bench, "Go on");
    bench.until("it steps on", |app| steps(app) > waited);
    press(&mut bench, "Stop");
    bench.until("it has stopped", |app| phase(app) == Some(Phase::Stopped));
    assert!(bench.said("its state is saved"));
    let stopped = steps(bench.app());
    let position = run(bench.app()).unwrap().curves.position;

    // Another window shows the run at once, and goes on with it.
    let mut bench = bench.restart(Vec::new());
    bench.press(Key::F3);
    let last = bench.path("run");
    bench.apply(training::Command::Open(last));
    bench.until("it is shown", |app| phase(app) == Some(Phase::Opened));
    assert_eq!(steps(bench.app()), stopped);
    assert_eq!(run(bench.app()).unwrap().curves.position, position);
    press(&mut bench, "Continue");
    bench.until("it goes on", |app| steps(app) > stopped);
    press(&mut bench, "Stop");
    bench.until("it has stopped", |app| phase(app) == Some(Phase::Stopped));
    let points = run(bench.app()).unwrap().curves.track.points().to_vec();
    let at: Vec<f64> = points.iter().map(|point| point.at).collect();
    let expected: Vec<f64> = (0..at.len()).map(|step| step as f64).collect();
    assert_eq!(at, expected);
    let log = bpclip_train::train::read_log(&bench.path("run")).unwrap();
    let logged = log
        .iter()
        .filter(|event| matches!(event, bpclip_train::train::Event::Step(_)));
    assert_eq!(logged.count(), at.len());
}

#[test]
fn a_broken_dataset_says_where() {
    let mut bench = panel(6, 1);
    let data = bench.path("data");
    let table = std::fs::read_to_string(data.join("mos.csv")).unwrap();
    std::fs::write(data.join("mos.csv"), table.replace("90\n", "good\n")).unwrap();
    let form = bench.app().settings().training.form.clone();
    set(
        &mut bench,
        Form {
            settings: bpclip_train::train::Settings {
                data: Vec::new(),
                ..form.settings.clone()
            },
            ..form.clone()
        },
    );
    set(&mut bench, form.clone());
    bench.until("it is wrong", |app| {
        matches!(app.state().training.data, DatasetState::Wrong(_))
    });
    let problem = problem(bench.app()).unwrap();
    assert!(
        problem.contains("row 2") && problem.contains("mos.csv"),
        "{problem}"
    );
    bench.press(Key::F6);
    assert!(run(bench.app()).is_none());
    // A picture that cannot be read is left out, and named.
    std::fs::write(data.join("mos.csv"), table).unwrap();
    for index in 0..6 {
        if index % 2 == 0 {
            std::fs::write(data.join(format!("{index}.png")), b"no picture").unwrap();
        }
    }
    bench.apply(training::Command::Start);
    assert!(run(bench.app()).is_none());
    let mut looked = form.clone();
    looked.settings.data.clear();
    set(&mut bench, looked);
    set(&mut bench, form);
    bench.until("it is known", |app| {
        matches!(app.state().training.data, DatasetState::Found(_))
    });
    bench.press(Key::F6);
    bench.until("it has ended", |app| {
        matches!(phase(app), Some(Phase::Finished | Phase::Failed(_)))
    });
    let shown = run(bench.app()).unwrap();
    assert_eq!(shown.phase, Phase::Finished);
    assert_eq!(shown.curves.skipped.len(), 3);
    let title = "3 pictures are left out";
    assert!(bench.harness.query_by_label(title).is_some());
}

#[test]
fn a_folder_that_holds_a_run_is_refused_and_one_that_holds_none_is_said() {
    let mut bench = panel(6, 1);
    let folder = bench.path("run");
    std::fs::create_dir(&folder).unwrap();
    bench.apply(training::Command::Open(folder.clone()));
    bench.until_said("holds no run");
    std::fs::write(folder.join("settings.json"), "{}").unwrap();
    bench.press(Key::F6);
    bench.until("it has failed", |app| {
        matches!(phase(app), Some(Phase::Failed(_)))
    });
    assert!(bench.said("holds a run already"));
    assert!(
        bench
            .harness
            .query_all_by_label_contains("holds a run already")
            .next()
            .is_some()
    );
}

#[test]
fn a_window_with_a_training_asks_before_it_closes() {
    let mut bench = panel(8, 200);
    bench.press(Key::F6);
    bench.until("it steps", |app| steps(app) > 0);
    let root = egui::ViewportId::ROOT;
    let viewport = bench.harness.input_mut().viewports.get_mut(&root).unwrap();
    viewport.events.push(egui::ViewportEvent::Close);
    bench.harness.step();
    let commands = |bench: &Bench| {
        bench.harness.output().viewport_output[&root]
            .commands
            .clone()
    };
    assert!(commands(&bench).contains(&egui::ViewportCommand::CancelClose));
    let viewport = bench.harness.input_mut().viewports.get_mut(&root).unwrap();
    viewport.events.clear();
    bench.settle();
    assert_eq!(bench.app().state().shell.dialog, Some(Dialog::Closing));
    bench.click("Stop and close");
    assert_eq!(bench.app().state().shell.dialog, None);
    bench.until("it has stopped", |app| phase(app) == Some(Phase::Stopped));
    bench.harness.step();
    assert!(commands(&bench).contains(&egui::ViewportCommand::Close));
    assert!(bench.path("run/state.safetensors").exists());
}

#[test]
fn the_panel_fits_into_a_small_window_and_keys_of_pictures_rest() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(sample("coffee.jpg"), folder.path().join("coffee.jpg")).unwrap();
    let paths = vec![folder.path().join("coffee.jpg")];
    let mut bench = Bench::start(folder, paths, [1024.0, 640.0]);
    bench.until_scored(1);
    let run = made_run(&bench);
    bench.apply(shell::Command::Page(Page::Training));
    bench.apply(training::Command::Open(run));
    bench.until("it is shown", |app| phase(app) == Some(Phase::Opened));
    for heading in bpclip::app::training::headings() {
        // The form stands before the plots, one of which has a choice of the same name.
        let heading = bench.harness.query_all_by_label(heading).next();
        heading.unwrap().click_accesskit();
        bench.harness.run_steps(30);
    }
    bench.harness.check_accessibility();
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1024.0, 640.0));
    for node in bench.harness.root().children_recursive() {
        let label = node.accesskit_node().label().unwrap_or_default();
        if node.accesskit_node().raw_bounds().is_some() && !label.is_empty() {
            let rect = node.rect();
            let inside = rect.left() >= -1.0 && rect.right() <= screen.right() + 1.0;
            assert!(inside, "{label}: {rect}");
        }
    }
    // What is not in sight is not removed by a key.
    bench.press(Key::Delete);
    assert_eq!(bench.app().state().gallery.frames.len(), 1);
    bench.press(Key::F3);
    bench.press(Key::Delete);
    assert!(bench.app().state().gallery.frames.is_empty());
}

/// A run of 3 of 5 epochs as a log tells it.
pub(super) fn made_run(bench: &Bench) -> PathBuf {
    use bpclip_train::train::{Epoch, Event, LossTerms, Plan, Position, Step};
    let folder = bench.path("runs/2026-11-21-portraits");
    std::fs::create_dir_all(&folder).unwrap();
    let mut events = vec![Event::Started(Plan {
        position: Position { epoch: 0, step: 0 },
        epochs: 5,
        epoch_steps: 40,
        rated: 640,
        pristine: 117,
        held_out: 160,
        device: "Graphics card".into(),
        run: String::new(),
    })];
    let wave = |at: f64| (at * 12.9898).sin() * 0.5 + (at * 78.233).sin() * 0.5;
    for epoch in 0..3_u32 {
        for step in 0..40_u32 {
            let at = f64::from(epoch * 40 + step);
            let mse = 0.01 + 0.05 * (-at / 40.0).exp() * (1.0 + 0.5 * wave(at));
            let loss = LossTerms {
                total: (10.0 * mse) as f32,
                mse: mse as f32,
                correlation: (0.2 + 0.1 * wave(at + 3.0)) as f32,
                ..LossTerms::default()
            };
            events.push(Event::Step(Step {
                position: Position { epoch, step },
                loss,
                grad_norm: 0.83,
                lr: 9.05e-5,
                seconds: 0.5,
                pictures: 24,
            }));
        }
        let srcc = [0.71, 0.842, 0.823][epoch as usize];
        let points = (0..160).map(|at| {
            let label = (f64::from(at) * 0.618).fract();
            let raw = 0.1 + 0.8 * label + 0.12 * wave(f64::from(at));
            [label as f32, raw as f32]
        });
        events.push(Event::Epoch(Epoch {
            epoch: epoch + 1,
            loss: LossTerms {
                total: 0.4 / (epoch + 1) as f32,
                ..LossTerms::default()
            },
            plcc: Some(srcc + 0.014),
            srcc: Some(srcc),
            rmse: Some(0.11),
            points: points.collect(),
            best: epoch < 2,
            checkpoint: format!("epoch-{:03}.safetensors", epoch + 1).into(),
        }));
    }
    let skipped = PathBuf::from("/photos/portraits/17.jpg");
    events.push(Event::Skipped {
        path: skipped,
        reason: "the file is damaged or cut short".into(),
    });
    let lines = events
        .iter()
        .map(|event| serde_json::to_string(event).unwrap() + "\n");
    std::fs::write(folder.join("log.jsonl"), lines.collect::<String>()).unwrap();
    std::fs::write(folder.join("settings.json"), "{}").unwrap();
    for name in ["best", "epoch-003"] {
        std::fs::write(folder.join(format!("{name}.safetensors")), b"").unwrap();
    }
    folder
}

/// The last points of the curves, which are the ones that are looked at, stand under nothing.
#[test]
fn what_lines_are_called_stands_beside_the_plot_and_an_empty_one_says_when_it_fills() {
    let mut bench = Bench::open(&[]);
    let made = made_run(&bench);
    let log = made.join("log.jsonl");
    let text = std::fs::read_to_string(&log).unwrap();
    bench.press(Key::F3);
    bench.apply(training::Command::Open(made));
    bench.until("it is shown", |app| app.state().training.run.is_some());
    let plot = bench
        .harness
        .get_by_label_contains("Held out by epoch: SRCC");
    let plot = plot.rect();
    for name in ["SRCC", "PLCC"] {
        // A table has a column of this name too.
        let labels = bench.harness.query_all_by_label(name);
        let gaps: Vec<f32> = labels
            .map(|label| plot.top() - label.rect().bottom())
            .collect();
        let beside = |gap: &f32| (-1.0..12.0).contains(gap);
        assert!(gaps.iter().any(beside), "{name}: {gaps:?}");
    }
    // As it was before the first epoch ended.
    let begun = bench.path("runs/begun");
    std::fs::create_dir_all(&begun).unwrap();
    let first: Vec<&str> = text.lines().take(20).collect();
    std::fs::write(begun.join("log.jsonl"), first.join("\n") + "\n").unwrap();
    std::fs::write(begun.join("settings.json"), "{}").unwrap();
    bench.apply(training::Command::Open(begun));
    let said = "Held out by epoch: the first point comes after epoch 1";
    bench.until("it is shown", |app| {
        self::run(app).is_some_and(|run| run.curves.epochs.is_empty())
    });
    assert!(bench.harness.query_by_label(said).is_some());
}

#[test]
fn a_second_run_is_shown_in_the_same_plots() {
    let mut bench = Bench::open(&[]);
    let made = made_run(&bench);
    let other = bench.path("runs/slower");
    std::fs::create_dir_all(&other).unwrap();
    let log = std::fs::read_to_string(made.join("log.jsonl")).unwrap();
    let log = log.replace("\"srcc\":0.842", "\"srcc\":0.7654");
    std::fs::write(other.join("log.jsonl"), log).unwrap();
    std::fs::write(other.join("settings.json"), "{}").unwrap();
    bench.press(Key::F3);
    bench.apply(training::Command::Open(made));
    bench.until("it is shown", |app| app.state().training.run.is_some());
    let held_out = "Held out by epoch: SRCC 0.8420 at epoch 2, the best";
    let plot = |bench: &Bench, label: &str| {
        let plots = bench.harness.query_all_by_role(egui::Role::Image);
        let labels = plots.map(|node| node.accesskit_node().label().unwrap_or_default());
        labels.into_iter().any(|found| found == label)
    };
    assert!(plot(&bench, held_out));
    // No folder of a run is said to be none, and nothing is shown.
    let none = bench.path("none");
    std::fs::create_dir(&none).unwrap();
    bench.apply(training::Command::Chosen(training::Place::Compared, none));
    bench.until_said("holds no run");
    assert!(bench.app().state().training.compared.is_none());
    // What it opens is the system's.
    let button = egui::Role::Button;
    let name = "Compare with a run...";
    assert!(
        bench
            .harness
            .query_by_role_and_label(button, name)
            .is_some()
    );
    bench.apply(training::Command::Chosen(training::Place::Compared, other));
    bench.until("it is compared", |app| {
        app.state().training.compared.is_some()
    });
    bench.settle();
    let both = format!("{held_out}; slower: SRCC 0.7654 at epoch 2");
    assert!(plot(&bench, &both));
    let words = "; slower: from ";
    assert!(bench.harness.query_by_label_contains(words).is_some());
    assert!(bench.harness.query_by_label("paler: slower").is_some());
    press(&mut bench, "Compare no more");
    assert!(plot(&bench, held_out));
}
