//! What becomes of the score and of the adjectives along ladders of distortions.

use super::statistics::{Bootstrap, Interval};
use crate::distort::Distortion;
use bpclip_core::text::{Adjective, dimension_value, dimensions};
use serde::Serialize;

/// One picture of a ladder, scored.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredLevel {
    /// Its level; 0 is the untouched picture.
    pub level: u32,
    /// The network's answer.
    pub raw: f32,
    /// The similarity of each adjective, the mean over the network's levels.
    pub similarities: Vec<f32>,
}

/// Ever worse versions of one picture by one kind of distortion.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredLadder {
    /// The kind: a [`Distortion`]'s key, several joined by `+`, or a name of another's.
    pub distortion: String,
    /// The dimensions that it costs, joined by `+`, where that is said otherwise than by the kind.
    pub dimension: Option<String>,
    /// From this level on the distortion is so strong that the adjectives must tell.
    pub strong: u32,
    /// The pictures, each level once.
    pub levels: Vec<ScoredLevel>,
}

/// The level of ladders of so many from which on a distortion counts as strong: 3 of 5.
pub(super) fn strong(levels: u32) -> u32 {
    (levels / 5 * 3).saturating_add((levels % 5 * 3).div_ceil(5))
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many are so.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// 0 to 1; `None` of none.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.hits as f64 / self.of as f64)
    }

    fn count(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }

    fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.of += other.of;
    }
}

/// The figures of some ladders.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LadderStats {
    /// The kind of distortion; empty for all of them.
    pub distortion: String,
    /// How many ladders.
    pub ladders: usize,
    /// Monotonicity: the neighbouring levels of which the worse has the lower raw score.
    pub neighbours: Share,
    /// The strong pictures whose dimension that falls most against the untouched one is the
    /// distortion's own.
    pub dimension: Share,
    /// The adjectives that the distortion should bring, over the strong pictures, that fit these
    /// better than the untouched one.
    pub adjectives: Share,
    /// Where the three shares lie for other ladders of the kind, from resamples of whole ladders: the
    /// pictures of one go together. In the order above.
    pub intervals: [Option<Interval>; 3],
}

/// The figures of all ladders and of each kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LadderSummary {
    /// Over all.
    pub all: LadderStats,
    /// Of each kind, in order of appearance.
    pub distortions: Vec<LadderStats>,
}

impl LadderSummary {
    /// Measures ladders. `adjectives` runs parallel to the similarities of every level. Ladders of
    /// fewer than two pictures say nothing and are left out.
    pub fn of(ladders: &[ScoredLadder], adjectives: &[Adjective], bootstrap: &Bootstrap) -> Self {
        let ladders = ladders.iter().filter(|ladder| ladder.levels.len() > 1);
        let figures: Vec<LadderStats> = ladders.map(|one| one.figures(adjectives)).collect();
        let mut kinds: Vec<&str> = Vec::new();
        for of in &figures {
            if !kinds.contains(&of.distortion.as_str()) {
                kinds.push(&of.distortion);
            }
        }
        let of_kind = |kind: &str| {
            let of_kind = figures.iter().filter(|of| of.distortion == kind);
            LadderStats::over(kind, of_kind, bootstrap)
        };
        Self {
            all: LadderStats::over("", figures.iter(), bootstrap),
            distortions: kinds.into_iter().map(of_kind).collect(),
        }
    }
}

impl LadderStats {
    /// The figures of several ladders together.
    fn over<'a>(
        distortion: &str,
        ladders: impl Iterator<Item = &'a Self>,
        bootstrap: &Bootstrap,
    ) -> Self {
        let shares = ladders.map(|one| [one.neighbours, one.dimension, one.adjectives]);
        let shares: Vec<[Share; 3]> = shares.collect();
        let sum = |shares: &[[Share; 3]]| {
            let mut sum = [Share::default(); 3];
            for shares in shares {
                for (sum, share) in sum.iter_mut().zip(shares) {
                    sum.add(*share);
                }
            }
            sum
        };
        let [neighbours, dimension, adjectives] = sum(&shares);
        Self {
            distortion: distortion.to_owned(),
            ladders: shares.len(),
            neighbours,
            dimension,
            adjectives,
            intervals: bootstrap.of_rows(&shares, |shares| sum(shares).map(Share::value)),
        }
    }
}

