//! Stars: given by a person, or by a score.

use bpclip_library::{Decision, Mark};
use serde::{Deserialize, Serialize};
use std::fmt;

/// `xmp:Rating` (XMP specification part 2, 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// -1.
    Rejected,
    /// 0 (none) to 5.
    Stars(u8),
}

impl Rating {
    /// The number that stands in the sidecar.
    pub fn value(self) -> i8 {
        match self {
            Self::Rejected => -1,
            Self::Stars(stars) => stars.min(5) as i8,
        }
    }
}

/// For people: "rejected", "no stars", "1 star", "4 stars".
impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            ..0 => f.write_str("rejected"),
            0 => f.write_str("no stars"),
            1 => f.write_str("1 star"),
            stars => write!(f, "{stars} stars"),
        }
    }
}

/// The scores from which a picture gets one, two, three, four and five stars: each above the one
/// before it, all within 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f32; 5]", try_from = "[f32; 5]")]
pub struct Thresholds([f32; 5]);

impl Default for Thresholds {
    fn default() -> Self {
        Self([20.0, 40.0, 55.0, 70.0, 85.0])
    }
}

impl Thresholds {
    /// Takes five scores.
    ///
    /// # Errors
    /// A sentence about what is wrong with them.
    pub fn new(bounds: [f32; 5]) -> Result<Self, String> {
        if !bounds.iter().all(|bound| (0.0..=100.0).contains(bound)) {
            return Err("each score must be a number from 0 to 100".into());
        }
        if !bounds.is_sorted_by(|lower, higher| lower < higher) {
            return Err("each star must ask for a higher score than the one before it".into());
        }
        Ok(Self(bounds))
    }

    /// The five scores, of one star first.
    pub fn bounds(self) -> [f32; 5] {
        self.0
    }

    /// The stars of a score: as many as bounds that it reaches.
    pub fn stars(self, score: f32) -> Rating {
        let reached = self.0.iter().filter(|bound| score >= **bound).count();
        Rating::Stars(reached as u8)
    }
}

impl From<Thresholds> for [f32; 5] {
    fn from(thresholds: Thresholds) -> Self {
        thresholds.0
    }
}

impl TryFrom<[f32; 5]> for Thresholds {
    type Error = String;

    fn try_from(bounds: [f32; 5]) -> Result<Self, String> {
        Self::new(bounds)
    }
}

/// The rating of a picture: rejected if a person says so, else the stars that a person gave, else
/// those of its score; `None` where there is nothing to write.
pub fn xmp_rating(
    score: Option<f32>,
    decision: Decision,
    thresholds: Thresholds,
) -> Option<Rating> {
    match (decision.mark, decision.stars) {
        (Some(Mark::Reject), _) => Some(Rating::Rejected),
        (_, stars @ 1..) => Some(Rating::Stars(stars)),
        (_, 0) => {
            let score = score.filter(|score| !score.is_nan());
            score.map(|score| thresholds.stars(score))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_the_bounds_reached() {
        let thresholds = Thresholds::default();
        let stars =
            |score| xmp_rating(Some(score), Decision::default(), thresholds).map(Rating::value);
        for (score, expected) in [
            (0.0, 0),
            (19.9, 0),
            (20.0, 1),
            (54.9, 2),
            (55.0, 3),
            (84.9, 4),
            (85.0, 5),
            (100.0, 5),
        ] {
            assert_eq!(stars(score), Some(expected), "{score}");
        }
        let marked = |mark| Decision {
            mark: Some(mark),
            ..Decision::default()
        };
        let rejected = xmp_rating(Some(99.0), marked(Mark::Reject), thresholds);
        assert_eq!(rejected.map(Rating::value), Some(-1));
        assert_eq!(xmp_rating(None, marked(Mark::Keep), thresholds), None);
        assert_eq!(stars(f32::NAN), None);
        let given = Decision {
            stars: 2,
            ..Decision::default()
        };
        let given = xmp_rating(Some(99.0), given, thresholds);
        assert_eq!(given.map(Rating::value), Some(2));
        let names = [
            Rating::Rejected,
            Rating::Stars(0),
            Rating::Stars(1),
            Rating::Stars(9),
        ];
        assert_eq!(
            names.map(|rating| rating.to_string()),
            ["rejected", "no stars", "1 star", "5 stars"]
        );
    }

    #[test]
    fn thresholds_ascend() {
        let bounds = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(Thresholds::new(bounds).unwrap().bounds(), bounds);
        assert!(Thresholds::new(Thresholds::default().bounds()).is_ok());
        for wrong in [
            [1.0, 2.0, 3.0, 3.0, 5.0],
            [5.0, 4.0, 3.0, 2.0, 1.0],
            [-1.0, 2.0, 3.0, 4.0, 5.0],
            [1.0, 2.0, 3.0, 4.0, 101.0],
            [1.0, 2.0, f32::NAN, 4.0, 5.0],
        ] {
            assert!(Thresholds::new(wrong).is_err(), "{wrong:?}");
        }
        let text = serde_json::to_string(&Thresholds::default()).unwrap();
        assert_eq!(text, "[20.0,40.0,55.0,70.0,85.0]");
        assert!(serde_json::from_str::<Thresholds>("[5,4,3,2,1]").is_err());
    }
}
