//! `bpclip plot`.

use crate::process::{bpclip, code, err, names, out};
use bpclip_train::train::{Epoch, Event, LossTerms, Plan, Position, Step};
use std::path::Path;
use std::process::Output;

fn plot(inputs: &[&Path], folder: &Path, arguments: &[&str]) -> Output {
    let inputs: Vec<&str> = inputs.iter().map(|path| path.to_str().unwrap()).collect();
    let output = ["--output", folder.to_str().unwrap()];
    bpclip([&["plot"], inputs.as_slice(), &output, arguments].concat())
}

fn epoch(number: u32, points: Vec<[f32; 2]>, best: bool) -> Event {
    let label = |at: usize| points.iter().map(|p| f64::from(p[at])).collect::<Vec<_>>();
    Event::Epoch(Epoch {
        epoch: number,
        loss: LossTerms::default(),
        plcc: Some(0.5),
        srcc: bpclip_train::evaluate::statistics::srcc(&label(0), &label(1)).ok(),
        rmse: Some(0.25),
        points,
        best,
        checkpoint: format!("epoch-{number:03}.safetensors").into(),
    })
}

/// A run of two epochs that was stopped and went on, in a folder.
fn run(folder: &Path, held_out: bool) {
    let started = |step| {
        Event::Started(Plan {
            position: Position { epoch: 0, step },
            epochs: 2,
            epoch_steps: 3,
            rated: 8,
            pristine: 0,
            held_out: 4,
            device: "CPU".into(),
            run: String::new(),
        })
    };
    let step = |epoch, step| {
        Event::Step(Step {
            position: Position { epoch, step },
            loss: LossTerms {
                total: 1.0 / (epoch * 3 + step + 1) as f32,
                ..LossTerms::default()
            },
            grad_norm: 1.0,
            lr: 1e-4,
            seconds: 1.0,
            pictures: 8,
        })
    };
    let points = |scores: [f32; 4]| match held_out {
        true => [0.1, 0.4, 0.6, 0.9]
            .into_iter()
            .zip(scores)
            .map(|(a, b)| [a, b])
            .collect(),
        false => Vec::new(),
    };
    let events = [
        started(0),
        epoch(0, points([0.5, 0.4, 0.6, 0.5]), true),
        step(0, 0),
        step(0, 1),
        started(1),
        step(0, 1),
        step(0, 2),
        epoch(1, points([0.2, 0.4, 0.5, 0.8]), true),
        step(1, 0),
        step(1, 1),
        step(1, 2),
        epoch(2, points([0.3, 0.2, 0.5, 0.8]), false),
    ];
    std::fs::create_dir(folder).unwrap();
    let lines = events.map(|event| serde_json::to_string(&event).unwrap() + "\n");
    std::fs::write(folder.join("log.jsonl"), lines.concat()).unwrap();
    std::fs::write(folder.join("settings.json"), "{}").unwrap();
}

#[test]
fn two_runs_are_drawn_over_each_other_and_written_as_tables() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    run(&at("first"), true);
    run(&at("second"), true);
    let (first, second, folder) = (at("first"), at("second"), at("made/here"));
    let output = plot(&[&first, &second], &folder, &["--figure-dpi", "100"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let files = [
        "epochs.csv",
        "held-out.csv",
        "scatter.csv",
        "scatter.png",
        "steps.csv",
        "training.png",
    ];
    assert_eq!(names(&folder), files);
    for figure in ["training.png", "scatter.png"] {
        let size = ::image::image_dimensions(folder.join(figure)).unwrap();
        // 180 mm.
        assert_eq!(size.0, 709, "{figure}");
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    // Six steps a run: the one that was done again stands once.
    assert_eq!(read("steps.csv").lines().count(), 13);
    assert_eq!(read("epochs.csv").lines().count(), 7);
    let scatter = read("scatter.csv");
    let rows: Vec<&str> = scatter.lines().collect();
    assert_eq!(rows.len(), 5);
    assert!(rows[1].starts_with("first: start,4,"), "{scatter}");
    assert!(
        rows[2].starts_with("\"first: best, epoch 1\",4,"),
        "{scatter}"
    );
    assert!(
        out(&output).contains("second: best, epoch 1: SRCC 1.000"),
        "{}",
        out(&output)
    );

    let output = plot(&[&first], &at("svg"), &["--figure-format", "svg"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let svg = std::fs::read_to_string(at("svg/training.svg")).unwrap();
    for text in [">Loss<", ">SRCC, PLCC<", ">RMSE<", ">first<"] {
        assert!(svg.contains(text), "{text}");
    }
}

#[test]
fn a_run_without_pictures_held_out_has_no_scatter() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("run");
    run(&folder, false);
    let output = plot(&[&folder], &place.path().join("made"), &[]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let files = ["epochs.csv", "held-out.csv", "steps.csv", "training.png"];
    assert_eq!(names(&place.path().join("made")), files);
}

#[test]
fn predictions_of_two_checkpoints_stand_beside_each_other() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let head = "name,label,mos,raw,score,distortion,level,error";
    let file = |name: &str, raw: [f32; 3]| {
        let rows = raw.iter().zip([0.2, 0.5, 0.8]);
        let rows: Vec<String> = rows
            .map(|(raw, label)| format!("a.png,{label},{label},{raw},0,,,"))
            .collect();
        let text = format!("{head}\n{}\nb.png,,,,,,,it is broken\n", rows.join("\n"));
        std::fs::write(at(name), text).unwrap();
    };
    file("before.csv", [0.5, 0.2, 0.7]);
    file("after.csv", [0.2, 0.5, 0.8]);
    let output = plot(&[&at("before.csv"), &at("after.csv")], &at("made"), &[]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(names(&at("made")), ["scatter.csv", "scatter.png"]);
    let table = std::fs::read_to_string(at("made/scatter.csv")).unwrap();
    let rows: Vec<&str> = table.lines().collect();
    for (row, name, srcc) in [(rows[1], "before", 0.5), (rows[2], "after", 1.0)] {
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(cells[..2], [name, "3"]);
        assert!(
            (cells[2].parse::<f64>().unwrap() - srcc).abs() < 1e-9,
            "{table}"
        );
    }
}

#[test]
fn what_cannot_be_plotted_is_said() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    std::fs::create_dir(at("empty")).unwrap();
    std::fs::write(at("other.csv"), "name,mos\na,1\n").unwrap();
    std::fs::write(at("odd.csv"), "label,raw\n0.5,high\n").unwrap();
    std::fs::create_dir(at("fresh")).unwrap();
    std::fs::write(at("fresh/settings.json"), "{}").unwrap();
    run(&at("run"), true);
    for (input, said) in [
        ("empty", "empty"),
        ("other.csv", "no columns label and raw"),
        ("odd.csv", "line 2: `high` is no number"),
        ("gone", "gone"),
        ("fresh", "nothing to draw"),
    ] {
        let output = plot(&[&at(input)], &at("made"), &[]);
        assert_eq!(code(&output), 2, "{input}: {}", err(&output));
        assert!(err(&output).contains(said), "{input}: {}", err(&output));
        assert!(!at("made").exists(), "{input}");
    }
    // The predictions have the name of what is written.
    std::fs::create_dir(at("made")).unwrap();
    std::fs::write(at("made/scatter.csv"), "label,raw\n0.5,0.5\n0.6,0.7\n").unwrap();
    let output = plot(&[&at("made/scatter.csv")], &at("made"), &[]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("over the input"), "{}", err(&output));
}
