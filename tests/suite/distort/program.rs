//! `bpclip distort` as a process.

use crate::process::{bpclip, code, err};
use bpclip_core::image::{Limits, read};
use bpclip_train::distort::{Distortion, label};
use std::path::Path;
use std::process::Output;

const COFFEE: &str = "assets/samples/coffee.jpg";
const ROCKET: &str = "assets/samples/rocket.jpg";

fn distort(arguments: &[&str]) -> Output {
    bpclip([&["distort"], arguments].concat())
}

/// The rows of a folder's table, by the names of its columns.
fn rows(folder: &Path) -> Vec<std::collections::HashMap<String, String>> {
    let mut table = csv::Reader::from_path(folder.join("ladder.csv")).unwrap();
    table.deserialize().map(Result::unwrap).collect()
}

#[test]
fn ladders_of_samples_with_their_table() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made/here");
    let output = distort(&[
        COFFEE,
        ROCKET,
        "--size",
        "96",
        "--kind",
        "jpeg",
        "--kind",
        "sensor-noise",
        "--seed",
        "7",
        "--output",
        target.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("ladder.csv"));

    let rows = rows(&target);
    assert_eq!(rows.len(), 2 * (1 + 2 * 5));
    let untouched = &rows[0];
    assert_eq!(untouched["name"], "coffee/untouched.png");
    assert_eq!(untouched["reference"], untouched["name"]);
    assert_eq!(
        (
            untouched["level"].as_str(),
            untouched["distortion"].as_str()
        ),
        ("0", "")
    );
    assert!(untouched["label"].parse::<f64>().unwrap() > 99.9);

    let reference = read(&target.join("rocket/untouched.png"), &Limits::default()).unwrap();
    assert_eq!(reference.width.min(reference.height), 96);
    let noisy = read(
        &target.join("rocket/sensor-noise-3.png"),
        &Limits::default(),
    )
    .unwrap();
    // The second picture's seed follows the first's.
    assert_eq!(noisy, Distortion::SensorNoise.apply(&reference, 0.6, 8));

    for ladder in rows.chunks(11).flat_map(|picture| picture[1..].chunks(5)) {
        let mut before = 100.0;
        for (level, row) in (1..).zip(ladder) {
            assert_eq!(row["level"], level.to_string());
            assert!(row["name"].ends_with(&format!("{}-{level}.png", row["distortion"])));
            assert!(
                target.join(&row["name"]).is_file() && target.join(&row["reference"]).is_file()
            );
            let kind = Distortion::ALL
                .into_iter()
                .find(|kind| kind.key() == row["distortion"]);
            assert_eq!(row["dimension"], kind.unwrap().dimension());
            assert!((row["strength"].parse::<f32>().unwrap() - level as f32 / 5.0).abs() < 1e-6);
            let score: f64 = row["ssimulacra2"].parse().unwrap();
            assert!(score < before, "{}", row["name"]);
            assert!((row["label"].parse::<f64>().unwrap() - 100.0 * label(score)).abs() < 0.01);
            before = score;
        }
    }
}

#[test]
fn the_table_opens_as_a_dataset() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let output = distort(&[
        COFFEE,
        "--size",
        "64",
        "--kind",
        "haze",
        "--mixed",
        "1",
        "--levels",
        "2",
        "--output",
        path.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let dataset = bpclip_train::dataset::open(path, &Default::default()).unwrap();
    assert_eq!(dataset.items.len(), 1 + 2 + 2);
    assert!(dataset.skipped.is_empty());
    let haze = &dataset.items[2];
    assert_eq!(haze.distortion.as_deref(), Some("haze"));
    assert_eq!(
        (haze.level, haze.dimension.as_deref()),
        (Some(2), Some("contrast"))
    );
    assert!(haze.reference.is_some() && haze.mos < dataset.items[0].mos);
    let mixed = dataset.items[4].distortion.clone().unwrap();
    assert!(mixed.contains('+'), "{mixed}");
}

#[test]
fn all_kinds_unless_some_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let output = distort(&[
        COFFEE,
        "--size",
        "64",
        "--levels",
        "1",
        "--output",
        path.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let made: Vec<String> = rows(path)
        .iter()
        .skip(1)
        .map(|row| row["distortion"].clone())
        .collect();
    assert_eq!(made, Distortion::ALL.map(Distortion::key));
}

#[test]
fn a_broken_picture_is_named_and_the_rest_made() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = folder.path().join("pictures");
    std::fs::create_dir(&pictures).unwrap();
    std::fs::write(pictures.join("broken.jpg"), b"\xFF\xD8\xFF not a photo").unwrap();
    std::fs::copy(COFFEE, pictures.join("coffee.jpg")).unwrap();
    std::fs::copy(ROCKET, pictures.join("coffee.jpeg")).unwrap();
    let dot = ::image::RgbImage::from_pixel(5, 9, ::image::Rgb([9, 9, 9]));
    dot.save(pictures.join("dot.png")).unwrap();
    let target = folder.path().join("out");
    let output = distort(&[
        pictures.to_str().unwrap(),
        "no-such.png",
        "--size",
        "64",
        "--kind",
        "banding",
        "--output",
        target.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 1);
    for word in [
        "3 of 5",
        "broken.jpg",
        "dot.png",
        "needs 8 on both sides",
        "no-such.png",
    ] {
        assert!(err(&output).contains(word), "{word} in {}", err(&output));
    }
    let folders: std::collections::BTreeSet<String> = rows(&target)
        .iter()
        .map(|row| row["name"].split('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        folders.into_iter().collect::<Vec<_>>(),
        ["coffee", "coffee-2"]
    );
}

#[test]
fn the_list_says_what_there_is() {
    let output = distort(&["--list"]);
    assert_eq!(code(&output), 0);
    let list = String::from_utf8(output.stdout).unwrap();
    for kind in Distortion::ALL {
        let line = list
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{} ", kind.key())));
        let line = line.unwrap_or_else(|| panic!("{kind:?} in {list}"));
        assert!(line.contains(kind.dimension()) && line.contains(&kind.adjectives().join(", ")));
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    for (arguments, word) in [
        (vec![], "PATH"),
        (vec![COFFEE], "output"),
        (vec![empty, "--output", empty], "no pictures"),
        (vec![COFFEE, "--output", empty, "--kind", "fog"], "fog"),
        (vec![COFFEE, "--output", empty, "--levels", "0"], "0"),
        (vec![COFFEE, "--output", empty, "--seed", "x"], "x"),
    ] {
        let output = distort(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", err(&output));
        assert!(
            err(&output).contains(word),
            "{arguments:?}: {}",
            err(&output)
        );
    }
}
