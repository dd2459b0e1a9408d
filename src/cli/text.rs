//! `bpclip text`: where words lie among the adjectives.

use super::table::align_right;
use super::{Outcome, Usage};
use crate::checkpoint::Checkpoint;
use crate::device;
use crate::model::Task;
use crate::text::{self, TextError, TextSpace};
use clap::Args;
use comfy_table::{Table, presets};
use std::path::PathBuf;

/// Find the adjectives nearest to words of your own
///
/// The words are placed in the checkpoint's text space by the encoder that made it. Cosines of 1
/// mean the same, of 0 nothing in common. A word that is marked as far lies further from the
/// adjectives than any of them from all the others: training saw nothing like it, so what a
/// picture scores on it means little.
#[derive(Debug, Args)]
pub struct Options {
    /// Words or phrases, each in quotes: dreamy, "out of focus"
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// Checkpoint file instead of the no-reference one in the box
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Weights of the checkpoint's text encoder, where they are not part of the program: the
    /// model.safetensors of Hugging Face's openai/clip-*
    #[arg(long, value_name = "FILE")]
    encoder: Option<PathBuf>,
    /// How many adjectives to list for each word
    #[arg(long, short, value_name = "NUMBER", default_value_t = 3)]
    count: usize,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let device = device::cpu().device;
    let checkpoint = match &options.checkpoint {
        Some(path) => Checkpoint::read(path, &device).map_err(|e| Usage(e.to_string()))?,
        None => Checkpoint::boxed(Task::NoReference, &device)?,
    };
    let wrong = |error: TextError| Usage(error.to_string());
    let kind = checkpoint.metadata.text.encoder.parse().map_err(wrong)?;
    let encoder = text::open(kind, options.encoder.as_deref()).map_err(wrong)?;
    let space = TextSpace::of(&checkpoint, encoder).map_err(wrong)?;

    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["word", "nearest adjectives", "distance", ""]);
    for placed in space.place(&options.words).map_err(wrong)? {
        let nearest: Vec<String> = space
            .nearest(&placed, options.count)
            .into_iter()
            .map(|(word, cosine)| format!("{word} {cosine:.2}"))
            .collect();
        let far = if placed.far { "far" } else { "" };
        table.add_row([
            placed.word,
            nearest.join(", "),
            format!("{:.2}", placed.distance),
            far.to_owned(),
        ]);
    }
    align_right(&mut table, &[2]);
    println!("{table}");
    if let Some(limit) = space.limit() {
        println!("\nfar: beyond {limit:.2}, the most that one adjective lies from all the others");
    }
    Ok(Outcome::Done)
}
