//! What a photographer keeps, learned from what he marked.

use super::agreement::Agreement;
use super::random::Random;
use super::ridge::{Products, Solver};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Fewer marks than this say too little.
pub const LEAST_MARKS: usize = 30;
/// Of these so many must be kept, and so many rejected.
pub const LEAST_OF_EACH: usize = 5;
/// Parts of which each is held out once.
const FOLDS: usize = 10;
/// The variance of what nothing explains, where each of the four kinds of numbers has variance 1.
const NOISE: f64 = 2.0;
/// How often marks are dealt out anew to see what chance alone would come to.
const DEALS: usize = 199;
/// Chance comes to as much in no more than this share of deals, where there is agreement.
const CHANCE: f64 = 0.025;
/// Values of marks that are kept to say where another picture stands.
const LADDER: usize = 101;

/// What is known of a picture.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// Its score.
    pub score: f32,
    /// How sharp its sharpest part is, 0 or more; `None` where that is not known.
    pub sharpness: Option<f32>,
    /// How well each word fits.
    pub words: &'a [f32],
    /// What a network sees in it.
    pub look: &'a [f32],
}

/// A picture that was marked.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a> {
    /// What is known of it.
    pub sight: Sight<'a>,
    /// Whether it was kept, else it was rejected.
    pub kept: bool,
    /// Its burst. Pictures of one burst are nearly the same: they are held out together.
    pub burst: usize,
}

/// There are not enough marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFew {
    /// How many are kept.
    pub kept: usize,
    /// How many are rejected.
    pub rejected: usize,
}

impl fmt::Display for TooFew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kept, rejected } = self;
        write!(
            f,
            "{LEAST_MARKS} scored pictures must be marked, {LEAST_OF_EACH} of them kept and \
             {LEAST_OF_EACH} rejected; so far {kept} are kept and {rejected} rejected"
        )
    }
}

impl std::error::Error for TooFew {}

/// What a photographer keeps: a linear model of score, sharpness, words and look, and how well it
/// agrees with marks that it was not learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taste {
    /// One of each column: score, sharpness, words, look.
    weights: Vec<f32>,
    constant: f32,
    /// How many words there are; the rest is look.
    words: usize,
    /// What stands for a sharpness that is not known.
    usual_sharpness: f32,
    /// The values of the marks that it was learned from, some of them, from the lowest up.
    ladder: Vec<f32>,
    /// Marks that it was learned from: kept.
    pub kept: usize,
    /// Likewise, rejected.
    pub rejected: usize,
    /// How often, of a kept and a rejected picture that it was not learned from, it puts the kept one
    /// first.
    pub agreement: Agreement,
    /// How often the score alone does, of the same pictures.
    pub of_score: Agreement,
    /// How often marks that are dealt out by chance are agreed with as much: a share of 0 to 1.
    pub chance: f64,
}

