//! Folders as people keep them: what `bpclip score` takes of them, what it leaves out and says, and
//! how it pairs references.

use crate::noted::Noted;
use crate::process::{self, code, command, err, out};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

const COFFEE: &str = "assets/samples/coffee.jpg";
const NOISY: &str = "assets/samples/coffee-noisy.jpg";

fn score(arguments: &[&Path]) -> Output {
    let mut command = process::score();
    command.args(["--format", "jsonl"]).args(arguments);
    command.output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    process::lines(&output.stdout)
}

/// The names of the pictures that were answered.
fn names(output: &Output) -> Vec<String> {
    let lines = lines(output);
    let paths = lines
        .iter()
        .map(|line| Path::new(line["path"].as_str().unwrap()));
    let names = paths.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    names.collect()
}

/// Files that are no pictures, by name or by content.
fn others(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    for name in ["1.MOV", "2.MOV", "3.mov"] {
        write(name, b"\0\0\0\x14ftypqt  \0\0\0\0qt  ");
    }
    for name in ["._1.MOV", "._a.jpg"] {
        write(name, b"\0\x05\x16\x07\0\x02\0\0Mac OS X        ");
    }
    write("layers.psd", b"8BPS\0\x01\0\0\0\0\0\0\0\x03");
    write("README", b"BMW is no bitmap, and this is no picture.");
    write(".DS_Store", b"\0\0\0\x01Bud1");
}

/// What is said of [`others`].
const OTHERS: &str = "3 .MOV, 1 without an extension, 1 .psd, 2 ._ files";

#[test]
fn content_tells_where_names_do_not_and_the_rest_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    others(path);
    for name in [
        "a.jpg", "b.jfif", "c.HEIC", "d.mpo", "e.jpe", "f", "g.backup",
    ] {
        std::fs::copy(COFFEE, path.join(name)).unwrap();
    }
    // Beside a film or an edited picture: no picture of its own.
    for name in ["1.THM", "a.jpg_original"] {
        std::fs::copy(COFFEE, path.join(name)).unwrap();
    }
    let output = score(&[path]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(
        names(&output),
        [
            "a.jpg", "b.jfif", "c.HEIC", "d.mpo", "e.jpe", "f", "g.backup"
        ]
    );
    assert!(lines(&output).iter().all(|line| line["score"].is_number()));
    let said = "7 pictures; left out: 3 .MOV, 1 without an extension, 1 .jpg_original, 1 .psd, \
                1 .THM, 2 ._ files\n";
    assert_eq!(err(&output), said);
}

#[test]
fn a_folder_without_a_picture_says_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    others(path);
    std::fs::create_dir(path.join("deeper")).unwrap();
    let output = score(&[path]);
    assert_eq!(code(&output), 2, "{}", err(&output));
    let said = format!(
        "error: the folders given hold no pictures; left out: {OTHERS}, 1 folder; --recursive opens \
         folders within folders\n"
    );
    assert_eq!(err(&output), said);
    std::fs::copy(COFFEE, path.join("deeper/a.jpg")).unwrap();
    let output = score(&[Path::new("--recursive"), path]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(names(&output), ["a.jpg"]);
    assert_eq!(err(&output), format!("1 picture; left out: {OTHERS}\n"));
}

#[cfg(unix)]
#[test]
fn what_cannot_be_looked_into_is_counted_and_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(COFFEE, folder.path().join("a.jpg")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("link.jpg")).unwrap();
    let output = score(&[folder.path()]);
    assert_eq!(code(&output), 1);
    let said = err(&output);
    assert!(
        said.starts_with("1 picture; left out: 1 unreadable\n"),
        "{said}"
    );
    assert!(
        said.contains("1 of 2 could not be scored") && said.contains("link.jpg"),
        "{said}"
    );
}

#[test]
fn a_picture_that_is_named_twice_is_scored_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(COFFEE, folder.path().join("a.jpg")).unwrap();
    let again = [folder.path().join("a.jpg"), folder.path().join("./a.jpg")];
    let output = score(&[folder.path(), &again[0], &again[1]]);
    assert_eq!(names(&output), ["a.jpg"]);
}

/// Edits and originals of these names, the originals all of one size.
fn pairs(edits: &[&str], originals: &[&str]) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let [e, o] = ["edits", "originals"].map(|name| folder.path().join(name));
    for (folder, names, sample) in [(&e, edits, NOISY), (&o, originals, COFFEE)] {
        std::fs::create_dir(folder).unwrap();
        for name in names {
            std::fs::copy(sample, folder.join(name)).unwrap();
        }
    }
    (folder, e, o)
}

fn compared(edits: &Path, originals: &Path) -> Output {
    score(&[Path::new("--reference"), originals, edits])
}

#[test]
fn two_references_that_fit_are_an_error_that_names_both() {
    let (_guard, edits, originals) = pairs(&["a.webp", "b.webp"], &["a.jpg", "a.png", "b.jpg"]);
    let output = compared(&edits, &originals);
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    let error = lines[0]["error"].as_str().unwrap();
    for name in ["a.jpg", "a.png"] {
        assert!(
            error.contains(originals.join(name).to_str().unwrap()),
            "{error}"
        );
    }
    assert_eq!(lines[0]["score"], Value::Null);
    assert!(lines[1]["score"].is_number());
    assert!(err(&output).contains("a.webp: several references are named like it"));
    // However one of them is spelled.
    let (_guard, edits, originals) = pairs(&["a.webp"], &["a.jpg", "A.PNG"]);
    assert_eq!(code(&compared(&edits, &originals)), 1);
}

#[test]
fn the_reference_of_the_whole_name_is_meant() {
    let (_guard, edits, originals) = pairs(&["a.jpg"], &["a.jpg", "a.png"]);
    assert_eq!(code(&compared(&edits, &originals)), 0);
}

#[test]
fn references_are_found_whatever_their_capitals_and_accents() {
    let (_guard, edits, originals) = pairs(
        &["f\u{fc}\u{df}e.jpg", "Caf\u{e9}.webp", "b.JPG"],
        &["fu\u{308}\u{df}e.jpg", "cafe\u{301}.png", "B.jpg"],
    );
    let output = compared(&edits, &originals);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(lines(&output).len(), 3);
}

#[test]
fn what_the_camera_noted_is_told_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let plain = std::fs::read(COFFEE).unwrap();
    std::fs::write(folder.path().join("a.jpg"), Noted::some().into_jpeg(&plain)).unwrap();
    std::fs::write(folder.path().join("b.jpg"), &plain).unwrap();
    let run = |more: &[&str]| {
        let mut command = command(["score", "--device", "cpu"]);
        let output = command.args(more).arg(folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        out(&output)
    };
    let lines = process::lines(run(&["--exif", "--format", "jsonl"]));
    assert_eq!(
        lines[0]["exif"],
        serde_json::json!({
            "camera": "Canon EOS R5 II", "aperture": 2.8, "taken": "2026-11-26T14:03:07+01:00", "has_place": false
        })
    );
    assert!(lines[1].get("exif").is_none());
    let table = run(&["--exif", "--format", "csv"]);
    let mut rows = table.lines();
    assert!(rows.next().unwrap().ends_with(
        "camera,lens,focal_length,aperture,shutter,iso,exposure_bias,taken,has_place,notes"
    ));
    assert!(
        rows.next()
            .unwrap()
            .ends_with("Canon EOS R5 II,,,2.8,,,,2026-11-26T14:03:07+01:00,false,")
    );
    assert!(!run(&["--format", "jsonl"]).contains("exif"));
}
