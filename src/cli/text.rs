//! `bpclip text`: where words lie among the adjectives.

use super::print::{hand_over, show};
use super::table::align_right;
use super::words::EncoderOptions;
use super::{Outcome, Usage};
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device;
use bpclip_core::foreign::shown;
use bpclip_core::model::Task;
use bpclip_core::text::{Placed, TextSide, TextSpace};
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
    /// Checkpoint file instead of the bundled no-reference one
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    encoder: EncoderOptions,
    /// How many adjectives to list for each word
    #[arg(long, short, value_name = "NUMBER", default_value_t = 3)]
    count: usize,
    /// Write JSON, with each word's vector
    #[arg(long)]
    json: bool,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let device = device::cpu().device;
    let checkpoint = match &options.checkpoint {
        Some(path) => Checkpoint::read(path, &device).map_err(|e| Usage(e.to_string()))?,
        None => Checkpoint::bundled(Task::NoReference, &device)?,
    };
    let side = TextSide::of(&checkpoint.metadata, &checkpoint.network);
    let space = options.encoder.space(&side)?;
    let placed = space.place(&options.words);
    let placed = placed.map_err(|error| Usage(error.to_string()))?;
    if options.json {
        hand_over!(
            "{}",
            serde_json::to_string_pretty(&json(&space, &placed, options.count))?
        );
        return Ok(Outcome::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["word", "nearest adjectives", "distance", ""]);
    for placed in placed {
        let nearest: Vec<String> = space
            .nearest(&placed, options.count)
            .into_iter()
            .map(|(word, cosine)| format!("{word} {cosine:.2}"))
            .collect();
        let far = if placed.far { "far" } else { "" };
        table.add_row([
            shown(&placed.word).into_owned(),
            shown(&nearest.join(", ")).into_owned(),
            format!("{:.2}", placed.distance),
            far.to_owned(),
        ]);
    }
    align_right(&mut table, &[2]);
    show!("{table}");
    if let Some(limit) = space.limit() {
        show!("\nfar: beyond {limit:.2}, the most that one adjective lies from all the others");
    }
    Ok(Outcome::Done)
}

/// What a program reads.
fn json(space: &TextSpace, placed: &[Placed], count: usize) -> serde_json::Value {
    let words = placed.iter().map(|one| {
        let nearest = space.nearest(one, count).into_iter();
        serde_json::json!({
            "word": one.word,
            "nearest": nearest
                .map(|(word, cosine)| serde_json::json!({ "word": word, "cosine": cosine }))
                .collect::<Vec<_>>(),
            "distance": one.distance,
            "far": one.far,
            "vector": one.vector,
        })
    });
    serde_json::json!({ "limit": space.limit(), "words": words.collect::<Vec<_>>() })
}
