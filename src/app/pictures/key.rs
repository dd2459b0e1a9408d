//! The names of pictures.

/// A frame as it was at one time: its number and how often its file has changed.
pub type Version = (u64, u32);

/// Names a picture in the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PictureKey {
    /// A frame.
    Frame(Version),
    /// How far two frames differ, each channel times the gain.
    Difference(Version, Version, u8),
}
