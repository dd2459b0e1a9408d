//! Scores pictures, 0 to 100, higher is better:
//!
//! ```text
//! cargo run --release -p bpclip-core --example score -- weights/bpclip-nr.safetensors PHOTO...
//! ```

use bpclip_core::inspect::{InspectError, Scorer};

fn main() -> Result<(), InspectError> {
    let mut arguments = std::env::args_os().skip(1);
    let Some(checkpoint) = arguments.next() else {
        eprintln!("give a checkpoint and pictures");
        std::process::exit(2);
    };
    let scorer = Scorer::open(checkpoint)?;
    for picture in arguments {
        match scorer.score_file(&picture) {
            Ok(score) => println!("{score:5.1}  {}", picture.display()),
            // One that fails does not end the work on the others.
            Err(error) => eprintln!("    -  {}: {error}", picture.display()),
        }
    }
    Ok(())
}