impl ScoredLadder {
    fn figures(&self, adjectives: &[Adjective]) -> LadderStats {
        let mut levels: Vec<&ScoredLevel> = self.levels.iter().collect();
        levels.sort_by_key(|picture| picture.level);
        let mut figures = LadderStats {
            distortion: self.distortion.clone(),
            ladders: 1,
            ..LadderStats::default()
        };
        for (better, worse) in levels.iter().zip(levels.iter().skip(1)) {
            figures.neighbours.count(worse.raw < better.raw);
        }
        let kinds = self.kinds();
        let own: Vec<&str> = match &self.dimension {
            Some(named) => named.split('+').collect(),
            None => kinds.iter().map(|kind| kind.dimension()).collect(),
        };
        let told = |picture: &ScoredLevel| picture.similarities.len() == adjectives.len();
        let Some(untouched) = levels
            .first()
            .filter(|picture| picture.level == 0 && told(picture))
        else {
            return figures;
        };
        for picture in levels
            .iter()
            .filter(|picture| picture.level >= self.strong && told(picture))
        {
            if !own.is_empty() {
                let falls_most = most_fallen(adjectives, untouched, picture);
                figures
                    .dimension
                    .count(falls_most.is_some_and(|most| own.contains(&most)));
            }
            for word in kinds.iter().flat_map(|kind| kind.adjectives()) {
                let Some(place) = adjectives.iter().position(|a| a.word == *word) else {
                    continue;
                };
                let similarity = |picture: &ScoredLevel| picture.similarities.get(place).copied();
                figures
                    .adjectives
                    .count(similarity(picture) > similarity(untouched));
            }
        }
        figures
    }

    /// The kinds of which the distortion is made; none where one of them is not known.
    fn kinds(&self) -> Vec<Distortion> {
        let known = |key: &str| Distortion::ALL.into_iter().find(|kind| kind.key() == key);
        let kinds: Option<Vec<_>> = self.distortion.split('+').map(known).collect();
        kinds.unwrap_or_default()
    }
}

