//! Pictures on their way from the disk to the screen.

mod analyst;
mod cache;
mod ink;
mod key;
mod loader;
mod pyramid;
mod textures;
mod tiles;

pub use cache::LoadedPicture;
pub use ink::{EDGES, HIGHLIGHTS, SHADOWS, Said};
pub use key::{Offset, PictureKey, Version};
pub use loader::{Loaded as Event, Loader, Thumbnail};
pub use textures::{Textures, WHOLE};
pub use tiles::Tiled;
