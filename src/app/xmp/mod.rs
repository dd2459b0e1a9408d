//! Ratings and labels as other programs have them: XMP in a sidecar beside the picture, and XMP and
//! EXIF within it. Sidecars are read and written; pictures are only read.

mod embedded;
mod error;
mod properties;
mod rating;
mod sidecar;
mod tiff;
mod xml;

pub use embedded::embedded;
pub use error::SidecarError;
pub use rating::{Rating, Thresholds, xmp_rating};
pub use sidecar::{read_sidecar, sidecar_of, write_xmp};

use bpclip_library::{Decision, Label, Mark};

/// What the properties of an XMP say: `None` where they say nothing that is known.
fn decision(rating: Option<&str>, label: Option<&str>) -> Option<Decision> {
    // Some programs write 3.0.
    let rating = rating.and_then(|text| text.trim().parse::<f32>().ok());
    let label = label.and_then(named);
    if rating.is_none() && label.is_none() {
        return None;
    }
    let rating = rating.unwrap_or(0.0);
    Some(Decision {
        mark: (rating < 0.0).then_some(Mark::Reject),
        stars: rating.clamp(0.0, 5.0) as u8,
        label,
    })
}

/// A label by its name, or by what Adobe Bridge calls it.
fn named(name: &str) -> Option<Label> {
    let bridge = match name.trim().to_ascii_lowercase().as_str() {
        "select" => Some(Label::Red),
        "second" => Some(Label::Yellow),
        "approved" => Some(Label::Green),
        "review" => Some(Label::Blue),
        "to do" => Some(Label::Purple),
        _ => None,
    };
    Label::named(name).or(bridge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_and_labels_are_understood() {
        let stars = |rating| decision(Some(rating), None).map(|decision| decision.stars);
        assert_eq!(stars("3"), Some(3));
        assert_eq!(stars(" 4.0 "), Some(4));
        assert_eq!(stars("9"), Some(5));
        assert_eq!(stars("many"), None);
        let rejected = decision(Some("-1"), Some("Second")).unwrap();
        assert_eq!(rejected.mark, Some(Mark::Reject));
        assert_eq!((rejected.stars, rejected.label), (0, Some(Label::Yellow)));
        assert_eq!(decision(None, Some("holiday")), None);
    }
}
