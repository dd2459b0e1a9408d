//! `bpclip evaluate --against` and the formats of its tables, as a process.

use super::command::{evaluate, rated, rows, text};
use crate::process::{code, err, out};
use bpclip_train::evaluate::statistics::{Bootstrap, Comparison};
use serde_json::Value;

const NO_REFERENCE: &str = "weights/bpclip-nr.safetensors";
const FULL_REFERENCE: &str = "weights/bpclip-fr.safetensors";

#[test]
fn two_checkpoints_are_compared_on_the_same_pictures() {
    let (folder, data) = rated(false);
    let target = folder.path().join("made");
    let output = evaluate(&[
        text(&data),
        "--checkpoint",
        NO_REFERENCE,
        "--against",
        FULL_REFERENCE,
        "--metrics",
        "psnr,ssim",
        "--output",
        text(&target),
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(
        out(&output).contains("## Differences on the same pictures"),
        "{}",
        out(&output)
    );
    let compared = rows(&target.join("comparison.csv"));
    let names: Vec<&str> = compared.iter().map(|row| row["measure"].as_str()).collect();
    assert_eq!(names, ["bpclip-nr", "PSNR", "SSIM"]);
    assert!(compared.iter().all(|row| row["against"] == "bpclip-fr"));
    // Of the untouched picture PSNR is infinite.
    let pictures: Vec<&str> = compared
        .iter()
        .map(|row| row["pictures"].as_str())
        .collect();
    assert_eq!(pictures, ["10", "9", "10"]);

    let number = |text: &str| text.parse::<f64>().unwrap();
    let predictions = |name: &str| rows(&target.join(format!("predictions-{name}-drawn.csv")));
    let column = |name: &str, key: &str| -> Vec<f64> {
        predictions(name)
            .iter()
            .map(|row| number(&row[key]))
            .collect()
    };
    let (first, second) = (column("bpclip-nr", "raw"), column("bpclip-fr", "raw"));
    let quick = Bootstrap {
        resamples: 50,
        ..Bootstrap::default()
    };
    let ours = Comparison::of(&first, &second, &column("bpclip-nr", "mos"), &quick).unwrap();
    for (key, wanted) in [
        ("srcc_difference", ours.srcc.value),
        ("srcc_difference_low", ours.srcc.interval.unwrap().low),
        ("krcc_difference", ours.krcc.value),
        ("plcc_z", ours.plcc_test.unwrap().statistic),
        ("residual_f_p", ours.residual_test.unwrap().p),
    ] {
        let found = number(&compared[0][key]);
        assert!(
            (found - wanted).abs() < 1e-3 * wanted.abs().max(1.0),
            "{key}: {found}, {wanted}"
        );
    }
    let json = std::fs::read_to_string(target.join("evaluation.json")).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["comparisons"][0]["comparison"]["n"], 10);
    let latex = std::fs::read_to_string(target.join("evaluation.tex")).unwrap();
    assert!(latex.contains(r"\multicolumn{2}{c}{drawn}"), "{latex}");
    let paper = rows(&target.join("paper.csv"));
    let methods: Vec<&str> = paper.iter().map(|row| row["method"].as_str()).collect();
    assert_eq!(methods, ["PSNR", "SSIM", "bpclip-nr", "bpclip-fr"]);
}

#[test]
fn a_metric_or_the_bundled_one_is_something_to_compare_with() {
    let (_folder, data) = rated(false);
    let metric = [
        "--metrics",
        "ssim,psnr",
        "--against",
        "ssim",
        "--format",
        "csv",
    ];
    let output = evaluate(&[&[text(&data)], &metric[..]].concat());
    assert_eq!(code(&output), 0, "{}", err(&output));
    let told = out(&output);
    let (_, table) = told.split_once("measure,against,dataset,").unwrap();
    let lines: Vec<&str> = table.lines().skip(1).take(2).collect();
    assert!(lines[0].starts_with("bpclip-nr,SSIM,drawn,10,"), "{table}");
    assert!(lines[1].starts_with("PSNR,SSIM,drawn,9,"), "{table}");

    let bundled = [
        "--checkpoint",
        FULL_REFERENCE,
        "--against",
        "bundled",
        "--format",
        "latex",
    ];
    let output = evaluate(&[&[text(&data)], &bundled[..]].concat());
    // Without a task named, the bundled one is the no-reference checkpoint.
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(
        out(&output).contains(r"\label{tab:comparison}"),
        "{}",
        out(&output)
    );
}

#[test]
fn what_cannot_be_compared_is_said() {
    let (_folder, data) = rated(false);
    for (more, expected) in [
        (
            &["--against", "bundled"][..],
            "name --checkpoint or --metrics too",
        ),
        (&["--against", "psnr"], "--metrics psnr"),
        (&["--against", "gone.safetensors"], "gone.safetensors"),
    ] {
        let output = evaluate(&[&[text(&data)], more].concat());
        assert_eq!(code(&output), 2, "{}", err(&output));
        assert!(err(&output).contains(expected), "{}", err(&output));
    }
}
