//! Signals and limits of the system.

#![cfg(unix)]

use super::names;
use crate::process::{
    PROGRAM, bpclip, code, command, draw, err, score, send, wait_until, wait_until_busy,
};
use crate::training::runs::Place;
use bpclip_train::train::Settings;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime};

const SIGNALS: [(&str, i32); 3] = [("-INT", 130), ("-TERM", 143), ("-HUP", 129)];

/// Waits for a file that says that the work has begun.
fn wait_for(path: &Path) {
    wait_until("it has begun", || path.exists());
}

fn photos(folder: &Path, count: u32) {
    std::fs::create_dir(folder).unwrap();
    for number in 0..count {
        draw(&folder.join(format!("{number:03}.png")), number);
    }
}

/// Before a program: a closed terminal ends it, even where whoever runs the tests ignores that
/// (`nohup`).
const NO_NOHUP: [&str; 2] = ["env", "--default-signal=HUP"];

/// Begins to distort many pictures by these kinds; `wrap` stands before the program.
fn distort(folder: &Path, wrap: &str, kinds: &str) -> Child {
    let line = format!("{wrap} '{PROGRAM}' distort {kinds} --levels 4 photos --output made");
    let child = Command::new("sh")
        .args(["-c", &line])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for(&folder.join("made/000/untouched.png"));
    child
}

fn no_temporary_file(folder: &Path) {
    let names = names(folder);
    let left: Vec<&String> = names.iter().filter(|name| name.ends_with(".tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn every_signal_ends_an_export_in_order() {
    for (signal, expected) in SIGNALS {
        let folder = tempfile::tempdir().unwrap();
        photos(&folder.path().join("photos"), 400);
        // All kinds: it is still at it when the signal comes, however busy the machine is.
        let child = distort(folder.path(), &format!("exec {}", NO_NOHUP.join(" ")), "");
        send(&child, signal);
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), expected, "{signal}: {}", err(&output));
        assert!(err(&output).contains("was not written"), "{}", err(&output));
        no_temporary_file(folder.path());
    }
}

/// The second one leaves at once, from whatever is being written.
#[test]
fn a_second_signal_leaves_no_temporary_file() {
    for moment in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        photos(&folder.path().join("photos"), 60);
        let child = distort(folder.path(), "exec", "--kind jpeg");
        std::thread::sleep(Duration::from_millis(7 * moment));
        send(&child, "-TERM");
        send(&child, "-INT");
        let output = child.wait_with_output().unwrap();
        assert!([143, 130].contains(&code(&output)), "{}", err(&output));
        no_temporary_file(folder.path());
    }
}

