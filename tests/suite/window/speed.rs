//! How long frames take while hundreds of photos come in. Not part of the usual run: it needs a
//! folder of photos, and a machine that does nothing else.

use super::Bench;
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
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{count} photos: window after {started:.1?}, first score after {first_score:.1?}, all \
         thumbnails after {thumbnails:.1?}; {} frames: median {:.2?}, 99th percentile {:.2?}, \
         longest {:.2?}; {} scored in a minute",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0),
        bench.app().state().scoring.progress.done,
    );
}
