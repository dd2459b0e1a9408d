//! What a training makes small: the paper's mean squared error and the terms of our recipe,
//! each with its weight. Everything is a product with a constant matrix, so that all of it has
//! gradients on every device.

mod ladder_ends;
mod maps;
mod matrix;
mod words;

use self::ladder_ends::LadderEnds;
use self::maps::maps_term;
use self::matrix::Matrix;
use self::words::{statistics_term, words_term};
use super::Settings;
use super::batch::{Batch, CropLadder};
use super::statistics::sharpness;
use crate::distort::{Distortion, Family};
use bpclip_core::model::{Output, Task};
use bpclip_core::text::Adjective;
use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// The score of neighbouring levels differs by this at least, unless their labels differ by less.
const RANK_MARGIN: [f32; 2] = [0.08, 0.1];
/// The score moves by this at most where the background is blurred.
const BACKGROUND_MARGIN: f32 = 0.03;
/// The named adjectives rise by this at least between the ends of a ladder.
const ADJECTIVE_MARGIN: f32 = 0.15;
/// Fewer rated crops in a batch say nothing of how two things go together.
const LEAST_RATED: usize = 3;
/// How sharply the dimension that falls most is told from the others.
const DIMENSION_SHARPNESS: f32 = 8.0;

/// The numbers of [`LossTerms`].
const TERMS: usize = 10;

/// The loss of a step and what it is made of, before the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LossTerms {
    /// The weighted sum.
    pub total: f32,
    /// Mean squared error of the raw score (Eq. 10).
    pub mse: f32,
    /// 1 - PLCC within the batch.
    pub correlation: f32,
    /// How far neighbouring levels fall short of their order, and how far a blurred background
    /// moves the score.
    pub rank: f32,
    /// Cross-entropy of the dimension that a distortion moved.
    pub dimension: f32,
    /// How far the distortion's adjectives fall short of rising.
    pub adjectives: f32,
    /// How far every adjective falls short of what the distortion must do to it.
    #[serde(default)]
    pub words: f32,
    /// 1 - PLCC of the adjectives with the ranks of plain statistics.
    #[serde(default)]
    pub statistics: f32,
    /// How far the heatmaps fall short of standing out where a part is distorted.
    #[serde(default)]
    pub maps: f32,
    /// 1 - PLCC of the score with how sharp the sharpest parts are, by ranks.
    #[serde(default)]
    pub sharpness: f32,
}

impl LossTerms {
    /// In the order of the fields.
    pub fn values(&self) -> [f32; TERMS] {
        [
            self.total,
            self.mse,
            self.correlation,
            self.rank,
            self.dimension,
            self.adjectives,
            self.words,
            self.statistics,
            self.maps,
            self.sharpness,
        ]
    }

    /// The inverse of [`LossTerms::values`].
    pub fn from_values(values: [f32; TERMS]) -> Self {
        let [
            total,
            mse,
            correlation,
            rank,
            dimension,
            adjectives,
            words,
            statistics,
            maps,
            sharpness,
        ] = values;
        Self {
            total,
            mse,
            correlation,
            rank,
            dimension,
            adjectives,
            words,
            statistics,
            maps,
            sharpness,
        }
    }
}

/// The loss as a tensor to go back from, and its terms as one tensor in the order of
/// [`LossTerms`].
pub struct Loss {
    /// `[1]`
    pub total: Tensor<1>,
    terms: Tensor<1>,
}

impl Loss {
    /// Reads the terms back from the device.
    pub fn terms(self) -> LossTerms {
        let values: Vec<f32> = self.terms.into_data().iter().collect();
        LossTerms::from_values(std::array::from_fn(|term| {
            values.get(term).copied().unwrap_or(f32::NAN)
        }))
    }
}