/// It waits for whoever reads its lines, so that the signal comes in the midst of it.
#[test]
fn ratings_that_are_interrupted_say_how_many_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    let sidecar = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
        xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3"/></rdf:RDF></x:xmpmeta>"#;
    // More than a pipe holds.
    for number in 0..1000 {
        let name = format!("{number:0200}");
        std::fs::write(photos.join(format!("{name}.png")), [number as u8; 9]).unwrap();
        std::fs::write(photos.join(format!("{name}.xmp")), sidecar).unwrap();
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_bpclip"))
        .args(["rate", "--marks-only", "photos"])
        .current_dir(folder.path())
        .env("BPCLIP_LIBRARY", folder.path().join("library.sqlite"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut told = child.stdout.take().unwrap();
    std::io::Read::read_exact(&mut told, &mut first).unwrap();
    send(&child, "-INT");
    // Drained by a thread of its own, as both pipes may fill.
    let drain = std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    let output = child.wait_with_output().unwrap();
    drain.join().unwrap().unwrap();
    assert_eq!(code(&output), 130, "{}", err(&output));
    let said = err(&output);
    let line = said
        .lines()
        .find(|line| line.ends_with(" of 1000 pictures rated"));
    let count = line.unwrap_or_else(|| panic!("{said}"));
    let count: u32 = count.split(' ').next().unwrap().parse().unwrap();
    assert!((1..1000).contains(&count), "{said}");
}

/// A decoder of others cannot be asked to stop: this picture of 1,905 bytes keeps it busy for seconds.
#[test]
fn a_signal_is_heard_in_the_middle_of_a_decoder() {
    let picture = "tests/fixtures/hostile/flat-10000.avif";
    let folder = tempfile::tempdir().unwrap();
    for name in ["score", "distort"] {
        let mut program = match name {
            "score" => score(),
            _ => {
                let mut distort = command(["distort", "--kind", "jpeg", "--output"]);
                distort.arg(folder.path().join("made"));
                distort
            }
        };
        let mut child = program
            .arg(picture)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_until_busy(&mut child);
        if child.try_wait().unwrap().is_some() {
            // A machine for which this is nothing.
            continue;
        }
        send(&child, "-INT");
        let sent = Instant::now();
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 130, "{}", err(&output));
        assert!(
            sent.elapsed() < Duration::from_secs(2),
            "{:?}",
            sent.elapsed()
        );
    }
}

/// What runs behind `nohup` is not ended by the end of its terminal.
#[test]
#[cfg(target_os = "linux")]
fn an_ignored_hangup_stays_ignored() {
    let folder = tempfile::tempdir().unwrap();
    photos(&folder.path().join("photos"), 30);
    let child = distort(folder.path(), "trap '' HUP; exec", "--kind jpeg");
    send(&child, "-HUP");
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
}

#[test]
fn every_signal_ends_a_training_with_its_state_saved() {
    let place = Place::new();
    let settings = Settings {
        epochs: 500,
        ..place.settings()
    };
    let text = serde_json::to_string(&settings).unwrap();
    std::fs::write(place.path("settings.json"), text).unwrap();
    for (signal, expected) in SIGNALS {
        let folder = place.path(&signal[1..]);
        let child = Command::new(NO_NOHUP[0])
            .args([NO_NOHUP[1], PROGRAM])
            .args(["train", "--settings"])
            .arg(place.path("settings.json"))
            .arg("--run")
            .arg(&folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for(&folder.join("best.safetensors"));
        let state = folder.join("state.safetensors");
        wait_for(&state);
        // What is saved from now on is newer, however coarse the system's clock is.
        let before = SystemTime::now() - Duration::from_secs(60);
        let file = std::fs::File::options().write(true).open(&state);
        file.unwrap().set_modified(before).unwrap();
        send(&child, signal);
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), expected, "{signal}: {}", err(&output));
        assert!(
            err(&output).contains("--resume` goes on"),
            "{}",
            err(&output)
        );
        assert!(state.metadata().unwrap().modified().unwrap() > before);
        no_temporary_file(&folder);
    }
}

#[test]
fn a_file_beyond_the_limit_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    photos(&folder.path().join("photos"), 4);
    std::fs::write(folder.path().join("scores"), "old").unwrap();
    let line = format!(
        "ulimit -f 1; exec '{PROGRAM}' score --device cpu --size 64 --format jsonl photos --output scores"
    );
    let output = Command::new("bash")
        .args(["-c", &line])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert!(err(&output).contains("File too large"), "{}", err(&output));
    let left = std::fs::read_to_string(folder.path().join("scores")).unwrap();
    assert_eq!(left, "old");
    no_temporary_file(folder.path());
}

#[test]
fn a_hundred_thousand_threads_are_as_many_as_are_of_use() {
    let folder = tempfile::tempdir().unwrap();
    draw(&folder.path().join("a.png"), 0);
    let output: Output = score()
        .arg("a.png")
        .env("RAYON_NUM_THREADS", "100000")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    let said = err(&output);
    assert!(said.starts_with("RAYON_NUM_THREADS is 100000: "), "{said}");
}

/// Mesa says so at every look for a display.
#[test]
fn a_system_without_a_runtime_folder_is_not_complained_of() {
    let output = command(["devices"])
        .env_remove("XDG_RUNTIME_DIR")
        .output()
        .unwrap();
    assert_eq!(code(&output), 0);
    assert!(
        !err(&output).contains("XDG_RUNTIME_DIR"),
        "{}",
        err(&output)
    );
    assert_eq!(code(&bpclip(["devices"])), 0);
}
