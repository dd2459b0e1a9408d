//! `bpclip evaluate` on drawn datasets: what it prints, writes and exits with.

use crate::process::{bpclip, code, command, err, out};
use ::image::{Rgb, RgbImage};
use bpclip_train::evaluate::statistics::{Agreement, Bootstrap};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// Runs on the CPU, with few resamples.
pub fn evaluate(arguments: &[&str]) -> Output {
    let quick = ["evaluate", "--device", "cpu", "--resamples", "50"];
    bpclip([&quick, arguments].concat())
}

pub fn text(path: impl AsRef<Path>) -> &'static str {
    Box::leak(path.as_ref().to_str().unwrap().to_owned().into_boxed_str())
}

/// A drawn picture with so much noise, 0 to 10.
fn draw(path: &Path, shift: u32, noise: u32) {
    let picture = RgbImage::from_fn(96, 96, |x, y| {
        let bright = if (x + shift) / 24 % 2 == y / 24 % 2 {
            190
        } else {
            70
        };
        let random = (x * 7919 + y * 104_729 + x * y * 31) % 97;
        let value = bright + y / 2 + random * noise / 10;
        Rgb([value, value * 9 / 10, value * 8 / 10].map(|v| v.min(255) as u8))
    });
    picture.save(path).unwrap();
}

/// Ten pictures, ever noisier, with ratings from 1 to 5 and the first as the reference of all.
pub fn rated(broken: bool) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drawn");
    std::fs::create_dir(&path).unwrap();
    let mut table = "name,mos,reference\n".to_owned();
    for noise in 0..10 {
        draw(&path.join(format!("{noise}.png")), 0, noise);
        table += &format!("{noise}.png,{},0.png\n", 5.0 - f64::from(noise) * 0.4);
    }
    if broken {
        std::fs::write(path.join("broken.png"), b"\x89PNG\r\n\x1a\n and no more").unwrap();
        table += "broken.png,1.1,0.png\n";
    }
    std::fs::write(path.join("table.csv"), table).unwrap();
    (folder, path)
}

/// The rows of a CSV file, each a value by column.
pub fn rows(path: &Path) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn figures_are_those_of_the_predictions_and_a_broken_picture_is_named() {
    let (folder, data) = rated(true);
    let target = folder.path().join("made/here");
    let output = evaluate(&[text(&data), "--output", text(&target)]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert!(err(&output).contains("1 of 11") && err(&output).contains("broken.png"));

    let predictions = rows(&target.join("predictions-bpclip-nr-drawn.csv"));
    assert_eq!(predictions.len(), 11);
    let (scored, failed) = predictions.split_at(10);
    assert!(failed[0]["error"].contains("broken.png") && failed[0]["raw"].is_empty());
    let number = |row: &std::collections::HashMap<String, String>, key: &str| -> f64 {
        row[key].parse().unwrap()
    };
    for row in scored {
        let mos = (number(row, "label") - 1.0) / 4.0;
        assert!((number(row, "mos") - mos).abs() < 1e-6);
        let score = (100.0 * number(row, "raw")).clamp(0.0, 100.0);
        assert!((number(row, "score") - score).abs() < 1e-3);
    }
    let raw: Vec<f64> = scored.iter().map(|row| number(row, "raw")).collect();
    let mos: Vec<f64> = scored.iter().map(|row| number(row, "mos")).collect();
    let quick = Bootstrap {
        resamples: 50,
        ..Bootstrap::default()
    };
    let ours = Agreement::of(&raw, &mos, &quick).unwrap();

    let table = rows(&target.join("agreement.csv"));
    assert_eq!(table.len(), 1);
    assert_eq!(table[0]["dataset"], "drawn");
    assert_eq!(table[0]["pictures"], "10");
    for (key, value) in [
        ("srcc", ours.srcc),
        ("plcc", ours.plcc),
        ("plcc_fitted", ours.plcc_fitted.unwrap()),
        ("krcc", ours.krcc),
        ("rmse", ours.rmse),
        ("rmse_fitted", ours.rmse_fitted.unwrap()),
        ("srcc_low", ours.intervals.srcc.unwrap().low),
    ] {
        // The fit ends a little elsewhere for the digits that the table of predictions lacks.
        let within = if key.ends_with("fitted") { 5e-3 } else { 1e-4 };
        let found = number(&table[0], key);
        assert!((found - value).abs() < within, "{key}: {found} for {value}");
    }
    let markdown = std::fs::read_to_string(target.join("evaluation.md")).unwrap();
    assert_eq!(markdown, out(&output));
    assert!(
        markdown.contains(&format!("{:.3} [", ours.srcc)),
        "{markdown}"
    );
    let json = std::fs::read(target.join("evaluation.json")).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["evaluations"][0]["all"]["agreement"]["n"], 10);
    assert_eq!(json["evaluations"][0]["failures"][0]["name"], "broken.png");
}

