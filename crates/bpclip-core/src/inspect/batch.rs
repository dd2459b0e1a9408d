//! Pictures that the network looks at together.

use super::decoder::Decoded;
use super::{InspectError, Inspection, Scorer};
use crate::metric::Readings;

/// Pictures that the network looks at together, of one scored size unless the CPU looks; a picture
/// that could not be decoded is alone. `K` is what the caller knows them by.
pub(super) struct Batch<K> {
    entries: Vec<(K, Decoded)>,
}

impl<K> Batch<K> {
    pub fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// What its pictures are known by.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// Whether a picture goes with those that are in it.
    pub fn admits(&self, decoded: &Decoded, scorer: &Scorer) -> bool {
        let Some((_, first)) = self.entries.first() else {
            return true;
        };
        match (first.size(), decoded.size()) {
            (Some(first), Some(size)) => scorer.is_on_cpu() || first == size,
            _ => false,
        }
    }

    /// Puts a picture last.
    pub fn push(&mut self, key: K, decoded: Decoded) {
        self.entries.push((key, decoded));
    }

    /// Whether more would make it no faster.
    pub fn is_full(&self, scorer: &Scorer) -> bool {
        let together = |(_, last): &(K, Decoded)| match last.size() {
            Some((width, height)) => scorer.together(width, height),
            None => 1,
        };
        self.entries
            .last()
            .is_some_and(|last| self.entries.len() >= together(last))
    }

    /// Looks at them, answers for each in order, and leaves the batch empty. Maps and attention are
    /// there only where they were asked for and the picture is alone.
    pub fn look(
        &mut self,
        scorer: &Scorer,
        detailed: bool,
        mut answer: impl FnMut(K, Result<Inspection, InspectError>, Readings),
    ) {
        let (mut pairs, mut keys) = (Vec::new(), Vec::new());
        for (key, Decoded { pair, readings }) in self.entries.drain(..) {
            match pair {
                Ok(pair) => {
                    pairs.push(pair);
                    keys.push((key, readings));
                }
                Err(error) => answer(key, Err(error), readings),
            }
        }
        let results = match &pairs[..] {
            [(distorted, reference)] => {
                vec![scorer.inspect(distorted, reference.as_deref(), detailed)]
            }
            pairs => scorer.inspect_all(pairs),
        };
        for (result, (key, readings)) in results.into_iter().zip(keys) {
            answer(key, result, readings);
        }
    }
}
