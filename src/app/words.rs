//! The user's own words: placed in the text spaces of the checkpoints on a thread, and compared
//! with pictures without looking at them again.

use super::background::Report;
use super::state::Tone;
use super::{App, sentence};
use bpclip_catalogue::open_space;
use bpclip_core::inspect::worker::ModelInfo;
use bpclip_core::model::Task;
use bpclip_core::text::Placed;
use std::sync::Arc;

/// What the user's own words are in the text space of a checkpoint.
#[derive(Clone, Debug, Default)]
pub enum Own {
    /// There are none, or no checkpoint to place them for.
    #[default]
    None,
    /// They are being placed.
    Placing,
    /// Here they are.
    Placed(Arc<[Placed]>),
    /// They cannot be placed, for this reason.
    Failed(String),
}

impl Own {
    /// The words, once placed.
    pub fn words(&self) -> &[Placed] {
        match self {
            Self::Placed(words) => words,
            _ => &[],
        }
    }
}

impl App {
    /// Other words are wanted.
    pub(super) fn set_words(&mut self, words: Vec<String>) {
        self.state.settings.words = words;
        self.place_words();
    }

    /// Places the words in the space of every checkpoint that scores.
    pub(super) fn place_words(&mut self) {
        for task in [Task::NoReference, Task::FullReference] {
            let model = self.state.machine.network(task).cloned();
            let words = self.state.settings.words.clone();
            let own = self.state.own_mut(task);
            let (Some(model), false) = (model, words.is_empty()) else {
                *own = Own::None;
                continue;
            };
            *own = Own::Placing;
            self.background.run(move |report| {
                let space = open_space(&model.text, None);
                let placed = space.and_then(|space| space.place(&words));
                let placed = placed.map_err(|error| error.to_string());
                report(Report::Placed(model, words, placed));
            });
        }
    }

    /// Words were placed, or could not be.
    pub(super) fn words_placed(
        &mut self,
        model: &ModelInfo,
        words: &[String],
        placed: Result<Vec<Placed>, String>,
    ) {
        let task = model.task();
        let now = self.state.machine.network(task);
        if self.state.settings.words != words || now.is_none_or(|now| now.text != model.text) {
            // Others are wanted meanwhile, and being placed.
            return;
        }
        *self.state.own_mut(task) = match placed {
            Ok(placed) => Own::Placed(placed.into()),
            Err(reason) => {
                let said = format!("your own words cannot be compared with: {reason}");
                self.state.log.say(Tone::Bad, sentence(&said));
                Own::Failed(reason)
            }
        };
    }
}
