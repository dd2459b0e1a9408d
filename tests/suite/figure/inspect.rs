//! `bpclip inspect --figure`.

use super::read_npy;
use crate::process::{bpclip, code, err, names, out};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

const COFFEE: &str = "assets/samples/coffee.jpg";
const NOISY: &str = "assets/samples/coffee-noisy.jpg";

fn inspect(picture: &str, folder: &Path, arguments: &[&str]) -> Output {
    let always = ["inspect", "--device", "cpu", "--size", "96", picture];
    let output = ["--output", folder.to_str().unwrap()];
    bpclip([&always[..], &output, arguments].concat())
}

/// The rows of a map of `inspection.json`, in one list.
fn flat(map: &Value) -> Vec<f32> {
    let rows = map.as_array().unwrap().iter();
    rows.flat_map(|row| row.as_array().unwrap())
        .map(|value| value.as_f64().unwrap() as f32)
        .collect()
}

fn close(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), "{a} {b}");
    }
}

#[test]
fn figures_have_the_size_that_is_asked_for_and_the_values_of_the_json() {
    let folder = tempfile::tempdir().unwrap();
    let output = inspect(
        COFFEE,
        folder.path(),
        &[
            "--figure",
            "maps",
            "--figure",
            "attention",
            "--cell",
            "1,2",
            "--level",
            "2",
            "--attention",
            "--npy",
            "--figure-width",
            "127",
            "--figure-dpi",
            "100",
        ],
    );
    assert_eq!(code(&output), 0, "{}", err(&output));
    let at = |name: &str| folder.path().join(name);
    let attention = "coffee-attention-information-2-cell-1-2";
    for figure in ["coffee-maps", attention] {
        let path = at(&format!("{figure}.png"));
        assert!(out(&output).contains(path.to_str().unwrap()));
        assert_eq!(::image::image_dimensions(&path).unwrap().0, 500, "{figure}");
    }
    let json = std::fs::read(at("inspection.json")).unwrap();
    let json: Value = serde_json::from_slice(&json).unwrap();
    for branch in ["information", "weight"] {
        for level in 0..4 {
            let map = &json[branch][level];
            let name = format!("coffee-{branch}-{}.npy", level + 1);
            let (rows, columns, values) = read_npy(&at(&name));
            assert_eq!(rows, map.as_array().unwrap().len());
            assert_eq!(columns, map[0].as_array().unwrap().len());
            close(&values, &flat(map));
        }
    }
    let heads = json["information_attention"][1]["heads"]
        .as_array()
        .unwrap();
    let (rows, columns, mean) = read_npy(&at(&format!("{attention}-mean.npy")));
    let cell = 2 * columns + 1;
    let mut sum = vec![0.0; rows * columns];
    for (head, number) in heads.iter().zip(1..) {
        let (.., values) = read_npy(&at(&format!("{attention}-head-{number}.npy")));
        close(&values, &flat(&serde_json::json!([head[cell]])));
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += value / heads.len() as f32;
        }
    }
    close(&mean, &sum);
    // Two figures, eight maps, the mean and the heads; and what is written always.
    let written = names(folder.path()).len();
    assert_eq!(written, 2 + 8 + 1 + heads.len() + 9);
}

#[test]
fn an_svg_has_its_words_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let asked = [
        "--figure",
        "maps",
        "--figure-format",
        "svg",
        "--figure-width",
        "88",
    ];
    let output = inspect(COFFEE, folder.path(), &asked);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let svg = std::fs::read_to_string(folder.path().join("coffee-maps.svg")).unwrap();
    for text in [
        ">coffee.jpg<",
        ">Detail maps<",
        ">Weight maps<",
        ">Whole scene<",
        "of 100<",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(svg.matches("<image ").count(), 9);
    assert_eq!(svg.matches("<linearGradient ").count(), 8);
    assert!(svg.contains(r#"width="249.449pt""#), "{}", &svg[..400]);
    assert!(!folder.path().join("coffee-maps.png").exists());
}

#[test]
fn a_difference_is_that_of_both_pictures_maps() {
    let folder = tempfile::tempdir().unwrap();
    let both = folder.path().join("both");
    let asked = ["--figure-minus", NOISY, "--npy"];
    let output = inspect(COFFEE, &both, &asked);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(both.join("coffee-minus-coffee-noisy-maps.png").is_file());
    let noisy = folder.path().join("noisy");
    assert_eq!(
        code(&inspect(NOISY, &noisy, &["--figure", "maps", "--npy"])),
        0
    );
    let json: Value =
        serde_json::from_slice(&std::fs::read(both.join("inspection.json")).unwrap()).unwrap();
    let (.., less) = read_npy(&noisy.join("coffee-noisy-weight-3.npy"));
    let (.., found) = read_npy(&both.join("coffee-minus-coffee-noisy-weight-3.npy"));
    let expected = flat(&json["weight"][2]);
    let expected: Vec<f32> = expected.iter().zip(less).map(|(a, b)| a - b).collect();
    close(&found, &expected);
}

#[test]
fn what_cannot_be_drawn_is_said_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("made");
    let turned = folder.path().join("turned.png");
    ::image::open(COFFEE)
        .unwrap()
        .rotate90()
        .save(&turned)
        .unwrap();
    let turned = turned.to_str().unwrap();
    for (asked, said) in [
        // Both are named with their sizes.
        (
            vec!["--figure-minus", turned],
            &[
                "same size",
                "coffee.jpg is scored at 144x96",
                "turned.png is scored at 96x144",
            ][..],
        ),
        (
            vec!["--figure", "attention", "--level", "5"],
            &["levels 1 to 4"],
        ),
        (
            vec!["--figure", "attention", "--cell", "0,9"],
            &["5 columns and 3 rows"],
        ),
        (vec!["--figure", "attention", "--cell", "middle"], &["5,3"]),
        (vec!["--figure", "maps", "--figure-width", "60"], &["mm"]),
        (
            vec![
                "--figure",
                "maps",
                "--figure-width",
                "1000",
                "--figure-dpi",
                "1200",
            ],
            &["20,000 pixels"],
        ),
        (
            vec!["--figure", "maps", "--figure-width", "59"],
            &["from 60 to 1000"],
        ),
        (vec!["--figure-minus", "no-such.jpg"], &["no-such.jpg"]),
    ] {
        let output = inspect(COFFEE, &target, &asked);
        let missing = asked.contains(&"no-such.jpg");
        assert_eq!(code(&output), if missing { 1 } else { 2 }, "{asked:?}");
        for part in said {
            assert!(err(&output).contains(part), "{asked:?}: {}", err(&output));
        }
        assert!(!target.exists(), "{asked:?}");
    }
}

#[test]
fn a_figure_is_never_written_over_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::copy(COFFEE, at("a.jpg")).unwrap();
    // The reference has the name that the figure will have.
    std::fs::copy(NOISY, at("a-maps.png")).unwrap();
    let (first, reference) = (at("a.jpg"), at("a-maps.png"));
    let asked = [
        "--figure",
        "maps",
        "--reference",
        reference.to_str().unwrap(),
    ];
    let output = inspect(first.to_str().unwrap(), folder.path(), &asked);
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert!(err(&output).contains("over the input"), "{}", err(&output));
}