impl Taste {
    /// Learns from marks, all of the same words and of looks of one length; others are left out.
    ///
    /// Ridge regression on standardised columns; the four kinds count alike, however many columns
    /// each has, and kept and rejected pictures count alike, however many there are of each. The
    /// agreement is that of ten parts, each predicted from the other nine, bursts undivided; it is held
    /// against what marks that are dealt out by chance come to.
    ///
    /// # Errors
    /// There are too few.
    pub fn learn(marks: &[Mark<'_>]) -> Result<Self, TooFew> {
        let shape = |mark: &Mark| (mark.sight.words.len(), mark.sight.look.len());
        let wanted = marks.first().map(shape);
        let marks: Vec<&Mark> = marks
            .iter()
            .filter(|mark| Some(shape(mark)) == wanted)
            .collect();
        let kept = marks.iter().filter(|mark| mark.kept).count();
        let rejected = marks.len() - kept;
        let too_few = TooFew { kept, rejected };
        if marks.len() < LEAST_MARKS || kept.min(rejected) < LEAST_OF_EACH {
            return Err(too_few);
        }
        let (words, look) = wanted.unwrap_or_default();
        let rows: Vec<Vec<f32>> = marks.iter().map(|mark| columns(&mark.sight)).collect();
        let scaling = Scaling::of(&rows, words, look);
        let rows: Vec<Vec<f32>> = rows.iter().map(|row| scaling.apply(row)).collect();
        let kept_of: Vec<bool> = marks.iter().map(|mark| mark.kept).collect();
        let bursts: Vec<usize> = marks.iter().map(|mark| mark.burst).collect();

        let model = Model::of(&rows, folds(&bursts));
        let held_out = model.held_out(&kept_of);
        let compared = |value: &dyn Fn(usize) -> f32| {
            let values: Vec<_> = (0..marks.len())
                .map(|at| (value(at), kept_of[at], bursts[at]))
                .collect();
            Agreement::of(&renumbered(values)).ok_or(too_few)
        };
        let agreement = compared(&|at| held_out[at])?;
        let of_score = compared(&|at| marks[at].sight.score)?;
        let chance = model.chance(&kept_of, &bursts, agreement.share);
        let (weights, constant) = scaling.undo(&model.weights(&kept_of));
        let mut taste = Self {
            weights,
            constant,
            words,
            usual_sharpness: scaling.means.get(SHARPNESS).copied().unwrap_or(0.0),
            ladder: Vec::new(),
            kept,
            rejected,
            agreement,
            of_score,
            chance,
        };
        let values = marks.iter().filter_map(|mark| taste.value(&mark.sight));
        let mut values: Vec<f32> = values.collect();
        values.sort_by(f32::total_cmp);
        let last = values.len().saturating_sub(1);
        let rungs = LADDER.min(values.len());
        taste.ladder = (0..rungs)
            .filter_map(|rung| values.get(rung * last / (rungs - 1).max(1)).copied())
            .collect();
        Ok(taste)
    }

    /// Whether it agrees with the marks beyond chance, by the interval and by marks dealt out anew.
    pub fn agrees(&self) -> bool {
        self.agreement.is_above_chance() && self.chance <= CHANCE
    }

    /// How much a picture is to the photographer's taste: higher is better, with no unit. `None` where
    /// another network saw it.
    pub fn value(&self, sight: &Sight<'_>) -> Option<f32> {
        let mut row = columns(sight);
        if row.len() != self.weights.len() || sight.words.len() != self.words {
            return None;
        }
        if let Some(sharpness) = row.get_mut(SHARPNESS).filter(|value| value.is_nan()) {
            *sharpness = self.usual_sharpness;
        }
        let products = row.iter().zip(&self.weights).map(|(x, w)| x * w);
        Some(products.sum::<f32>() + self.constant).filter(|value| value.is_finite())
    }

    /// The share of the marked pictures that are less to the photographer's taste than this
    /// [value](Self::value), 0 to 100.
    pub fn share_below(&self, value: f32) -> f32 {
        let below = self.ladder.partition_point(|rung| *rung < value);
        100.0 * below as f32 / self.ladder.len().max(1) as f32
    }
}

/// Which column is sharpness.
const SHARPNESS: usize = 1;

/// A picture's numbers in one row. Sharpness counts by its logarithm.
fn columns(sight: &Sight<'_>) -> Vec<f32> {
    let sharpness = sight
        .sharpness
        .map_or(f32::NAN, |value| value.max(0.0).ln_1p());
    let mut row = vec![sight.score, sharpness];
    row.extend(sight.words);
    row.extend(sight.look);
    row
}

/// How columns are brought to one size, and back.
struct Scaling {
    means: Vec<f32>,
    scales: Vec<f32>,
}

impl Scaling {
    /// Columns get mean 0; those of each kind together get variance 1. What is no number counts as
    /// the mean.
    fn of(rows: &[Vec<f32>], words: usize, look: usize) -> Self {
        let kinds = [(1, 1), (1, 1), (words, words), (look, look)];
        let share = kinds
            .into_iter()
            .flat_map(|(count, columns)| std::iter::repeat_n(count as f64, columns));
        let (mut means, mut scales) = (Vec::new(), Vec::new());
        for (column, count) in share.enumerate() {
            let known = || {
                let values = rows.iter().filter_map(|row| row.get(column));
                values.map(|v| f64::from(*v)).filter(|v| v.is_finite())
            };
            let number = known().count().max(1) as f64;
            let mean = known().sum::<f64>() / number;
            let variance = known().map(|v| (v - mean).powi(2)).sum::<f64>() / number;
            let wanted = (1.0 / count).sqrt();
            let scale = match variance.sqrt() {
                deviation if deviation > 1e-9 => wanted / deviation,
                _ => 0.0,
            };
            means.push(mean as f32);
            scales.push(scale as f32);
        }
        Self { means, scales }
    }

