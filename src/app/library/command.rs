//! What can be asked about what is kept.

/// Something to do with what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Looks how much is kept.
    Look,
    /// Forgets scores and thumbnails.
    Clear,
    /// Forgets what was decided on pictures that are not in the list.
    ClearDecisions,
}
