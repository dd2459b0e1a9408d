//! `--metrics` of `score`, `inspect` and `evaluate`.

use crate::process::{bpclip, code, err, lines, out};
use bpclip_core::image::{Limits, Picture, read};
use bpclip_core::metric::{Metric, measure};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

const REFERENCE: &str = "assets/samples/coffee.jpg";
const BLURRED: &str = "assets/samples/coffee-blurred.jpg";
const NOISY: &str = "assets/samples/coffee-noisy.jpg";

/// Runs on the CPU, at a size that is quick.
fn quick(command: &str, arguments: &[&str]) -> Output {
    bpclip([&[command, "--device", "cpu", "--size", "96"], arguments].concat())
}

fn picture(path: impl AsRef<Path>) -> Picture {
    read(path.as_ref(), &Limits::default()).unwrap()
}

/// What the library says of the whole files.
fn expected(metric: Metric, path: &str) -> f64 {
    measure(metric, &picture(path), &picture(REFERENCE)).unwrap()
}

#[test]
fn a_score_has_columns_and_members_of_the_whole_pictures() {
    let pair = ["--reference", REFERENCE, "--metrics", "all", BLURRED, NOISY];
    let output = quick("score", &[&pair[..], &["--format", "jsonl"]].concat());
    assert_eq!(code(&output), 0, "{}", err(&output));
    let lines = lines(&output.stdout);
    for (line, path) in lines.iter().zip([BLURRED, NOISY]) {
        assert_eq!(line["scored_height"], 96, "the network sees a small one");
        for metric in Metric::ALL {
            let found = line["metrics"][metric.key()].as_f64().unwrap();
            let expected = expected(metric, path);
            assert!((found - expected).abs() < 1e-6 * expected.abs(), "{metric}");
        }
        assert!(line.get("metrics_missing").is_none());
    }

    let output = quick("score", &[&pair[..], &["--format", "csv"]].concat());
    let text = out(&output);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    // The sharpest part and the notes stand behind them.
    let at = header.len() - 10;
    assert_eq!(header[at..at + 5], Metric::ALL.map(Metric::key));
    assert_eq!(header[at + 5], Metric::Niqe.key());
    let first = rows.records().next().unwrap().unwrap();
    let psnr: f64 = first[at].parse().unwrap();
    assert!((psnr - expected(Metric::Psnr, BLURRED)).abs() < 1e-9);

    let few = [
        "--reference",
        REFERENCE,
        "--metrics",
        "butteraugli,psnr",
        BLURRED,
    ];
    let text = out(&quick("score", &few));
    let (heading, row) = text.split_once('\n').unwrap();
    let ends = |line: &str| -> Vec<String> {
        line.split_whitespace()
            .rev()
            .take(3)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(ends(heading), ["dB", "PSNR", "Butteraugli"]);
    let shown = [Metric::Psnr, Metric::Butteraugli].map(|m| m.show(expected(m, BLURRED)));
    assert_eq!(ends(row)[..2], shown);

    let without = ["--reference", REFERENCE, "--format", "jsonl", BLURRED];
    let line: Value = serde_json::from_str(&out(&quick("score", &without))).unwrap();
    assert!(line.get("metrics").is_none());
    assert_eq!(line["raw"], lines[0]["raw"], "the score is the same");
}

#[test]
fn equal_small_and_unequal_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small.png");
    image::RgbImage::from_fn(100, 100, |x, y| image::Rgb([x as u8, y as u8, 90]))
        .save(&small)
        .unwrap();
    let small = small.to_str().unwrap();
    let pair = ["--reference", small, small, "--metrics", "psnr,ms-ssim"];
    let output = quick("score", &[&pair[..], &["--format", "jsonl"]].concat());
    assert_eq!(code(&output), 1, "one of the metrics failed");
    let said = err(&output);
    assert!(
        said.contains("MS-SSIM needs 161") && said.contains("small.png"),
        "{said}"
    );
    let line: Value = serde_json::from_str(&out(&output)).unwrap();
    assert!(line["score"].is_number());
    assert_eq!(
        line["metrics"],
        serde_json::json!({ "psnr": "inf", "ms-ssim": null })
    );
    assert!(
        line["metrics_missing"][0]
            .as_str()
            .unwrap()
            .contains("100x100")
    );
    let text = out(&quick("score", &[&pair[..], &["--format", "csv"]].concat()));
    let row = text.lines().last().unwrap();
    let cells: Vec<&str> = row.split(',').collect();
    assert_eq!(cells[cells.len() - 6..][..2], ["inf", ""], "{text}");

    let pair = [
        "--reference",
        REFERENCE,
        small,
        "--metrics",
        "ssim",
        "--format",
        "jsonl",
    ];
    let output = quick("score", &pair);
    assert_eq!(code(&output), 1);
    let line: Value = serde_json::from_str(&out(&output)).unwrap();
    assert!(line["error"].as_str().unwrap().contains("600x400"));
    assert_eq!(line["metrics"], serde_json::json!({ "ssim": null }));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path().to_str().unwrap();
    for (command, arguments, said) in [
        (
            "score",
            &[REFERENCE, "--metrics", "psnr"][..],
            "--reference",
        ),
        (
            "inspect",
            &[REFERENCE, "--output", folder, "--metrics", "all"],
            "--reference",
        ),
        (
            "score",
            &[REFERENCE, "--reference", REFERENCE, "--metrics", "vmaf"],
            "ssimulacra2",
        ),
        (
            "evaluate",
            &["--ladders", "assets/samples", "--metrics", "psnr"],
            "DATASET",
        ),
    ] {
        let output = quick(command, arguments);
        assert_eq!(code(&output), 2, "{command}: {}", err(&output));
        assert!(err(&output).contains(said), "{command}: {}", err(&output));
    }
}

