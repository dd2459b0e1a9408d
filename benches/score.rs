//! One score of the boxed no-reference checkpoint on the CPU, from a decoded picture to numbers.
//! `benches/compare.py` runs this and PyTorch in turn and prints the ratio.

use bpclip::checkpoint::Checkpoint;
use bpclip::device;
use bpclip::image::{Limits, read, resize};
use bpclip::inspect::{Prepared, Scorer};
use bpclip::model::{Backbone, BackboneKind, Config, Task};
use burn::tensor::activation::gelu;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Distribution, Tensor};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::path::Path;
use std::time::Duration;

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

/// Where the time of a score at 512 goes: the backbone, and the two costs of the level-1 mask.
fn parts(criterion: &mut Criterion) {
    let device = device::cpu().device;
    let random = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Default, &device);
    let mut group = criterion.benchmark_group("parts at 512");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(3));

    let config = Config::new(Task::NoReference, BackboneKind::EfficientNetLite(2));
    let mut backbone = Backbone::new(&config, &device);
    backbone.fold();
    let picture = random([1, 3, 512, 512]);
    group.bench_function("backbone", |bencher| {
        bencher.iter(|| backbone.forward(picture.clone()));
    });
    let (inside, weight) = (random([1, 64, 256, 256]), random([64, 64, 3, 3]));
    group.bench_function("mask 3x3 64 to 64 at 256x256", |bencher| {
        let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        bencher.iter(|| conv2d(inside.clone(), weight.clone(), None, options.clone()));
    });
    group.bench_function("exact GELU of 64 at 256x256", |bencher| {
        bencher.iter(|| gelu(inside.clone()));
    });
    let (wide, kernels) = (random([1, 96, 256, 256]), random([96, 1, 3, 3]));
    group.bench_function("depthwise 3x3 stride 2 of 96 at 256x256", |bencher| {
        let options = ConvOptions::new([2, 2], [1, 1], [1, 1], 96);
        bencher.iter(|| conv2d(wide.clone(), kernels.clone(), None, options.clone()));
    });
    group.finish();
}

criterion_group!(benches, score, parts);
criterion_main!(benches);
