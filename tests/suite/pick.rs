//! `bpclip pick`: the best into a folder, with what belongs to them, and back.

use crate::image::camera_raw::dng;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn pick(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bpclip"))
        .args(["pick", "--device", "cpu", "--size", "96"])
        .args(arguments)
        .output()
        .unwrap()
}

fn undo(log: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bpclip"));
    command.args(["pick", "--undo"]).arg(log).output().unwrap()
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/samples")
        .join(name)
}

/// Two good pictures and two bad ones; one of the good has a sidecar and a raw file beside it.
fn shoot() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    for name in [
        "coffee.jpg",
        "chelsea.jpg",
        "coffee-jpeg10.jpg",
        "coffee-blurred.jpg",
    ] {
        std::fs::copy(sample(name), photos.join(name)).unwrap();
    }
    std::fs::write(photos.join("coffee.xmp"), b"its sidecar").unwrap();
    let raw = dng(&std::fs::read(sample("coffee.jpg")).unwrap(), 1);
    std::fs::write(photos.join("coffee.DNG"), raw).unwrap();
    (place, photos)
}

/// All files of a folder with their content.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let named = entries.map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, std::fs::read(entry.path()).unwrap())
    });
    named.collect()
}

fn log_in(folder: &Path) -> PathBuf {
    let is = |name: &String| name.starts_with("bpclip-pick-");
    let name = contents(folder).into_keys().find(is).unwrap();
    folder.join(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_dry_run_says_what_would_be_and_does_nothing() {
    let (place, photos) = shoot();
    let target = place.path().join("picked");
    let before = contents(&photos);
    let output = pick(&[
        photos.to_str().unwrap(),
        "--best",
        "2",
        "--dry-run",
        "--copy-to",
        target.to_str().unwrap(),
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(text(&output.stderr).contains("2 of 4 picked"));
    let copies = said.lines().filter(|line| line.starts_with("copy "));
    assert_eq!(copies.count(), 4, "{said}");
    for bad in ["jpeg10", "blurred"] {
        assert!(!said.contains(bad), "{said}");
    }
    assert!(!target.exists());
    assert_eq!(contents(&photos), before);
}

#[test]
fn copies_take_what_belongs_to_them_along_overwrite_nothing_and_are_undone() {
    let (place, photos) = shoot();
    let target = place.path().join("picked");
    std::fs::create_dir(&target).unwrap();
    std::fs::write(target.join("coffee.jpg"), b"another picture").unwrap();
    let before = (contents(&photos), contents(&target));
    let arguments = [
        photos.to_str().unwrap(),
        "--best",
        "2",
        "--copy-to",
        target.to_str().unwrap(),
    ];
    let output = pick(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let there = contents(&target);
    assert_eq!(there["coffee.jpg"], b"another picture");
    for (name, from) in [
        ("coffee-2.jpg", "coffee.jpg"),
        ("coffee-2.xmp", "coffee.xmp"),
        ("coffee-2.DNG", "coffee.DNG"),
        ("chelsea.jpg", "chelsea.jpg"),
    ] {
        assert_eq!(there[name], before.0[from], "{name}");
    }
    assert_eq!(contents(&photos), before.0);
    let output = undo(&log_in(&target));
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!((contents(&photos), contents(&target)), before);
}

#[test]
fn a_move_is_undone_and_one_that_is_killed_loses_nothing() {
    let (place, photos) = shoot();
    let before = contents(&photos);
    for kill in 0..20 {
        let target = place.path().join(format!("picked-{kill}"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_bpclip"))
            .args(["pick", "--device", "cpu", "--size", "64", "--move-to"])
            .args([&target, &photos])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Most of the time goes into scoring; the moves come at once behind it.
        let begun = std::time::Instant::now();
        while !target.exists() && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed().as_secs() < 120);
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        std::thread::sleep(std::time::Duration::from_micros(150 * kill));
        let _ = child.kill();
        child.wait().unwrap();
        // Every file is whole in one place at least.
        let (here, there) = (contents(&photos), contents(&target));
        for (name, content) in &before {
            let found = [here.get(name), there.get(name)];
            let whole = found.iter().flatten().filter(|found| **found == content);
            assert!(whole.count() > 0, "{name} at kill {kill}");
        }
        let log = contents(&target)
            .into_keys()
            .find(|name| name.starts_with("bpclip-pick-"));
        if let Some(log) = log {
            let output = undo(&target.join(log));
            assert!(output.status.success(), "{}", text(&output.stderr));
        }
        assert_eq!(contents(&photos), before, "kill {kill}");
    }
}

#[test]
fn what_contradicts_itself_is_wrong_usage() {
    let (place, photos) = shoot();
    let photos = photos.to_str().unwrap();
    let file = place.path().join("file");
    std::fs::write(&file, b"").unwrap();
    for arguments in [
        &["--best", "2"][..],
        &[photos, "--copy-to", "a", "--move-to", "b"],
        &[photos, "--copy-to", file.to_str().unwrap()],
        &["--undo", "/nowhere/at/all.json"],
    ] {
        let output = pick(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
