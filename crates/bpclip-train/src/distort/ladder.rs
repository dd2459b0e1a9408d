//! Series of ever worse pictures.

use super::random::Random;
use super::{Distortion, Family, apply_all};
use bpclip_core::image::Picture;

/// A series of ever worse versions of a picture: one distortion, or several in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ladder {
    /// What is done, one after another; at least one.
    pub steps: Vec<Distortion>,
    /// What decides where chance has a part.
    pub seed: u64,
}

/// Strength of each step of a mixture against that of the same distortion alone: two or three add
/// up.
const MIXED: f32 = 0.7;

impl Ladder {
    /// The ladder of one distortion.
    pub fn of(distortion: Distortion, seed: u64) -> Self {
        Self {
            steps: vec![distortion],
            seed,
        }
    }

    /// A mixture of two or three distortions, drawn by `seed` from different families, in the order
    /// in which a picture meets those.
    pub fn mixed(seed: u64) -> Self {
        // A stream beyond those of the distortions.
        let random = &mut Random::new(seed, u64::MAX);
        let mut families = Family::ALL;
        random.shuffle(&mut families);
        let count = 2 + random.below(2) as usize;
        let mut steps: Vec<Distortion> = families
            .into_iter()
            .take(count)
            .filter_map(|family| {
                let kinds = Distortion::ALL
                    .into_iter()
                    .filter(|kind| kind.family() == family);
                let kinds: Vec<_> = kinds.collect();
                let index = random.below(kinds.len() as u32) as usize;
                kinds.get(index).copied()
            })
            .collect();
        steps.sort_by_key(|kind| kind.family());
        Self { steps, seed }
    }

    /// The keys of the steps, joined by `+`: `gaussian-blur`, `haze+jpeg`.
    pub fn name(&self) -> String {
        self.joined(Distortion::key)
    }

    /// The dimensions that the steps cost, each once, joined by `+`.
    pub fn dimension(&self) -> String {
        self.joined(Distortion::dimension)
    }

    /// The version of `strength` from 0 to 1.
    pub fn apply(&self, picture: &Picture, strength: f32) -> Picture {
        let each = if self.steps.len() > 1 {
            strength * MIXED
        } else {
            strength
        };
        let steps: Vec<_> = self.steps.iter().map(|&kind| (kind, each)).collect();
        apply_all(picture, &steps, self.seed)
    }

    fn joined(&self, of: fn(Distortion) -> &'static str) -> String {
        let mut names: Vec<&str> = Vec::new();
        for name in self.steps.iter().map(|&kind| of(kind)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join("+")
    }
}
