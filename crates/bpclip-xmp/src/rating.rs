//! Stars: given by a person, or by a score.

use bpclip_library::{Decision, Label, Mark};
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
    /// The number that stands in an XMP.
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

/// The shares of a shoot, in percent, that get one, two, three, four and five stars at least: each
/// below the one before it, all within 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f32; 5]", try_from = "[f32; 5]")]
pub struct Shares([f32; 5]);

impl Default for Shares {
    fn default() -> Self {
        Self([90.0, 70.0, 40.0, 15.0, 5.0])
    }
}

impl Shares {
    /// Takes five shares in percent.
    ///
    /// # Errors
    /// A sentence about what is wrong with them.
    pub fn new(shares: [f32; 5]) -> Result<Self, String> {
        if !shares.iter().all(|share| (0.0..=100.0).contains(share)) {
            return Err("each share must be a number from 0 to 100".into());
        }
        if !shares.is_sorted_by(|larger, smaller| larger > smaller) {
            return Err("each star must ask for a smaller share than the one before it".into());
        }
        Ok(Self(shares))
    }

    /// The five shares, of one star first.
    pub fn shares(self) -> [f32; 5] {
        self.0
    }
}

impl From<Shares> for [f32; 5] {
    fn from(shares: Shares) -> Self {
        shares.0
    }
}

impl TryFrom<[f32; 5]> for Shares {
    type Error = String;

    fn try_from(shares: [f32; 5]) -> Result<Self, String> {
        Self::new(shares)
    }
}

/// How scores become stars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StarRule {
    /// The same scores for every shoot.
    Scores(Thresholds),
    /// The same shares of every shoot: the best of a dull evening get five stars too.
    Shares(Shares),
}

impl StarRule {
    /// The scores that stars ask for in a shoot of these scores. Of shares, the nearest whole number of
    /// pictures counts, and who is as good as the last of them is with them.
    pub fn bounds(self, scores: impl IntoIterator<Item = f32>) -> Bounds {
        let shares = match self {
            Self::Scores(thresholds) => return Bounds(thresholds.0),
            Self::Shares(shares) => shares.0,
        };
        let scores = scores.into_iter().filter(|score| !score.is_nan());
        let mut scores: Vec<f32> = scores.collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        Bounds(shares.map(|share| {
            let count = (f64::from(share) / 100.0 * scores.len() as f64).round();
            let last = (count as usize).checked_sub(1);
            let last = last.and_then(|last| scores.get(last));
            last.copied().unwrap_or(f32::INFINITY)
        }))
    }
}

/// The scores from which a picture of one shoot gets one to five stars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds([f32; 5]);

impl Default for Bounds {
    fn default() -> Self {
        Self(Thresholds::default().0)
    }
}

impl Bounds {
    /// The five scores, of one star first; infinite where no picture gets so many.
    pub fn scores(self) -> [f32; 5] {
        self.0
    }

    /// The stars of a score: as many as bounds that it reaches.
    pub fn stars(self, score: f32) -> Rating {
        let reached = self.0.iter().filter(|bound| score >= **bound).count();
        Rating::Stars(reached as u8)
    }
}

/// All that is written of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Its rating; `None` leaves what is there.
    pub rating: Option<Rating>,
    /// Its label; `None` leaves what is there.
    pub label: Option<Label>,
    /// Whether it is kept or rejected; `None` takes back what is there.
    pub mark: Option<Mark>,
}

impl Verdict {
    /// That on a picture: rejected if a person says so, else the stars that a person gave, else those of
    /// its score; `None` where there is nothing to write.
    pub fn of(score: Option<f32>, decision: Decision, bounds: Bounds) -> Option<Self> {
        let Decision { mark, stars, label } = decision;
        let rating = match (mark, stars) {
            (Some(Mark::Reject), _) => Some(Rating::Rejected),
            (_, stars @ 1..) => Some(Rating::Stars(stars)),
            (_, 0) => {
                let score = score.filter(|score| !score.is_nan());
                score.map(|score| bounds.stars(score))
            }
        };
        let anything = rating.is_some() || label.is_some() || mark.is_some();
        anything.then_some(Self {
            rating,
            label,
            mark,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(score: Option<f32>, decision: Decision) -> Option<i8> {
        let verdict = Verdict::of(score, decision, Bounds::default())?;
        verdict.rating.map(Rating::value)
    }

    #[test]
    fn stars_are_the_bounds_reached() {
        let stars = |score| rating(Some(score), Decision::default());
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
        assert_eq!(rating(Some(99.0), marked(Mark::Reject)), Some(-1));
        assert_eq!(rating(None, marked(Mark::Keep)), None);
        assert_eq!(stars(f32::NAN), None);
        let given = Decision {
            stars: 2,
            ..Decision::default()
        };
        assert_eq!(rating(Some(99.0), given), Some(2));
        let nothing = Verdict::of(None, Decision::default(), Bounds::default());
        assert_eq!(nothing, None);
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
    fn shares_count_pictures_whatever_their_scores() {
        let rule = StarRule::Shares(Shares::new([90.0, 60.0, 30.0, 20.0, 10.0]).unwrap());
        let count = |scores: &[f32]| {
            let bounds = rule.bounds(scores.iter().copied());
            let mut counts = [0; 6];
            for score in scores {
                if let Rating::Stars(stars) = bounds.stars(*score) {
                    counts[usize::from(stars)] += 1;
                }
            }
            counts
        };
        let dull: Vec<f32> = (0..10).map(|at| 20.0 + at as f32).collect();
        assert_eq!(count(&dull), [1, 3, 3, 1, 1, 1]);
        let bright: Vec<f32> = dull.iter().map(|score| 60.0 + score).collect();
        assert_eq!(count(&bright), [1, 3, 3, 1, 1, 1]);
        // Who is as good as the last one is with it.
        assert_eq!(count(&[50.0; 4]), [0, 0, 0, 0, 4, 0]);
        assert_eq!(count(&[50.0]), [0, 0, 1, 0, 0, 0]);
        assert_eq!(rule.bounds([f32::NAN]).stars(99.0), Rating::Stars(0));
        let fixed = StarRule::Scores(Thresholds::default());
        assert_eq!(fixed.bounds([1.0]), Bounds::default());
        for wrong in [[90.0, 70.0, 70.0, 15.0, 5.0], [101.0, 4.0, 3.0, 2.0, 1.0]] {
            assert!(Shares::new(wrong).is_err(), "{wrong:?}");
        }
        let text = serde_json::to_string(&Shares::default()).unwrap();
        assert_eq!(text, "[90.0,70.0,40.0,15.0,5.0]");
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
