//! A shoot is looked through by keys: marks, stars, labels, undo, filters, and all of it at the next
//! start.

use super::{Bench, taken_at};
use crate::process::{names, wait_until};
use bpclip::app::gallery::ranking::{Decision, Filter, Grouping, Label, Mark, MarkFilter, SortKey};
use bpclip::app::gallery::{self, Frame};
use bpclip::app::{App, scoring};
use bpclip_core::model::Task;
use bpclip_library::Library;
use eframe::egui;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable;
use image::{Rgb, RgbImage};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Where a child process culls, before it is killed.
const CHILD: &str = "BPCLIP_TEST_CULL";

/// Small pictures, none like another, written a while ago.
pub fn shoot(folder: &Path, count: u32) {
    for number in 0..count {
        let path = folder.join(format!("{number:03}.png"));
        let of = |x: u32, y: u32| [x * 3 + number * 7, y * 3 + number, (x * y + number) % 97];
        RgbImage::from_fn(96, 80, |x, y| Rgb(of(x, y).map(|value| value as u8)))
            .save(&path)
            .unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        let then = SystemTime::now() - Duration::from_secs(1000 + u64::from(number) * 60);
        file.set_modified(then).unwrap();
    }
}

/// A window over so many small pictures, in the order of their names.
fn small(count: u32) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    shoot(folder.path(), count);
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_listed(count as usize);
    bench.apply(gallery::Command::Sort(SortKey::Name, false));
    bench.select("000.png");
    bench
}

/// Keys that are pressed in one frame.
fn at_once(bench: &mut Bench, keys: &[Key]) {
    for key in keys {
        for pressed in [true, false] {
            bench.harness.input_mut().events.push(Event::Key {
                key: *key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers: Modifiers::NONE,
            });
        }
    }
    bench.harness.run_steps(1);
    bench.settle();
}

fn selected(bench: &Bench) -> &str {
    &bench.app().state().gallery.selected().unwrap().name
}

fn marked(bench: &Bench, mark: Mark) -> Vec<&str> {
    let frames = bench.app().state().gallery.frames.iter();
    let of = frames.filter(|frame| frame.mark == Some(mark));
    of.map(|frame| frame.name.as_str()).collect()
}

#[test]
fn six_quick_pairs_in_one_frame_mark_six_pictures() {
    let mut bench = small(8);
    at_once(&mut bench, &[Key::X, Key::ArrowDown].repeat(6));
    let first_six = [
        "000.png", "001.png", "002.png", "003.png", "004.png", "005.png",
    ];
    assert_eq!(marked(&bench, Mark::Reject), first_six);
    assert_eq!(selected(&bench), "006.png");
}

