//! The quality map: a photo whose parts were spoilt is told where.

use crate::process::{bpclip, code, command, err};
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device;
use bpclip_core::image::{Limits, Picture, read, resize, write_png};
use bpclip_core::inspect::Scorer;
use bpclip_core::inspect::tiles::{self, Aspect, Grid};
use bpclip_core::model::Task;
use bpclip_train::distort::Distortion;
use serde_json::Value;
use std::path::Path;

/// Two columns of tiles of a sample, the right one distorted: the sample and the mixture.
fn half_spoilt(kind: Distortion) -> (Picture, Picture) {
    let sample = read(Path::new("assets/samples/coffee.jpg"), &Limits::default()).unwrap();
    let sharp = resize(sample, 512, 384);
    let spoilt = kind.apply(&sharp, 0.8, 7);
    let mut mixed = sharp.clone();
    let row = 3 * 512;
    for (at, value) in mixed.rgb.iter_mut().enumerate() {
        if at % row >= row / 2 {
            *value = spoilt.rgb[at];
        }
    }
    (sharp, mixed)
}

#[test]
fn the_spoilt_half_of_a_photo_is_lower_in_its_dimension() {
    let cpu = device::cpu();
    let checkpoint = Checkpoint::bundled(Task::NoReference, &cpu.device).unwrap();
    let scorer = Scorer::new(checkpoint, cpu);
    let adjectives = &scorer.metadata.adjectives;
    for (kind, dimension) in [
        (Distortion::GaussianBlur, "sharpness"),
        (Distortion::GaussianNoise, "noise"),
        (Distortion::Jpeg, "fidelity"),
    ] {
        let (sharp, mixed) = half_spoilt(kind);
        let grid = Grid::new(512, 384, 128).unwrap();
        assert_eq!((grid.columns, grid.rows), (4, 3));
        let all: Vec<usize> = (0..grid.count()).collect();
        let look = |picture: &Picture| tiles::look(&scorer, picture, None, &grid, &all).unwrap();
        let (before, after) = (look(&sharp), look(&mixed));
        let aspects = ["score", dimension].map(|name| Aspect::named(name, adjectives).unwrap());
        for aspect in aspects {
            let fall =
                |at: usize| aspect.of(&before[at], adjectives) - aspect.of(&after[at], adjectives);
            let (left, right): (Vec<usize>, _) = all.iter().partition(|at| **at % 4 < 2);
            // What was not touched is the same to the last digit but that of batches.
            assert!(left.iter().all(|at| fall(*at).abs() < 1e-3), "{kind:?}");
            let fallen = right.iter().filter(|at| fall(**at) > 0.0).count();
            assert!(
                fallen >= 5,
                "{kind:?} {}: {fallen} of 6",
                aspect.name(adjectives)
            );
        }
    }
}

#[test]
fn a_map_is_written_with_every_value() {
    let folder = tempfile::tempdir().unwrap();
    let (_, mixed) = half_spoilt(Distortion::GaussianBlur);
    let photo = folder.path().join("mixed.png");
    write_png(&mixed, &photo).unwrap();
    let target = folder.path().join("made/here");
    let output = command(["map", "--device", "cpu", "--tile", "128", "--output"])
        .args([&target, &photo])
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    let names = ["score", "sharpness", "noise", "fidelity"];
    for name in names {
        let heatmap = ::image::open(target.join(format!("{name}.png"))).unwrap();
        assert_eq!((heatmap.width(), heatmap.height()), (512, 384));
    }
    let report: Value =
        serde_json::from_slice(&std::fs::read(target.join("map.json")).unwrap()).unwrap();
    assert_eq!(report["grid"]["columns"], 4);
    let tiles = report["tiles"].as_array().unwrap();
    assert_eq!(tiles.len(), 12);
    assert_eq!((&tiles[5]["x"], &tiles[5]["y"]), (&128.into(), &128.into()));
    assert_eq!(report["maps"]["score"][1][1], tiles[5]["score"]);
    assert_eq!(report["maps"].as_object().unwrap().len(), 7);
    let sharpness = |column: usize| -> f64 {
        let rows = report["maps"]["sharpness"].as_array().unwrap();
        rows.iter().map(|row| row[column].as_f64().unwrap()).sum()
    };
    assert!(sharpness(0) > sharpness(3));
}

#[test]
fn a_wrong_map_is_refused_in_words() {
    let map = |arguments: &[&str]| {
        let always = ["map", "--device", "cpu", "--output", "/nowhere"];
        let output = bpclip([&always, arguments].concat());
        (code(&output), err(&output))
    };
    let photo = "assets/samples/coffee.jpg";
    for (arguments, expected, part) in [
        (&["--of", "niceness", photo][..], 2, "niceness"),
        (&["--tile", "9", photo], 2, "9"),
        (&["--range", "5,1", photo], 2, "two numbers"),
        (&["assets/samples"], 2, "is a folder"),
        (
            &["--reference", "assets/samples/chelsea.jpg", photo],
            1,
            "must be of one size",
        ),
    ] {
        let (found, said) = map(arguments);
        assert_eq!(found, expected, "{said}");
        assert!(said.contains(part), "{said}");
    }
}
