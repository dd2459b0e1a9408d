//! Fine-tunes the bundled checkpoint on a folder of rated pictures:
//!
//! ```text
//! cargo run --release -p bpclip-train --example fine_tune -- PHOTOS RUN
//! ```
//!
//! PHOTOS holds pictures and a table `name,mos` of three pictures or more; RUN is made. The
//! defaults are small, to see it work in seconds on a CPU: for a checkpoint to keep, leave out
//! what differs from the preset.

use bpclip_core::model::Task;
use bpclip_train::train::{Control, Event, Preset, Settings, TrainError, train};
use clap::Parser;
use std::path::PathBuf;

#[derive(Parser)]
struct Options {
    photos: PathBuf,
    run: PathBuf,
    #[arg(long, default_value_t = 1)]
    epochs: u32,
    /// Side of the crops in pixels
    #[arg(long, default_value_t = 96)]
    crop: u32,
}

fn main() -> Result<(), TrainError> {
    let options = Options::parse();
    let settings = Settings {
        data: vec![options.photos],
        epochs: options.epochs,
        crop: options.crop,
        min_side: options.crop,
        batch: 4,
        ladders: 1,
        ..Settings::new(Preset::FineTune, Task::NoReference)
    };
    let mut watch = |event: &Event| match event {
        Event::Step(step) => println!("loss {:.4}, lr {:.1e}", step.loss.total, step.lr),
        Event::Epoch(epoch) => println!("epoch {}: loss {:.4}", epoch.epoch, epoch.loss.total),
        Event::Skipped { path, reason } => println!("left out: {}: {reason}", path.display()),
        _ => {}
    };
    let outcome = train(&options.run, &settings, &Control::default(), &mut watch)?;
    if let Some(best) = outcome.best {
        println!("the checkpoint is {}", best.display());
    }
    Ok(())
}
