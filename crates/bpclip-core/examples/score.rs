//! Scores pictures, 0 to 100, higher is better; with a full-reference checkpoint, compared with the
//! picture that stands behind `--reference`:
//!
//! ```text
//! cargo run --release -p bpclip-core --example score -- weights/bpclip-nr.safetensors PHOTO...
//! cargo run --release -p bpclip-core --example score -- weights/bpclip-fr.safetensors --reference PHOTO EDIT...
//! ```

use bpclip_core::Scorer;
use bpclip_core::inspect::InspectError;
use std::path::PathBuf;

fn main() -> Result<(), InspectError> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (checkpoint, reference, pictures) = match &arguments[..] {
        [checkpoint, flag, reference, pictures @ ..] if flag.as_os_str() == "--reference" => {
            (checkpoint, Some(reference.as_path()), pictures)
        }
        [checkpoint, pictures @ ..] => (checkpoint, None, pictures),
        [] => {
            eprintln!("give a checkpoint and pictures");
            std::process::exit(2);
        }
    };
    let scorer = Scorer::open(checkpoint)?;
    for picture in pictures {
        match scorer.inspect_file(picture, reference, false) {
            Ok(seen) => println!("{:5.1}  {}", seen.prediction.score(), picture.display()),
            // One that fails does not end the work on the others.
            Err(error) => eprintln!("    -  {}: {error}", picture.display()),
        }
    }
    Ok(())
}
