//! The best of many.

use std::collections::HashMap;

/// The places of the highest scores, the best first: `count` at most, and of each burst no more than
/// `per_burst`. Who has no score is not among them.
pub fn best(
    scores: &[Option<f32>],
    burst: impl Fn(usize) -> Option<usize>,
    count: usize,
    per_burst: Option<usize>,
) -> Vec<usize> {
    let scored = scores.iter().enumerate();
    let mut ranked: Vec<(usize, f32)> = scored.filter_map(|(at, s)| Some((at, (*s)?))).collect();
    ranked.retain(|(_, score)| !score.is_nan());
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut taken: HashMap<usize, usize> = HashMap::new();
    ranked.retain(|(at, _)| {
        let Some((burst, most)) = burst(*at).zip(per_burst) else {
            return true;
        };
        let count = taken.entry(burst).or_default();
        *count += 1;
        *count <= most
    });
    ranked.truncate(count);
    ranked.into_iter().map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_no_burst_has_more_than_its_share() {
        let scores = [
            Some(5.0),
            None,
            Some(9.0),
            Some(8.0),
            Some(f32::NAN),
            Some(7.0),
        ];
        let none = |_| None;
        assert_eq!(best(&scores, none, 9, Some(1)), [2, 3, 5, 0]);
        assert_eq!(best(&scores, none, 2, None), [2, 3]);
        let bursts = |at| (at >= 2).then_some(at / 4);
        assert_eq!(best(&scores, bursts, 9, Some(1)), [2, 5, 0]);
        assert_eq!(best(&scores, bursts, 0, Some(1)), [0_usize; 0]);
    }
}
