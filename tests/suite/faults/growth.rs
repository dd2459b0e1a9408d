//! Ten thousand files, every twentieth of them broken.

use crate::process::{draw, peak_of, score};
use std::time::Instant;

/// Time must grow with the number of files and memory must not. Takes minutes:
/// `cargo test --release growth -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes"]
#[cfg(target_os = "linux")]
fn time_is_linear_and_memory_constant() {
    let folder = tempfile::tempdir().unwrap();
    let picture = |number: u32| folder.path().join(format!("picture-{number}"));
    for number in 0..16 {
        draw(&picture(number).with_extension("png"), number);
    }
    let broken = folder.path().join("broken");
    std::fs::write(&broken, b"\x89PNG\r\n\x1a\n and no more").unwrap();
    let mut figures = Vec::new();
    for format in ["jsonl", "table"] {
        for count in [100_u32, 1_000, 10_000] {
            let files = folder.path().join(format!("{format}-{count}"));
            std::fs::create_dir(&files).unwrap();
            for number in 0..count {
                let source = match number % 20 {
                    7 => broken.clone(),
                    _ => picture(number % 16).with_extension("png"),
                };
                std::fs::hard_link(source, files.join(format!("{number:05}.png"))).unwrap();
            }
            let begun = Instant::now();
            // Files, because nobody would read a pipe while the memory is watched.
            let file = |name: &str| std::fs::File::create(folder.path().join(name)).unwrap();
            let mut child = score()
                .args(["--format", format])
                .arg(&files)
                .stdout(file("out"))
                .stderr(file("err"))
                .spawn()
                .unwrap();
            let peak = peak_of(&mut child);
            let seconds = begun.elapsed().as_secs_f64();
            let failed = format!("{} of {count} could not be scored", count / 20);
            let said = std::fs::read_to_string(folder.path().join("err")).unwrap();
            assert!(said.contains(&failed), "{said}");
            println!("{format}: {count} files: {seconds:.1} s, {peak} KB at the peak");
            figures.push((format, count, seconds, peak));
        }
    }
    let of = |format: &str, count: u32| {
        let found = figures
            .iter()
            .find(|f| (f.0, f.1) == (format, count))
            .unwrap();
        (found.2, found.3 as f64)
    };
    for format in ["jsonl", "table"] {
        let ((short, small), (long, large)) = (of(format, 1_000), of(format, 10_000));
        assert!(long < 13.0 * short, "{format}: {short} s, {long} s");
        // Paths and reasons of 10,000 files are some megabytes; their inspections would be 70.
        assert!(large < small + 20_000.0, "{format}: {small} KB, {large} KB");
    }
}
