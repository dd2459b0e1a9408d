//! Words of the user's own, beside the checkpoint's adjectives.

use super::Usage;
use super::print::say;
use bpclip_catalogue::open_space;
use bpclip_core::text::{Placed, TextSide, TextSpace};
use clap::Args;
use std::path::{Path, PathBuf};

/// Words to compare pictures with.
#[derive(Clone, Debug, Args)]
pub struct OwnWords {
    /// A word or phrase of your own to compare the pictures with too (repeat it for more); the
    /// score does not change by it
    #[arg(long = "adjective", value_name = "WORD")]
    words: Vec<String>,
    #[command(flatten)]
    encoder: EncoderOptions,
}

/// The text encoder that places words.
#[derive(Clone, Debug, Args)]
pub struct EncoderOptions {
    /// Weights of the checkpoint's text encoder, where they are neither part of the program nor
    /// fetched (`bpclip weights`): CLIP's model.safetensors or open_clip_model.safetensors
    #[arg(long, value_name = "FILE")]
    encoder: Option<PathBuf>,
}

impl EncoderOptions {
    /// The text space of a checkpoint, ready to place words in.
    pub fn space(&self, side: &TextSide) -> Result<TextSpace, Usage> {
        let space = open_space(side, self.encoder.as_deref());
        space.map_err(|error| Usage(error.to_string()))
    }
}

impl OwnWords {
    /// The file that placing the words reads, where one is named.
    pub fn file(&self) -> Option<&Path> {
        self.encoder.encoder.as_deref()
    }

    /// Places the words; those that training saw nothing like are named on standard error.
    pub fn place(&self, side: &TextSide) -> Result<Vec<Placed>, Usage> {
        if self.words.is_empty() {
            return Ok(Vec::new());
        }
        let space = self.encoder.space(side)?;
        let placed = space.place(&self.words);
        let placed = placed.map_err(|error| Usage(format!("--adjective: {error}")))?;
        for far in placed.iter().filter(|placed| placed.far) {
            say!(
                "`{}` lies far from all that training saw ({:.2}): its numbers mean little",
                far.word,
                far.distance
            );
        }
        Ok(placed)
    }
}