#[test]
fn inspect_writes_them() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().to_str().unwrap();
    let pair = [BLURRED, "--reference", REFERENCE, "--output", target];
    let output = quick(
        "inspect",
        &[&pair[..], &["--metrics", "ssim,psnr"]].concat(),
    );
    assert_eq!(code(&output), 0, "{}", err(&output));
    let psnr = expected(Metric::Psnr, BLURRED);
    let said = format!("PSNR {psnr:.2} dB");
    assert!(out(&output).contains(&said), "{}", out(&output));
    let json = std::fs::read(folder.path().join("inspection.json")).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["metrics"].as_object().unwrap().len(), 2);
    assert!((json["metrics"]["psnr"].as_f64().unwrap() - psnr).abs() < 1e-9);
}

#[test]
fn evaluate_measures_them_beside_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("rated");
    std::fs::create_dir(&data).unwrap();
    // Ever coarser; the first is its own reference, so that PSNR has no end.
    let mut table = "name,mos,reference\n".to_owned();
    for level in 0..8_u32 {
        let drawn = image::RgbImage::from_fn(96, 96, |x, y| {
            let value = 60 + x + (y * 7 + x * 13) % 23 + ((x * 31 + y * 17) % 9) * level * 2;
            image::Rgb([value.min(255) as u8; 3])
        });
        drawn.save(data.join(format!("{level}.png"))).unwrap();
        table += &format!("{level}.png,{},0.png\n", 5.0 - f64::from(level) / 2.0);
    }
    std::fs::write(data.join("table.csv"), table).unwrap();
    let target = folder.path().join("made");
    let output = quick(
        "evaluate",
        &[
            data.to_str().unwrap(),
            "--resamples",
            "0",
            "--metrics",
            "psnr,butteraugli",
            "--output",
            target.to_str().unwrap(),
        ],
    );
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("## Classic metrics beside"));
    let mut reader = csv::Reader::from_path(target.join("metrics.csv")).unwrap();
    let rows: Vec<std::collections::HashMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    let of = |row: usize, key: &str| rows[row][key].clone();
    assert_eq!(rows.len(), 3);
    assert_eq!(
        [of(1, "measure"), of(2, "measure")],
        ["PSNR", "Butteraugli"]
    );
    assert_eq!(
        [of(0, "pictures"), of(1, "pictures"), of(2, "pictures")],
        ["8", "7", "8"]
    );
    // Lower is better of Butteraugli: the sign is turned.
    for row in [1, 2] {
        assert!(
            of(row, "srcc").parse::<f64>().unwrap() > 0.9,
            "{:?}",
            rows[row]
        );
        assert!(of(row, "rmse").is_empty());
    }
    let predictions = target.join("predictions-bpclip-nr-rated.csv");
    let predictions = std::fs::read_to_string(predictions).unwrap();
    let mut lines = predictions.lines();
    assert!(lines.next().unwrap().ends_with(",error,psnr,butteraugli"));
    assert!(lines.next().unwrap().ends_with(",inf,0"), "{predictions}");
}
