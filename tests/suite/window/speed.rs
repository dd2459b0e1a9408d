//! How long frames take while hundreds of photos come in. Not part of the usual run: it needs a
//! folder of photos, and a machine that does nothing else.

use super::Bench;
use crate::process::{self, sample};
use eframe::egui::Key;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// `BPCLIP_PHOTOS=folder cargo test --release --test suite frame_times -- --ignored --nocapture`
#[test]
#[ignore = "needs a folder of photos in BPCLIP_PHOTOS"]
fn frame_times_while_photos_come_in() {
    let photos = PathBuf::from(std::env::var_os("BPCLIP_PHOTOS").unwrap());
    let mut photos: Vec<PathBuf> = std::fs::read_dir(photos)
        .unwrap()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| bpclip_core::image::is_picture_name(path))
        .collect();
    photos.sort();
    photos.truncate(500);
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let count = photos.len();
    let mut bench = Bench::start(folder, photos, [1440.0, 900.0]);
    let started = begun.elapsed();
    let (mut first_score, mut thumbnails) = (None, None);
    let mut times = Vec::new();
    while begun.elapsed() < Duration::from_secs(60) {
        let frame = Instant::now();
        bench.harness.step();
        times.push(frame.elapsed());
        let frames = &bench.app().state().gallery.frames;
        if first_score.is_none() && frames.iter().any(|f| f.quality.rated().is_some()) {
            first_score = Some(begun.elapsed());
        }
        let small = |f: &bpclip::app::gallery::Frame| f.size.is_some() || f.broken.is_some();
        if thumbnails.is_none() && frames.len() == count && frames.iter().all(small) {
            thumbnails = Some(begun.elapsed());
        }
        std::thread::sleep(Duration::from_millis(16));
    }
    println!(
        "{count} photos: window after {started:.1?}, first score after {first_score:.1?}, all \
         thumbnails after {thumbnails:.1?}; {}; {} scored in a minute",
        percentiles(&mut times),
        bench.app().state().scoring.progress.done,
    );
}

/// How long the first start of 5,000 pictures takes, and the second, whose scores and thumbnails are kept;
/// what their frames take meanwhile and while somebody marks them by keys; the memory of all of it.
/// `cargo test --release --test suite second_start -- --ignored --nocapture`
#[test]
#[ignore = "takes a while, and a machine that does nothing else"]
fn second_start_of_five_thousand() {
    const COUNT: u32 = 5000;
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    super::culling::shoot(&photos, COUNT);
    let start = || {
        let own = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let kept = folder.path().join("settings");
        let mut bench = Bench::start_with(own, vec![photos.clone()], [1440.0, 900.0], kept);
        let window = begun.elapsed();
        let mut thumbnails = None;
        let mut times = Vec::new();
        let mut step = |bench: &mut Bench| {
            let frame = Instant::now();
            bench.harness.step();
            times.push(frame.elapsed());
            std::thread::sleep(Duration::from_millis(4));
        };
        loop {
            step(&mut bench);
            let frames = &bench.app().state().gallery.frames;
            let all = frames.len() == COUNT as usize;
            if thumbnails.is_none() && all && frames.iter().all(|f| f.size.is_some()) {
                thumbnails = Some(begun.elapsed());
            }
            if thumbnails.is_some() && all && frames.iter().all(|f| f.quality.rated().is_some()) {
                break;
            }
        }
        let ranked = begun.elapsed();
        println!(
            "window after {window:.1?}, thumbnails after {:.1?}, ranking after {ranked:.1?}; {}; memory {}",
            thumbnails.unwrap_or_default(),
            percentiles(&mut times),
            memory()
        );
        let mut times = Vec::new();
        for key in [Key::ArrowDown, Key::K, Key::ArrowDown, Key::X].repeat(100) {
            bench.harness.key_press(key);
            let frame = Instant::now();
            bench.harness.step();
            times.push(frame.elapsed());
        }
        println!(
            "marked by keys: {}; memory {}",
            percentiles(&mut times),
            memory()
        );
        let closing = Instant::now();
        eframe::App::on_exit(bench.harness.state_mut());
        println!("closed within {:.2?}", closing.elapsed());
    };
    start();
    let size = std::fs::metadata(folder.path().join("settings/library.sqlite"));
    println!("the library has {} bytes", size.unwrap().len());
    start();
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    format!(
        "{} frames: median {:.2?}, 99th percentile {:.2?}, longest {:.2?}",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    )
}

/// What this process holds now, and held at most.
fn memory() -> String {
    let of = |name| match process::memory(std::process::id(), name) {
        Some(kilobytes) => format!("{kilobytes} kB"),
        None => "unknown".to_owned(),
    };
    format!("{}, at most {}", of("VmRSS"), of("VmHWM"))
}

/// How long the next picture of 12 and 24 megapixels takes to be seen, sharp, from its key on: read ahead, and,
/// as it was without that, from its file.
/// `cargo test --release --test suite next_frame -- --ignored --nocapture`
#[test]
#[ignore = "takes a while, and a machine that does nothing else"]
fn next_frame_of_12_and_24_megapixels() {
    use bpclip::app::{App, gallery};
    for (name, size) in [("12", (4240, 2832)), ("24", (6000, 4000))] {
        let folder = tempfile::tempdir().unwrap();
        let photos = folder.path().join("photos");
        std::fs::create_dir(&photos).unwrap();
        for subject in ["coffee", "rocket"] {
            let whole = image::open(sample(&format!("{subject}.jpg"))).unwrap();
            let filter = image::imageops::FilterType::Triangle;
            let large = image::imageops::resize(&whole.into_rgb8(), size.0, size.1, filter);
            let path = photos.join(format!("{subject}-0.jpg"));
            let file = std::fs::File::create(&path).unwrap();
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(file, 92);
            large.write_with_encoder(encoder).unwrap();
            for copy in 1..5 {
                std::fs::copy(&path, photos.join(format!("{subject}-{copy}.jpg"))).unwrap();
            }
        }
        let mut bench = Bench::start(folder, vec![photos], [1440.0, 900.0]);
        bench.until_scored(10);
        bench.press(Key::Home);
        // Frames of the window until all that is in sight is sharp, and how long they took.
        let until_sharp = |bench: &mut Bench| {
            let begun = Instant::now();
            bench.harness.step();
            let mut paints = 1;
            while !bench.app().is_sharp() {
                std::thread::sleep(Duration::from_millis(2));
                bench.harness.step();
                paints += 1;
            }
            (paints, begun.elapsed())
        };
        let (mut ahead, mut anew) = (Vec::new(), Vec::new());
        for _ in 0..8 {
            bench.until("neighbours are read", App::is_idle);
            bench.harness.key_press(Key::ArrowRight);
            bench.harness.step();
            ahead.push(until_sharp(&mut bench));
        }
        for _ in 0..4 {
            bench.until("all is read", App::is_idle);
            let id = bench.app().state().gallery.selected.unwrap();
            let again = gallery::Command::Reread(id);
            bench.harness.state_mut().apply(again);
            anew.push(until_sharp(&mut bench));
        }
        println!("{name} megapixels, read ahead, paints and time: {ahead:.1?}");
        println!("{name} megapixels, from the file: {anew:.1?}");
    }
}
