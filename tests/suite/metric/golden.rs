//! The classic metrics against independent programs: `tests/golden/make_metrics.py`.

use crate::seed::{fnv, splitmix};
use bpclip_core::image::{Limits, Picture, read};
use bpclip_core::metric::{Metric, MetricError, Readings, measure};
use serde_json::Value;
use std::path::Path;

/// How far from scikit-image, SciPy and libjxl a value may be.
fn tolerance(metric: Metric, value: f64) -> f64 {
    match metric {
        // Theirs and ours are of whole numbers.
        Metric::Psnr => 1e-9,
        Metric::Ssim | Metric::MsSsim => 1e-7,
        // 5e-9 on the CPU that this was written on.
        Metric::Ssimulacra2 => 1e-3,
        // 3e-6 of the value on the CPU that this was written on.
        Metric::Butteraugli => 1e-4 * value.max(1.0),
        Metric::Lpips | Metric::Dists | Metric::Niqe => 1e-4,
    }
}

pub fn golden(name: &str) -> Picture {
    read(&Path::new("tests/golden").join(name), &Limits::default()).unwrap()
}

/// The distorted picture, by the rules of `make_metrics.py`.
pub fn distorted(picture: &Picture, distortion: &str) -> Picture {
    let (width, height) = (i64::from(picture.width), i64::from(picture.height));
    let at = |x: i64, y: i64, c: i64| {
        let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
        i64::from(picture.rgb[((y * width + x) * 3 + c) as usize])
    };
    let mean = |left: i64, right: i64, top: i64, bottom: i64, c: i64| {
        let rows = top..bottom;
        let sum: i64 = rows
            .flat_map(|y| (left..right).map(move |x| (x, y)))
            .map(|(x, y)| at(x, y, c))
            .sum();
        sum / ((right - left) * (bottom - top))
    };
    let value = |x: i64, y: i64, c: i64| {
        let v = at(x, y, c);
        match distortion {
            "same" => v,
            "noise" => {
                let index = ((y * width + x) * 3 + c) as u64;
                let n = (splitmix(fnv("metrics.noise"), index) >> 40) as i64;
                (v + ((60 * n) >> 24) - 30).clamp(0, 255)
            }
            "blocks" => {
                let (left, top) = (x / 8 * 8, y / 8 * 8);
                let (right, bottom) = ((left + 8).min(width), (top + 8).min(height));
                mean(left, right, top, bottom, c)
            }
            "blur" => mean(x - 2, x + 3, y - 2, y + 3, c),
            "levels" => v / 32 * 32 + 16,
            "fade" => (3 * v + 128) / 4,
            "shift" => at(x - 1, y, c),
            other => panic!("no {other}"),
        }
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.flat_map(|(x, y)| (0..3).map(move |c| (x, y, c)));
    Picture {
        rgb: rgb.map(|(x, y, c)| value(x, y, c) as u8).collect(),
        ..picture.clone()
    }
}

#[test]
fn values_are_those_of_independent_programs() {
    let text = std::fs::read_to_string("tests/golden/metrics.json").unwrap();
    let golden_values: Value = serde_json::from_str(&text).unwrap();
    let pairs = golden_values["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 14);
    let mut worst = [0.0_f64; 5];
    for pair in pairs {
        let reference = golden(pair["picture"].as_str().unwrap());
        let picture = distorted(&reference, pair["distortion"].as_str().unwrap());
        let readings = Readings::of(&Metric::ALL, &picture, &reference);
        for (metric, worst) in Metric::ALL.into_iter().zip(&mut worst) {
            let found = readings.value(metric).unwrap();
            let Some(expected) = pair[metric.key()].as_f64() else {
                assert_eq!((metric, found), (Metric::Psnr, f64::INFINITY));
                continue;
            };
            let off = (found - expected).abs();
            let about = format!("{metric} of {pair}: {found}");
            assert!(off <= tolerance(metric, expected), "{about}");
            *worst = worst.max(off);
        }
        if let Some(torch) = pair["ms-ssim-torch"].as_f64() {
            // Its window has 32 bits.
            let found = readings.value(Metric::MsSsim).unwrap();
            assert!((found - torch).abs() < 5e-6, "{found} of {pair}");
        }
    }
    println!("off by at most {worst:?}");
}

#[test]
fn pairs_that_cannot_be_measured() {
    let grey = |width: u32, height: u32| Picture {
        width,
        height,
        rgb: vec![100; (width * height * 3) as usize],
        notes: Vec::new(),
    };
    for metric in Metric::ALL {
        let unequal = measure(metric, &grey(200, 180), &grey(200, 181)).unwrap_err();
        let said = unequal.to_string();
        assert!(
            said.contains("200x180") && said.contains("200x181"),
            "{said}"
        );
        let least = metric.least_side();
        assert!(measure(metric, &grey(least, least + 3), &grey(least, least + 3)).is_ok());
        if least > 1 {
            let small = grey(least + 40, least - 1);
            let expected = MetricError::TooSmall {
                metric,
                width: least + 40,
                height: least - 1,
            };
            assert_eq!(measure(metric, &small, &small), Err(expected));
        }
    }
    let readings = Readings::of(&Metric::ALL, &grey(9, 9), &grey(9, 8));
    assert_eq!(readings.reasons().len(), 1);
}

#[test]
fn better_is_on_the_side_that_is_said() {
    let reference = golden("metrics-even.png");
    let picture = distorted(&reference, "noise");
    for metric in Metric::ALL {
        let worse = measure(metric, &picture, &reference).unwrap();
        let equal = measure(metric, &reference, &reference).unwrap();
        assert_eq!(equal > worse, metric.higher_is_better(), "{metric}");
        assert_eq!(metric.key().parse(), Ok(metric));
    }
    let error = "vmaf".parse::<Metric>().unwrap_err().to_string();
    assert!(error.contains("ms-ssim"), "{error}");
}
