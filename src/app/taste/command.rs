//! What can be asked about the user's taste.

use serde::{Deserialize, Serialize};

/// Whose marks taste is learned from, and whose pictures it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Those of the folder that is open.
    #[default]
    Folder,
    /// All that were ever marked and whose scores are kept.
    All,
}

impl Scope {
    /// Both, in the order for menus.
    pub const ALL: [Self; 2] = [Self::Folder, Self::All];

    /// The name in the window.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Folder => "For this folder",
            Self::All => "For all folders",
        }
    }
}

/// Something to do with the user's taste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Learns it from the marks that there are.
    Learn,
    /// Forgets what was learned.
    Forget,
    /// Learns and ranks for a folder, or for all.
    Scope(Scope),
}
