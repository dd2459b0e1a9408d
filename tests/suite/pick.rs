//! `bpclip pick`: the best into a folder, with what belongs to them, and back.

use crate::image::camera_raw::dng;
use crate::process::{bpclip, code, command, err, out, sample};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

fn pick(arguments: &[&str]) -> Output {
    bpclip([&["pick", "--device", "cpu", "--size", "96"], arguments].concat())
}

fn undo(log: &Path) -> Output {
    command(["pick", "--undo"]).arg(log).output().unwrap()
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
    assert!(output.status.success(), "{}", err(&output));
    let said = out(&output);
    assert!(err(&output).contains("2 of 4 picked"));
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
    assert!(output.status.success(), "{}", err(&output));
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
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!((contents(&photos), contents(&target)), before);
}

/// A folder on another file system than that of temporary files, if there is one.
#[cfg(target_os = "linux")]
fn elsewhere() -> Option<tempfile::TempDir> {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.dev());
    let other = Path::new("/dev/shm");
    match (device(other), device(&std::env::temp_dir())) {
        (Ok(a), Ok(b)) if a != b => tempfile::tempdir_in(other).ok(),
        _ => {
            crate::skip::skip("there is no second file system");
            None
        }
    }
}

/// Moves to places in `where_to`, each killed a bit later than the one before, and takes each back.
fn killed_moves(photos: &Path, where_to: &Path, moment: std::time::Duration) {
    let before = contents(photos);
    for kill in 0..20 {
        let target = where_to.join(format!("picked-{kill}"));
        let mut child = command(["pick", "--device", "cpu", "--size", "64", "--move-to"])
            .args([&target, photos])
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
        std::thread::sleep(moment * kill);
        let _ = child.kill();
        child.wait().unwrap();
        // Every file is whole in one place at least.
        let (here, there) = (contents(photos), contents(&target));
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
            assert!(output.status.success(), "{}", err(&output));
            // What was not whole yet is gone too.
            assert_eq!(contents(&target).len(), 0, "kill {kill}");
        }
        assert_eq!(contents(photos), before, "kill {kill}");
    }
}

#[test]
fn a_move_that_is_killed_loses_nothing_and_is_taken_back() {
    let (place, photos) = shoot();
    killed_moves(&photos, place.path(), std::time::Duration::from_micros(150));
}

#[cfg(target_os = "linux")]
#[test]
fn a_move_to_another_file_system_that_is_killed_loses_nothing() {
    let Some(other) = elsewhere() else { return };
    let (_place, photos) = shoot();
    // Copies take a while.
    for number in 0..6 {
        let large = vec![number; 8 << 20];
        let name = format!("coffee.{number}.xmp");
        std::fs::write(photos.join(name), large).unwrap();
    }
    std::fs::write(photos.join("chelsea.jpg.xmp"), vec![7; 8 << 20]).unwrap();
    killed_moves(&photos, other.path(), std::time::Duration::from_millis(1));
}

/// The program with what is kept and the bin in this place.
fn own(place: &Path, arguments: &[&str]) -> Output {
    command(arguments)
        .env("BPCLIP_LIBRARY", place.join("kept/library.sqlite"))
        .env("XDG_DATA_HOME", place.join("data"))
        .output()
        .unwrap()
}

/// A sidecar with this rating, and a pick of digiKam's.
fn sidecar(photos: &Path, name: &str, rating: i8, pick: u8) {
    let text = format!(
        r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmp:Rating="{rating}" digiKam:PickLabel="{pick}"/>
</rdf:RDF></x:xmpmeta>"#
    );
    std::fs::write(photos.join(name), text).unwrap();
}

