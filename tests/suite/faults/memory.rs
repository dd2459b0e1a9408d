//! One budget of memory for all that is read: what is too much is refused by what it claims, and what
//! fits waits for its turn.

use crate::process::{PROGRAM, code, draw, err, lines, score};
use ::image::codecs::png::PngEncoder;
use ::image::{ExtendedColorType, ImageEncoder};
use bpclip_core::image::exif;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// As long as a refusal may take, the start of the program included.
const SOON: Duration = Duration::from_secs(3);

/// A GIF that claims so many pixels a side, and ends there.
fn claim(path: &Path, side: u16) {
    let side = side.to_le_bytes();
    let screen = [side, side].concat();
    let parts: [&[u8]; 5] = [b"GIF89a", &screen, b"\0\0\0,\0\0\0\0", &screen, b"\0\x02"];
    let mut bytes = parts.concat();
    bytes.extend([0; 64]);
    std::fs::write(path, bytes).unwrap();
}

/// Two decoders at once would each have been allowed half of what is free, and took a little more.
#[test]
#[cfg(target_os = "linux")]
fn pictures_that_fit_one_by_one_do_not_end_the_program_together() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    let sides = (4000..14_000).step_by(500);
    for side in sides.clone() {
        for copy in 0..3 {
            claim(&photos.join(format!("{side:05}-{copy}.gif")), side);
        }
    }
    draw(&photos.join("small.png"), 0);
    let line = format!(
        "ulimit -v 2500000; exec '{}' score --device cpu --size 64 --format jsonl '{}'",
        PROGRAM,
        photos.display(),
    );
    let output = Command::new("bash").args(["-c", &line]).output().unwrap();
    assert_eq!(code(&output), 1, "{}", err(&output));
    let answers = lines(&output.stdout);
    assert_eq!(answers.len(), 3 * sides.count() + 1);
    let (scored, refused): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer["score"].is_number());
    assert_eq!(scored.len(), 1);
    let said = |what: &str| {
        let says = |answer: &&&serde_json::Value| answer["error"].as_str().unwrap().contains(what);
        refused.iter().filter(says).count()
    };
    assert!(said("more memory") > 0 && said("damaged") > 0);
}

#[test]
fn a_profile_that_unpacks_without_end_is_refused_and_the_rest_is_scored() {
    let folder = tempfile::tempdir().unwrap();
    draw(&folder.path().join("a.png"), 0);
    let mut encoder = PngEncoder::new(File::create(folder.path().join("b.png")).unwrap());
    encoder.set_icc_profile(vec![0; 40 << 20]).unwrap();
    let black = [0; 64 * 64 * 3];
    encoder
        .write_image(&black, 64, 64, ExtendedColorType::Rgb8)
        .unwrap();
    let began = Instant::now();
    let output = score()
        .args(["--format", "jsonl"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(began.elapsed() < SOON);
    let answers = lines(&output.stdout);
    assert!(answers[0]["score"].is_number(), "{}", err(&output));
    let error = answers[1]["error"].as_str().unwrap();
    assert!(error.contains("b.png holds a colour profile"), "{error}");
}

/// What a camera noted is read before anything is known of the file.
#[test]
fn a_tiff_of_a_terabyte_is_not_taken_into_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tif");
    let mut file = File::create(&path).unwrap();
    file.write_all(b"II*\0\x08\0\0\0").unwrap();
    if file.set_len(1 << 40).is_err() {
        return crate::skip::skip("no file of a terabyte may be here");
    }
    let began = Instant::now();
    assert_eq!(exif(&path), None);
    assert!(began.elapsed() < SOON);
}