#[test]
fn pictures_that_are_not_there_are_all_named_and_a_failure() {
    let (_guard, data) = rated(false);
    let table = data.join("table.csv");
    let mut rows = std::fs::read_to_string(&table).unwrap();
    rows += "nope.png,3,0.png\nnope2.png,2,0.png\n";
    std::fs::write(&table, rows).unwrap();
    let output = evaluate(&[text(&data)]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert!(out(&output).contains("| drawn | 10 |"), "{}", out(&output));
    let said = err(&output);
    assert!(said.contains("2 of 12"), "{said}");
    for name in ["  nope.png is not in ", "  nope2.png is not in "] {
        assert!(said.contains(name), "{name}: {said}");
    }
}

#[test]
fn checkpoints_stand_against_datasets() {
    let (folder, data) = rated(false);
    let target = folder.path().join("results");
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    for entry in std::fs::read_dir(&data).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), other.join(entry.file_name())).unwrap();
    }
    let output = evaluate(&[
        "--checkpoint",
        "weights/bpclip-nr.safetensors",
        "--checkpoint",
        "weights/bpclip-fr.safetensors",
        text(&data),
        text(&other),
        "--output",
        text(&target),
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let table = rows(&target.join("crossed-srcc.csv"));
    let names: Vec<&str> = table.iter().map(|row| row["checkpoint"].as_str()).collect();
    assert_eq!(names, ["bpclip-nr", "bpclip-fr"]);
    for row in &table {
        assert_eq!(row["drawn"], row["other"]);
        assert!(row["drawn"].parse::<f64>().is_ok());
    }
    assert_eq!(rows(&target.join("agreement.csv")).len(), 4);
    assert!(target.join("crossed-plcc-fitted.csv").is_file());
    assert!(target.join("predictions-bpclip-fr-other.csv").is_file());
}

/// A table in a folder of the dataset's, beside its pictures, where paths are relative.
#[test]
fn pictures_are_found_beside_a_table_that_is_named_from_here() {
    let (folder, data) = rated(false);
    let set = folder.path().join("set");
    std::fs::create_dir(&set).unwrap();
    std::fs::rename(data, set.join("labels")).unwrap();
    let output = command(["evaluate", "--device", "cpu", "--resamples", "0", "set"])
        .args(["--table", "labels/table.csv"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("| set | 10 |"), "{}", out(&output));
}

/// A large JPEG is decoded at a reduced size, but whole where metrics are measured: with the first
/// checkpoint, and so with all.
#[test]
fn equal_checkpoints_score_the_same_beside_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("photos");
    std::fs::create_dir(&data).unwrap();
    let mut table = "name,mos,reference\n".to_owned();
    for (place, kind) in ["", "-noisy", "-blurred", "-jpeg10"]
        .into_iter()
        .enumerate()
    {
        let name = format!("coffee{kind}.jpg");
        std::fs::copy(format!("assets/samples/{name}"), data.join(&name)).unwrap();
        table += &format!("{name},{},coffee.jpg\n", 5 - place);
    }
    std::fs::write(data.join("table.csv"), table).unwrap();
    let sides = ::image::image_dimensions(data.join("coffee.jpg")).unwrap();
    assert!(sides.0.min(sides.1) > 2 * 128, "nothing would be reduced");
    let checkpoints = ["first", "second"].map(|name| {
        let path = folder.path().join(format!("{name}.safetensors"));
        std::fs::copy("weights/bpclip-nr.safetensors", &path).unwrap();
        text(path)
    });
    let target = folder.path().join("results");
    let output = evaluate(&[
        "--checkpoint",
        checkpoints[0],
        "--checkpoint",
        checkpoints[1],
        text(&data),
        "--size",
        "128",
        "--metrics",
        "psnr",
        "--output",
        text(&target),
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let raw = |checkpoint: &str| {
        let predictions = rows(&target.join(format!("predictions-{checkpoint}-photos.csv")));
        let raw = predictions.into_iter().map(|row| row["raw"].clone());
        raw.collect::<Vec<_>>()
    };
    assert_eq!(raw("first").len(), 4);
    assert_eq!(raw("first"), raw("second"));
    // The metrics stand beside each checkpoint, measured once.
    let measures = rows(&target.join("metrics.csv"));
    let names: Vec<&str> = measures.iter().map(|row| row["measure"].as_str()).collect();
    assert_eq!(names, ["first", "second", "PSNR"]);
}

#[test]
fn a_part_of_a_split_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "name,mos\n".to_owned();
    for noise in 0..10 {
        draw(&folder.path().join(format!("{noise}.png")), noise, noise);
        table += &format!("{noise}.png,{}\n", 90 - noise * 7);
    }
    std::fs::write(folder.path().join("table.csv"), table).unwrap();
    let names = |seed: &str, part: &str| {
        let target = folder.path().join(format!("{part}-{seed}"));
        let output = evaluate(&[
            text(folder.path()),
            "--protocol",
            "6:2:2",
            "--seed",
            seed,
            "--part",
            part,
            "--output",
            text(&target),
        ]);
        assert_eq!(code(&output), 0, "{}", err(&output));
        // Two pictures are too few for a correlation, which is said and is no failure.
        assert_eq!(
            err(&output).contains("2 pictures are too few"),
            part == "test"
        );
        let part = format!("({part} of 6:2:2 seed {seed})");
        assert!(out(&output).contains(&part), "{}", out(&output));
        let files = std::fs::read_dir(&target).unwrap();
        let mut files = files.map(|entry| entry.unwrap().path());
        let predictions = files
            .find(|path| text(path).contains("predictions-"))
            .unwrap();
        let names = rows(&predictions)
            .into_iter()
            .map(|row| row["name"].clone());
        names.collect::<Vec<_>>()
    };
    let (train, test) = (names("3", "train"), names("3", "test"));
    assert_eq!((train.len(), test.len()), (6, 2));
    assert!(test.iter().all(|name| !train.contains(name)));
    assert_ne!(train, names("4", "train"));
}

/// A set of ladders as `bpclip distort` writes it, of one picture and two kinds.
#[test]
fn ladders_of_a_dataset_are_climbed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("ladders");
    std::fs::create_dir(&data).unwrap();
    draw(&data.join("0.png"), 0, 0);
    let mut table = "name,reference,distortion,level,dimension,ssimulacra2\n".to_owned();
    table += "0.png,0.png,,0,,100\n";
    for kind in ["gaussian-noise", "impulse-noise"] {
        for level in 1..=3 {
            let name = format!("{kind}-{level}.png");
            draw(&data.join(&name), 0, level * 3);
            table += &format!("{name},0.png,{kind},{level},noise,{}\n", 90 - 25 * level);
        }
    }
    std::fs::write(data.join("ladder.csv"), table).unwrap();
    let target = folder.path().join("results");
    let output = evaluate(&[text(&data), "--output", text(&target)]);
    assert_eq!(code(&output), 0, "{}", err(&output));

    let agreement = rows(&target.join("agreement.csv"));
    assert_eq!(agreement[0]["pictures"], "7");
    let kinds = rows(&target.join("distortions.csv"));
    assert_eq!(kinds.len(), 2);
    assert!(kinds.iter().all(|row| row["pictures"] == "3"));

    let predictions = rows(&target.join("predictions-bpclip-nr-ladders.csv"));
    let raw = |name: &str| -> f64 {
        let row = predictions.iter().find(|row| row["name"] == name).unwrap();
        row["raw"].parse().unwrap()
    };
    let noise = [
        "0.png",
        "gaussian-noise-1.png",
        "gaussian-noise-2.png",
        "gaussian-noise-3.png",
    ];
    let falls = noise
        .windows(2)
        .filter(|pair| raw(pair[1]) < raw(pair[0]))
        .count();
    let ladders = rows(&target.join("ladders.csv"));
    assert_eq!(ladders.len(), 3);
    assert_eq!(
        (
            ladders[0]["distortion"].as_str(),
            ladders[0]["ladders"].as_str()
        ),
        ("all", "2")
    );
    let in_order: f64 = ladders[1]["in_order"].parse().unwrap();
    assert!((in_order - falls as f64 / 3.0).abs() < 1e-12);
    for row in &ladders {
        for key in ["own_dimension", "adjectives_gain"] {
            let share: f64 = row[key].parse().unwrap();
            assert!((0.0..=1.0).contains(&share));
        }
    }
}

#[test]
fn ladders_are_made_of_photographs() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy("assets/samples/coffee.jpg", folder.path().join("a.jpg")).unwrap();
    std::fs::write(folder.path().join("b.jpg"), b"\xFF\xD8\xFF not a photo").unwrap();
    let target = folder.path().join("results");
    let output = evaluate(&[
        "--ladders",
        text(folder.path()),
        "--levels",
        "1",
        "--size",
        "128",
        "--output",
        text(&target),
    ]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert!(err(&output).contains("b.jpg"), "{}", err(&output));
    let ladders = rows(&target.join("ladders.csv"));
    assert_eq!(ladders[0]["set"], "1 photographs");
    let kinds = bpclip_train::distort::Distortion::ALL.len();
    assert_eq!(ladders.len(), 1 + kinds);
    assert_eq!(ladders[0]["ladders"], kinds.to_string());
    let in_order: f64 = ladders[0]["in_order"].parse().unwrap();
    assert!(
        in_order > 0.8,
        "full strength is worse than nothing: {in_order}"
    );
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let (_guard, data) = rated(false);
    let data = text(&data);
    let plain = tempfile::tempdir().unwrap();
    std::fs::write(
        plain.path().join("table.csv"),
        "name,mos\na.png,1\nb.png,5\n",
    )
    .unwrap();
    for name in ["a.png", "b.png"] {
        draw(&plain.path().join(name), 0, 0);
    }
    let plain = text(plain.path());
    for (arguments, word) in [
        (vec![], "DATASET"),
        (vec!["no/such"], "no/such"),
        (vec![data, "--protocol", "9:1"], "9:1"),
        (vec![data, "--part", "test"], "--protocol"),
        (vec![data, "--protocol", "8:2", "--part", "none"], "none"),
        (vec![data, "--protocol", "8:2"], "contents"),
        (
            vec![plain, "--protocol", "8:2", "--part", "validation"],
            "no validation part",
        ),
        (vec![plain, "--task", "full-reference"], "no references"),
        (vec![data, plain, "--range", "1..5"], "one dataset"),
        (
            vec![data, "--checkpoint", "no-such.safetensors"],
            "no-such.safetensors",
        ),
        (vec!["--ladders", "no/such/folder"], "no/such/folder"),
        (vec!["--ladders", "weights"], "no pictures"),
    ] {
        let output = evaluate(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", err(&output));
        assert!(
            err(&output).contains(word),
            "{arguments:?}: {}",
            err(&output)
        );
    }
}
