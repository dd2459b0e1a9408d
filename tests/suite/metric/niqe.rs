//! NIQE against an implementation of its own: `tests/golden/make_niqe.py`.

use super::golden::{distorted, golden};
use crate::process::{bpclip, code, err, lines, out};
use bpclip_core::checkpoint::Tensors;
use bpclip_core::image::Picture;
use bpclip_core::metric::{Metric, MetricError, Niqe, Readings, measure};
use serde_json::Value;
use std::path::Path;

const PHOTO: &str = "assets/samples/coffee.jpg";

fn expected() -> Value {
    let text = std::fs::read_to_string("tests/golden/niqe.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Pictures of one size beside and below each other.
fn tiled(tiles: &[Picture], columns: usize) -> Picture {
    let (width, height) = (tiles[0].width, tiles[0].height);
    let mut rgb = Vec::new();
    for row in tiles.chunks(columns) {
        for y in 0..height as usize {
            let length = 3 * width as usize;
            rgb.extend(
                row.iter()
                    .flat_map(|tile| &tile.rgb[y * length..][..length]),
            );
        }
    }
    Picture {
        width: width * columns as u32,
        height: height * (tiles.len() / columns) as u32,
        rgb,
        notes: Vec::new(),
    }
}

#[test]
fn it_is_what_an_implementation_of_its_own_says() {
    let expected = expected();
    let pictures = expected["pictures"].as_array().unwrap();
    assert_eq!(pictures.len(), 10);
    for one in pictures {
        let picture = golden(one["picture"].as_str().unwrap());
        let tile = distorted(&picture, one["distortion"].as_str().unwrap());
        let picture = tiled(&vec![tile; 4], 2);
        let found = measure(Metric::Niqe, &picture, None).unwrap();
        let expected = one["niqe"].as_f64().unwrap();
        assert!(
            (found - expected).abs() < 1e-6 * expected,
            "{found} of {one}"
        );
        assert_eq!(
            measure(Metric::Niqe, &picture, &golden("metrics-odd.png")),
            Ok(found)
        );
    }
}

#[test]
fn so_are_the_parameters_that_are_fitted() {
    let mosaics = ["metrics-even.png", "metrics-odd.png"].map(|name| {
        let picture = golden(name);
        let tiles = ["same", "shift", "levels", "fade", "same", "fade"];
        let tiles = tiles.map(|distortion| distorted(&picture, distortion));
        (0..6).map(move |first| {
            let mut tiles = tiles.clone();
            tiles.rotate_left(first);
            tiled(&tiles, 3)
        })
    });
    let mosaics = mosaics.into_iter().flatten();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("niqe.safetensors");
    Niqe::fit(mosaics).unwrap().write("mosaics", &file).unwrap();

    let bytes = std::fs::read(&file).unwrap();
    Niqe::parse(&bytes, &file).unwrap();
    let tensors = Tensors::parse(&bytes, &file).unwrap();
    let numbers = |name: &str| tensors.take(name).unwrap().unwrap().numbers;
    let covariance = numbers("covariance");
    let fitted = &expected()["fitted"];
    for (name, found) in [
        ("mean", numbers("mean")),
        (
            "variances",
            covariance.iter().step_by(37).copied().collect(),
        ),
        ("first", covariance[..36].to_vec()),
    ] {
        let expected: Vec<f64> = serde_json::from_value(fitted[name].clone()).unwrap();
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.into_iter().zip(expected) {
            let off = (f64::from(found) - expected).abs();
            assert!(
                off < 1e-6 * expected.abs() + 1e-9,
                "{name}: {found} for {expected}"
            );
        }
    }
    let few = Niqe::fit([golden("metrics-even.png")]);
    assert!(few.is_none(), "it has two patches");
}

#[test]
fn what_it_cannot_tell() {
    let grey = |side: u32| Picture {
        width: side,
        height: side,
        rgb: vec![77; (3 * side * side) as usize],
        notes: Vec::new(),
    };
    let flat = measure(Metric::Niqe, &grey(300), None)
        .unwrap_err()
        .to_string();
    assert!(flat.contains("texture"), "{flat}");
    let small = measure(Metric::Niqe, &grey(191), None).unwrap_err();
    assert!(matches!(small, MetricError::TooSmall { .. }));
    let none = measure(Metric::Ssim, &grey(300), None)
        .unwrap_err()
        .to_string();
    assert!(none.contains("reference"), "{none}");
    let readings = Readings::of(&Metric::ALL, &grey(300), None);
    assert!(readings.is_empty(), "all of them compare");
}

#[test]
fn the_program_measures_it_without_a_reference() {
    let score = |more: &[&str]| {
        let common = [
            "score", PHOTO, "--device", "cpu", "--size", "64", "--format", "jsonl",
        ];
        let scored = bpclip([&common[..], more].concat());
        assert_eq!(code(&scored), 0, "{}", err(&scored));
        lines(scored.stdout).remove(0)
    };
    let (plain, measured) = (score(&[]), score(&["--metrics", "niqe"]));
    assert_eq!(plain["raw"], measured["raw"]);
    let picture = bpclip_core::image::read(Path::new(PHOTO), &Default::default()).unwrap();
    let expected = measure(Metric::Niqe, &picture, None).unwrap();
    let found = measured["metrics"]["niqe"].as_f64().unwrap();
    assert!((found - expected).abs() < 1e-9 * expected);
    let compared = score(&["--metrics", "niqe,psnr", "--reference", PHOTO]);
    assert_eq!(compared["metrics"]["niqe"], measured["metrics"]["niqe"]);
    assert_eq!(compared["metrics"]["psnr"], "inf");

    let folder = tempfile::tempdir().unwrap();
    let inspect = [
        "inspect",
        PHOTO,
        "--device",
        "cpu",
        "--size",
        "64",
        "--metrics",
        "niqe",
        "--output",
        folder.path().to_str().unwrap(),
    ];
    let inspected = bpclip(inspect);
    assert_eq!(code(&inspected), 0, "{}", err(&inspected));
    let said = format!("NIQE (own parameters) {expected:.3}");
    assert!(out(&inspected).contains(&said), "{}", out(&inspected));
}

#[test]
fn a_dataset_without_references_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let sharp = golden("metrics-even.png");
    let mut table = "name,mos\n".to_owned();
    // Ever more noise: a share of each picture, from nothing on.
    let noisy = distorted(&sharp, "noise");
    for level in 0..6_u32 {
        let name = format!("{level}.png");
        let mixed = sharp.rgb.iter().zip(&noisy.rgb);
        let mixed =
            mixed.map(|(a, b)| ((u32::from(*a) * (5 - level) + u32::from(*b) * level) / 5) as u8);
        let tile = Picture {
            rgb: mixed.collect(),
            ..sharp.clone()
        };
        bpclip_core::image::write_png(&tiled(&vec![tile; 4], 2), &folder.path().join(&name))
            .unwrap();
        table += &format!("{name},{}\n", 5 - level);
    }
    std::fs::write(folder.path().join("table.csv"), table).unwrap();
    let evaluate = |metrics: &str| {
        let data = folder.path().to_str().unwrap();
        let of = [
            "evaluate",
            data,
            "--device",
            "cpu",
            "--size",
            "64",
            "--resamples",
            "0",
        ];
        bpclip([&of[..], &["--format", "csv", "--metrics", metrics]].concat())
    };
    let measured = evaluate("niqe");
    assert_eq!(code(&measured), 0, "{}", err(&measured));
    let text = out(&measured);
    let row = text
        .lines()
        .find(|line| line.starts_with("NIQE (own parameters),"));
    let srcc: f64 = row.unwrap().split(',').nth(3).unwrap().parse().unwrap();
    assert!(srcc > 0.8, "{text}");
    let refused = evaluate("niqe,ssim");
    assert_eq!(code(&refused), 2);
    assert!(err(&refused).contains("SSIM compares"), "{}", err(&refused));
}
