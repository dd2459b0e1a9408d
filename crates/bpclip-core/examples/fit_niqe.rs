//! Fits the parameters of NIQE to photographs without distortions, as those of the program were made; the
//! text goes into the file and says which photographs they are:
//!
//! ```text
//! cargo run --release -p bpclip-core --example fit_niqe -- OUT.safetensors TEXT FOLDER...
//! ```

use bpclip_core::image::{Limits, read, walk};
use bpclip_core::metric::Niqe;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, text, folders @ ..] = &arguments[..] else {
        return Err("give a file to write, a text, and folders of photographs".into());
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders {
        files.extend(walk(Path::new(folder), false).flatten());
    }
    let limits = Limits::default();
    let photographs: Vec<_> = files
        .iter()
        .map(|file| read(file, &limits))
        .collect::<Result<_, _>>()?;
    let niqe = Niqe::fit(photographs).ok_or("too few sharp patches")?;
    niqe.write(text, Path::new(out))?;
    println!("{out}: from {} photographs", files.len());
    Ok(())
}