    /// A row, with a last column of ones.
    fn apply(&self, row: &[f32]) -> Vec<f32> {
        let scaled = row
            .iter()
            .zip(&self.means)
            .zip(&self.scales)
            .map(|((value, mean), scale)| (value - mean) * scale)
            .map(|value| if value.is_finite() { value } else { 0.0 });
        scaled.chain([1.0]).collect()
    }

    /// Weights of rows as they were, and the constant.
    fn undo(&self, weights: &[f64]) -> (Vec<f32>, f32) {
        let own = weights.iter().zip(&self.scales);
        let own: Vec<f32> = own.map(|(w, scale)| *w as f32 * scale).collect();
        let shift: f32 = own.iter().zip(&self.means).map(|(w, mean)| w * mean).sum();
        let last = weights.last().copied().unwrap_or(0.0) as f32;
        (own, last - shift)
    }
}

/// Rows, and what solves for the weights of all of them and of those without each part.
struct Model<'a> {
    rows: &'a [Vec<f32>],
    folds: Vec<usize>,
    whole: Solver,
    without: Vec<Solver>,
}

impl<'a> Model<'a> {
    fn of(rows: &'a [Vec<f32>], folds: Vec<usize>) -> Self {
        let columns = rows.first().map_or(0, Vec::len);
        let mut all = Products::new(columns);
        rows.iter().for_each(|row| all.add(row, 1.0));
        let without = (0..FOLDS).map(|fold| {
            let mut rest = all.clone();
            let held = rows.iter().zip(&folds).filter(|(_, of)| **of == fold);
            held.for_each(|(row, _)| rest.add(row, -1.0));
            rest.solver(NOISE)
        });
        Self {
            rows,
            without: without.collect(),
            whole: all.solver(NOISE),
            folds,
        }
    }

    /// `X^T y` of each part; kept and rejected rows count alike, however many there are of each.
    fn targets(&self, kept: &[bool]) -> Vec<Vec<f64>> {
        let of_each = [false, true].map(|wanted| {
            let count = kept.iter().filter(|kept| **kept == wanted).count();
            kept.len() as f64 / (2 * count.max(1)) as f64
        });
        let columns = self.rows.first().map_or(0, Vec::len);
        let mut sums = vec![vec![0.0; columns]; FOLDS];
        for ((row, fold), kept) in self.rows.iter().zip(&self.folds).zip(kept) {
            let target = if *kept { of_each[1] } else { -of_each[0] };
            for (sum, value) in sums[*fold].iter_mut().zip(row) {
                *sum += target * f64::from(*value);
            }
        }
        sums
    }

    /// The weights of all rows.
    fn weights(&self, kept: &[bool]) -> Vec<f64> {
        self.whole.solve(&added(&self.targets(kept)))
    }

    /// The value of each row by the weights that were learned from the other parts.
    fn held_out(&self, kept: &[bool]) -> Vec<f32> {
        let targets = self.targets(kept);
        let all = added(&targets);
        let weights: Vec<Vec<f64>> = targets
            .iter()
            .zip(&self.without)
            .map(|(own, solver)| {
                let others: Vec<f64> = all.iter().zip(own).map(|(all, own)| all - own).collect();
                solver.solve(&others)
            })
            .collect();
        let value = |(row, fold): (&Vec<f32>, &usize)| {
            let products = row.iter().zip(&weights[*fold]);
            products.map(|(x, w)| f64::from(*x) * w).sum::<f64>() as f32
        };
        self.rows.iter().zip(&self.folds).map(value).collect()
    }

    /// In which share of deals marks that are dealt out by chance are agreed with as much. What stands
    /// together in one burst stays together.
    fn chance(&self, kept: &[bool], bursts: &[usize], share: f64) -> f64 {
        let mut places: std::collections::BTreeMap<usize, Vec<usize>> = Default::default();
        for (at, burst) in bursts.iter().enumerate() {
            places.entry(*burst).or_default().push(at);
        }
        let places: Vec<Vec<usize>> = places.into_values().collect();
        let mut random = Random::new(7);
        let mut order: Vec<usize> = (0..places.len()).collect();
        let as_much = (0..DEALS).filter(|_| {
            random.shuffle(&mut order);
            let marks = order.iter().flat_map(|burst| &places[*burst]);
            let mut dealt = vec![false; kept.len()];
            for (to, from) in places.iter().flatten().zip(marks) {
                dealt[*to] = kept[*from];
            }
            let values = self.held_out(&dealt).into_iter().zip(dealt);
            Agreement::share_of(values).is_some_and(|dealt| dealt >= share)
        });
        (1 + as_much.count()) as f64 / (1 + DEALS) as f64
    }
}

