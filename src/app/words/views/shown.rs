//! What the part of the panel about words is shown from.

use crate::app::scoring::Rated;
use crate::app::words::{AdjectiveLevel, CustomWords};
use std::collections::BTreeMap;

/// What the words of one picture, or of two, are shown from.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub level: AdjectiveLevel,
    pub rated: Option<&'a Rated>,
    /// The second picture's name, and its score where it has one.
    pub second: Option<(&'a str, Option<&'a Rated>)>,
    /// The user's own words where they lie.
    pub custom: &'a CustomWords,
    /// The user's own words.
    pub words: &'a [String],
    /// Such words by the names of their sets.
    pub sets: &'a BTreeMap<String, Vec<String>>,
}
