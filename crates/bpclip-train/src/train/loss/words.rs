//! What a distortion must do to every adjective, and which adjectives plain statistics lead.

use super::matrix::Matrix;
use super::zero;
use crate::distort::{Distortion, Effect};
use crate::train::batch::Batch;
use crate::train::statistics::target;
use bpclip_core::text::Adjective;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// A word of the distortion rises by this at least between the ends of a ladder.
const RISE: f32 = 0.15;
/// A word that the distortion rules out falls by this at least.
const FALL: f32 = 0.08;
/// A word that it has nothing to do with moves by this at most.
const STAY: f32 = 0.04;
/// Of these margins where only a part of a crop is distorted.
const PARTIAL: f32 = 0.5;
/// Fewer rated crops have no ranks to speak of.
const LEAST_RATED: usize = 6;

/// How far each word falls short of what the ladders' distortions must do to it: the mean over the
/// words that must rise, over those that must fall and over those that must stay, added. Of the
/// similarities `[B, A]`, the mean of the levels. Behind a subject everything stays.
pub fn words_term(
    similarities: &Tensor<2>,
    batch: &Batch,
    adjectives: &[Adjective],
    device: &Device,
) -> Tensor<1> {
    let ladders: Vec<_> = batch
        .ladders
        .iter()
        .filter_map(|ladder| {
            let ends = (*ladder.levels.first()?, *ladder.levels.last()?);
            let share = match ladder.region {
                Some(_) if !ladder.background => PARTIAL,
                _ => 1.0,
            };
            let effect = Effects {
                kind: ladder.distortion?,
                background: ladder.background,
            };
            Some((ends, effect, share))
        })
        .collect();
    if ladders.is_empty() {
        return zero(device);
    }
    let size = (ladders.len(), adjectives.len());
    let more = Matrix::new(ladders.len(), batch.labels.len(), |m| {
        for (row, ((best, worst), _, _)) in ladders.iter().enumerate() {
            m.set(row, *worst, 1.0);
            m.set(row, *best, -1.0);
        }
    });
    // s of the worse end less s of the better one, [ladders, A].
    let change = more.tensor(device).matmul(similarities.clone());
    let of = |effect: Effect, margin: f32| {
        let mut count = 0_usize;
        let mask = Matrix::new(size.0, size.1, |m| {
            for (row, (_, effects, _)) in ladders.iter().enumerate() {
                for (column, word) in adjectives.iter().enumerate() {
                    if effects.on(word) == effect {
                        m.set(row, column, 1.0);
                        count += 1;
                    }
                }
            }
        });
        let margins = Matrix::new(size.0, size.1, |m| {
            for (row, (_, _, share)) in ladders.iter().enumerate() {
                for column in 0..adjectives.len() {
                    m.set(row, column, margin * share);
                }
            }
        });
        (
            mask.tensor(device) / count.max(1) as f32,
            margins.tensor(device),
        )
    };
    let (rises, margin) = of(Effect::Rises, RISE);
    let short = (relu(margin - change.clone()) * rises).sum();
    let (falls, margin) = of(Effect::Falls, FALL);
    let high = (relu(margin + change.clone()) * falls).sum();
    let (stays, margin) = of(Effect::Stays, STAY);
    let moved = (relu(change.abs() - margin) * stays).sum();
    short + high + moved
}

/// What a ladder does to the words.
struct Effects {
    kind: Distortion,
    background: bool,
}

impl Effects {
    /// A blurred background is no flaw: what would move stays.
    fn on(&self, word: &Adjective) -> Effect {
        match self.kind.effect(word) {
            Effect::Rises | Effect::Falls if self.background => Effect::Stays,
            effect => effect,
        }
    }
}

/// 1 - PLCC of each word that follows plain statistics with the ranks of those, over the rated
/// crops; the mean over the words.
pub fn statistics_term(
    similarities: &Tensor<2>,
    batch: &Batch,
    adjectives: &[Adjective],
    device: &Device,
) -> Tensor<1> {
    let rows = batch.statistics.len();
    if rows < LEAST_RATED {
        return zero(device);
    }
    let led: Vec<(usize, Vec<f32>)> = adjectives
        .iter()
        .enumerate()
        .filter_map(|(index, word)| {
            Some((index, normalised(target(&word.word, &batch.statistics)?)?))
        })
        .collect();
    if led.is_empty() {
        return zero(device);
    }
    let words = led.len();
    let chosen = Matrix::new(adjectives.len(), words, |m| {
        for (column, (index, _)) in led.iter().enumerate() {
            m.set(*index, column, 1.0);
        }
    });
    let targets = Matrix::new(rows, words, |m| {
        for (column, (_, target)) in led.iter().enumerate() {
            for (row, value) in target.iter().enumerate() {
                m.set(row, column, *value);
            }
        }
    });
    let s = similarities.clone().narrow(0, 0, rows);
    let s = s.matmul(chosen.tensor(device));
    let s = s.clone() - s.mean_dim(0);
    let norm = ((s.clone() * s.clone()).sum_dim(0) + 1e-12).sqrt();
    let agreement = (s / norm * targets.tensor(device)).sum() / words as f32;
    1.0 - agreement
}

/// Of mean 0 and length 1; none where all are equal.
fn normalised(mut values: Vec<f32>) -> Option<Vec<f32>> {
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    values.iter_mut().for_each(|value| *value -= mean);
    let norm = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter_mut().for_each(|value| *value /= norm);
    (norm > 1e-6).then_some(values)
}