#[test]
fn stars_labels_and_marks_have_keys_and_can_be_taken_back_and_done_again() {
    let mut bench = small(3);
    at_once(&mut bench, &[Key::Num3, Key::Num6, Key::K]);
    let decided = bench.frame("000.png").decision();
    let all = Decision {
        mark: Some(Mark::Keep),
        stars: 3,
        label: Some(Label::Red),
    };
    assert_eq!(decided, all);
    let row = ", keep, 3 stars, red label";
    assert!(bench.harness.query_by_label_contains(row).is_some());
    bench.press(Key::U);
    assert_eq!(bench.frame("000.png").mark, None);
    bench.press(Key::Num6);
    assert_eq!(bench.frame("000.png").label, None);
    bench.press(Key::Num0);
    assert_eq!(bench.frame("000.png").decision(), Decision::default());
    for _ in 0..3 {
        bench.press_with(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(bench.frame("000.png").decision(), all);
    for _ in 0..3 {
        bench.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    }
    assert_eq!(bench.frame("000.png").decision(), Decision::default());
    // A removal is taken back and done again likewise, and what is new ends the way forward.
    bench.press(Key::Delete);
    assert_eq!(bench.order(), ["001.png", "002.png"]);
    bench.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(bench.order(), ["000.png", "001.png", "002.png"]);
    bench.press_with(Modifiers::COMMAND, Key::Y);
    assert_eq!(bench.order(), ["001.png", "002.png"]);
    bench.press_with(Modifiers::COMMAND, Key::Z);
    bench.press(Key::X);
    assert!(!bench.app().state().gallery.history.can_redo());
}

#[test]
fn it_goes_on_to_the_next_picture_where_that_is_wanted() {
    let mut bench = small(4);
    bench.press(Key::A);
    assert!(bench.app().settings().go_on);
    at_once(&mut bench, &[Key::X, Key::K, Key::Num5]);
    assert_eq!(selected(&bench), "003.png");
    assert_eq!(bench.frame("000.png").mark, Some(Mark::Reject));
    assert_eq!(bench.frame("001.png").mark, Some(Mark::Keep));
    assert_eq!(bench.frame("002.png").stars, 5);
    bench.press(Key::A);
    bench.press(Key::Num1);
    assert_eq!(selected(&bench), "003.png");
}

#[test]
fn several_that_are_selected_are_marked_together() {
    let mut bench = small(6);
    for _ in 0..2 {
        bench.press_with(Modifiers::SHIFT, Key::ArrowDown);
    }
    bench.press(Key::X);
    assert_eq!(
        marked(&bench, Mark::Reject),
        ["000.png", "001.png", "002.png"]
    );
    assert_eq!(selected(&bench), "000.png");
    // One step takes all of it back.
    bench.press_with(Modifiers::COMMAND, Key::Z);
    assert!(marked(&bench, Mark::Reject).is_empty());
    bench.press(Key::Home);
    let row = bench.harness.get_by_label_contains("004.png, ");
    row.click_modifiers(Modifiers::COMMAND);
    bench.settle();
    bench.press(Key::K);
    assert_eq!(marked(&bench, Mark::Keep), ["000.png", "004.png"]);
    let row = bench.harness.get_by_label_contains("002.png, ");
    row.click_modifiers(Modifiers::SHIFT);
    bench.settle();
    bench.press(Key::Num9);
    let blue = |frame: &&Frame| frame.label == Some(Label::Blue);
    assert_eq!(
        bench
            .app()
            .state()
            .gallery
            .frames
            .iter()
            .filter(blue)
            .count(),
        3
    );
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.press(Key::Num2);
    let frames = &bench.app().state().gallery.frames;
    assert!(frames.iter().all(|frame| frame.stars == 2));
    bench.press(Key::ArrowDown);
    assert!(bench.app().state().gallery.beside.is_empty());
}

#[test]
fn filters_show_what_is_asked_for_and_what_is_looked_at_is_among_it() {
    let mut bench = small(6);
    at_once(
        &mut bench,
        &[Key::X, Key::ArrowDown, Key::K, Key::ArrowDown, Key::Num4],
    );
    let filter = |mark: MarkFilter| {
        gallery::Command::Filter(Filter {
            mark,
            ..Filter::default()
        })
    };
    bench.apply(filter(MarkFilter::Only(Mark::Reject)));
    assert_eq!(bench.order(), ["000.png"]);
    assert_eq!(selected(&bench), "000.png");
    bench.apply(filter(MarkFilter::Only(Mark::Keep)));
    assert_eq!(
        (bench.order(), selected(&bench)),
        (vec!["001.png"], "001.png")
    );
    bench.click("Filter (5 hidden)");
    bench.click("Unmarked");
    assert_eq!(bench.order(), ["002.png", "003.png", "004.png", "005.png"]);
    // What is marked goes, and the next one is looked at.
    bench.select("003.png");
    bench.press(Key::X);
    assert_eq!(bench.order(), ["002.png", "004.png", "005.png"]);
    assert_eq!(selected(&bench), "004.png");
    bench.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!((bench.order().len(), selected(&bench)), (4, "003.png"));
    bench.click("4+");
    assert_eq!(
        (bench.order(), selected(&bench)),
        (vec!["002.png"], "002.png")
    );
    bench.press(Key::Num1);
    assert!(bench.order().is_empty() && bench.app().state().gallery.selected.is_none());
    bench.click("Show all");
    assert_eq!((bench.order().len(), selected(&bench)), (6, "000.png"));
}

/// A mark that takes the picture out of the list, or goes on by itself, is one step with the key that
/// goes on.
#[test]
fn no_picture_is_skipped_by_who_marks_and_goes_on_in_one_breath() {
    let unmarked = Filter {
        mark: MarkFilter::Unmarked,
        ..Filter::default()
    };
    for go_on in [false, true] {
        let mut bench = small(8);
        match go_on {
            true => bench.press(Key::A),
            false => bench.apply(gallery::Command::Filter(unmarked.clone())),
        }
        at_once(&mut bench, &[Key::X, Key::ArrowDown].repeat(3));
        assert_eq!(
            marked(&bench, Mark::Reject),
            ["000.png", "001.png", "002.png"],
            "{go_on}"
        );
        assert_eq!(selected(&bench), "003.png");
        // A step of its own is one.
        std::thread::sleep(Duration::from_millis(450));
        bench.press(Key::ArrowDown);
        assert_eq!(selected(&bench), "004.png");
        at_once(&mut bench, &[Key::ArrowDown, Key::X]);
        assert_eq!(bench.frame("005.png").mark, Some(Mark::Reject));
    }
}

#[test]
fn rows_are_selected_by_dragging_over_them() {
    let mut bench = small(40);
    let middle = |bench: &Bench, name: &str| {
        let row = bench.harness.get_by_label_contains(name);
        row.rect().center()
    };
    let (from, to) = (middle(&bench, "001.png, "), middle(&bench, "004.png, "));
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let send = |bench: &mut Bench, event| {
        bench.harness.input_mut().events.push(event);
        bench.harness.run_steps(1);
    };
    send(&mut bench, Event::PointerMoved(from));
    send(&mut bench, button(from, true));
    for step in 1..=10 {
        let at = from + (to - from) * (step as f32 / 10.0);
        send(&mut bench, Event::PointerMoved(at));
    }
    let names = |bench: &Bench| -> Vec<String> {
        let gallery = &bench.app().state().gallery;
        let selected = gallery.all_selected().into_iter();
        let frames = selected.filter_map(|id| gallery.frame(id));
        frames.map(|frame| frame.name.clone()).collect()
    };
    let four = ["001.png", "002.png", "003.png", "004.png"];
    assert_eq!(names(&bench), four);
    // Back again it is fewer, and below the end the list goes on.
    let back = middle(&bench, "002.png, ");
    send(&mut bench, Event::PointerMoved(back));
    assert_eq!(names(&bench), four[..2]);
    let below = egui::pos2(from.x, 795.0);
    send(&mut bench, Event::PointerMoved(below));
    for _ in 0..200 {
        bench.harness.run_steps(1);
    }
    assert_eq!(names(&bench).len(), 39);
    send(&mut bench, button(below, false));
    bench.settle();
    bench.press(Key::X);
    assert_eq!(marked(&bench, Mark::Reject).len(), 39);
}

#[test]
fn bursts_are_stepped_through_and_their_best_alone_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("coffee.jpg", "2026:11:26 14:03:07"),
        ("coffee-blurred.jpg", "2026:11:26 14:03:08"),
        ("rocket.jpg", "2026:11:26 14:11:00"),
        ("chelsea.jpg", "2026:11:26 14:20:00"),
        ("chelsea-shaken.jpg", "2026:11:26 14:20:01"),
    ];
    for (name, taken) in files {
        let bytes = taken_at(name, taken);
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    std::fs::write(folder.path().join("broken.jpg"), b"\xFF\xD8\xFF\xE0 cut").unwrap();
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_scored(6);
    bench.apply(gallery::Command::Filter(Filter {
        unreadable: true,
        ..Filter::default()
    }));
    assert_eq!(bench.order(), ["broken.jpg"]);
    bench.apply(gallery::Command::Filter(Filter {
        best: true,
        ..Filter::default()
    }));
    let mut order = bench.order();
    order.sort_unstable();
    assert_eq!(order.len(), 2, "{order:?}");
    assert!(order.contains(&"coffee.jpg"), "{order:?}");
    bench.apply(gallery::Command::Filter(Filter::default()));
    bench.apply(gallery::Command::Sort(SortKey::Date, false));
    bench.apply(gallery::Command::Group(Grouping::Bursts));
    bench.select("coffee.jpg");
    bench.press(Key::PageDown);
    assert_eq!(selected(&bench), "rocket.jpg");
    bench.press(Key::PageDown);
    assert_eq!(selected(&bench), "chelsea.jpg");
    bench.press(Key::ArrowDown);
    assert_eq!(selected(&bench), "chelsea-shaken.jpg");
    bench.press(Key::PageUp);
    assert_eq!(selected(&bench), "chelsea.jpg");
    bench.press(Key::PageUp);
    assert_eq!(selected(&bench), "rocket.jpg");
    bench.press(Key::PageUp);
    assert_eq!(selected(&bench), "coffee.jpg");
}

#[test]
fn rows_stay_where_they_are_while_the_user_is_at_work_and_scores_come() {
    let mut bench = Bench::open(&["coffee-blurred.jpg", "coffee.jpg", "chelsea.jpg"]);
    bench.until("they are listed", |app| {
        app.state().gallery.order.len() == 3
    });
    let before: Vec<String> = bench.order().iter().map(|name| name.to_string()).collect();
    let begun = Instant::now();
    let scored = |frame: &Frame| frame.score(Task::NoReference).is_some();
    while !bench.app().state().gallery.frames.iter().all(scored) {
        assert!(begun.elapsed() < Duration::from_secs(180));
        bench.press(Key::Home);
        assert_eq!(bench.order(), before);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(bench.order(), before);
    // Hands off, the best comes first.
    bench.until("they are in order", |app| {
        let gallery = &app.state().gallery;
        let scores: Vec<_> = gallery
            .shown()
            .map(|f| f.score(Task::NoReference))
            .collect();
        scores.is_sorted_by(|a, b| a >= b)
    });
    assert!(bench.app().state().gallery.touched.elapsed() >= gallery::HOLD);
}

/// The last of two hundred have their scores long before those in the middle.
#[test]
fn rows_in_sight_are_scored_first() {
    let mut bench = small(200);
    bench.press(Key::End);
    bench.until("those in sight are scored", |app| {
        let gallery = &app.state().gallery;
        let last = gallery
            .selected()
            .is_some_and(|frame| frame.name == "199.png");
        let mut seen = gallery.in_sight.iter().filter_map(|id| gallery.frame(*id));
        last && seen.all(|frame| frame.score(Task::NoReference).is_some())
    });
    let frames = &bench.app().state().gallery.frames;
    let unscored = frames
        .iter()
        .filter(|f| f.score(Task::NoReference).is_none());
    let unscored = unscored.count();
    assert!(unscored > 20, "{unscored}");
}

/// The key for a picture of this name.
fn key_of(name: &str) -> Key {
    match name.trim_end_matches(".png").parse::<u32>().unwrap() % 4 {
        0 => Key::X,
        1 => Key::K,
        2 => Key::Num3,
        _ => Key::Num7,
    }
}

fn expected(name: &str) -> Decision {
    let nothing = Decision::default();
    match key_of(name) {
        Key::X => Decision {
            mark: Some(Mark::Reject),
            ..nothing
        },
        Key::K => Decision {
            mark: Some(Mark::Keep),
            ..nothing
        },
        Key::Num3 => Decision {
            stars: 3,
            ..nothing
        },
        _ => Decision {
            label: Some(Label::Yellow),
            ..nothing
        },
    }
}

fn two_are_decided(app: &App) -> bool {
    let frames = app.state().gallery.frames.iter();
    let decided = frames.filter(|frame| frame.decision() != Decision::default());
    decided.count() == 2
}

/// Opens a folder that is not the window's own.
fn open(photos: &Path, settings: PathBuf) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let paths = vec![photos.to_owned()];
    Bench::start_with(folder, paths, [1280.0, 800.0], settings)
}

#[test]
#[ignore = "is run by another test, and killed by it"]
fn culls_until_it_is_killed() {
    let Some(place) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let mut bench = open(&place.join("photos"), place.join("settings"));
    bench.until_listed(100);
    bench.press(Key::Home);
    for _ in 0..100 {
        let key = key_of(selected(&bench));
        at_once(&mut bench, &[key, Key::ArrowDown]);
    }
    println!("culled, at {}", selected(&bench));
    std::io::stdout().flush().unwrap();
    loop {
        bench.harness.step();
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_hundred_frames_are_culled_by_keys_and_a_kill_loses_none_of_it() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    shoot(&photos, 100);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["window::culling::culls_until_it_is_killed", "--exact"])
        .args(["--ignored", "--nocapture"])
        .env(CHILD, place.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("culled") {
        line.clear();
        let read = std::io::BufRead::read_line(&mut said, &mut line).unwrap();
        assert!(read > 0, "the child ended before it was killed");
    }
    let last = line.rsplit(' ').next().unwrap().trim().to_owned();
    let library = Library::join(&place.path().join("settings/library.sqlite")).unwrap();
    let folder = photos.canonicalize().unwrap();
    wait_until("it is kept which picture is looked at", || {
        let view = library.view(&folder).unwrap();
        view.is_some_and(|view| view.contains(&last))
    });
    drop(library);
    child.kill().unwrap();
    child.wait().unwrap();

    let mut bench = open(&photos, place.path().join("settings"));
    bench.until("all marks are there", |app| {
        let frames = &app.state().gallery.frames;
        frames.len() == 100 && frames.iter().all(|f| f.decision() == expected(&f.name))
    });
    bench.until("the last picture is looked at", move |app| {
        let selected = app.state().gallery.selected();
        selected.is_some_and(|frame| frame.name == last)
    });
}

fn scored(app: &App, count: usize) -> bool {
    let frames = &app.state().gallery.frames;
    frames.len() == count && frames.iter().all(|f| f.score(Task::NoReference).is_some())
}

#[test]
fn the_second_start_has_scores_order_and_selection_without_scoring() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    shoot(&photos, 12);
    let mut bench = open(&photos, place.path().join("settings"));
    bench.until("all are scored", |app| scored(app, 12));
    bench.apply(gallery::Command::Sort(SortKey::Name, true));
    bench.apply(gallery::Command::Group(Grouping::Folders));
    bench.apply(gallery::Command::Filter(Filter {
        text: "png".into(),
        ..Filter::default()
    }));
    bench.select("007.png");
    bench.until_maps();
    let all = |bench: &Bench| -> Vec<(String, f32, Vec<f32>)> {
        let frames = bench.app().state().gallery.frames.iter();
        let rated = frames.map(|frame| (frame.name.clone(), frame.quality.rated().unwrap()));
        let mut all: Vec<_> = rated
            .map(|(name, rated)| (name, rated.inspection.prediction.raw, rated.mean.clone()))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    let before = all(&bench);
    let mut bench = bench.restart(vec![photos]);
    bench.until("all have scores", |app| scored(app, 12));
    bench.until("it is quiet", App::is_idle);
    assert_eq!(all(&bench), before);
    let state = bench.app().state();
    assert!(state.scoring.ended.is_none(), "{:?}", state.scoring.ended);
    assert_eq!(bench.app().settings().sort, SortKey::Name);
    assert!(bench.app().settings().descending);
    assert_eq!(state.gallery.grouping, Grouping::Folders);
    assert_eq!(state.gallery.filter.text, "png");
    assert_eq!(selected(&bench), "007.png");
    // Another size is another score.
    let size = bpclip_core::image::SizePolicy {
        shorter_side: Some(64),
        enlarge: false,
    };
    bench.apply(scoring::Command::Size(Some(size)));
    bench.until("all are scored smaller", |app| {
        let frames = &app.state().gallery.frames;
        let height = |f: &Frame| Some(f.quality.rated()?.inspection.scored_height);
        frames.iter().all(|frame| height(frame) == Some(64))
    });
    assert_ne!(all(&bench)[0].1, before[0].1);
    // A picture that has changed is scored anew, and so is one that the user wants afresh.
    bench.apply(scoring::Command::Size(None));
    bench.until("all have their scores again", |app| {
        let frames = &app.state().gallery.frames;
        let height = |f: &Frame| Some(f.quality.rated()?.inspection.scored_height);
        frames.iter().all(|frame| height(frame) == Some(80))
    });
    assert_eq!(all(&bench), before);
    let id = bench.frame("003.png").id;
    bench.apply(gallery::Command::Reread(id));
    bench.until("it is scored afresh", |app| {
        scored(app, 12) && app.is_idle()
    });
    assert_eq!(bench.app().state().scoring.ended.unwrap().done, 1);
}

#[test]
fn what_other_programs_rated_is_read_and_the_later_word_counts() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    shoot(&photos, 3);
    let settings = place.path().join("settings");
    let sidecar = |name: &str, rating: i8, label: &str| {
        let text = format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:Rating>{rating}</xmp:Rating><xmp:Label>{label}</xmp:Label></rdf:Description>
</rdf:RDF></x:xmpmeta>"#
        );
        std::fs::write(photos.join(name), text).unwrap();
    };
    sidecar("000.xmp", 4, "Green");
    sidecar("001.png.xmp", -1, "");
    let mut bench = open(&photos, settings);
    bench.until("they are read", two_are_decided);
    assert_eq!(bench.frame("000.png").stars, 4);
    assert_eq!(bench.frame("000.png").label, Some(Label::Green));
    assert_eq!(bench.frame("001.png").mark, Some(Mark::Reject));
    bench.select("001.png");
    bench.press(Key::K);
    // What was decided here is later than what stood there.
    let mut bench = bench.restart(vec![photos.clone()]);
    bench.until("they are read", two_are_decided);
    assert_eq!(bench.frame("001.png").mark, Some(Mark::Keep));
    let next_start = bench.end();
    // And another program's later word is later than that.
    sidecar("001.png.xmp", 2, "");
    let later = std::fs::File::options()
        .write(true)
        .open(photos.join("001.png.xmp"));
    let then = SystemTime::now() + Duration::from_secs(1);
    later.unwrap().set_modified(then).unwrap();
    let mut bench = next_start(vec![photos.clone()]);
    bench.until("it is read", |app| {
        app.state().gallery.frames.iter().any(|f| f.stars == 2)
    });
    assert_eq!(bench.frame("001.png").mark, None);
}