/// The loss of a step: `output` is what the network made of the batch.
pub fn loss(output: &Output, batch: &Batch, adjectives: &[Adjective], settings: &Settings) -> Loss {
    let raw = output.raw.clone().reshape([batch.labels.len(), 1]);
    let levels = output.similarities.len().max(1);
    let similarities = output
        .similarities
        .iter()
        .cloned()
        .reduce(|sum, level| sum + level)
        .map(|sum| sum / levels as f32);

    let [mse, correlation] = label_terms(&raw, batch, settings);
    let rank = rank_term(&raw, batch, settings.task);
    let device = &raw.device();
    let [dimension, gain] = adjective_terms(similarities.clone(), batch, adjectives, device);
    // A term without weight costs no time.
    let of_words =
        |weight: f64, term: fn(&Tensor<2>, &Batch, &[Adjective], &Device) -> Tensor<1>| {
            match &similarities {
                Some(similarities) if weight > 0.0 => term(similarities, batch, adjectives, device),
                _ => zero(device),
            }
        };
    let words = of_words(settings.words, words_term);
    let statistics = of_words(settings.statistics, statistics_term);
    let maps = match settings.maps > 0.0 {
        true => maps_term(output, batch, device),
        false => zero(device),
    };
    let sharpness = match settings.sharpness > 0.0 {
        true => sharpness_term(&raw, batch),
        false => zero(device),
    };

    let weights = [
        settings.mse,
        settings.correlation,
        settings.rank,
        settings.dimension,
        settings.adjectives,
        settings.words,
        settings.statistics,
        settings.maps,
        settings.sharpness,
    ];
    let terms = [
        mse,
        correlation,
        rank,
        dimension,
        gain,
        words,
        statistics,
        maps,
        sharpness,
    ];
    let total = terms
        .iter()
        .zip(weights)
        .map(|(term, weight)| term.clone() * weight)
        .reduce(|sum, term| sum + term)
        .unwrap_or_else(|| zero(&raw.device()));
    let mut all = vec![total.clone()];
    all.extend(terms);
    Loss {
        total,
        terms: Tensor::cat(all, 0).detach(),
    }
}

fn zero(device: &Device) -> Tensor<1> {
    Tensor::zeros([1], device)
}

/// The mean squared error and 1 - PLCC, of the scores `[B, 1]` with the labels that there are.
fn label_terms(raw: &Tensor<2>, batch: &Batch, settings: &Settings) -> [Tensor<1>; 2] {
    let device = raw.device();
    let labelled: Vec<(usize, f32)> = batch
        .labels
        .iter()
        .enumerate()
        .filter_map(|(index, label)| Some((index, (*label)?)))
        .collect();
    if labelled.is_empty() {
        return [zero(&device), zero(&device)];
    }
    let rows = labelled.len();
    let chosen = Matrix::new(rows, batch.labels.len(), |m| {
        for (row, (index, _)) in labelled.iter().enumerate() {
            m.set(row, *index, 1.0);
        }
    });
    let labels: Vec<f32> = labelled.iter().map(|(_, label)| *label).collect();
    let labels = Tensor::<2>::from_data(TensorData::new(labels, [rows, 1]), &device);
    let predicted = chosen.tensor(&device).matmul(raw.clone());
    let error = predicted.clone() - labels.clone();
    let mse = (error.clone() * error).mean();
    let correlation = if settings.correlation > 0.0 && batch.rated >= LEAST_RATED {
        let rated = |x: Tensor<2>| x.narrow(0, 0, batch.rated.min(rows));
        1.0 - plcc(rated(predicted), rated(labels))
    } else {
        zero(&device)
    };
    [mse, correlation]
}

/// 1 - PLCC of the scores `[B, 1]` of the rated crops with how sharp their sharpest parts are.
fn sharpness_term(raw: &Tensor<2>, batch: &Batch) -> Tensor<1> {
    let device = raw.device();
    let rows = batch.statistics.len();
    if rows < LEAST_RATED {
        return zero(&device);
    }
    let target = TensorData::new(sharpness(&batch.statistics), [rows, 1]);
    let target = Tensor::from_data(target, &device);
    1.0 - plcc(raw.clone().narrow(0, 0, rows), target)
}

