//! What a distortion must do to the adjectives, as matrices.

use super::matrix::Matrix;
use crate::distort::Distortion;
use crate::train::batch::Batch;
use bpclip_core::text::{self, Adjective};

/// The ladders of one known distortion, from end to end.
pub struct LadderEnds {
    pub count: usize,
    /// `[ladders, B]`: the best level less the worst one.
    pub less: Matrix,
    /// `[A, dimensions]`: the mean of the better words less that of the worse ones.
    pub dimensions: Matrix,
    /// `[ladders, dimensions]`: 1 at the distortion's own.
    pub own: Matrix,
    /// `[ladders, A]`: the mean of the distortion's adjectives.
    pub named: Matrix,
}

impl LadderEnds {
    /// None where no ladder is of one distortion that the adjectives know.
    pub fn of(batch: &Batch, adjectives: &[Adjective]) -> Option<Self> {
        let names = text::dimensions(adjectives);
        let known: Vec<(usize, usize, Distortion, usize)> = batch
            .ladders
            .iter()
            .filter(|ladder| !ladder.background)
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