fn added(parts: &[Vec<f64>]) -> Vec<f64> {
    let mut sums = vec![0.0; parts.first().map_or(0, Vec::len)];
    for part in parts {
        for (sum, value) in sums.iter_mut().zip(part) {
            *sum += value;
        }
    }
    sums
}

/// Each mark's part; bursts stay whole, and parts are of nearly one size.
fn folds(bursts: &[usize]) -> Vec<usize> {
    let mut all: Vec<usize> = bursts.to_vec();
    all.sort_unstable();
    all.dedup();
    Random::new(42).shuffle(&mut all);
    let size = |burst: usize| bursts.iter().filter(|other| **other == burst).count();
    let mut sized: Vec<(usize, usize)> =
        all.into_iter().map(|burst| (size(burst), burst)).collect();
    // The large ones first, each into the part that is smallest so far.
    sized.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    let mut sizes = [0; FOLDS];
    let mut fold_of = std::collections::BTreeMap::new();
    for (size, burst) in sized {
        let smallest = (0..FOLDS).min_by_key(|fold| sizes[*fold]).unwrap_or(0);
        sizes[smallest] += size;
        fold_of.insert(burst, smallest);
    }
    bursts.iter().map(|burst| fold_of[burst]).collect()
}

/// Bursts numbered from 0 without gaps.
fn renumbered(mut values: Vec<(f32, bool, usize)>) -> Vec<(f32, bool, usize)> {
    let mut numbers = std::collections::BTreeMap::new();
    for (_, _, burst) in &mut values {
        let next = numbers.len();
        *burst = *numbers.entry(*burst).or_insert(next);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: usize = 8;
    const LOOK: usize = 40;

    /// A picture whose numbers are all drawn.
    struct Drawn {
        score: f32,
        sharpness: f32,
        words: Vec<f32>,
        look: Vec<f32>,
    }

    impl Drawn {
        fn of(random: &mut Random) -> Self {
            Self {
                score: 50.0 + 15.0 * random.normal(),
                sharpness: (2.5 + 0.7 * random.normal()).exp(),
                words: (0..WORDS).map(|_| 0.1 * random.normal()).collect(),
                look: (0..LOOK).map(|_| random.normal()).collect(),
            }
        }

        fn sight(&self) -> Sight<'_> {
            Sight {
                score: self.score,
                sharpness: Some(self.sharpness),
                words: &self.words,
                look: &self.look,
            }
        }
    }

    fn shoot(count: usize, seed: u64) -> Vec<Drawn> {
        let mut random = Random::new(seed);
        (0..count).map(|_| Drawn::of(&mut random)).collect()
    }

    fn marks<'a>(shoot: &'a [Drawn], keeps: impl Fn(usize, &Drawn) -> bool) -> Vec<Mark<'a>> {
        let mark = |(burst, drawn): (usize, &'a Drawn)| Mark {
            sight: drawn.sight(),
            kept: keeps(burst, drawn),
            burst,
        };
        shoot.iter().enumerate().map(mark).collect()
    }

    /// Of pictures that were not marked the share of pairs that it ranks as the rule does.
    fn right(taste: &Taste, keeps: impl Fn(usize, &Drawn) -> bool) -> f64 {
        let rest = shoot(300, 99);
        let values = rest
            .iter()
            .enumerate()
            .map(|(at, drawn)| (taste.value(&drawn.sight()).unwrap(), keeps(at, drawn), at));
        Agreement::of(&values.collect::<Vec<_>>()).unwrap().share
    }

    #[test]
    fn a_rule_is_learned_from_few_marks_and_the_agreement_says_how_far() {
        let sharp = |_: usize, drawn: &Drawn| drawn.sharpness > 12.0;
        let warm = |_: usize, drawn: &Drawn| drawn.look[3] + drawn.look[17] > 0.0;
        let of_word = |_: usize, drawn: &Drawn| drawn.words[2] > 0.0;
        let good = |_: usize, drawn: &Drawn| drawn.score > 50.0;
        type Rule<'a> = &'a dyn Fn(usize, &Drawn) -> bool;
        let rules: [(Rule, usize, f64); 4] = [
            (&sharp, 40, 0.85),
            (&good, 40, 0.85),
            (&of_word, 80, 0.75),
            (&warm, 200, 0.75),
        ];
        for (at, (keeps, count, least)) in rules.into_iter().enumerate() {
            let drawn = shoot(count, 1 + at as u64);
            let taste = Taste::learn(&marks(&drawn, keeps)).unwrap();
            let Agreement { share, interval } = taste.agreement;
            assert!(taste.agrees(), "{at}: {interval:?}");
            assert!(share > least - 0.1, "{at}: {share}");
            let right = right(&taste, keeps);
            assert!(right > least, "{at}: {right}");
            // What is shown is what is true of others.
            assert!(
                interval[0] - 0.05 < right && right < interval[1] + 0.05,
                "{at}: {interval:?}"
            );
        }
        let drawn = shoot(40, 2);
        let by_score = Taste::learn(&marks(&drawn, good)).unwrap();
        assert_eq!(by_score.of_score.share, 1.0);
    }

    #[test]
    fn marks_by_chance_have_no_agreement() {
        let mut found = 0;
        for seed in 0..20 {
            let drawn = shoot(40 + 10 * seed as usize, 100 + seed);
            let chance = |at: usize, _: &Drawn| Random::new(seed * 1000 + at as u64).below(2) == 0;
            let taste = Taste::learn(&marks(&drawn, chance)).unwrap();
            assert!((taste.agreement.share - 0.5).abs() < 0.25);
            found += usize::from(taste.agrees());
        }
        // One in forty, by chance.
        assert!(found <= 1, "{found}");
    }

    /// Frames of a burst are nearly the same and marked alike: if some were learned from and others held
    /// out, chance would look like taste.
    #[test]
    fn bursts_are_held_out_whole() {
        let mut found = 0;
        for seed in 0..10 {
            let drawn = shoot(20, 500 + seed);
            let repeated: Vec<Mark<'_>> = marks(&drawn, |at, _| {
                Random::new(seed * 77 + at as u64).below(2) == 0
            })
            .into_iter()
            .flat_map(|mark| [mark; 6])
            .collect();
            if let Ok(taste) = Taste::learn(&repeated) {
                found += usize::from(taste.agrees());
            }
        }
        assert!(found <= 1, "{found}");
    }

    #[test]
    fn too_few_marks_are_refused() {
        let drawn = shoot(60, 3);
        let by_place = |few: usize| marks(&drawn, move |at, _| at < few);
        let refused = Taste::learn(&by_place(4)).unwrap_err();
        assert_eq!(
            refused,
            TooFew {
                kept: 4,
                rejected: 56
            }
        );
        assert!(refused.to_string().contains("4 are kept and 56 rejected"));
        assert!(Taste::learn(&by_place(5)).is_ok());
        assert!(Taste::learn(&by_place(10)[..29]).is_err());
        assert!(Taste::learn(&[]).is_err());
        // Of another network: they count for nothing.
        let mut mixed = by_place(10);
        for mark in &mut mixed[31..] {
            mark.sight.look = &[];
        }
        let taste = Taste::learn(&mixed).unwrap();
        assert_eq!((taste.kept, taste.rejected), (10, 21));
        assert_eq!(taste.value(&mixed[40].sight), None);
    }

    #[test]
    fn it_is_the_same_again_after_it_was_written() {
        let mut drawn = shoot(40, 4);
        // A number that is missing, and one that never changes.
        for one in &mut drawn {
            one.look[0] = 7.0;
        }
        let keeps = |_: usize, drawn: &Drawn| drawn.score > 50.0;
        let mut all = marks(&drawn, keeps);
        all[5].sight.sharpness = None;
        let taste = Taste::learn(&all).unwrap();
        let text = serde_json::to_string(&taste).unwrap();
        assert_eq!(serde_json::from_str::<Taste>(&text).unwrap(), taste);
        let values: Vec<f32> = all
            .iter()
            .filter_map(|mark| taste.value(&mark.sight))
            .collect();
        let highest = values.iter().copied().fold(f32::MIN, f32::max);
        assert!(taste.share_below(highest) > 95.0);
        assert_eq!(taste.share_below(f32::MIN), 0.0);
        assert_eq!(taste.share_below(f32::MAX), 100.0);
    }
}
