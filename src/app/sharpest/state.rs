//! What is known of going to the sharpest part.

/// Whether the view goes along from picture to picture.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    /// The point that the view was brought to, 0 to 1 of the picture's width and height. Once the user
    /// has moved the view elsewhere it goes along no more.
    pub(super) at: Option<(f32, f32)>,
}
