//! The pictures in `tests/fixtures`, and what an independent decoder reads in them.

#![allow(clippy::match_like_matches_macro, dead_code)]

use std::path::{Path, PathBuf};

use bpclip_codecs::{Limits, Picture, Samples};

/// More than any picture here needs.
pub const LIMITS: Limits = Limits {
    pixels: 1_000_000,
    bytes: 64 << 20,
};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// All pictures, by name, of the formats that are compiled in.
pub fn pictures() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let compiled = match path.extension().and_then(|e| e.to_str()) {
            Some("heic") => cfg!(feature = "heic"),
            Some("avif") => cfg!(feature = "avif"),
            Some("jxl") => cfg!(feature = "jxl"),
            _ => false,
        };
        if compiled {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            all.push((name, std::fs::read(path).unwrap()));
        }
    }
    all.sort();
    all
}

/// The samples, brought to 8 bits.
pub fn eight(picture: &Picture) -> Vec<u8> {
    match &picture.samples {
        Samples::Eight(s) => s.clone(),
        Samples::Sixteen(s) => s
            .iter()
            .map(|&n| ((u32::from(n) + 128) / 257) as u8)
            .collect(),
    }
}

/// The peak signal to noise ratio in decibels, and the largest difference.
pub fn compare(ours: &[u8], theirs: &[u8]) -> (f64, u8) {
    assert_eq!(ours.len(), theirs.len());
    let differences = ours.iter().zip(theirs).map(|(&a, &b)| a.abs_diff(b));
    let most = differences.clone().max().unwrap_or(0);
    let squares: f64 = differences.map(|d| f64::from(d).powi(2)).sum();
    let mean = squares / ours.len() as f64;
    (
        if mean == 0.0 {
            f64::INFINITY
        } else {
            10.0 * (255.0 * 255.0 / mean).log10()
        },
        most,
    )
}
