//! The same numbers on the CPU and on a graphics adapter.

use crate::skip::skip;
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device::{self, DeviceChoice, Selected};
use bpclip_core::image::{self, Limits};
use bpclip_core::inspect::worker::{Event, Request, RequestId, ScoreRequest, Source, Worker};
use bpclip_core::inspect::{DecodeCache, Inspection, Scorer, prepare};
use bpclip_core::model::Task;
use std::path::Path;
use std::time::{Duration, Instant};

/// The first adapter, or `None` after saying so where there is none.
pub fn adapter() -> Option<Selected> {
    match device::adapters().first() {
        Some(adapter) => Some(adapter.open().unwrap()),
        None => {
            skip("no adapter");
            None
        }
    }
}

fn inspect(task: Task, selected: Selected) -> Inspection {
    let scorer = Scorer::new(
        Checkpoint::bundled(task, &selected.device).unwrap(),
        selected,
    );
    let load = |name: &str| {
        let path = Path::new("assets/samples").join(name);
        // Small, because the adapter of a test machine is a program on its CPU.
        let size = image::SizePolicy::at_most(Some(96));
        prepare(image::read(&path, &Limits::default()).unwrap(), size).unwrap()
    };
    let distorted = load("coffee-jpeg10.jpg");
    let reference = load("coffee.jpg");
    scorer.inspect(&distorted, Some(&reference), true).unwrap()
}

fn agree(task: Task) {
    let Some(adapter) = adapter() else { return };
    let (on_cpu, on_gpu) = (inspect(task, device::cpu()), inspect(task, adapter));
    let (cpu, gpu) = (on_cpu.prediction, on_gpu.prediction);
    assert!((cpu.raw - gpu.raw).abs() < 1e-3, "{} {}", cpu.raw, gpu.raw);
    for (a, b) in cpu
        .similarities
        .iter()
        .flatten()
        .zip(gpu.similarities.iter().flatten())
    {
        assert!((a - b).abs() < 1e-3, "{a} {b}");
    }
    let (cpu, gpu) = (on_cpu.detail.unwrap(), on_gpu.detail.unwrap());
    let maps = |d: &bpclip_core::inspect::Detail| {
        d.information
            .iter()
            .chain(&d.weight)
            .chain(&d.masks)
            .cloned()
            .collect::<Vec<_>>()
    };
    for (a, b) in maps(&cpu).iter().zip(&maps(&gpu)) {
        let scale = a.range().1.abs().max(1e-6);
        for (x, y) in a.values.iter().zip(&b.values) {
            assert!((x - y).abs() < 1e-3 * scale, "{x} {y} of {scale}");
        }
    }
}

#[test]
fn cpu_and_gpu_agree_without_reference() {
    agree(Task::NoReference);
}

#[test]
fn cpu_and_gpu_agree_with_reference() {
    agree(Task::FullReference);
}

/// The window's worker: the CPU scores at once, and the adapter takes over with the same scores.
#[test]
fn the_adapter_takes_over_from_the_cpu() {
    if adapter().is_none() {
        return;
    }
    // Small, for the warm-up too: the adapter of a test machine is a program on its CPU.
    let size = Some(image::SizePolicy::at_most(Some(96)));
    let worker = Worker::start(
        DeviceChoice::Gpu(None),
        size,
        Limits::default(),
        DecodeCache::default(),
        || (),
    );
    let ask = |id| {
        let source = Source::File(Path::new("assets/samples/coffee.jpg").into());
        worker.ask(Request::Then(vec![ScoreRequest {
            id,
            source,
            reference: None,
            detailed: false,
        }]));
    };
    let begun = Instant::now();
    let (mut scores, mut prepared, mut moved) = (Vec::new(), false, false);
    ask(RequestId(0));
    while scores.len() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(600), "{scores:?}");
        match worker.next() {
            None => std::thread::sleep(Duration::from_millis(5)),
            Some(Event::Preparing(Some(_))) => prepared = true,
            Some(Event::Device { id, .. }) if id != DeviceChoice::Cpu => {
                moved = true;
                ask(RequestId(1));
            }
            Some(Event::Trouble(said)) => panic!("{said}"),
            Some(Event::Done(id, answer)) => {
                let answer = answer.unwrap();
                assert_eq!(id == RequestId(1), moved);
                scores.push((
                    answer.inspection.prediction.raw,
                    answer.model.device.clone(),
                ));
            }
            Some(_) => {}
        }
    }
    assert!(prepared);
    let [(cpu, on_cpu), (gpu, on_gpu)] = &scores[..] else {
        panic!("{scores:?}")
    };
    assert!((cpu - gpu).abs() < 1e-3, "{scores:?}");
    assert_ne!(on_cpu, on_gpu);
}

/// What was found out about an adapter serves the next start. A store that is damaged, or that
/// cannot be written, costs time and nothing else.
#[cfg(feature = "keep-tuning")]
#[test]
fn what_is_known_of_an_adapter_is_kept_and_may_be_lost() {
    if adapter().is_none() {
        return;
    }
    let cache = tempfile::tempdir().unwrap();
    let kernels = cache.path().join("kernels");
    let start = || {
        let output = crate::process::command(["devices"])
            .env("BPCLIP_CACHE", cache.path())
            .output()
            .unwrap();
        let listed = crate::process::out(&output);
        let works = |line: &str| line.starts_with("gpu:0") && line.contains("works");
        assert!(listed.lines().any(works), "{listed}");
    };
    let store = || ["default.db", "default.db-wal"].map(|name| std::fs::read(kernels.join(name)));
    start();
    let first = store().map(Result::unwrap);
    assert!(first[0].starts_with(b"SQLite format 3"));
    start();
    assert!(store().map(Result::unwrap) == first, "nothing was kept");
    std::fs::write(kernels.join("default.db"), "this is no database").unwrap();
    start();
    assert!(store()[0].as_ref().unwrap().starts_with(b"SQLite format 3"));
    std::fs::remove_dir_all(&kernels).unwrap();
    std::fs::write(&kernels, "no folder").unwrap();
    start();
}
