//! Which words are shown, and where the user's own lie.

use crate::app::wording;
use bpclip_core::model::Task;
use bpclip_core::text::Placed;
use std::sync::Arc;

/// Which level's words are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AdjectiveLevel {
    /// One level, counted from 0.
    Level(usize),
    /// The mean of the levels.
    #[default]
    Mean,
}

impl AdjectiveLevel {
    pub const ALL: [Self; 5] = [
        Self::Level(0),
        Self::Level(1),
        Self::Level(2),
        Self::Level(3),
        Self::Mean,
    ];

    /// The name in the window.
    pub fn label(self) -> String {
        match self {
            Self::Level(level) => wording::level(level),
            Self::Mean => "All".into(),
        }
    }
}

/// What the user's own words are in the text space of a network.
#[derive(Clone, Debug, Default)]
pub enum CustomWords {
    /// There are none, or no network to place them for.
    #[default]
    None,
    /// They are being placed.
    Placing,
    /// Here they are.
    Placed(Arc<[Placed]>),
    /// They cannot be placed, for this reason.
    Failed(String),
}

impl CustomWords {
    /// The words, once placed.
    pub fn words(&self) -> &[Placed] {
        match self {
            Self::Placed(words) => words,
            _ => &[],
        }
    }
}

/// The words.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub level: AdjectiveLevel,
    no_reference: CustomWords,
    full_reference: CustomWords,
}

impl State {
    /// The user's own words in the text space of a task's network.
    pub fn custom(&self, task: Task) -> &CustomWords {
        match task {
            Task::NoReference => &self.no_reference,
            Task::FullReference => &self.full_reference,
        }
    }

    /// Likewise, to be changed.
    pub(super) fn custom_mut(&mut self, task: Task) -> &mut CustomWords {
        match task {
            Task::NoReference => &mut self.no_reference,
            Task::FullReference => &mut self.full_reference,
        }
    }
}
