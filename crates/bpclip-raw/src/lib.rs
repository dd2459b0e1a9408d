//! Finds the JPEG previews that cameras put into their raw files, and the turn that makes them
//! upright.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bytes = std::fs::read("DSC_0001.NEF")?;
//! let raw = bpclip_raw::previews(&bytes)?;
//! if let Some(preview) = raw.largest() {
//!     println!("{}: the camera's own JPEG of {}x{}", raw.kind, preview.width, preview.height);
//!     let jpeg = &bytes[preview.range.clone()]; // to be turned by `raw.turn(preview)`
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Sensor data is not developed here. A kind is told by content, never by the file's name, and
//! every preview that is handed out begins as a JPEG that common decoders read: baseline or
//! progressive, 8 bits, with its tables. Bytes are only looked at where a directory of the file
//! points; nothing is searched for. Any bytes may be given: directories, entries, depth, boxes and
//! previews are bounded, loops are seen, and the work is linear in the file's length at most.
//!
//! # Sources
//!
//! TIFF 6.0 (Adobe, 1992) with its Technical Notes 1 and 2, TIFF/EP (ISO 12234-2:2001), Digital
//! Negative 1.7 (Adobe, 2023), Exif 2.32 (CIPA DC-008-2019), ITU-T T.81 for JPEG's markers, ISO/IEC
//! 14496-12 for boxes; for what makers do not publish, the notes on CR2 and CR3 by Laurent Clévy
//! (lclevy/canon_cr3) and the tables of tag names in ExifTool's documentation by Phil Harvey. The
//! code is our own.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bmff;
mod error;
mod finds;
mod identify;
mod jpeg;
mod kind;
mod leaf;
mod makernote;
mod phase_one;
mod raf;
mod raw;
mod tiff;
mod tiff_raw;

pub use error::RawError;
pub use identify::{identify, identify_in};
pub use kind::Kind;
pub use raw::{Preview, Raw, previews};
