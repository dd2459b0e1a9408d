//! LPIPS and DISTS against the PyPI packages: `tests/golden/make_learned_metrics.py`.

use super::golden::{distorted, golden};
use crate::process::{code, command, err, lines};
use crate::seed::uniform;
use bpclip_core::checkpoint::{Precision, TensorValues, write_tensors};
use bpclip_core::image::Picture;
use bpclip_core::metric::{Metric, Weights, measure};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// The shapes of AlexNet's convolutions, by torchvision's numbers.
const ALEXNET: [(usize, [usize; 4]); 5] = [
    (0, [64, 3, 11, 11]),
    (3, [192, 64, 5, 5]),
    (6, [384, 192, 3, 3]),
    (8, [256, 384, 3, 3]),
    (10, [256, 256, 3, 3]),
];

/// Those of VGG16, by the stages of DISTS.
const VGG16: [(usize, usize, [usize; 2]); 13] = [
    (1, 0, [64, 3]),
    (1, 2, [64, 64]),
    (2, 5, [128, 64]),
    (2, 7, [128, 128]),
    (3, 10, [256, 128]),
    (3, 12, [256, 256]),
    (3, 14, [256, 256]),
    (4, 17, [512, 256]),
    (4, 19, [512, 512]),
    (4, 21, [512, 512]),
    (5, 24, [512, 512]),
    (5, 26, [512, 512]),
    (5, 28, [512, 512]),
];

type Named = BTreeMap<String, TensorValues>;

/// A tensor by the rules of the script.
fn values(name: &str, shape: &[usize]) -> TensorValues {
    let fan_in: usize = shape.iter().skip(1).product();
    let value = |index: usize| {
        let u = uniform(name, index);
        let value = match name {
            "alpha" | "beta" => u,
            linear if linear.starts_with("lin") => u,
            bias if bias.ends_with("bias") => (2.0 * u - 1.0) / 10.0,
            _ => (2.0 * u - 1.0) * (6.0 / fan_in as f64).sqrt(),
        };
        value as f32
    };
    TensorValues {
        shape: shape.into(),
        numbers: (0..shape.iter().product()).map(value).collect(),
    }
}

/// Weight and bias of a convolution, whose numbers follow from the name behind `seed`.
fn convolution(to: &mut Named, seed: &str, name: &str, shape: [usize; 4]) {
    for (part, shape) in [("weight", &shape[..]), ("bias", &shape[..1])] {
        let tensor = values(&format!("{seed}.{part}"), shape);
        to.insert(format!("{name}.{part}"), tensor);
    }
}

fn written<const N: usize>(folder: &Path, files: [(&str, Named); N]) -> [PathBuf; N] {
    files.map(|(name, tensors)| {
        let file = folder.join(name);
        write_tensors(&tensors, HashMap::new(), Precision::Fp32, &file).unwrap();
        file
    })
}

/// Files as torchvision's `alexnet` and the linear layers of LPIPS.
fn of_lpips(folder: &Path) -> [PathBuf; 2] {
    let (mut alexnet, mut linear) = (Named::new(), Named::new());
    for (index, (number, shape)) in ALEXNET.into_iter().enumerate() {
        let name = format!("features.{number}");
        convolution(&mut alexnet, &name, &name, shape);
        let name = format!("lin{index}.model.1.weight");
        let tensor = values(&name, &[1, shape[0], 1, 1]);
        linear.insert(name, tensor);
    }
    let files = [
        ("alexnet.safetensors", alexnet),
        ("linear.safetensors", linear),
    ];
    written(folder, files)
}

/// Those of VGG16, called by torchvision's names or by those of `DISTS_pytorch.DISTS`.
fn vgg16(theirs: bool) -> Named {
    let mut tensors = Named::new();
    for (stage, number, [channels_out, channels_in]) in VGG16 {
        let seed = format!("vgg16.features.{number}");
        let name = match theirs {
            true => format!("stage{stage}.{number}"),
            false => format!("features.{number}"),
        };
        let shape = [channels_out, channels_in, 3, 3];
        convolution(&mut tensors, &seed, &name, shape);
    }
    tensors
}

fn alpha_and_beta() -> Named {
    let named = |name: &str| (name.to_owned(), values(name, &[1, 1475, 1, 1]));
    ["alpha", "beta"].map(named).into()
}

/// Files as torchvision's `vgg16` and the weights of DISTS.
fn of_dists(folder: &Path) -> [PathBuf; 2] {
    let files = [
        ("vgg16.safetensors", vgg16(false)),
        ("dists.safetensors", alpha_and_beta()),
    ];
    written(folder, files)
}

/// What the script wrote.
fn expected(list: &str) -> Vec<Value> {
    let text = std::fs::read_to_string("tests/golden/learned_metrics.json").unwrap();
    let values: Value = serde_json::from_str(&text).unwrap();
    values[list].as_array().unwrap().clone()
}

