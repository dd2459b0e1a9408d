//! Training, validation and test, such that no content is in two of them.

use super::{Dataset, Subset};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_with::{DeserializeFromStr, SerializeDisplay};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::str::FromStr;

/// How many splits results are usually given over: those of the seeds 0 to 9.
pub const SEEDS: u64 = 10;

/// How a dataset is divided. In text `official`, `8:2`, `6:2:2` and `fold:2/5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub enum Protocol {
    /// As the dataset's table says; what it says nothing of is left out. Where it has no test part,
    /// its validation part is the test.
    Official,
    /// Four fifths of the contents to train on, one to test.
    EightTwo,
    /// Three fifths of the contents to train on, one to choose by, one to test.
    SixTwoTwo,
    /// The contents in `count` equal folds, of which the fold `index`, from 1, is the test.
    Folds {
        /// How many folds.
        count: usize,
        /// Which of them is the test, from 1.
        index: usize,
    },
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Official => f.write_str("official"),
            Self::EightTwo => f.write_str("8:2"),
            Self::SixTwoTwo => f.write_str("6:2:2"),
            Self::Folds { count, index } => write!(f, "fold:{index}/{count}"),
        }
    }
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no protocol: official, 8:2, 6:2:2 and fold:2/5 are");
        match text {
            "official" => Ok(Self::Official),
            "8:2" => Ok(Self::EightTwo),
            "6:2:2" => Ok(Self::SixTwoTwo),
            _ => {
                let fold = text.strip_prefix("fold:").ok_or_else(wrong)?;
                let (index, count) = fold.split_once('/').ok_or_else(wrong)?;
                let number = |text: &str| text.parse::<usize>().map_err(|_| wrong());
                let (count, index) = (number(count)?, number(index)?);
                if count >= 2 && (1..=count).contains(&index) {
                    Ok(Self::Folds { count, index })
                } else {
                    Err(wrong())
                }
            }
        }
    }
}

/// A dataset in parts: indices of its items, in the dataset's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// To train on.
    pub train: Vec<usize>,
    /// To choose by; empty where the protocol has no such part.
    pub validation: Vec<usize>,
    /// To measure on.
    pub test: Vec<usize>,
}

/// Why a dataset could not be divided.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SplitError {
    /// There are fewer contents than parts.
    #[error(
        "{dataset} has too few different contents ({contents}): {protocol} needs {needed} at least"
    )]
    TooFew {
        /// The dataset's name.
        dataset: String,
        /// What it has.
        contents: usize,
        /// How it was to be divided.
        protocol: Protocol,
        /// What that needs.
        needed: usize,
    },
    /// The table does not say what is to train on and what to measure on.
    #[error(
        "{dataset} has no official split to train and test on: name a column with --split-column, or choose another protocol"
    )]
    NoOfficial {
        /// The dataset's name.
        dataset: String,
    },
    /// There is no such fold.
    #[error("there is no fold {index} of {count}")]
    NoFold {
        /// Which.
        index: usize,
        /// Of how many.
        count: usize,
    },
}

/// Divides a dataset. The same contents and seed give the same parts on every machine; the test part
/// of `8:2` is that of `6:2:2`. The official split has no seed.
///
/// A part's share is of the contents, rounded to the nearest: LIVE's 29 references become 23 and 6,
/// or 17, 6 and 6.
///
/// # Errors
/// Where a part would be empty that the protocol has.
pub fn split(dataset: &Dataset, protocol: Protocol, seed: u64) -> Result<Split, SplitError> {
    match protocol {
        Protocol::Official => official(dataset),
        Protocol::EightTwo => shares(dataset, protocol, seed, 2, |count| {
            let test = fifth(count);
            (0..test, test..test)
        }),
        Protocol::SixTwoTwo => shares(dataset, protocol, seed, 3, |count| {
            let test = fifth(count);
            (0..test, test..2 * test)
        }),
        Protocol::Folds { count, index } => {
            if index == 0 || index > count {
                return Err(SplitError::NoFold { index, count });
            }
            shares(dataset, protocol, seed, count.max(2), |contents| {
                let end = |fold: usize| (contents as u128 * fold as u128 / count as u128) as usize;
                (end(index - 1)..end(index), 0..0)
            })
        }
    }
}

/// A fifth, rounded to the nearest, but one at least.
fn fifth(count: usize) -> usize {
    ((2 * count + 5) / 10).max(1)
}

type Places = std::ops::Range<usize>;

/// Divides by places in the shuffled order of the contents: those of the test, and of the validation.
fn shares(
    dataset: &Dataset,
    protocol: Protocol,
    seed: u64,
    needed: usize,
    places: impl Fn(usize) -> (Places, Places),
) -> Result<Split, SplitError> {
    let order = shuffled(dataset, seed);
    if order.len() < needed {
        return Err(SplitError::TooFew {
            dataset: dataset.name.clone(),
            contents: order.len(),
            protocol,
            needed,
        });
    }
    let (test, validation) = places(order.len());
    let place: HashMap<&str, usize> = order.into_iter().zip(0..).collect();
    Ok(divided(dataset, |item| {
        let place = place.get(item.content.as_str())?;
        Some(match place {
            place if test.contains(place) => Subset::Test,
            place if validation.contains(place) => Subset::Validation,
            _ => Subset::Train,
        })
    }))
}

/// The contents of a dataset in the order of a seed: sorted, then shuffled by Fisher and Yates, from
/// the end, with the numbers of ChaCha8 whose key is the seed. Written out, because a library's
/// shuffle may change with its version.
fn shuffled(dataset: &Dataset, seed: u64) -> Vec<&str> {
    let contents = dataset.items.iter().map(|item| item.content.as_str());
    let mut order: Vec<&str> = contents.collect::<BTreeSet<_>>().into_iter().collect();
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut random = ChaCha8Rng::from_seed(key);
    for last in (1..order.len()).rev() {
        let below = last as u128 + 1;
        let chosen = (u128::from(random.next_u64()) * below) >> 64;
        order.swap(last, chosen as usize);
    }
    order
}

fn official(dataset: &Dataset) -> Result<Split, SplitError> {
    let mut split = divided(dataset, |item| item.subset);
    if split.test.is_empty() {
        split.test = std::mem::take(&mut split.validation);
    }
    if split.train.is_empty() || split.test.is_empty() {
        return Err(SplitError::NoOfficial {
            dataset: dataset.name.clone(),
        });
    }
    Ok(split)
}

/// The indices of the items of each subset.
fn divided(dataset: &Dataset, subset: impl Fn(&super::Item) -> Option<Subset>) -> Split {
    let mut split = Split::default();
    for (index, item) in dataset.items.iter().enumerate() {
        match subset(item) {
            Some(Subset::Train) => split.train.push(index),
            Some(Subset::Validation) => split.validation.push(index),
            Some(Subset::Test) => split.test.push(index),
            None => {}
        }
    }
    split
}
