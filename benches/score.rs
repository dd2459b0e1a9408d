//! One score of the boxed no-reference checkpoint on the CPU, from a decoded picture to numbers; and
//! one word of the user's own.
//! `benches/compare.py` runs this and PyTorch in turn and prints the ratio.

use bpclip::checkpoint::Checkpoint;
use bpclip::device;
use bpclip::image::{Limits, read, resize};
use bpclip::inspect::{Prepared, Scorer};
use bpclip::model::Task;
use bpclip::text::{MiniLm, TextEncoder};
use burn::tensor::{Distribution, Tensor};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::path::Path;
use std::time::Duration;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn score(criterion: &mut Criterion) {
    let cpu = device::cpu();
    let checkpoint =
        Checkpoint::boxed(Task::NoReference, &cpu.device).expect("the boxed checkpoint");
    let scorer = Scorer::new(checkpoint, cpu);
    let photo = read(Path::new("assets/samples/coffee.jpg"), &Limits::default()).expect("a sample");
    let mut group = criterion.benchmark_group("score");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5));
    for side in [224, 384, 512] {
        let picture = resize(photo.clone(), side, side);
        let prepared = Prepared {
            picture,
            width: side,
            height: side,
        };
        group.bench_with_input(
            BenchmarkId::from_parameter(side),
            &prepared,
            |bencher, prepared| {
                bencher.iter(|| scorer.inspect(prepared, None, false).expect("a score"));
            },
        );
    }
    group.finish();
}

/// The network alone, from tensors to the score, of the checkpoint that BPCLIP_CHECKPOINT names, else the
/// boxed one: what `benches/compare.py --network` sets beside PyTorch.
fn network(criterion: &mut Criterion) {
    let device = device::cpu().device;
    let checkpoint = match std::env::var_os("BPCLIP_CHECKPOINT") {
        Some(path) => Checkpoint::read(Path::new(&path), &device).expect("a checkpoint"),
        None => Checkpoint::boxed(Task::NoReference, &device).expect("the boxed checkpoint"),
    };
    let network = checkpoint.network.folded();
    let mut group = criterion.benchmark_group("network");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5));
    for (batch, side) in [(1, 384), (1, 512), (8, 384), (8, 512)] {
        let pictures = Tensor::<4>::random([batch, 3, side, side], Distribution::Default, &device);
        group.bench_function(format!("{batch}x{side}"), |bencher| {
            bencher.iter(|| network.forward(pictures.clone(), None).raw.into_data());
        });
    }
    group.finish();
}

/// A word: the encoder made ready, and then one word more.
fn words(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("words");
    group.bench_function("MiniLM made ready", |bencher| {
        bencher.iter(|| MiniLm::boxed().expect("the boxed weights"));
    });
    let minilm = MiniLm::boxed().expect("the boxed weights");
    group.bench_function("one word encoded", |bencher| {
        bencher.iter(|| minilm.encode(&["a dreamy photo"]).expect("a vector"));
    });
    group.finish();
}

criterion_group!(benches, score, network, words);
criterion_main!(benches);
