//! The program as a process: what it prints, writes and exits with.

use crate::process::{self, PROGRAM, bpclip, code, command, err, out};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Runs on the CPU, at a size that is quick.
fn score(arguments: &[&str]) -> Output {
    bpclip([&["score", "--device", "cpu", "--size", "96"], arguments].concat())
}

fn lines(output: &Output) -> Vec<Value> {
    process::lines(&output.stdout)
}

const COFFEE: &str = "assets/samples/coffee.jpg";
const COFFEE_JPEG: &str = "assets/samples/coffee-jpeg10.jpg";

/// A folder with two copies of samples, one broken file and one that is no picture.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    std::fs::copy(COFFEE, path.join("b.jpg")).unwrap();
    std::fs::create_dir(path.join("deeper")).unwrap();
    std::fs::copy(COFFEE_JPEG, path.join("deeper/c.jpg")).unwrap();
    std::fs::write(path.join("a.jpg"), b"\xFF\xD8\xFF not a photo").unwrap();
    std::fs::write(path.join("notes.txt"), b"not a picture at all").unwrap();
    (folder, path)
}

#[test]
fn the_samples_rank_sensibly_at_their_full_size() {
    let output = bpclip([
        "score",
        "assets/samples",
        "--device",
        "cpu",
        "--format",
        "jsonl",
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let scores: Vec<(String, f64)> = lines(&output)
        .iter()
        .map(|line| {
            let name = Path::new(line["path"].as_str().unwrap())
                .file_stem()
                .unwrap();
            (
                name.to_str().unwrap().to_owned(),
                line["score"].as_f64().unwrap(),
            )
        })
        .collect();
    assert!(scores.len() >= 12);
    for (name, score) in &scores {
        if let Some((original, _)) = name.split_once('-') {
            let (_, better) = scores.iter().find(|(name, _)| name == original).unwrap();
            // What is blurred all over has no sharp part that would make it a matter of taste.
            let least = match name.as_str() {
                "coffee-blurred" | "chelsea-shaken" => 35.0,
                _ => 10.0,
            };
            assert!(
                *better > score + least,
                "{original} {better}, {name} {score}"
            );
        }
    }
}

#[test]
fn jsonl_has_every_field_in_input_order() {
    let output = score(&["--format", "jsonl", COFFEE_JPEG, COFFEE]);
    assert_eq!(code(&output), 0);
    let lines = lines(&output);
    assert_eq!(lines[0]["path"], COFFEE_JPEG);
    assert_eq!(lines[1]["path"], COFFEE);
    for line in &lines {
        assert!(line["width"].as_u64().unwrap() > line["scored_width"].as_u64().unwrap());
        assert_eq!(line["scored_height"], 96);
        assert!(line["height"].as_u64().unwrap() > 96);
        let raw = line["raw"].as_f64().unwrap();
        assert!((line["score"].as_f64().unwrap() - (100.0 * raw).clamp(0.0, 100.0)).abs() < 1e-3);
        let levels = line["similarities"].as_array().unwrap();
        assert_eq!(levels.len(), 4);
        assert!(
            levels
                .iter()
                .all(|level| level.as_array().unwrap().len() == 40)
        );
        assert_eq!(line["error"], Value::Null);
    }
}

#[test]
fn a_broken_file_is_reported_and_the_rest_goes_on() {
    let (_guard, folder) = folder();
    let output = score(&["--format", "jsonl", folder.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    assert_eq!(lines.len(), 2, "not the folder within, not the text file");
    assert!(lines[0]["path"].as_str().unwrap().ends_with("a.jpg"));
    assert!(lines[0]["error"].as_str().unwrap().contains("a.jpg"));
    assert_eq!(lines[0]["score"], Value::Null);
    assert!(lines[1]["score"].is_number());
    assert!(err(&output).contains("a.jpg"));
    let output = score(&["--format", "jsonl", "--recursive", folder.to_str().unwrap()]);
    assert_eq!(self::lines(&output).len(), 3);
}

#[test]
fn a_table_ranks_and_csv_has_a_row_a_picture() {
    let output = score(&[COFFEE_JPEG, COFFEE]);
    let text = out(&output);
    let (good, bad) = (
        text.find("coffee.jpg").unwrap(),
        text.find("coffee-jpeg10.jpg").unwrap(),
    );
    assert!(good < bad, "{text}");

    let output = score(&["--format", "csv", COFFEE_JPEG, COFFEE]);
    let text = out(&output);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let headers = rows.headers().unwrap();
    let last: Vec<&str> = headers.iter().skip(8 + 40).collect();
    assert_eq!(
        last,
        [
            "score_percentile",
            "interval_low",
            "interval_high",
            "sharpness",
            "sharpest_x",
            "sharpest_y",
            "notes"
        ]
    );
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(&rows[1][0], COFFEE);
    // A JPEG of little quality is as large, and its blocks' edges are sharp.
    let sharpness: f32 = rows[1][8 + 40 + 3].parse().unwrap();
    let x: u32 = rows[1][8 + 40 + 4].parse().unwrap();
    assert!(sharpness > 1.0 && (1..600).contains(&x), "{sharpness} {x}");
}

#[test]
fn own_adjectives_are_columns_and_leave_the_score_alone() {
    let own = ["--adjective", "blurry", "--adjective", "stock  market"];
    let picture = "assets/samples/coffee-blurred.jpg";
    let plain = lines(&score(&[picture, "--format", "jsonl"]));
    let line = lines(&score(
        &[&[picture, "--format", "jsonl"], &own[..]].concat(),
    ));
    assert_eq!(plain[0]["score"], line[0]["score"]);
    assert!(plain[0].get("own").is_none());
    let [blurry, market] = &line[0]["own"].as_array().unwrap()[..] else {
        panic!("{line:?}")
    };
    assert_eq!(
        (&blurry["word"], &blurry["far"]),
        (&"blurry".into(), &false.into())
    );
    assert_eq!(
        (&market["word"], &market["far"]),
        (&"stock market".into(), &true.into())
    );
    // A word of the checkpoint's comes out as it does there: its vector there is of 16 bits.
    let info = out(&score(&[
        picture,
        "--format",
        "csv",
        "--adjective",
        "blurry",
    ]));
    let mut rows = csv::Reader::from_reader(info.as_bytes());
    let header = rows.headers().unwrap().clone();
    let row = rows.records().next().unwrap().unwrap();
    let columns: Vec<usize> = (0..header.len())
        .filter(|at| &header[*at] == "blurry")
        .collect();
    let values: Vec<f32> = columns.iter().map(|at| row[*at].parse().unwrap()).collect();
    assert!(
        values.len() == 2 && (values[0] - values[1]).abs() < 1e-3,
        "{values:?}"
    );
    let level = |at: usize| blurry["similarities"][at].as_f64().unwrap() as f32;
    let mean = (level(0) + level(1) + level(2) + level(3)) / 4.0;
    assert!((mean - values[1]).abs() < 1e-5);

    let table = score(&[&[picture], &own[..]].concat());
    assert!(out(&table).contains("stock market ?"), "{}", out(&table));
    assert!(
        err(&table).contains("`stock market` lies far"),
        "{}",
        err(&table)
    );
    let empty = score(&[picture, "--adjective", " "]);
    assert_eq!(code(&empty), 2);
    assert!(err(&empty).contains("--adjective"), "{}", err(&empty));
}

#[test]
fn text_writes_json() {
    let output = bpclip(["text", "dreamy", "--json", "--count", "2"]);
    let value: Value = serde_json::from_str(&out(&output)).unwrap();
    let word = &value["words"][0];
    assert_eq!(word["word"], "dreamy");
    assert_eq!(word["nearest"].as_array().unwrap().len(), 2);
    assert_eq!(word["vector"].as_array().unwrap().len(), 384);
    assert!(value["limit"].as_f64().unwrap() > 0.0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_scoring_ends_after_a_whole_line() {
    use crate::process::{names, send, wait_until};
    use std::io::{BufRead, BufReader};
    let (folder, _) = folder();
    for number in 0..40 {
        let copy = folder.path().join(format!("copy-{number:02}.jpg"));
        std::fs::copy("assets/samples/coffee.jpg", copy).unwrap();
    }
    let target = folder.path().join("scores.jsonl");
    for output in [None, Some(&target)] {
        let mut command = command(["score", "--device", "cpu", "--format", "jsonl"]);
        command.arg(folder.path());
        if let Some(target) = output {
            command.arg("--output").arg(target);
        }
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut text = String::new();
        match output {
            None => assert!(out.read_line(&mut text).unwrap() > 0),
            Some(_) => wait_until("it writes", || {
                let names = names(folder.path());
                names.iter().any(|name| name.ends_with(".tmp"))
            }),
        }
        send(&child, "-INT");
        std::io::Read::read_to_string(&mut out, &mut text).unwrap();
        let status = child.wait_with_output().unwrap();
        assert_eq!(code(&status), 130, "{}", err(&status));
        match output {
            None => assert!((1..41).contains(&process::lines(&text).len())),
            Some(target) => {
                assert!(err(&status).contains("was not written"), "{}", err(&status));
                assert!(!target.exists());
            }
        }
    }
}

#[test]
fn an_output_file_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scores.csv");
    let output = score(&[
        "--format",
        "csv",
        "--output",
        file.to_str().unwrap(),
        COFFEE,
    ]);
    assert_eq!(code(&output), 0);
    assert_eq!(out(&output), "");
    assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 2);
    let nowhere = folder.path().join("no/such/scores.csv");
    let output = score(&["--output", nowhere.to_str().unwrap(), COFFEE]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("scores.csv"));
}

#[test]
fn a_reference_takes_the_other_checkpoint() {
    let output = score(&[
        "--format",
        "jsonl",
        "--reference",
        COFFEE,
        COFFEE,
        COFFEE_JPEG,
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let lines = lines(&output);
    let raw = |index: usize| lines[index]["raw"].as_f64().unwrap();
    assert!(raw(0) > 0.95, "a picture against itself: {}", raw(0));
    assert!(raw(1) < raw(0) - 0.1);
}

#[test]
fn references_are_paired_by_name_and_sizes_must_agree() {
    let folder = tempfile::tempdir().unwrap();
    let references = folder.path().join("references");
    std::fs::create_dir(&references).unwrap();
    let distorted = folder.path().join("coffee.jpg");
    std::fs::copy(COFFEE_JPEG, &distorted).unwrap();
    std::fs::copy(COFFEE, references.join("coffee.jpg")).unwrap();
    std::fs::copy("assets/samples/rocket.jpg", references.join("rocket.jpg")).unwrap();
    let references = references.to_str().unwrap();
    let distorted = distorted.to_str().unwrap();

    let output = score(&["--format", "jsonl", "--reference", references, distorted]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let output = score(&["--format", "jsonl", "--reference", references, COFFEE_JPEG]);
    assert_eq!(code(&output), 1);
    assert!(
        lines(&output)[0]["error"]
            .as_str()
            .unwrap()
            .contains("references")
    );
    let output = score(&[
        "--format",
        "jsonl",
        "--reference",
        "assets/samples/astronaut.jpg",
        COFFEE,
    ]);
    assert_eq!(code(&output), 1);
    assert!(
        lines(&output)[0]["error"]
            .as_str()
            .unwrap()
            .contains("one size")
    );
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let empty = tempfile::tempdir().unwrap();
    for (arguments, word) in [
        (vec!["score"], "PATH"),
        (vec!["score", "--device", "tpu", COFFEE], "tpu"),
        (vec!["score", "--size", "12", COFFEE], "12"),
        (vec!["score", empty.path().to_str().unwrap()], "no pictures"),
        (vec!["score", "--reference", "no/such", COFFEE], "no/such"),
        (
            vec!["score", "--checkpoint", "no-such.safetensors", COFFEE],
            "no-such.safetensors",
        ),
        (vec!["score", "--device", "gpu:77", COFFEE], "gpu"),
        (
            vec![
                "score",
                "--checkpoint",
                "weights/bpclip-fr.safetensors",
                "--device",
                "cpu",
                COFFEE,
            ],
            "full-reference",
        ),
        (
            vec![
                "score",
                "--checkpoint",
                "weights/bpclip-nr.safetensors",
                "--device",
                "cpu",
                "--reference",
                COFFEE,
                COFFEE,
            ],
            "no-reference",
        ),
        (
            vec!["score", "--checkpoint", "README.md", COFFEE],
            "README.md",
        ),
    ] {
        let output = bpclip(&arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", err(&output));
        assert!(
            err(&output).contains(word),
            "{arguments:?}: {}",
            err(&output)
        );
    }
}

#[test]
fn a_file_that_is_not_there_fails_by_name() {
    let output = score(&["no-such.jpg", COFFEE]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("no-such.jpg"));
    assert!(out(&output).contains("coffee.jpg"));
}

#[test]
fn inspect_writes_eight_heatmaps_and_everything_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made/here");
    let output = bpclip([
        "inspect",
        "--device",
        "cpu",
        "--size",
        "96",
        "--attention",
        COFFEE_JPEG,
        "--output",
        target.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    for name in ["information", "weight"] {
        for level in 1..=4 {
            let heatmap = ::image::open(target.join(format!("{name}-{level}.png"))).unwrap();
            assert_eq!(heatmap.height(), 96);
        }
    }
    let report: Value =
        serde_json::from_slice(&std::fs::read(target.join("inspection.json")).unwrap()).unwrap();
    assert_eq!(
        report["inspection"]["similarities"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    assert_eq!(report["dimensions"].as_object().unwrap().len(), 6);
    let attention = &report["information_attention"][0];
    let cells = attention["grid"][0].as_u64().unwrap() * attention["grid"][1].as_u64().unwrap();
    assert_eq!(
        attention["received"].as_array().unwrap().len() as u64,
        attention["grid"][0].as_u64().unwrap()
    );
    let row = attention["heads"][3][0].as_array().unwrap();
    assert_eq!(row.len() as u64, cells);
    let sum: f64 = row.iter().map(|weight| weight.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-4);
}

#[test]
fn info_tells_configuration_cost_and_training() {
    let text = out(&bpclip([
        "info",
        "weights/bpclip-nr.safetensors",
        "--at",
        "384x384",
    ]));
    for word in [
        "tf_efficientnet_lite2",
        "no-reference",
        "384x384",
        "attention",
        "LIVE In the Wild",
        "SRCC 0.821",
        "well-lit",
    ] {
        assert!(text.contains(word), "{word} in {text}");
    }
    let both = out(&bpclip(["info"]));
    assert!(both.contains("bpclip-nr") && both.contains("bpclip-fr"));
}

#[test]
fn devices_completions_help_and_import() {
    let devices = bpclip(["devices"]);
    assert_eq!(code(&devices), 0);
    assert!(out(&devices).contains("cpu") && out(&devices).contains("auto is"));
    assert!(out(&bpclip(["completions", "bash"])).contains("bpclip"));
    let help = out(&bpclip(["score", "--help"]));
    assert!(help.contains("--reference") && help.contains("Exit code"));

    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backbone.safetensors");
    let output = bpclip(["import", "tests/golden/tiny.pth", target.to_str().unwrap()]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("tiny.pth"));
    assert!(!target.exists());
}

/// What reads the output may stop reading, as `head` does.
#[test]
#[cfg(unix)]
fn a_closed_pipe_is_no_failure() {
    let line = format!(
        "'{}' score --device cpu --size 96 --format jsonl assets/samples | head -n 1",
        PROGRAM
    );
    let output = Command::new("bash")
        .args(["-o", "pipefail", "-c", &line])
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(err(&output), "12 pictures; left out: 1 .md, 1 .py\n");
}

/// No display to open a window on: a sentence, not a panic.
#[test]
#[cfg(target_os = "linux")]
fn a_window_without_a_display_is_refused_in_words() {
    let output = Command::new(PROGRAM)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("WAYLAND_SOCKET")
        .arg(COFFEE)
        .output()
        .unwrap();
    assert_eq!(code(&output), 1);
    assert!(
        err(&output).contains("cannot be opened"),
        "{}",
        err(&output)
    );
    assert!(!err(&output).contains("panicked"), "{}", err(&output));
}
