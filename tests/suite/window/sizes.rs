//! Large and small: the full screen, the size of the interface, and small windows.

use super::Bench;
use crate::process::sample;
use bpclip::app::gallery::ranking::Mark;
use bpclip::app::shell::{self, Dialog, PathFor};
use bpclip::app::{Action, App};
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable};

/// 1366 by 768 pixels at scale 2.
const SMALL: [f32; 2] = [683.0, 384.0];

#[test]
fn f11_shows_the_pictures_alone_and_keys_still_work() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket.jpg"]);
    bench.until_scored(2);
    bench.select("coffee.jpg");
    let size = bench.app().settings().window;
    bench.press(Key::F11);
    assert!(bench.app().state().shell.full_screen);
    for gone in ["File", "Adjectives", "Log"] {
        assert!(bench.harness.query_by_label(gone).is_none(), "{gone}");
    }
    bench.press(Key::K);
    assert_eq!(bench.frame("coffee.jpg").mark, Some(Mark::Keep));
    let line = super::words(&bench.harness.get_by_label_contains("of 2: coffee.jpg"));
    assert!(line.contains("Keep"), "{line}");
    assert_eq!(bench.app().settings().window, size);
    bench.press(Key::Escape);
    assert!(!bench.app().state().shell.full_screen);
    assert!(bench.harness.query_by_label("File").is_some());
    bench.press(Key::F11);
    bench.click("Leave full screen");
    assert!(!bench.app().state().shell.full_screen);
}

/// Frames in which the system says whether the window has all of the screen.
fn with_whole_screen(bench: &mut Bench, whole: bool) {
    let viewports = &mut bench.harness.input_mut().viewports;
    let window = viewports.entry(egui::ViewportId::ROOT).or_default();
    window.fullscreen = Some(whole);
    bench.settle();
}

#[test]
fn a_full_screen_that_the_system_ends_is_left() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.press(Key::F11);
    // It takes the system a while.
    with_whole_screen(&mut bench, false);
    assert!(bench.app().state().shell.full_screen);
    with_whole_screen(&mut bench, true);
    assert!(bench.app().state().shell.full_screen);
    with_whole_screen(&mut bench, false);
    assert!(!bench.app().state().shell.full_screen);
    assert!(bench.harness.query_by_label("File").is_some());
    // And one that it begins is none of ours, nor is its size the window's.
    let size = bench.app().settings().window;
    with_whole_screen(&mut bench, true);
    bench.harness.set_size(egui::vec2(1600.0, 1000.0));
    bench.settle();
    assert!(!bench.app().state().shell.full_screen);
    assert_eq!(bench.app().settings().window, size);
}

#[test]
fn the_interface_grows_by_keys_and_stays_so() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    let size = bench.app().settings().window.unwrap();
    for _ in 0..3 {
        bench.press_with(Modifiers::COMMAND, Key::Plus);
    }
    bench.press_with(Modifiers::COMMAND, Key::Minus);
    assert_eq!(bench.app().settings().interface, 1.2);
    assert_eq!(bench.harness.ctx.zoom_factor(), 1.2);
    bench.harness.state_mut().apply(shell::Command::Size(size));
    let mut bench = bench.restart(Vec::new());
    bench.settle();
    assert_eq!(bench.harness.ctx.zoom_factor(), 1.2);
    bench.press_with(Modifiers::COMMAND, Key::Num0);
    assert_eq!(bench.harness.ctx.zoom_factor(), 1.0);
    // On the page of the training too.
    bench.press(Key::F3);
    bench.press_with(Modifiers::COMMAND, Key::Equals);
    assert_eq!(bench.app().settings().interface, 1.1);
}

/// A small window with two pictures, scored.
fn small() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    for name in ["coffee.jpg", "coffee-noisy.jpg"] {
        std::fs::copy(sample(name), folder.path().join(name)).unwrap();
    }
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, SMALL);
    bench.until_scored(2);
    bench.select("coffee.jpg");
    bench.until_maps();
    bench
}

/// Everything that has a name is within the window, from left to right.
fn nothing_is_beside(bench: &Bench, what: &str) {
    for node in bench.harness.root().children_recursive() {
        let label = node.accesskit_node().label().unwrap_or_default();
        if node.accesskit_node().raw_bounds().is_some() && !label.is_empty() {
            let rect = node.rect();
            let inside = rect.left() >= -1.0 && rect.right() <= SMALL[0] + 1.0;
            assert!(inside, "{what}: {label}: {rect}");
        }
    }
}

#[test]
fn in_a_small_window_panels_open_and_close_and_all_can_be_reached() {
    let mut bench = small();
    let picture = |bench: &Bench| {
        let node = bench.harness.get_by_label_contains("Picture coffee.jpg");
        node.rect()
    };
    // There is no room for the panel unless it is asked for.
    assert!(bench.harness.query_by_label("Adjectives").is_none());
    let with_list = picture(&bench);
    assert!(with_list.width() > 400.0, "{with_list}");
    bench.press(Key::F9);
    bench.harness.run_steps(30);
    assert!(picture(&bench).width() > with_list.width() + 100.0);
    bench.press(Key::F10);
    bench.harness.run_steps(30);
    for tab in ["Adjectives", "Maps", "Attention"] {
        bench.harness.get_by_label(tab).scroll_to_me();
        bench.settle();
        bench.click(tab);
        bench.until("it is drawn", App::is_idle);
        nothing_is_beside(&bench, tab);
    }
    bench.press(Key::F9);
    bench.harness.run_steps(30);
    nothing_is_beside(&bench, "both panels");
    assert!(picture(&bench).width() > 60.0);
    bench.press(Key::N);
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.press(Key::N);
    nothing_is_beside(&bench, "survey");
    bench.press(Key::F3);
    bench.settle();
    nothing_is_beside(&bench, "training");
}

#[test]
fn in_a_small_window_dialogs_and_menus_can_be_scrolled_and_closed() {
    let mut bench = small();
    for dialog in [
        Dialog::Keys,
        Dialog::Log,
        Dialog::Ratings,
        Dialog::About,
        Dialog::Library,
        Dialog::Path(PathFor::Open),
    ] {
        bench.apply(shell::Command::Dialog(Some(dialog)));
        bench.settle();
        nothing_is_beside(&bench, &format!("{dialog:?}"));
        let close = bench.harness.get_by_label("Close").rect();
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, SMALL.into());
        assert!(screen.contains_rect(close), "{dialog:?}: {close}");
        bench.click("Close");
        assert_eq!(bench.app().state().shell.dialog, None);
    }
    for menu in ["Export", "List", "Mark", "View"] {
        bench.click(menu);
        nothing_is_beside(&bench, menu);
        bench.press(Key::Escape);
    }
    // The last entry of the longest menu.
    bench.click("View");
    let last = Action::UsualSize.label();
    bench.harness.get_by_label_contains(&last).scroll_to_me();
    bench.harness.run_steps(30);
    let place = bench.harness.get_by_label_contains(&last).rect();
    assert!(place.bottom() <= SMALL[1], "{place}");
}
