//! File names, metadata and tables as others make them, on terminals and in spreadsheets.

use super::bpclip;
use crate::process::{code, draw, err, lines, out, score};
use bpclip_core::checkpoint::{Checkpoint, Precision, weights};
use bpclip_core::model::Task;
use burn::tensor::Device;
use std::path::Path;
use std::time::{Duration, Instant};

/// Turns red, begins a line, and is read from the right.
#[cfg(unix)]
const ODD: &str = "a\u{1b}[31m\nb\u{202e}gnp.png";

fn is_harmless(text: &str) -> bool {
    !text.contains(['\u{1b}', '\u{202e}', '\r', '\u{7}'])
}

#[cfg(unix)]
#[test]
fn names_do_not_command_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    draw(&folder.path().join(ODD), 0);
    let broken = format!("broken-{ODD}");
    std::fs::write(folder.path().join(&broken), "no picture").unwrap();
    let run = |arguments: &[&str]| {
        let mut command = score();
        command.args(arguments).current_dir(folder.path());
        command.output().unwrap()
    };
    let table = run(&[ODD, &broken]);
    let (shown, said) = (out(&table), err(&table));
    assert!(is_harmless(&shown) && is_harmless(&said), "{shown}{said}");
    assert_eq!(shown.lines().count(), 3, "a row a picture: {shown}");
    assert!(shown.contains(r"a\u{1b}[31m\nb\u{202e}gnp.png"), "{shown}");
    // How many, and one error in one line.
    assert_eq!(said.lines().count(), 2, "{said}");
    let jsonl = run(&["--format", "jsonl", ODD]);
    assert_eq!(lines(&jsonl.stdout)[0]["path"], ODD);
    let missing = bpclip(folder.path(), &["info", "no\nsuch\u{1b}"]);
    assert_eq!(err(&missing).lines().count(), 1);
    assert!(is_harmless(&err(&missing)), "{}", err(&missing));
}

#[test]
fn metadata_does_not_command_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut checkpoint = Checkpoint::bundled(Task::NoReference, &Device::flex()).unwrap();
    let odd = "x\u{1b}]0;title\u{7}\r\ny\u{202e}";
    let metadata = &mut checkpoint.metadata;
    metadata.label.meaning = odd.to_owned();
    metadata.training.insert(odd.to_owned(), odd.into());
    metadata.adjectives[0].word = odd.to_owned();
    metadata.adjectives[0].dimension = odd.to_owned();
    let path = folder.path().join("odd.safetensors");
    checkpoint.write(&path, Precision::Fp16).unwrap();
    draw(&folder.path().join("a.png"), 0);
    for line in [
        vec!["info", "odd.safetensors"],
        vec![
            "score",
            "a.png",
            "--size",
            "64",
            "--checkpoint",
            "odd.safetensors",
        ],
        vec![
            "text",
            "dreamy",
            "--count",
            "40",
            "--checkpoint",
            "odd.safetensors",
        ],
    ] {
        let output = bpclip(folder.path(), &line);
        let text = out(&output) + &err(&output);
        assert!(is_harmless(&text), "{line:?}: {text}");
    }
    // In the head of a CSV it stays what it is: programs read that.
    let csv = bpclip(
        folder.path(),
        &[
            "score",
            "a.png",
            "--size",
            "64",
            "--format",
            "csv",
            "--checkpoint",
            "odd.safetensors",
        ],
    );
    let text = out(&csv);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(&rows.headers().unwrap()[8], odd);
}

