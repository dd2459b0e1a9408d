//! Says how a picture looks, and writes where the network saw it as PNG files into a folder:
//!
//! ```text
//! cargo run --release -p bpclip-core --example inspect -- weights/bpclip-nr.safetensors PHOTO FOLDER
//! ```

use bpclip_core::image::{ColourMap, colourise, write_png};
use bpclip_core::inspect::Scorer;
use bpclip_core::inspect::report::Ranks;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [checkpoint, picture, folder] = &arguments[..] else {
        return Err("give a checkpoint, a picture and a folder".into());
    };
    let scorer = Scorer::open(checkpoint)?;
    let seen = scorer.inspect_file(Path::new(picture), None, true)?;
    let ranks = Ranks::of(&scorer.metadata);
    let words = ranks.looks(&scorer.metadata.adjectives, &seen.prediction, 3);
    let score = seen.prediction.score();
    println!("{score:.1} of 100; looks {}", words.join(", "));

    std::fs::create_dir_all(folder)?;
    let detail = seen.detail.ok_or("the network gave no maps")?;
    for (level, map) in detail.information.iter().enumerate() {
        let drawn = colourise(map, map.range(), ColourMap::Viridis);
        let path = Path::new(folder).join(format!("information-{}.png", level + 1));
        write_png(&drawn, &path)?;
        println!("{}", path.display());
    }
    Ok(())
}
