//! What the window itself is.

/// What the window is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Page {
    /// Pictures and their scores.
    #[default]
    Pictures,
    /// Training a checkpoint.
    Training,
}

impl Page {
    pub const ALL: [Self; 2] = [Self::Pictures, Self::Training];

    /// The name in the window.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pictures => "Pictures",
            Self::Training => "Training",
        }
    }
}

/// A window over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialog {
    /// The list of keys.
    Keys,
    /// What happened.
    Log,
    /// Ratings by score, before they are written.
    Ratings,
    /// Program, checkpoints and device.
    About,
    /// The catalogue of weights.
    Weights,
    /// What becomes of the training when the window closes.
    Closing,
}

/// The window.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    pub page: Page,
    pub dialog: Option<Dialog>,
    /// Files dragged over the window, not dropped yet.
    pub hovering: usize,
    /// Whether it closes after this frame.
    pub closing: bool,
}
