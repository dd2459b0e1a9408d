//! Files after public bug reports of image tools (`tests/fixtures/cases`): the pixels that other
//! readers see, the refusal, the note or the exit code. Of pixels every fourth of every fourth row is
//! held (`tests/fixtures/cases/make.py`).
//!
//! Cases of other kinds stand elsewhere: pipes and devices in `faults/pipes.rs`, names that lead out
//! of a folder in `faults/outputs.rs`, tensors that claim more than their file in `faults/foreign.rs`,
//! runs of other settings in `faults/old_state.rs`, pictures beyond the memory in `faults/limits.rs`.

use crate::process::{code, command, err, out};
use bpclip_core::image::{Limits, Picture, SizePolicy, dimensions, read, read_for};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

const CASES: &str = "tests/fixtures/cases";

/// How near the pixels must come.
#[derive(Clone, Copy)]
enum Near {
    /// No value is off by more than one level.
    OneLevel,
    /// Peak signal to noise above 38 dB, where decoders may differ.
    Decibels,
}
use Near::{Decibels, OneLevel};

/// Where a case lies: among the cases, or where it was a fixture before.
fn place(name: &str) -> PathBuf {
    let folders = [
        CASES,
        "tests/fixtures/jpeg",
        "tests/fixtures/tiff",
        "tests/fixtures/damage",
    ];
    let places = folders.map(|folder| Path::new(folder).join(name));
    let place = places.into_iter().find(|path| path.exists());
    place.unwrap_or_else(|| panic!("{name} is not there"))
}

/// Every fourth pixel of every fourth row.
fn sparse(picture: &Picture) -> Vec<u8> {
    let row = |y: u32| (0..picture.width).step_by(4).map(move |x| (x, y));
    let places = (0..picture.height).step_by(4).flat_map(row);
    places
        .flat_map(|(x, y)| {
            let at = 3 * (y as usize * picture.width as usize + x as usize);
            picture.rgb[at..at + 3].to_vec()
        })
        .collect()
}

