//! The two branches of the network, and the names that people read of them and of their levels.

/// A branch of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Branch {
    /// The information branch, MSCA: how a level looks at the one above it.
    #[default]
    Information,
    /// The weight branch, SA: how a level looks at itself.
    Weight,
}

impl Branch {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Information, Self::Weight];

    /// The name in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Weight => "weight",
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Information => "Detail",
            Self::Weight => "Weight",
        }
    }

    /// What it is in the paper.
    pub const fn paper(self) -> &'static str {
        match self {
            Self::Information => "Information branch, MSCA: what is there",
            Self::Weight => "Weight branch, SA: how much it counts",
        }
    }

    /// The name of its attention.
    pub const fn attention(self) -> &'static str {
        match self {
            Self::Information => "Between levels",
            Self::Weight => "Within a level",
        }
    }

    /// Its symbol in the paper, for a level counted from 0.
    pub fn symbol(self, level: usize) -> String {
        match self {
            Self::Information => format!("G'{}", level + 1),
            Self::Weight => format!("G''{}", level + 1),
        }
    }
}

/// What a level of the network, counted from 0, sees most of.
pub fn level_name(level: usize) -> String {
    let names = ["Fine detail", "Texture", "Shapes", "Whole scene"];
    match names.get(level) {
        Some(name) => (*name).to_owned(),
        None => format!("Level {}", level + 1),
    }
}
