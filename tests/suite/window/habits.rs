//! Keys, settings, small windows, and names for everything.

use super::Bench;
use crate::process::{names, sample};
use bpclip::app::gallery::ranking::SortKey;
use bpclip::app::settings::{Settings, Theme};
use bpclip::app::shell::Dialog;
use bpclip::app::{Action, App, Launch, gallery, scoring, shell, viewer};
use bpclip_core::device::DeviceChoice;
use bpclip_core::model::Task;
use eframe::App as _;
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable};

#[test]
fn f1_lists_the_keys() {
    let mut bench = Bench::open(&[]);
    bench.press(Key::F1);
    assert_eq!(bench.app().state().shell.dialog, Some(Dialog::Keys));
    for words in ["Ctrl+Shift+O", "Use as reference", "Side by side"] {
        assert!(
            bench.harness.query_all_by_label(words).next().is_some(),
            "{words}"
        );
    }
    bench.press(Key::Escape);
    assert_eq!(bench.app().state().shell.dialog, None);
}

#[test]
fn settings_come_back() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.apply(shell::Command::Theme(Theme::Light));
    bench.apply(gallery::Command::Sort(SortKey::Name, false));
    bench.apply(viewer::Command::Opacity(0.25));
    let path = bench.path(".settings/settings.json");
    let next_start = bench.end();
    let (settings, problem) = Settings::load(&path);
    assert_eq!(problem, None);
    let bench = next_start(Vec::new());
    let now = bench.app().settings();
    assert_eq!(
        (now.theme, now.sort, now.opacity),
        (Theme::Light, SortKey::Name, 0.25)
    );
    assert_eq!(now.recent, settings.recent);
    assert!(!now.recent.is_empty());
}

#[test]
fn settings_that_cannot_be_read_are_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".settings/settings.json");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, b"{ this is no JSON").unwrap();
    let bench = Bench::start(folder, Vec::new(), [1280.0, 800.0]);
    assert!(bench.said("could not be used"));
    let kept = names(path.parent().unwrap());
    let aside = kept.iter().any(|name| name.contains("unreadable"));
    assert!(aside, "{kept:?}");
}

#[test]
fn everything_fits_into_a_small_window() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["coffee.jpg", "coffee-noisy.jpg"] {
        std::fs::copy(sample(name), folder.path().join(name)).unwrap();
    }
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1024.0, 640.0]);
    bench.until_scored(2);
    bench.select("coffee.jpg");
    let other = bench.frame("coffee-noisy.jpg").id;
    bench.apply(gallery::Command::Reference(Some(other)));
    bench.until_maps();
    for tab in ["Adjectives", "Maps", "Attention"] {
        bench.click(tab);
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
    }
}

#[test]
fn a_checkpoint_that_is_none_is_said_and_scores_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.safetensors");
    std::fs::write(&wrong, b"not a checkpoint").unwrap();
    let mut bench = Bench::start(folder, vec![sample("coffee.jpg")], [1280.0, 800.0]);
    bench.apply(scoring::Command::Checkpoint(wrong));
    bench.until_said("wrong.safetensors");
    bench.until_scored(1);
}

#[test]
fn an_application_goes_while_it_works() {
    let ctx = egui::Context::default();
    let launch = Launch {
        paths: vec![sample("coffee.jpg")],
        device: DeviceChoice::Cpu,
        checkpoint: None,
        library: None,
        weights: None,
    };
    let begun = std::time::Instant::now();
    let mut app = App::new(&ctx, launch, None);
    app.take_in();
    app.on_exit();
    drop(app);
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
}

#[test]
fn a_window_that_closes_by_a_key_is_not_drawn_once_more() {
    let mut bench = Bench::open(&[]);
    bench.settle();
    assert!(bench.harness.query_by_label("File").is_some());
    // In one frame, the one in which it is pressed.
    bench.harness.input_mut().events.push(egui::Event::Key {
        key: Key::Q,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: egui::Modifiers::COMMAND,
    });
    bench.harness.step();
    let output = &bench.harness.output().viewport_output[&egui::ViewportId::ROOT];
    assert!(output.commands.contains(&egui::ViewportCommand::Close));
    assert!(bench.harness.query_by_label("File").is_none());
}

#[test]
fn pictures_are_scored_at_another_size_and_at_the_usual_one_again() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    let usual = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    let scored = |app: &App| {
        let rated = app.state().gallery.frames[0].quality.rated()?;
        Some(rated.inspection.scored_height)
    };
    bench.click("Network");
    bench.click("Score at");
    bench.click("Shorter side 224 pixels, never enlarged");
    bench.until("it is scored smaller", |app| scored(app) == Some(224));
    let smaller = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    assert!((usual - smaller).abs() > 0.1, "{usual} {smaller}");
    let size = bench.app().settings().size;
    assert_eq!(size.and_then(|size| size.shorter_side), Some(224));
    bench.apply(scoring::Command::Size(None));
    bench.until("it is scored as usual", |app| scored(app) == Some(400));
    let again = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    assert!((usual - again).abs() < 1e-3, "{usual} {again}");
}

#[test]
fn a_checkpoint_of_each_task_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let bundled = |name: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let files = ["nr", "fr"].map(|task| {
        let own = folder.path().join(format!("own-{task}.safetensors"));
        std::fs::copy(bundled(&format!("weights/bpclip-{task}.safetensors")), &own).unwrap();
        own
    });
    let mut bench = Bench::start(folder, Vec::new(), [1280.0, 800.0]);
    for file in &files {
        bench.apply(scoring::Command::Checkpoint(file.clone()));
    }
    let [own_nr, own_fr] = files.clone().map(Some);
    bench.until("both are remembered", |app| {
        let remembered = &app.settings().checkpoints;
        remembered.no_reference == own_nr && remembered.full_reference == own_fr
    });
    let mut bench = bench.restart(Vec::new());
    bench.until("both are in use", |app| {
        [Task::NoReference, Task::FullReference]
            .into_iter()
            .zip(&files)
            .all(|(task, file)| {
                let model = app.state().scoring.machine.network(task);
                model.is_some_and(|model| model.file.as_ref() == Some(file))
            })
    });
    bench.apply(Action::BundledCheckpoints);
    bench.until("the bundled ones are", |app| {
        [Task::NoReference, Task::FullReference]
            .into_iter()
            .all(|task| {
                let model = app.state().scoring.machine.network(task);
                model.is_some_and(|model| model.file.is_none())
            })
    });
    assert_eq!(bench.app().settings().checkpoints, Default::default());
}