#[test]
fn a_library_that_cannot_be_used_is_put_aside_and_what_is_decided_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    shoot(&photos, 2);
    let settings = place.path().join("settings");
    std::fs::create_dir(&settings).unwrap();
    std::fs::write(settings.join("library.sqlite"), b"this is no library").unwrap();
    let mut bench = open(&photos, settings.clone());
    bench.until_said("could not be used");
    let names = names(&settings);
    let is_aside = |name: &&String| name.contains("library.sqlite.unreadable");
    let aside = settings.join(names.iter().find(is_aside).unwrap());
    assert_eq!(std::fs::read(aside).unwrap(), b"this is no library");
    bench.until_listed(2);
    bench.select("001.png");
    bench.press(Key::X);
    let mut bench = bench.restart(vec![photos]);
    bench.until("the mark is there", |app| {
        app.state()
            .gallery
            .frames
            .iter()
            .any(|f| f.mark == Some(Mark::Reject))
    });
}

#[test]
fn what_is_kept_is_shown_with_its_size_and_forgotten_by_a_button() {
    let mut bench = small(3);
    bench.press(Key::X);
    bench.until("all are scored", |app| scored(app, 3));
    bench.until("it is quiet", App::is_idle);
    let counted = |bench: &mut Bench, text: &'static str| {
        bench.until("it is counted", |app| app.state().library.size.is_some());
        bench.until(text, |app| {
            let size = app.state().library.size.unwrap();
            let said = format!("{} and {}", size.pictures, size.decisions);
            said == text
        });
    };
    bench.apply(bpclip::app::Action::Library);
    counted(&mut bench, "3 and 1");
    let said = "Scores or thumbnails of 3 pictures, marks on 1";
    assert!(bench.harness.query_by_label(said).is_some());
    bench.click("Forget scores and thumbnails");
    counted(&mut bench, "0 and 1");
    // Without the tick the marks stay, and those in the list stay anyway.
    bench.click("Forget all marks");
    counted(&mut bench, "0 and 1");
    bench.click("Forget marks, stars and labels too");
    bench.click("Forget all marks");
    counted(&mut bench, "0 and 1");
    assert_eq!(bench.frame("000.png").mark, Some(Mark::Reject));
    bench.press(Key::Escape);
    bench.apply(gallery::Command::RemoveAll);
    bench.apply(bpclip::app::Action::Library);
    bench.click("Forget marks, stars and labels too");
    bench.click("Forget all marks");
    counted(&mut bench, "0 and 0");
}
