//! Pictures on their way from the disk to the screen.

mod key;
mod loader;
mod pyramid;
mod textures;

pub use key::{PictureKey, Version};
pub use loader::{Loaded as Event, Loader, Thumbnail};
pub use textures::{LoadedPicture, Textures, WHOLE};