#[test]
fn pixels_are_those_that_other_readers_see() {
    let none: &[&str] = &[];
    let cases: [(&str, Near, &[&str]); 24] = [
        ("ni1-2x2.jpg", Decibels, none),
        ("ni4-2x2.jpg", Decibels, none),
        ("samp-1x1_2x2_2x2.jpg", Decibels, none),
        ("samp-3x1.jpg", Decibels, none),
        ("scan1-2x2-rst.jpg", Decibels, none),
        ("junk-between.jpg", Decibels, none),
        ("orient6-long.jpg", Decibels, none),
        ("orient6-exif-after-idat.png", OneLevel, none),
        ("greyicc-ciel.jpg", Decibels, &["colours converted to sRGB"]),
        ("apng-default-hidden.png", OneLevel, none),
        ("gama1.png", OneLevel, &["converted to sRGB from gamma 1"]),
        ("icc2-devicelink.png", OneLevel, &["profile unusable"]),
        ("cicp-p3.png", OneLevel, &["from Display P3"]),
        ("cicp-pq.png", Decibels, &["(PQ)", "BT.2020"]),
        ("cicp-hlg.png", Decibels, &["(HLG)", "BT.2020"]),
        ("b-v5-icc.bmp", Decibels, &["colours converted to sRGB"]),
        ("b-v5-zeroalpha.bmp", OneLevel, none),
        (
            "t-assoc.tif",
            OneLevel,
            &["transparency composed on mid-grey"],
        ),
        ("t-cmyk-icc.tif", Decibels, &["colours converted to sRGB"]),
        ("t2-thumbfirst.tif", OneLevel, none),
        ("t-big.tif", OneLevel, none),
        ("t-pal.tif", OneLevel, none),
        ("real.jxl", Decibels, none),
        ("cont.jxl", Decibels, none),
    ];
    let mut wrong = Vec::new();
    for (name, near, notes) in cases {
        let path = place(name);
        let picture = match read(&path, &Limits::default()) {
            Ok(picture) => picture,
            Err(error) => {
                wrong.push(error.to_string());
                continue;
            }
        };
        let kept = Path::new(CASES).join("pixels").join(format!("{name}.png"));
        let kept = read(&kept, &Limits::default()).unwrap();
        let (width, height) = (picture.width.div_ceil(4), picture.height.div_ceil(4));
        assert_eq!((width, height), (kept.width, kept.height), "{name}");
        assert_eq!(
            dimensions(&path).unwrap(),
            (picture.width, picture.height),
            "{name}"
        );
        let found = sparse(&picture);
        let pairs = || found.iter().zip(&kept.rgb);
        let off = pairs().map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        let square = |(a, b): (&u8, &u8)| f64::from(a.abs_diff(*b)).powi(2);
        let error = pairs().map(square).sum::<f64>() / found.len() as f64;
        let decibels = 10.0 * (255.0_f64.powi(2) / error).log10();
        let is_near = match near {
            OneLevel => off <= 1,
            Decibels => decibels > 38.0,
        };
        let said: Vec<String> = picture.notes.iter().map(ToString::to_string).collect();
        let said = said.join("; ");
        let told =
            notes.iter().all(|note| said.contains(note)) && notes.is_empty() == said.is_empty();
        if !is_near || !told {
            wrong.push(format!(
                "{name}: off by {off}, {decibels:.1} dB, notes: {said}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A kind that is not read is called by its name, and damage is called damage.
#[test]
fn what_is_not_read_is_refused_in_words() {
    let raw = ["camera raw", "export a JPEG"];
    let cases: [(&str, &[&str]); 16] = [
        ("arith.jpg", &["arithmetic coding is not read"]),
        ("j12.jpg", &["more than 8 bits a channel is not read"]),
        ("jls.jpg", &["JPEG-LS is not read"]),
        ("lossless.jpg", &["lossless JPEG is not read"]),
        ("cut-half-eoi.jpg", &["damaged or cut short"]),
        ("zeroblock.jpg", &["damaged or cut short"]),
        (
            "t-planar-tile.tif",
            &["a plane a channel, in tiles", "is not read"],
        ),
        ("t-jpeg-YCBCR-420.tif", &["luma and chroma is not read"]),
        ("t-u32.tif", &["samples of 32 bits, whole"]),
        ("t-fillorder2.tif", &["is not read"]),
        ("other.psd", &["a Photoshop file is not read"]),
        ("video.mp4", &["a video is not read"]),
        ("cr3.CR3", &raw),
        ("raf.RAF", &raw),
        ("rw2.RW2", &raw),
        ("dng2-noext", &raw),
    ];
    let mut wrong = Vec::new();
    for (name, says) in cases {
        match read(&place(name), &Limits::default()) {
            Ok(picture) => wrong.push(format!("{name} was read: {:?}", picture.notes)),
            Err(error) => {
                let said = error.to_string();
                if !says.iter().all(|words| said.contains(words)) || !said.contains(name) {
                    wrong.push(said);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The contents of a fixture that is kept packed.
fn unpacked(name: &str) -> Vec<u8> {
    let packed = std::fs::File::open(Path::new(CASES).join(name)).unwrap();
    let mut bytes = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(packed);
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn bombs_take_neither_time_nor_memory() {
    let folder = tempfile::tempdir().unwrap();
    let small = SizePolicy {
        shorter_side: Some(64),
        enlarge: false,
    };
    // A profile of 1.5 GB, and a thousand scans over 256 megapixels: 160 s once.
    let read = |name: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, unpacked(&format!("{name}.gz"))).unwrap();
        read_for(&path, &Limits::default(), small)
    };
    let begun = Instant::now();
    let error = read("iccp_bomb.png").unwrap_err().to_string();
    assert!(error.contains("profile"), "{error}");
    let error = read("scan_1000.jpg").unwrap_err().to_string();
    assert!(error.contains("scan_1000.jpg is damaged"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(60));
}

/// What comes of the program on the CPU.
fn on_cpu(arguments: &[&str], paths: &[&Path]) -> Output {
    let mut command = command(arguments);
    command.args(["--device", "cpu"]).args(paths);
    command.output().unwrap()
}

/// A folder of six rated pictures, with the table of a case; `named` makes their names.
fn rated(case: &str, named: impl Fn(usize) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..6 {
        let picture = format!("{CASES}/pictures/p{number}.png");
        std::fs::copy(picture, folder.path().join(named(number))).unwrap();
    }
    let table = format!("{CASES}/{case}/labels.csv");
    std::fs::copy(table, folder.path().join("labels.csv")).unwrap();
    folder
}

#[test]
fn tables_are_read_as_their_writers_meant_them() {
    let plain = |number: usize| format!("p{number}.png");
    let taken_apart = |number: usize| format!("fu\u{308}\u{df}e{number}.png");
    let evaluate = |folder: &Path| on_cpu(&["evaluate"], &[folder]);
    for (case, nfd) in [
        ("csv-newline", false),
        ("csv-sep", false),
        ("csv-nfd-disk", true),
    ] {
        let folder = match nfd {
            true => rated(case, taken_apart),
            false => rated(case, plain),
        };
        let output = evaluate(folder.path());
        assert!(output.status.success(), "{case}: {}", err(&output));
        assert!(out(&output).contains("| 6 |"), "{case}: {}", out(&output));
    }
    let folder = rated("csv-missing", plain);
    let output = evaluate(folder.path());
    let said = err(&output);
    assert_eq!(code(&output), 1, "{said}");
    assert!(
        said.contains("nope.png") && said.contains("nope2.png"),
        "{said}"
    );
    let folder = rated("csv-dupcase", plain);
    let output = evaluate(folder.path());
    let said = err(&output);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("P0.PNG") && said.contains("p0.png"), "{said}");
}

#[test]
fn two_references_of_one_stem_are_a_message() {
    let case = Path::new(CASES).join("reference-two-of-one-stem");
    let (edits, originals) = (case.join("e"), case.join("o"));
    let with = [
        "score",
        "--format",
        "jsonl",
        "--reference",
        originals.to_str().unwrap(),
    ];
    let output = on_cpu(&with, &[&edits]);
    let said = err(&output);
    assert_eq!(code(&output), 1, "{said}");
    assert!(said.contains("a.jpg") && said.contains("a.png"), "{said}");
}

#[test]
fn a_folder_of_many_kinds_says_what_became_of_each() {
    let folder = tempfile::tempdir().unwrap();
    let case = Path::new(CASES).join("folder-mixed");
    for (from, to) in [
        ("a.jpg", "a.jpg"),
        ("a.jpg", "b.jfif"),
        ("a.jpg", "c.HEIC"),
        ("d.heic", "d.heic"),
        ("e.dng", "e.dng"),
        ("._a.jpg", "._a.jpg"),
    ] {
        std::fs::copy(case.join(from), folder.path().join(to)).unwrap();
    }
    let output = on_cpu(&["score", "--format", "csv"], &[folder.path()]);
    let (rows, said) = (out(&output), err(&output));
    for name in ["a.jpg", "b.jfif", "c.HEIC", "d.heic", "e.dng"] {
        assert!(rows.contains(name), "{name}: {rows}");
    }
    assert!(said.contains("5 pictures; left out: 1 ._ file"), "{said}");
}
