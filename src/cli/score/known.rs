//! Pictures by a sum of their name: which shard has one, and which have a row already.

use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::Path;
use std::str::FromStr;

/// SHA-256 of a name as it is written, in UTF-8.
fn sum(name: &str) -> [u8; 32] {
    Sha256::digest(name).into()
}

/// Half of it: enough to tell any two names apart.
fn half(name: &str) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&sum(name)[..16]);
    half
}

/// A share of the pictures: one of `of` shares, from 1. Which share has a picture follows from its
/// name alone, as it is given: the first 8 bytes of its SHA-256 as a number, highest byte first, and
/// what is left of that by `of`. So it does not matter in what order they come, nor what others
/// there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// Whether a picture is in this share.
    pub fn has(self, path: &Path) -> bool {
        let sum = sum(&path.to_string_lossy());
        let number = sum.iter().take(8);
        let number = number.fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        number % self.of == self.number - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/');
        let numbers =
            numbers.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if 1 <= number && number <= of => Ok(Self { number, of }),
            Some(_) => Err("shards are counted from 1: 1/4, 2/4, 3/4, 4/4".into()),
            None => Err("give a number and how many there are, such as 2/4".into()),
        }
    }
}

/// Pictures that have a row, 16 bytes each.
#[derive(Debug, Default)]
pub struct Known(HashSet<[u8; 16]>);

impl Known {
    /// Takes a picture for known; whether it was not before.
    pub fn insert(&mut self, name: &str) -> bool {
        self.0.insert(half(name))
    }

    /// Whether a picture is known.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&half(name))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_is_in_one_shard_whatever_the_others() {
        let shards: Vec<Shard> = (1..=5).map(|i| format!("{i}/5").parse().unwrap()).collect();
        let mut counts = [0; 5];
        for number in 0..5000 {
            let path = format!("photos/{number}.jpg");
            let holders = shards.iter().zip(&mut counts);
            let mut holders = holders.filter(|(shard, _)| shard.has(Path::new(&path)));
            *holders.next().unwrap().1 += 1;
            assert!(holders.next().is_none());
        }
        assert!(
            counts.iter().all(|count| (900..1100).contains(count)),
            "{counts:?}"
        );
    }

    /// Elsewhere it is computed so too: `int.from_bytes(hashlib.sha256(b"a.jpg").digest()[:8]) % 7`.
    #[test]
    fn the_share_is_that_of_the_page() {
        let has = |shard: &str| shard.parse::<Shard>().unwrap().has(Path::new("a.jpg"));
        assert!(has("5/7"));
        assert!(has("1/1"));
    }

    #[test]
    fn shards_are_counted_from_1() {
        for text in ["0/4", "5/4", "1/0"] {
            assert!(
                text.parse::<Shard>().unwrap_err().contains("from 1"),
                "{text}"
            );
        }
        for text in ["", "1", "a/b", "-1/2", "1/2/3"] {
            assert!(text.parse::<Shard>().unwrap_err().contains("2/4"), "{text}");
        }
    }

    #[test]
    fn a_picture_is_known_once() {
        let mut known = Known::default();
        assert!(known.insert("a"));
        assert!(!known.insert("a"));
        assert!(!known.has("b"));
        assert!(known.insert("b"));
        assert!(known.has("b"));
        assert_eq!(known.count(), 2);
    }
}
