use super::state::AdjectiveLevel;

/// Something for the words to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Shows the words of this level.
    Level(AdjectiveLevel),
    /// Compares with these words of the user's own.
    Use(Vec<String>),
    /// Keeps words as a set of this name; without any words, forgets the set.
    KeepSet(String, Vec<String>),
    /// A network with other words scores: the user's own are placed anew.
    Place,
}