#[test]
fn what_was_kept_or_rejected_is_picked_without_a_score() {
    let (place, photos) = shoot();
    sidecar(&photos, "coffee.xmp", -1, 0);
    sidecar(&photos, "chelsea.xmp", 4, 3);
    let folder = photos.to_str().unwrap();
    let kept = own(place.path(), &["pick", folder, "--kept"]);
    assert!(kept.status.success(), "{}", err(&kept));
    assert!(err(&kept).contains("1 of 4 picked"));
    assert!(out(&kept).contains("chelsea.jpg"));
    // What the window decided is the later word, and goes with a file that is moved.
    let library = place.path().join("kept/library.sqlite");
    let (mut known, _) = bpclip_library::Library::open(&library).unwrap();
    let rejected = bpclip_library::Decision {
        mark: Some(bpclip_library::Mark::Reject),
        ..Default::default()
    };
    let blurred = photos.join("coffee-blurred.jpg");
    let identity = bpclip_library::Identity::of(&blurred).unwrap();
    known.keep_decisions(&[(identity, rejected, None)]).unwrap();
    drop(known);
    let target = place.path().join("rejected");
    let arguments = ["pick", folder, "--rejected", "--move-to"];
    let moved = own(
        place.path(),
        &[&arguments[..], &[target.to_str().unwrap()]].concat(),
    );
    assert!(moved.status.success(), "{}", err(&moved));
    let mut there: Vec<String> = contents(&target).into_keys().collect();
    there.retain(|name| !name.ends_with(".json"));
    let names = [
        "coffee-blurred.jpg",
        "coffee.DNG",
        "coffee.jpg",
        "coffee.xmp",
    ];
    assert_eq!(there, names);
    let (mut known, _) = bpclip_library::Library::open(&library).unwrap();
    let identity = bpclip_library::Identity::of(&target.join("coffee-blurred.jpg")).unwrap();
    let decided = known.decision(&identity, |_| None).unwrap();
    assert_eq!(decided.map(|decided| decided.decision), Some(rejected));
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_rejected_goes_into_the_bin_and_comes_out_of_it() {
    let (place, photos) = shoot();
    sidecar(&photos, "coffee.xmp", -1, 0);
    let before = contents(&photos);
    let arguments = ["pick", photos.to_str().unwrap(), "--rejected", "--bin"];
    let dry = own(place.path(), &[&arguments[..], &["--dry-run"]].concat());
    assert!(dry.status.success(), "{}", err(&dry));
    let would = out(&dry);
    assert_eq!(
        would
            .lines()
            .filter(|line| line.starts_with("bin "))
            .count(),
        3
    );
    assert_eq!(contents(&photos), before);
    let binned = own(place.path(), &arguments);
    assert!(binned.status.success(), "{}", err(&binned));
    assert_eq!(contents(&photos).len(), before.len() - 3);
    let bin = place.path().join("data/Trash/files");
    assert_eq!(contents(&bin).len(), 3);
    let log = log_in(&place.path().join("kept/transfers"));
    // What is in a file's place stays there, and the file in the bin.
    std::fs::write(photos.join("coffee.xmp"), b"another").unwrap();
    let back = own(place.path(), &["pick", "--undo", log.to_str().unwrap()]);
    assert_eq!(code(&back), 1);
    assert!(err(&back).contains("stays in the bin"), "{}", err(&back));
    assert_eq!(contents(&photos)["coffee.xmp"], b"another");
    std::fs::remove_file(photos.join("coffee.xmp")).unwrap();
    let back = own(place.path(), &["pick", "--undo", log.to_str().unwrap()]);
    assert!(back.status.success(), "{}", err(&back));
    assert_eq!(contents(&photos), before);
    assert!(!log.exists() && contents(&bin).is_empty());
    assert!(contents(&place.path().join("data/Trash/info")).is_empty());
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
        // Nobody wants the best in the bin.
        &[photos, "--bin"],
        &[photos, "--best", "3", "--bin"],
        &[photos, "--kept", "--rejected"],
        &[photos, "--copy-to", file.to_str().unwrap()],
        &["--undo", "/nowhere/at/all.json"],
    ] {
        let output = pick(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
    }
}
