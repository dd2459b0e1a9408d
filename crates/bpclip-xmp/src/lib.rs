//! Ratings and labels as other programs have them: XMP in a sidecar beside the picture, and XMP and
//! EXIF within it. Both are read and written; within a picture only a JPEG's, of which the picture
//! itself stays as it is to the byte.
//!
//! What is written, and by whom it is read:
//!
//! | property | values | read by |
//! | --- | --- | --- |
//! | `xmp:Rating` | -1 rejected, 0 to 5 stars | Lightroom (0 to 5), Bridge, darktable, digiKam (0 to 5) |
//! | `xmp:Label` | `Red`, `Yellow`, `Green`, `Blue`, `Purple` | Lightroom, Bridge, darktable, digiKam |
//! | `digiKam:PickLabel` | 0 none, 1 rejected, 3 accepted | digiKam; Lightroom keeps its flags to itself |
//!
//! Lightroom reads the sidecars of raw files alone, and what stands within JPEGs.

#![warn(missing_docs)]

mod embedded;
mod error;
mod jpeg;
mod multi_picture;
mod place;
mod properties;
mod rating;
mod sidecar;
mod xml;

pub use embedded::embedded;
pub use error::RatingError;
pub use jpeg::embed;
pub use place::{Place, Rated, rate};
pub use rating::{Bounds, Rating, Shares, StarRule, Thresholds, Verdict};
pub use sidecar::{read_sidecar, sidecar_of, write_sidecar};

use bpclip_library::{Decision, Label, Mark};
use properties::{LABEL, PICK, RATING, Value, values};

/// What an XMP says: `None` where it says nothing that is known.
fn decision_in(text: &str) -> Option<Decision> {
    let [rating, label, pick] = values(text, [RATING, LABEL, PICK]).ok()?;
    decision(rating.as_deref(), label.as_deref(), pick.as_deref())
}

/// What its properties say.
fn decision(rating: Option<&str>, label: Option<&str>, pick: Option<&str>) -> Option<Decision> {
    // Some programs write 3.0.
    let rating = rating.and_then(|text| text.trim().parse::<f32>().ok());
    let label = label.and_then(named);
    let pick = match pick.map(str::trim) {
        Some(REJECTED) => Some(Mark::Reject),
        Some(ACCEPTED) => Some(Mark::Keep),
        _ => None,
    };
    if rating.is_none() && label.is_none() && pick.is_none() {
        return None;
    }
    let rating = rating.unwrap_or(0.0);
    Some(Decision {
        mark: (rating < 0.0).then_some(Mark::Reject).or(pick),
        stars: rating.clamp(0.0, 5.0) as u8,
        label,
    })
}

/// `digiKam:PickLabel`.
const REJECTED: &str = "1";
const ACCEPTED: &str = "3";

/// What is to stand in an XMP.
fn values_of(verdict: &Verdict) -> Vec<Value> {
    let value = |name, text: &str, added| Value {
        name,
        text: text.to_owned(),
        added,
    };
    let rating = verdict.rating.map(|rating| rating.value().to_string());
    let rating = rating.map(|rating| value(RATING, &rating, true));
    let label = verdict.label.map(|label| value(LABEL, label.name(), true));
    let pick = match verdict.mark {
        Some(Mark::Keep) => value(PICK, ACCEPTED, true),
        Some(Mark::Reject) => value(PICK, REJECTED, true),
        // Where nobody picks, there is nothing to take back.
        None => value(PICK, "0", false),
    };
    rating.into_iter().chain(label).chain([pick]).collect()
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
    fn ratings_labels_and_picks_are_understood() {
        let stars = |rating| decision(Some(rating), None, None).map(|decision| decision.stars);
        assert_eq!(stars("3"), Some(3));
        assert_eq!(stars(" 4.0 "), Some(4));
        assert_eq!(stars("9"), Some(5));
        assert_eq!(stars("many"), None);
        let rejected = decision(Some("-1"), Some("Second"), Some("3")).unwrap();
        assert_eq!(rejected.mark, Some(Mark::Reject));
        assert_eq!((rejected.stars, rejected.label), (0, Some(Label::Yellow)));
        assert_eq!(decision(None, Some("holiday"), Some("2")), None);
        let kept = decision(Some("2"), None, Some("3")).unwrap();
        assert_eq!((kept.mark, kept.stars), (Some(Mark::Keep), 2));
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        for mark in [None, Some(Mark::Keep), Some(Mark::Reject)] {
            let decision = Decision {
                mark,
                stars: if mark == Some(Mark::Reject) { 0 } else { 4 },
                label: Some(Label::Purple),
            };
            let verdict = Verdict::of(None, decision, Bounds::default()).unwrap();
            let text = properties::with_values(properties::EMPTY, &values_of(&verdict)).unwrap();
            assert_eq!(decision_in(&text), Some(decision));
        }
    }
}
