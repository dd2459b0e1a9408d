//! LPIPS against the PyPI package: `tests/golden/make_learned_metrics.py`.

use super::golden::{distorted, golden};
use crate::process::{code, command, err, lines};
use crate::seed::uniform;
use bpclip_core::checkpoint::{Precision, TensorValues, write_tensors};
use bpclip_core::metric::{Lpips, Metric, measure};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// The shapes of AlexNet's convolutions, by torchvision's numbers.
const CONVOLUTIONS: [(usize, [usize; 4]); 5] = [
    (0, [64, 3, 11, 11]),
    (3, [192, 64, 5, 5]),
    (6, [384, 192, 3, 3]),
    (8, [256, 384, 3, 3]),
    (10, [256, 256, 3, 3]),
];

/// A tensor by the rules of the script.
fn values(name: &str, shape: &[usize]) -> TensorValues {
    let fan_in: usize = shape.iter().skip(1).product();
    let value = |index: usize| {
        let u = uniform(name, index);
        let value = match name {
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

/// Files as torchvision's `alexnet` and the linear layers of LPIPS.
fn sources(folder: &Path) -> [PathBuf; 2] {
    let (mut alexnet, mut linear) = (BTreeMap::new(), BTreeMap::new());
    for (index, (number, shape)) in CONVOLUTIONS.iter().enumerate() {
        let add = |tensors: &mut BTreeMap<_, _>, name: String, shape: &[usize]| {
            tensors.insert(name.clone(), values(&name, shape));
        };
        add(&mut alexnet, format!("features.{number}.weight"), shape);
        add(&mut alexnet, format!("features.{number}.bias"), &shape[..1]);
        let name = format!("lin{index}.model.1.weight");
        add(&mut linear, name, &[1, shape[0], 1, 1]);
    }
    let files = ["alexnet.safetensors", "linear.safetensors"].map(|name| folder.join(name));
    for (file, tensors) in files.iter().zip([&alexnet, &linear]) {
        write_tensors(tensors, HashMap::new(), Precision::Fp32, file).unwrap();
    }
    files
}

#[test]
fn lpips_is_that_of_its_authors() {
    let folder = tempfile::tempdir().unwrap();
    let sources = sources(folder.path());
    let file = folder.path().join(Lpips::FILE);

    let error = Lpips::import(&sources[..1], &file).unwrap_err().to_string();
    assert!(error.contains("lin0.model.1.weight"), "{error}");
    assert!(!file.exists());

    Lpips::import(&sources, &file).unwrap();
    Lpips::read(&file).unwrap().install();
    let text = std::fs::read_to_string("tests/golden/learned_metrics.json").unwrap();
    let golden_values: Value = serde_json::from_str(&text).unwrap();
    let pairs = golden_values["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 6);
    for pair in pairs {
        let reference = golden(pair["picture"].as_str().unwrap());
        let picture = distorted(&reference, pair["distortion"].as_str().unwrap());
        let found = measure(Metric::Lpips, &picture, &reference).unwrap();
        let expected = pair["lpips"].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-4, "{found} of {pair}");
        assert_eq!(measure(Metric::Lpips, &reference, &reference), Ok(0.0));
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

    let refused = score("psnr,lpips");
    assert_eq!(code(&refused), 2);
    assert!(
        err(&refused).contains("bpclip import --lpips"),
        "{}",
        err(&refused)
    );
    let without = lines(score("all").stdout);
    assert!(without[0]["metrics"].get("lpips").is_none());

    let sources = sources(folder.path());
    let [alexnet, linear] = sources.each_ref().map(|file| file.to_str().unwrap());
    let imported = run(&["import", "--lpips", alexnet, linear]);
    assert_eq!(code(&imported), 0, "{}", err(&imported));
    for metrics in ["lpips", "all"] {
        let scored = score(metrics);
        assert_eq!(code(&scored), 0, "{}", err(&scored));
        let found = lines(scored.stdout)[0]["metrics"]["lpips"]
            .as_f64()
            .unwrap();
        assert!(found > 0.01 && found < 10.0, "{found}");
    }
}