/// Holds a metric to one of these.
fn hold(metric: Metric, of: &Value, change: fn(&Picture) -> Picture) {
    let reference = golden(of["picture"].as_str().unwrap());
    let picture = distorted(&reference, of["distortion"].as_str().unwrap());
    let (picture, reference) = (change(&picture), change(&reference));
    let found = measure(metric, &picture, &reference).unwrap();
    let expected = of[metric.key()].as_f64().unwrap();
    assert!(
        (found - expected).abs() < 1e-4 * (1.0_f64).min(10.0 * expected),
        "{found} of {of}"
    );
}

#[test]
fn lpips_is_that_of_its_authors() {
    let folder = tempfile::tempdir().unwrap();
    let sources = of_lpips(folder.path());
    let file = folder.path().join("lpips.safetensors");

    let error = Weights::import(Metric::Lpips, &sources[..1], &file)
        .unwrap_err()
        .to_string();
    assert!(error.contains("lin0.model.1.weight"), "{error}");
    assert!(!file.exists());

    Weights::import(Metric::Lpips, &sources, &file).unwrap();
    Weights::read(Metric::Lpips, &file).unwrap().install();
    assert!(Weights::are_installed(Metric::Lpips));
    let pairs = expected("pairs");
    assert_eq!(pairs.len(), 6);
    for pair in &pairs {
        hold(Metric::Lpips, pair, Picture::clone);
        let equal = golden(pair["picture"].as_str().unwrap());
        assert_eq!(measure(Metric::Lpips, &equal, &equal), Ok(0.0));
    }
}

/// Each pixel two by two.
fn doubled(picture: &Picture) -> Picture {
    let row = picture.rgb.chunks_exact(3 * picture.width as usize);
    let rgb = row.flat_map(|row| {
        let wide: Vec<u8> = row
            .chunks_exact(3)
            .flat_map(|pixel| pixel.repeat(2))
            .collect();
        wide.repeat(2)
    });
    Picture {
        width: 2 * picture.width,
        height: 2 * picture.height,
        rgb: rgb.collect(),
        notes: Vec::new(),
    }
}

#[test]
fn dists_is_that_of_its_authors() {
    let folder = tempfile::tempdir().unwrap();
    let sources = of_dists(folder.path());
    let file = folder.path().join("dists.safetensors");

    let error = Weights::import(Metric::Dists, &sources[..1], &file)
        .unwrap_err()
        .to_string();
    assert!(error.contains("alpha"), "{error}");
    Weights::import(Metric::Dists, &sources, &file).unwrap();
    let mut whole = vgg16(true);
    whole.extend(alpha_and_beta());
    let [whole] = written(folder.path(), [("whole.safetensors", whole)]);
    Weights::import(
        Metric::Dists,
        &[whole],
        &folder.path().join("other.safetensors"),
    )
    .unwrap();

    Weights::read(Metric::Dists, &file).unwrap().install();
    let (pairs, larger) = (expected("pairs"), expected("doubled"));
    assert_eq!([pairs.len(), larger.len()], [6, 2]);
    for pair in &pairs {
        hold(Metric::Dists, pair, Picture::clone);
    }
    for pair in &larger {
        hold(Metric::Dists, pair, doubled);
        let equal = golden(pair["picture"].as_str().unwrap());
        assert_eq!(measure(Metric::Dists, &equal, &equal), Ok(0.0));
    }
}

#[test]
fn the_program_imports_the_weights_and_measures_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut program = command(arguments);
        program.env("BPCLIP_CACHE", folder.path()).output().unwrap()
    };
    let [distorted, reference] =
        ["coffee-blurred", "coffee"].map(|name| format!("assets/samples/{name}.jpg"));
    let score = |metrics: &str| {
        let of = [
            "score",
            &distorted,
            "--reference",
            &reference,
            "--metrics",
            metrics,
        ];
        run(&[
            &of[..],
            &["--device", "cpu", "--size", "64", "--format", "jsonl"],
        ]
        .concat())
    };

    for (metric, import, sources) in [
        ("lpips", "--lpips", of_lpips(folder.path())),
        ("dists", "--dists", of_dists(folder.path())),
    ] {
        let refused = score(&format!("psnr,{metric}"));
        assert_eq!(code(&refused), 2);
        let said = err(&refused);
        assert!(said.contains(&format!("bpclip import {import}")), "{said}");
        let without = lines(score("all").stdout);
        assert!(without[0]["metrics"].get(metric).is_none());

        let [network, weights] = sources.each_ref().map(|file| file.to_str().unwrap());
        let imported = run(&["import", import, network, weights]);
        assert_eq!(code(&imported), 0, "{}", err(&imported));
        for metrics in [metric, "all"] {
            let scored = score(metrics);
            assert_eq!(code(&scored), 0, "{}", err(&scored));
            let found = &lines(scored.stdout)[0]["metrics"][metric];
            let found = found.as_f64().unwrap();
            assert!(found > 0.001 && found < 10.0, "{metric}: {found}");
        }
    }
}