/// How far the scores `[B, 1]` of neighbouring levels fall short of their margin, and how far those
/// move where only the background is blurred.
fn rank_term(raw: &Tensor<2>, batch: &Batch, task: Task) -> Tensor<1> {
    let device = raw.device();
    let short = match neighbours(batch, task) {
        None => zero(&device),
        Some((less, margin)) => {
            let rows = margin.len();
            let margin = Tensor::from_data(TensorData::new(margin, [rows, 1]), &device);
            relu(margin - less.tensor(&device).matmul(raw.clone())).mean()
        }
    };
    let backgrounds = batch.ladders.iter().filter(|ladder| ladder.background);
    let pairs: Vec<(usize, usize)> = backgrounds
        .filter_map(|ladder| Some((*ladder.levels.first()?, *ladder.levels.last()?)))
        .collect();
    if pairs.is_empty() {
        return short;
    }
    let change = differences(&pairs, batch.labels.len())
        .tensor(&device)
        .matmul(raw.clone());
    short + relu(change.abs() - BACKGROUND_MARGIN).mean()
}

/// The cross-entropy of the dimension that falls most, and how far a distortion's adjectives fall
/// short of rising; of the similarities `[B, A]`, the mean of the levels.
fn adjective_terms(
    similarities: Option<Tensor<2>>,
    batch: &Batch,
    adjectives: &[Adjective],
    device: &Device,
) -> [Tensor<1>; 2] {
    let (Some(ends), Some(similarities)) = (LadderEnds::of(batch, adjectives), similarities) else {
        return [zero(device), zero(device)];
    };
    // s of the better end less s of the worse one, [ladders, A].
    let fall = ends.less.tensor(device).matmul(similarities);
    let by_dimension = fall.clone().matmul(ends.dimensions.tensor(device));
    let surprise = log_softmax(by_dimension * DIMENSION_SHARPNESS, 1);
    let dimension = -(surprise * ends.own.tensor(device)).sum() / ends.count as f32;
    let rise = -(fall * ends.named.tensor(device)).sum_dim(1);
    let gain = relu(ADJECTIVE_MARGIN - rise).mean();
    [dimension, gain]
}

/// Pearson's correlation of two columns, `[1]`.
fn plcc(x: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    let centred = |x: Tensor<2>| x.clone() - x.mean_dim(0);
    let (x, y) = (centred(x), centred(y));
    let product = (x.clone() * y.clone()).sum();
    let norm = ((x.clone() * x).sum() * (y.clone() * y).sum() + 1e-12).sqrt();
    product / norm
}

/// Whether a ladder may be no worse at its end: a blurred part beside a sharp one is what many a
/// photographer wants.
fn may_be_meant(ladder: &CropLadder) -> bool {
    let family = ladder.distortion.map(Distortion::family);
    ladder.region.is_some() && family == Some(Family::Blur)
}

/// Neighbouring levels: the better's score less the worse's as a matrix over the batch, and the
/// margin by which it must be above 0.
fn neighbours(batch: &Batch, task: Task) -> Option<(Matrix, Vec<f32>)> {
    let pairs: Vec<(usize, usize)> = batch
        .ladders
        .iter()
        .filter(|ladder| !may_be_meant(ladder))
        .flat_map(|ladder| ladder.levels.windows(2))
        .filter_map(|pair| match pair {
            [better, worse] => Some((*better, *worse)),
            _ => None,
        })
        .collect();
    if pairs.is_empty() {
        return None;
    }
    let label = |index: usize| batch.labels.get(index).copied().flatten();
    let margins = pairs
        .iter()
        .map(
            |&(better, worse)| match (task, label(better), label(worse)) {
                (Task::FullReference, Some(better), Some(worse)) => {
                    (better - worse).clamp(0.0, RANK_MARGIN[1])
                }
                _ => RANK_MARGIN[0],
            },
        )
        .collect();
    Some((differences(&pairs, batch.labels.len()), margins))
}

/// The first of each pair less the second, `[pairs, count]`.
fn differences(pairs: &[(usize, usize)], count: usize) -> Matrix {
    Matrix::new(pairs.len(), count, |m| {
        for (row, &(first, second)) in pairs.iter().enumerate() {
            m.set(row, first, 1.0);
            m.set(row, second, -1.0);
        }
    })
}
