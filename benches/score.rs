//! One score of the bundled no-reference checkpoint on the CPU, from a decoded picture to numbers; and
//! one word of the user's own.
//! `benches/compare.py` runs this and PyTorch in turn and prints the ratio.

use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device;
use bpclip_core::image::{Limits, read, resize};
use bpclip_core::inspect::{Prepared, Scorer};
use bpclip_core::model::{Keep, Task};
use bpclip_core::text::{MiniLm, TextEncoder};
use burn::tensor::{Distribution, Tensor};
use divan::Bencher;
use std::path::Path;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

#[divan::bench(args = [224, 384, 512], max_time = 5)]
fn score(bencher: Bencher, side: u32) {
    let cpu = device::cpu();
    let checkpoint =
        Checkpoint::bundled(Task::NoReference, &cpu.device).expect("the bundled checkpoint");
    let scorer = Scorer::new(checkpoint, cpu);
    let photo = read(Path::new("assets/samples/coffee.jpg"), &Limits::default()).expect("a sample");
    let prepared = Prepared {
        picture: resize(photo, side, side),
        width: side,
        height: side,
        sharpness: None,
    };
    bencher.bench_local(|| scorer.inspect(&prepared, None, false).expect("a score"));
}

/// The network alone, from tensors to the score, of the checkpoint that BPCLIP_CHECKPOINT names, else the
/// bundled one: what `benches/compare.py --network` sets beside PyTorch.
#[divan::bench(args = ["1x384", "1x512", "8x384", "8x512"], max_time = 5)]
fn network(bencher: Bencher, shape: &str) {
    let device = device::cpu().device;
    let checkpoint = match std::env::var_os("BPCLIP_CHECKPOINT") {
        Some(path) => Checkpoint::read(Path::new(&path), &device).expect("a checkpoint"),
        None => Checkpoint::bundled(Task::NoReference, &device).expect("the bundled checkpoint"),
    };
    let network = checkpoint.network.folded();
    let (batch, side) = shape.split_once('x').expect("BATCHxSIDE");
    let [batch, side]: [usize; 2] = [batch, side].map(|number| number.parse().expect("a number"));
    let pictures = Tensor::<4>::random([batch, 3, side, side], Distribution::Default, &device);
    bencher.bench_local(|| {
        network
            .forward(pictures.clone(), None, Keep::Numbers)
            .raw
            .into_data()
    });
}

#[divan::bench(max_time = 2)]
fn minilm_made_ready() -> MiniLm {
    MiniLm::bundled().expect("the bundled weights")
}

#[divan::bench(max_time = 2)]
fn one_word_encoded(bencher: Bencher) {
    let minilm = MiniLm::bundled().expect("the bundled weights");
    bencher.bench_local(|| minilm.encode(&["a dreamy photo"]).expect("a vector"));
}