/// The dimension that falls most from `before` to `after`, if one falls.
fn most_fallen<'a>(
    adjectives: &'a [Adjective],
    before: &ScoredLevel,
    after: &ScoredLevel,
) -> Option<&'a str> {
    let value = |picture: &ScoredLevel, dimension| {
        dimension_value(adjectives, &picture.similarities, dimension)
    };
    dimensions(adjectives)
        .into_iter()
        .map(|dimension| {
            (
                value(before, dimension) - value(after, dimension),
                dimension,
            )
        })
        .filter(|(fall, _)| *fall > 0.0)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, dimension)| dimension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::text::standard;

    /// Raw score and how much of each of some words, all others at 0.
    fn scored(level: u32, raw: f32, words: &[(&str, f32)]) -> ScoredLevel {
        let similarity = |word: &str| {
            let found = words.iter().find(|(name, _)| *name == word);
            found.map_or(0.0, |(_, value)| *value)
        };
        ScoredLevel {
            level,
            raw,
            similarities: standard().iter().map(|a| similarity(&a.word)).collect(),
        }
    }

    fn ladder(distortion: &str, levels: Vec<ScoredLevel>) -> ScoredLadder {
        ScoredLadder {
            distortion: distortion.into(),
            dimension: None,
            strong: 3,
            levels,
        }
    }

    const NOISY: [(&str, f32); 2] = [("noisy", 0.5), ("grainy", -0.1)];
    const BLURRY: [(&str, f32); 1] = [("blurry", 0.5)];

    fn share(hits: u64, of: u64) -> Share {
        Share { hits, of }
    }

    #[test]
    fn neighbours_strong_dimensions_and_adjectives_are_counted() {
        let noise = ladder(
            "gaussian-noise",
            vec![
                scored(4, 0.3, &BLURRY),
                scored(0, 0.9, &[]),
                scored(1, 0.95, &BLURRY),
                scored(3, 0.4, &NOISY),
            ],
        );
        let single = ladder("gaussian-noise", vec![scored(0, 0.9, &[])]);
        let report =
            LadderSummary::of(&[noise.clone(), single], &standard(), &Bootstrap::default());
        assert_eq!(report.all.ladders, 1);
        assert_eq!(report.all.neighbours, share(2, 3));
        assert_eq!(report.all.dimension, share(1, 2));
        // At level 3 noisy gains and grainy loses, at level 4 neither gains.
        assert_eq!(report.all.adjectives, share(1, 4));

        let haze = ladder(
            "haze+gaussian-noise",
            vec![scored(0, 0.9, &[]), scored(5, 0.1, &NOISY)],
        );
        let report = LadderSummary::of(
            &[noise.clone(), haze, noise],
            &standard(),
            &Bootstrap::default(),
        );
        assert_eq!(report.all.neighbours, share(5, 7));
        let [noise, mixed] = report.distortions.as_slice() else {
            panic!("two kinds");
        };
        assert_eq!((noise.ladders, noise.neighbours), (2, share(4, 6)));
        assert_eq!(mixed.dimension, share(1, 1));
        assert_eq!(mixed.adjectives, share(1, 5));
        // Ladders that are alike leave no doubt, others do.
        let sure = |value: f64| {
            Some(Interval {
                low: value,
                high: value,
            })
        };
        assert_eq!(noise.intervals[0], sure(4.0 / 6.0));
        let interval = report.all.intervals[0].unwrap();
        assert!(
            interval.low < 5.0 / 7.0 && interval.high > 5.0 / 7.0,
            "{interval:?}"
        );
    }

    #[test]
    fn an_equal_score_is_no_fall_and_no_fall_is_no_dimension() {
        let still = ladder("jpeg", vec![scored(0, 0.5, &[]), scored(5, 0.5, &[])]);
        let report = LadderSummary::of(&[still], &standard(), &Bootstrap::default());
        assert_eq!(report.all.neighbours, share(0, 1));
        assert_eq!(report.all.dimension, share(0, 1));
    }

    #[test]
    fn a_kind_of_another_dataset_has_only_its_order() {
        let mut other = ladder(
            "lens flare",
            vec![scored(0, 0.5, &[]), scored(5, 0.1, &NOISY)],
        );
        let report = LadderSummary::of(
            std::slice::from_ref(&other),
            &standard(),
            &Bootstrap::default(),
        );
        assert_eq!(report.all.neighbours, share(1, 1));
        assert_eq!(report.all.dimension.value(), None);
        assert_eq!(report.all.adjectives.value(), None);
        other.dimension = Some("noise".into());
        let report = LadderSummary::of(&[other], &standard(), &Bootstrap::default());
        assert_eq!(report.all.dimension.value(), Some(1.0));
    }

    #[test]
    fn without_an_untouched_picture_or_similarities_only_order_is_measured() {
        let bare = |level, raw| ScoredLevel {
            level,
            raw,
            similarities: Vec::new(),
        };
        for levels in [
            vec![scored(1, 0.5, &[]), scored(5, 0.1, &NOISY)],
            vec![bare(0, 0.5), bare(5, 0.1)],
        ] {
            let report = LadderSummary::of(
                &[ladder("gaussian-noise", levels)],
                &standard(),
                &Bootstrap::default(),
            );
            assert_eq!(report.all.neighbours, share(1, 1));
            assert_eq!(report.all.dimension, share(0, 0));
        }
    }
}
