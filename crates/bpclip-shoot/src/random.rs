//! Chance that is the same on every machine.

/// A stream of numbers (SplitMix64, G. L. Steele and others, 2014).
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below this one; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        // The high bits, without the small bias of a remainder.
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = self.below(at + 1);
            all.swap(at, other);
        }
    }

    /// Near a normal distribution of mean 0 and variance 1: the sum of twelve, Irwin and Hall's.
    #[cfg(test)]
    pub fn normal(&mut self) -> f32 {
        let sum: f64 = (0..12)
            .map(|_| (self.next() >> 11) as f64 / (1_u64 << 53) as f64)
            .sum();
        (sum - 6.0) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_and_repeat_with_the_seed() {
        let mut random = Random::new(7);
        let mut counts = [0; 5];
        for _ in 0..5000 {
            counts[random.below(5)] += 1;
        }
        assert!(
            counts.iter().all(|count| (900..1100).contains(count)),
            "{counts:?}"
        );
        assert_eq!(random.below(0), 0);
        let shuffled = |seed| {
            let mut all: Vec<u8> = (0..20).collect();
            Random::new(seed).shuffle(&mut all);
            all
        };
        assert_eq!(shuffled(3), shuffled(3));
        assert_ne!(shuffled(3), shuffled(4));
        let mut sorted = shuffled(3);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..20).collect::<Vec<u8>>());
        let values: Vec<f32> = (0..4000).map(|_| random.normal()).collect();
        let mean = values.iter().sum::<f32>() / 4000.0;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 4000.0;
        assert!(
            mean.abs() < 0.06 && (variance - 1.0).abs() < 0.1,
            "{mean} {variance}"
        );
    }
}