#[test]
fn cells_are_no_formulas_and_are_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let formulas = ["=1+1.png", "+a.png", "-b.png", "@c.png", "'=d.png"];
    std::fs::create_dir(at("rated")).unwrap();
    let mut table = "name,mos\n".to_owned();
    for (name, number) in formulas.iter().zip(1_u8..) {
        draw(&at("rated").join(name), number.into());
        // As a spreadsheet would have it, or this program.
        table += &format!("'{name},{number}\n");
    }
    std::fs::write(at("rated/table.csv"), table).unwrap();
    let is_safe = |text: &str| {
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        rows.records().map(Result::unwrap).for_each(|row| {
            let formula = |cell: &&str| cell.starts_with(['=', '+', '-', '@']);
            let wrong = row
                .iter()
                .find(|cell| formula(cell) && cell.parse::<f64>().is_err());
            assert_eq!(wrong, None, "{row:?}");
        });
    };
    let scored = bpclip(
        folder.path(),
        &[
            "score", "--device", "cpu", "--size", "64", "--format", "csv", "rated",
        ],
    );
    assert_eq!(code(&scored), 0, "{}", err(&scored));
    is_safe(&out(&scored));
    let evaluated = bpclip(
        folder.path(),
        &[
            "evaluate",
            "rated",
            "--device",
            "cpu",
            "--size",
            "64",
            "--resamples",
            "10",
            "-o",
            "figures",
            // They are taken for pictures that it learned from.
            "--with-seen",
        ],
    );
    assert_eq!(code(&evaluated), 0, "{}", err(&evaluated));
    let predictions = at("figures/predictions-bpclip-nr-rated.csv");
    is_safe(&std::fs::read_to_string(&predictions).unwrap());
    // Our own reader matches them with their pictures.
    let again = bpclip_train::dataset::open(
        &at("rated"),
        &bpclip_train::dataset::OpenOptions {
            table: Some(predictions),
            ..Default::default()
        },
    );
    let again: Vec<String> = again
        .unwrap()
        .items
        .into_iter()
        .map(|item| item.name)
        .collect();
    assert_eq!(again, formulas);

    let distorted = bpclip(
        &at("rated"),
        &[
            "distort",
            "--kind",
            "jpeg",
            "--levels",
            "1",
            "./=1+1.png",
            "./-b.png",
            "--output",
            "../made",
        ],
    );
    assert_eq!(code(&distorted), 0, "{}", err(&distorted));
    is_safe(&std::fs::read_to_string(at("made/ladder.csv")).unwrap());
    let ladders = bpclip_train::dataset::open(&at("made"), &Default::default()).unwrap();
    assert_eq!((ladders.items.len(), ladders.skipped.len()), (4, 0));
}

/// A view with a stride of 0 claims as many numbers as it likes.
#[test]
fn tensors_that_claim_more_than_their_file_are_refused_before_memory_is_taken() {
    for name in ["stride0_1g.pth", "stride0_100x100m.pth"] {
        let path = Path::new("tests/fixtures/hostile").join(name);
        let began = Instant::now();
        let error = weights(&path).unwrap_err().to_string();
        assert!(began.elapsed() < Duration::from_secs(3));
        assert!(error.contains(name) && error.contains("PyTorch"), "{error}");
        assert!(error.contains("claim"), "{error}");
    }
}

#[test]
fn messages_blame_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let pth = format!("{root}/tests/golden/tiny.pth");
    let asked = bpclip(folder.path(), &["info", &pth]);
    assert!(
        err(&asked).contains("it is a PyTorch file"),
        "{}",
        err(&asked)
    );
    let broken = folder.path().join("broken.pth");
    std::fs::write(&broken, b"PK\x03\x04 not really").unwrap();
    let asked = bpclip(folder.path(), &["import", "broken.pth", "out"]);
    assert!(
        err(&asked).contains("not a readable PyTorch file"),
        "{}",
        err(&asked)
    );
    let diverged = bpclip_train::train::TrainError::Diverged { epoch: 0, step: 0 };
    assert!(diverged.to_string().contains("step 1 of epoch 1"));
}

#[test]
fn wrong_usage_of_training_is_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let rated = folder.path().join("rated");
    std::fs::create_dir(&rated).unwrap();
    for number in 0..8 {
        draw(&rated.join(format!("{number}.png")), number);
    }
    let rows: String = (0..8).map(|n| format!("{n}.png,{n}\n")).collect();
    std::fs::write(rated.join("mos.csv"), format!("name,mos\n{rows}")).unwrap();
    std::fs::write(folder.path().join("words.txt"), "nothing").unwrap();
    for line in [
        "train nowhere",
        "train rated --start nowhere.safetensors",
        "train rated --start rated/mos.csv",
        "train rated --start fresh --weights nowhere",
        "train rated --adjective-list words.txt",
        "train rated --task full-reference",
        "train rated --crop 1",
        "train rated --device gpu:77",
        "train rated --settings rated/mos.csv",
        "train --pristine nowhere --ladders 1",
        "train --resume",
        "experiment nowhere --splits 1",
        "experiment rated --splits 1 --start nowhere.safetensors",
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = bpclip(folder.path(), &arguments);
        assert_eq!(code(&output), 2, "{line}: {}", err(&output));
        assert!(!folder.path().join("bpclip-run").exists(), "{line}");
    }
}
