//! What a training makes small: the paper's mean squared error and the terms of our recipe,
//! each with its weight. Everything is a product with a constant matrix, so that all of it has
//! gradients on every device.

use super::Settings;
use super::batch::Batch;
use crate::distort::Distortion;
use bpclip_core::model::{Output, Task};
use bpclip_core::text::{self, Adjective};
use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// The score of neighbouring levels differs by this at least, unless their labels differ by less.
const RANK_MARGIN: [f32; 2] = [0.08, 0.1];
/// The named adjectives rise by this at least between the ends of a ladder.
const ADJECTIVE_MARGIN: f32 = 0.15;
/// How sharply the dimension that falls most is told from the others.
const DIMENSION_SHARPNESS: f32 = 8.0;

/// The loss of a step and what it is made of, before the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LossTerms {
    /// The weighted sum.
    pub total: f32,
    /// Mean squared error of the raw score (Eq. 10).
    pub mse: f32,
    /// 1 - PLCC within the batch.
    pub correlation: f32,
    /// How far neighbouring levels fall short of their order.
    pub rank: f32,
    /// Cross-entropy of the dimension that a distortion moved.
    pub dimension: f32,
    /// How far the distortion's adjectives fall short of rising.
    pub adjectives: f32,
}

impl LossTerms {
    /// In the order of the fields.
    pub fn values(&self) -> [f32; 6] {
        [
            self.total,
            self.mse,
            self.correlation,
            self.rank,
            self.dimension,
            self.adjectives,
        ]
    }

    /// The inverse of [`LossTerms::values`].
    pub fn from_values(values: [f32; 6]) -> Self {
        let [total, mse, correlation, rank, dimension, adjectives] = values;
        Self {
            total,
            mse,
            correlation,
            rank,
            dimension,
            adjectives,
        }
    }
}

/// The loss as a tensor to go back from, and its terms as one `[6]` tensor in the order of
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
    let device = output.raw.device();
    let count = batch.labels.len();
    let raw = output.raw.clone().reshape([count, 1]);
    let levels = output.similarities.len().max(1);
    let similarities = output
        .similarities
        .iter()
        .cloned()
        .reduce(|sum, level| sum + level)
        .map(|sum| sum / levels as f32);

    let zero = || Tensor::<1>::zeros([1], &device);
    let (mut mse, mut correlation) = (zero(), zero());
    let labelled: Vec<(usize, f32)> = batch
        .labels
        .iter()
        .enumerate()
        .filter_map(|(index, label)| Some((index, (*label)?)))
        .collect();
    if !labelled.is_empty() {
        let rows = labelled.len();
        let chosen = Matrix::new(rows, count, |m| {
            for (row, (index, _)) in labelled.iter().enumerate() {
                m.set(row, *index, 1.0);
            }
        });
        let labels: Vec<f32> = labelled.iter().map(|(_, label)| *label).collect();
        let labels = Tensor::<2>::from_data(TensorData::new(labels, [rows, 1]), &device);
        let predicted = chosen.tensor(&device).matmul(raw.clone());
        let error = predicted.clone() - labels.clone();
        mse = (error.clone() * error).mean();
        if settings.correlation > 0.0 && batch.rated >= 3 {
            let rated = |x: Tensor<2>| x.narrow(0, 0, batch.rated.min(rows));
            correlation = 1.0 - plcc(rated(predicted), rated(labels));
        }
    }

    let rank = match neighbours(batch, settings.task) {
        Some((less, margin)) => {
            let rows = margin.len();
            let margin = Tensor::from_data(TensorData::new(margin, [rows, 1]), &device);
            relu(margin - less.tensor(&device).matmul(raw)).mean()
        }
        None => zero(),
    };
    let (mut dimension, mut gain) = (zero(), zero());
    if let (Some(ends), Some(similarities)) = (Ends::of(batch, adjectives), similarities) {
        // s of the better end less s of the worse one, [ladders, A].
        let fall = ends.less.tensor(&device).matmul(similarities);
        let by_dimension = fall.clone().matmul(ends.dimensions.tensor(&device));
        let surprise = log_softmax(by_dimension * DIMENSION_SHARPNESS, 1);
        dimension = -(surprise * ends.own.tensor(&device)).sum() / ends.count as f32;
        let rise = -(fall * ends.named.tensor(&device)).sum_dim(1);
        gain = relu(ADJECTIVE_MARGIN - rise).mean();
    }

    let weights = [
        settings.mse,
        settings.correlation,
        settings.rank,
        settings.dimension,
        settings.adjectives,
    ];
    let terms = [mse, correlation, rank, dimension, gain];
    let total = terms
        .iter()
        .zip(weights)
        .map(|(term, weight)| term.clone() * weight)
        .reduce(|sum, term| sum + term)
        .unwrap_or_else(zero);
    let mut all = vec![total.clone()];
    all.extend(terms);
    Loss {
        total,
        terms: Tensor::cat(all, 0).detach(),
    }
}

