//! What can be asked about the sharpest part.

/// Something to do with the sharpest part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Shows it at 100 %; shows all of the picture again if it is shown already.
    Toggle,
    /// Marks it in every picture, or does not.
    ToggleMark,
    /// Another frame is selected.
    Selected,
}
