//! The marks that taste is learned from.

use crate::app::gallery::Frame;
use crate::app::gallery::ranking::{Bursts, Decision, Entry, Mark, bursts};
use crate::app::scoring::Rated;
use bpclip_core::image::Exif;
use bpclip_shoot as shoot;
use bpclip_shoot::{Taste, TooFew};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// A picture that says something about taste.
#[derive(Clone, Debug)]
pub struct Judged {
    pub path: PathBuf,
    pub taken: Option<SystemTime>,
    pub exif: Option<Exif>,
    pub kept: bool,
    pub rated: Arc<Rated>,
}

impl Judged {
    /// A frame of the list; `None` where it has no score, or nothing was said of it.
    pub fn of(frame: &Frame) -> Option<Self> {
        let (kept, rated) = is_kept(frame.decision()).zip(frame.quality.rated())?;
        Some(Self {
            path: frame.path().unwrap_or(Path::new("")).to_owned(),
            taken: frame.taken,
            exif: frame.exif.clone(),
            kept,
            rated: Arc::clone(rated),
        })
    }
}

/// Whether somebody wants to keep a picture, or not; `None` where he does not say. The mark counts, and
/// without one the stars: four and five, one and two.
pub fn is_kept(decision: Decision) -> Option<bool> {
    match (decision.mark, decision.stars) {
        (Some(mark), _) => Some(mark == Mark::Keep),
        (None, 4..) => Some(true),
        (None, 1..=2) => Some(false),
        (None, _) => None,
    }
}

/// Learns from what was judged.
pub fn learn(judged: &[Judged], rule: Bursts) -> Result<Taste, TooFew> {
    let entries: Vec<Entry<'_>> = judged
        .iter()
        .enumerate()
        .map(|(index, one)| Entry {
            taken: one.taken,
            exif: one.exif.as_ref(),
            layout: &one.rated.inspection.prediction.look.layout,
            ..Entry::new(index, "", &one.path)
        })
        .collect();
    // A picture that is in no burst is one by itself.
    let mut burst_of: Vec<usize> = (0..judged.len()).collect();
    for group in bursts(&entries, rule) {
        let number = group.members.first().copied().unwrap_or(0);
        for member in group.members {
            if let Some(burst) = burst_of.get_mut(member) {
                *burst = number;
            }
        }
    }
    let marks: Vec<shoot::Mark<'_>> = judged
        .iter()
        .zip(burst_of)
        .map(|(one, burst)| shoot::Mark {
            sight: one.rated.sight(),
            kept: one.kept,
            burst,
        })
        .collect();
    Taste::learn(&marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_counts_more_than_stars_and_three_stars_say_nothing() {
        let said = |mark, stars| {
            is_kept(Decision {
                mark,
                stars,
                label: None,
            })
        };
        assert_eq!(said(Some(Mark::Keep), 1), Some(true));
        assert_eq!(said(Some(Mark::Reject), 5), Some(false));
        let by_stars: Vec<_> = (0..=5).map(|stars| said(None, stars)).collect();
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(by_stars, [None, no, no, None, yes, yes]);
    }
}
