//! From a file or bytes to upright sRGB pixels, to the size that is scored, and from pixels and
//! maps back to pictures.
//!
//! The path of a photo: [`read`] takes it into memory (`encoded.rs`), decodes it (`read.rs`, `jpeg.rs`, `formats.rs`, `codecs.rs`,
//! `camera_raw.rs`), turns its colours into sRGB (`high_range.rs`, `colour.rs`) and turns it upright; [`SizePolicy`] says how large it is scored and
//! [`resize`] makes it so; [`Sharpness`] is measured before that. On the way out, [`Map`]s become heatmaps ([`colourise`], [`overlay`])
//! and [`write_png`] puts pictures on disk. [`walk`] says which files of a folder are pictures, and
//! [`shots`] which of them are of one shot. [`segments`](segments::segments) of a JPEG and
//! [directories](directory) of a TIFF are where metadata stands.

mod camera_raw;
mod cicp;
mod codecs;
mod colour;
mod colour_map;
mod crop;
pub mod directory;
mod encoded;
mod error;
mod exif;
mod fingerprint;
mod formats;
mod heatmap;
mod high_range;
mod jpeg;
mod jpeg_frame;
mod left_out;
mod limits;
mod moment;
mod note;
mod png;
mod raw;
mod read;
pub mod segments;
mod sharpness;
mod shots;
mod size;
pub mod tensor;
mod tiff;
mod tiff_data;
mod walk;
mod write;

pub use colour_map::{ColourMap, two_sided_colours};
pub use crop::{crop, flip_across, flip_down};
pub(crate) use encoded::{open, read_held};
pub use error::ImageError;
pub use exif::{Exif, exif, taken};
pub use fingerprint::{Fingerprint, NoFingerprint};
pub use heatmap::{Map, colourise, colourise_with, overlay, overlay_with};
pub use left_out::LeftOut;
pub use limits::Limits;
pub use moment::Moment;
pub use note::Note;
pub use read::{Reduced, decode, dimensions, read, read_for};
pub use sharpness::{Part, Sharpness};
pub use shots::{Shot, could_be_one_shot, joint_name, shots};
pub(crate) use size::resize_bilinear;
pub use size::{SizePolicy, resize};
pub use walk::{EXTENSIONS, PassedOver, is_picture, is_picture_name, walk};
pub use write::write_png;

/// Upright sRGB pixels, 8 bits a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Columns, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// `width * height` pixels, row after row from the top left; red, green and blue, a byte each,
    /// so `3 * width * height` bytes. Whoever makes a picture sees to that: with another length the
    /// functions that take it may panic.
    pub rgb: Vec<u8>,
    /// What had to be done to the file's pixels to get here, in the order in which it was done;
    /// empty for pixels of one's own.
    pub notes: Vec<Note>,
}
