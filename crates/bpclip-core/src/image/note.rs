//! What had to be done to a file's pixels.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A preview with a shorter side below this, in pixels, has less than what is usually scored.
const SMALL: u32 = 512;

/// Something that was done to a file's pixels and that a careful user wants to know.
///
/// `Display` is a short phrase for people; the serialised form is a stable name for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The file is an animation; this is its first frame.
    FirstFrame,
    /// The file has more than 8 bits a channel, rounded to 8.
    SixteenBits,
    /// The colours were converted to sRGB from the embedded profile of this name.
    ConvertedFrom(String),
    /// The embedded profile could not be used; the pixels are taken as they are.
    ProfileIgnored,
    /// The picture is of high dynamic range, told by this transfer function (`PQ` or `HLG`): white of
    /// 203 cd/m² became white, and what is brighter was rolled off (ITU-R BT.2390).
    HighRange(Cow<'static, str>),
    /// The file holds a map that lifts its lights to high dynamic range, which was left out: this is
    /// the picture for an ordinary display.
    GainMapLeftOut,
    /// CMYK inks without a usable profile, turned into RGB by a rule of thumb.
    CmykApproximated,
    /// Pixels that are not opaque were composed on mid-grey.
    AlphaOnGrey,
    /// The file is camera raw: these are the pixels of the JPEG that the camera put into it.
    CameraPreview {
        /// The kind of the file, such as `NEF (Nikon)`.
        kind: String,
        /// Columns of the JPEG as stored.
        width: u32,
        /// Rows likewise.
        height: u32,
        /// Columns and rows of the sensor as stored, where the file says.
        sensor: Option<(u32, u32)>,
    },
    /// It is scored at fewer pixels than the size policy asks for, as more do not fit into memory.
    ScoredSmaller,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstFrame => f.write_str("first frame of an animation"),
            Self::SixteenBits => f.write_str("more than 8 bits a channel, rounded to 8"),
            Self::ConvertedFrom(profile) => write!(f, "colours converted to sRGB from {profile}"),
            Self::ProfileIgnored => f.write_str("embedded colour profile unusable, taken as sRGB"),
            Self::HighRange(transfer) => write!(
                f,
                "high dynamic range ({transfer}) brought to that of an ordinary display"
            ),
            Self::GainMapLeftOut => f.write_str("gain map for high dynamic range left out"),
            Self::CmykApproximated => {
                f.write_str("CMYK without a usable profile, colours approximate")
            }
            Self::AlphaOnGrey => f.write_str("transparency composed on mid-grey"),
            Self::CameraPreview {
                kind,
                width,
                height,
                sensor,
            } => {
                write!(f, "{kind}: the camera's own JPEG of {width}x{height}")?;
                if let Some((columns, rows)) = sensor {
                    write!(f, ", the sensor has {columns}x{rows}")?;
                }
                match (*width).min(*height) < SMALL {
                    true => f.write_str("; too small to judge the photograph by"),
                    false => Ok(()),
                }
            }
            Self::ScoredSmaller => f.write_str("scored smaller than asked, to fit into memory"),
        }
    }
}
