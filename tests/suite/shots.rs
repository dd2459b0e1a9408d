//! Raw and JPEG of one shot are one picture of a folder.

use crate::image::camera_raw::dng;
use crate::process::{self, lines, out};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

const COFFEE: &str = "assets/samples/coffee.jpg";
const NOISY: &str = "assets/samples/coffee-noisy.jpg";

/// Two shots as raw and JPEG or raw alone, and a JPEG of another name.
fn card() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::copy(COFFEE, at("1.JPG")).unwrap();
    std::fs::copy(COFFEE, at("3.jpg")).unwrap();
    let raw = dng(&std::fs::read(NOISY).unwrap(), 1);
    for name in ["1.dng", "2.DNG"] {
        std::fs::write(at(name), &raw).unwrap();
    }
    folder
}

fn score(format: &str, arguments: &[&Path]) -> Output {
    let output = process::score()
        .args(["--format", format])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

/// The names of the files of each line.
fn files(arguments: &[&Path]) -> Vec<Vec<String>> {
    let output = score("jsonl", arguments);
    let name = |value: &Value| {
        let path = PathBuf::from(value.as_str().unwrap());
        path.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let line = |line: &Value| {
        let companions = line["companions"].as_array().cloned().unwrap_or_default();
        let files = std::iter::once(&line["path"]).chain(&companions);
        files.map(name).collect()
    };
    lines(&output.stdout).iter().map(line).collect()
}

#[test]
fn a_shot_is_one_line_and_names_its_files() {
    let folder = card();
    let path = folder.path();
    let together = [vec!["1.JPG", "1.dng"], vec!["2.DNG"], vec!["3.jpg"]];
    assert_eq!(files(&[path]), together);
    let output = score("csv", &[path]);
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said, "there both as raw file and as JPEG or HEIC: 1 of 3\n");
    let text = out(&output);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let last = rows
        .headers()
        .unwrap()
        .iter()
        .next_back()
        .map(str::to_owned);
    assert_eq!(last.as_deref(), Some("companions"));
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let companion = path.join("1.dng").display().to_string();
    assert_eq!(rows[0].iter().next_back(), Some(companion.as_str()));
    assert_eq!(rows[1].iter().next_back(), Some(""));
    // Both JPEGs are the same picture, and the raw file's is not.
    assert_eq!(rows[0].get(6), rows[2].get(6));
    assert_ne!(rows[0].get(6), rows[1].get(6));
    assert!(out(&score("table", &[path])).contains("1.JPG + 1.dng"));
}

#[test]
fn shots_are_taken_apart_where_that_is_asked_for() {
    let folder = card();
    let at = |name: &str| folder.path().join(name);
    let apart = [vec!["1.JPG"], vec!["1.dng"], vec!["2.DNG"], vec!["3.jpg"]];
    assert_eq!(files(&[Path::new("--apart"), folder.path()]), apart);
    // What is named stays as it is named.
    let named = [at("1.dng"), at("1.JPG")];
    assert_eq!(files(&[&named[0], &named[1]]), [["1.dng"], ["1.JPG"]]);
    let both = files(&[folder.path(), &named[0]]);
    assert_eq!(both, [["1.dng"], ["1.JPG"], ["2.DNG"], ["3.jpg"]]);
    let header = out(&score("csv", &[Path::new("--apart"), folder.path()]));
    assert!(!header.contains("companions"));
}

#[test]
fn a_reference_in_raw_and_jpeg_is_one() {
    let (edits, originals) = (tempfile::tempdir().unwrap(), card());
    std::fs::copy(NOISY, edits.path().join("1.png")).unwrap();
    std::fs::copy(NOISY, edits.path().join("1.dng")).unwrap();
    let output = process::score()
        .args(["--metrics", "psnr", "--format", "jsonl", "--reference"])
        .args([originals.path(), edits.path()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = lines(&output.stdout);
    // By the whole name the raw file is meant, which holds the same noisy JPEG; by the stem the JPEG.
    assert_eq!(lines[0]["metrics"]["psnr"], "inf");
    assert!(lines[1]["metrics"]["psnr"].as_f64().unwrap() < 40.0);
}