/// Pearson's correlation of two columns, `[1]`.
fn plcc(x: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    let centred = |x: Tensor<2>| x.clone() - x.mean_dim(0);
    let (x, y) = (centred(x), centred(y));
    let product = (x.clone() * y.clone()).sum();
    let norm = ((x.clone() * x).sum() * (y.clone() * y).sum() + 1e-12).sqrt();
    product / norm
}

/// Neighbouring levels: the better's score less the worse's as a matrix over the batch, and the
/// margin by which it must be above 0.
fn neighbours(batch: &Batch, task: Task) -> Option<(Matrix, Vec<f32>)> {
    let pairs: Vec<(usize, usize)> = batch
        .ladders
        .iter()
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
    let less = Matrix::new(pairs.len(), batch.labels.len(), |m| {
        for (row, &(better, worse)) in pairs.iter().enumerate() {
            m.set(row, better, 1.0);
            m.set(row, worse, -1.0);
        }
    });
    Some((less, margins))
}

/// The ladders of one known distortion, from end to end.
struct Ends {
    count: usize,
    /// `[ladders, B]`: the best level less the worst one.
    less: Matrix,
    /// `[A, dimensions]`: the mean of the better words less that of the worse ones.
    dimensions: Matrix,
    /// `[ladders, dimensions]`: 1 at the distortion's own.
    own: Matrix,
    /// `[ladders, A]`: the mean of the distortion's adjectives.
    named: Matrix,
}

impl Ends {
    /// None where no ladder is of one distortion that the adjectives know.
    fn of(batch: &Batch, adjectives: &[Adjective]) -> Option<Self> {
        let names = text::dimensions(adjectives);
        let known: Vec<(usize, usize, Distortion, usize)> = batch
            .ladders
            .iter()
            .filter_map(|ladder| {
                let distortion = ladder.distortion?;
                let own = names
                    .iter()
                    .position(|name| *name == distortion.dimension())?;
                Some((
                    *ladder.levels.first()?,
                    *ladder.levels.last()?,
                    distortion,
                    own,
                ))
            })
            .collect();
        if known.is_empty() {
            return None;
        }
        let count = known.len();
        let less = Matrix::new(count, batch.labels.len(), |m| {
            for (row, (best, worst, _, _)) in known.iter().enumerate() {
                m.set(row, *best, 1.0);
                m.set(row, *worst, -1.0);
            }
        });
        let dimensions = Matrix::new(adjectives.len(), names.len(), |m| {
            for (column, name) in names.iter().enumerate() {
                for higher in [true, false] {
                    let words: Vec<usize> = (0..adjectives.len())
                        .filter(|&index| {
                            adjectives[index].dimension == *name
                                && adjectives[index].higher == higher
                        })
                        .collect();
                    let sign = if higher { 1.0 } else { -1.0 };
                    for &word in &words {
                        m.set(word, column, sign / words.len() as f32);
                    }
                }
            }
        });
        let own = Matrix::new(count, names.len(), |m| {
            for (row, (_, _, _, own)) in known.iter().enumerate() {
                m.set(row, *own, 1.0);
            }
        });
        let named = Matrix::new(count, adjectives.len(), |m| {
            for (row, (_, _, distortion, _)) in known.iter().enumerate() {
                let words: Vec<usize> = (0..adjectives.len())
                    .filter(|&index| {
                        distortion
                            .adjectives()
                            .contains(&adjectives[index].word.as_str())
                    })
                    .collect();
                for &word in &words {
                    m.set(row, word, 1.0 / words.len() as f32);
                }
            }
        });
        Some(Self {
            count,
            less,
            dimensions,
            own,
            named,
        })
    }
}

/// A constant matrix, row-major, to multiply tensors with.
struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

impl Matrix {
    fn new(rows: usize, columns: usize, fill: impl FnOnce(&mut Self)) -> Self {
        let mut matrix = Self {
            rows,
            columns,
            values: vec![0.0; rows * columns],
        };
        fill(&mut matrix);
        matrix
    }

    fn set(&mut self, row: usize, column: usize, value: f32) {
        if let Some(place) = self.values.get_mut(row * self.columns + column) {
            *place = value;
        }
    }

    fn tensor(&self, device: &Device) -> Tensor<2> {
        let data = TensorData::new(self.values.clone(), [self.rows, self.columns]);
        Tensor::from_data(data, device)
    }
}
