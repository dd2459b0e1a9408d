//! What a checkpoint says of itself: the metadata of its safetensors file, each value a JSON text.

use super::{Certainty, Distribution};
use crate::adjective::Adjective;
use crate::image::{Fingerprint, SizePolicy};
use crate::model::Config;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use thiserror::Error;

/// The `format` of a checkpoint that this program reads and writes.
pub const FORMAT: &str = "bpclip-1";

/// Where the text features come from: the vectors of the adjectives, which a text encoder made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextSource {
    /// `clip` or `minilm`.
    pub encoder: String,
    /// The sentence around a word, with `{adjective}` in its place.
    pub template: String,
    /// Whether the mean of the features was subtracted.
    #[serde(default)]
    pub centred: bool,
    /// Whose weights the encoder had, in words.
    #[serde(default)]
    pub source: String,
}

/// What the raw score was trained towards: the number that each training picture was rated with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The lowest and the highest label; `[0, 1]` in the released checkpoints. A raw score may lie
    /// outside. [`score`](crate::inspect::Prediction::score) takes it to be `[0, 1]`.
    pub range: [f32; 2],
    /// What a label means, and which way is better, in words: `mean opinion score / 100, higher is
    /// better`.
    pub meaning: String,
}

/// How well the checkpoint did on pictures that it was not trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heldout {
    /// Which pictures.
    pub set: String,
    /// Spearman's rank-order correlation with the label, -1 to 1: 1 is the same order.
    #[serde(default)]
    pub srcc: Option<f64>,
    /// Pearson's linear correlation with the label, -1 to 1.
    #[serde(default)]
    pub plcc: Option<f64>,
    /// Root mean squared error in label units; where absent, no certainty can be stated.
    #[serde(default)]
    pub rmse: Option<f64>,
}

impl fmt::Display for Heldout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in [
            ("SRCC", self.srcc),
            ("PLCC", self.plcc),
            ("RMSE", self.rmse),
        ] {
            if let Some(value) = value {
                write!(f, "{name} {value:.3}, ")?;
            }
        }
        write!(f, "on {}", self.set)
    }
}

/// Everything that a checkpoint says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// The shape of the network.
    pub config: Config,
    /// The adjectives, in the order of the similarities.
    pub adjectives: Vec<Adjective>,
    /// Where the text features come from.
    pub text: TextSource,
    /// The size that pictures are brought to before they are scored.
    pub size: SizePolicy,
    /// What the raw score means.
    pub label: Label,
    /// How it was trained: data, recipe, program, date, machine.
    pub training: BTreeMap<String, serde_json::Value>,
    /// How good it is, where that was measured.
    pub heldout: Option<Heldout>,
    /// Where its scores and words lie over photographs, where that was measured. With it
    /// [`Ranks`](crate::inspect::report::Ranks) tells ranks.
    pub distribution: Option<Distribution>,
    /// How sure a score is, where that was fitted.
    pub certainty: Option<Certainty>,
    /// The pictures that it learned from, as far as it says; of an older one it is empty.
    pub seen: Vec<Fingerprint>,
}

/// What is wrong with a checkpoint's metadata.
#[derive(Debug, Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum MetadataError {
    /// It is of another format.
    #[error("its `format` is `{0}`, not `{FORMAT}`")]
    OtherFormat(String),
    /// It says nothing of its format.
    #[error("it has no `format`, so it is no {FORMAT} checkpoint")]
    NoFormat,
    /// A key is not there.
    #[error("its metadata lacks `{0}`")]
    Lacks(&'static str),
    /// A key's value cannot be read.
    #[error("its metadata `{key}` is not valid: {source}")]
    Invalid {
        key: &'static str,
        source: serde_json::Error,
    },
    /// A key's value cannot be written as JSON.
    #[error("its metadata `{key}` cannot be written: {source}")]
    Unwritable {
        key: &'static str,
        source: serde_json::Error,
    },
    /// A key's value would be read back as another one, as JSON has no infinity.
    #[error("its metadata `{0}` cannot be written: it holds what is no number")]
    NotANumber(&'static str),
    /// A key holds numbers that mean nothing.
    #[error("its metadata `{0}` holds numbers that cannot be or do not fit its adjectives")]
    Unsound(&'static str),
    /// It describes no network.
    #[error("in `config`, {0}")]
    Config(String),
    /// The metadata and the tensors do not go together.
    #[error("{0}")]
    Contradiction(String),
}

impl Metadata {
    /// Reads the metadata of a safetensors file.
    ///
    /// # Errors
    /// Names the key at fault.
    pub fn parse(values: &HashMap<String, String>) -> Result<Self, MetadataError> {
        match values.get("format").map(String::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(MetadataError::OtherFormat(other.to_owned())),
            None => return Err(MetadataError::NoFormat),
        }
        let config: Config = required(values, "config")?;
        config.check().map_err(MetadataError::Config)?;
        let adjectives: Vec<Adjective> = required(values, "adjectives")?;
        let distribution: Option<Distribution> = optional(values, "distribution")?;
        if distribution
            .as_ref()
            .is_some_and(|distribution| !distribution.is_sound(adjectives.len()))
        {
            return Err(MetadataError::Unsound("distribution"));
        }
        let certainty: Option<Certainty> = optional(values, "certainty")?;
        if certainty
            .as_ref()
            .is_some_and(|certainty| !certainty.is_sound())
        {
            return Err(MetadataError::Unsound("certainty"));
        }
        Ok(Self {
            config,
            adjectives,
            text: required(values, "text")?,
            size: required(values, "size")?,
            label: required(values, "label")?,
            training: optional(values, "training")?.unwrap_or_default(),
            heldout: optional(values, "heldout")?,
            distribution,
            certainty,
            seen: optional(values, "seen")?.unwrap_or_default(),
        })
    }

    /// Whether it learned from a picture, as far as it says. A picture is told again also where it was
    /// resized or encoded anew.
    pub fn has_seen(&self, picture: Fingerprint) -> bool {
        self.seen.iter().any(|seen| seen.is_same(picture))
    }

    /// The metadata as a safetensors file holds it.
    ///
    /// # Errors
    /// Names the key whose value JSON cannot hold.
    pub fn to_map(&self) -> Result<HashMap<String, String>, MetadataError> {
        let mut map = HashMap::from([("format".to_owned(), FORMAT.to_owned())]);
        put(&mut map, "config", &self.config)?;
        put(&mut map, "adjectives", &self.adjectives)?;
        put(&mut map, "text", &self.text)?;
        put(&mut map, "size", &self.size)?;
        put(&mut map, "label", &self.label)?;
        put(&mut map, "training", &self.training)?;
        if let Some(heldout) = &self.heldout {
            put(&mut map, "heldout", heldout)?;
        }
        if let Some(distribution) = &self.distribution {
            put(&mut map, "distribution", distribution)?;
        }
        if let Some(certainty) = &self.certainty {
            put(&mut map, "certainty", certainty)?;
        }
        if !self.seen.is_empty() {
            put(&mut map, "seen", &self.seen)?;
        }
        Ok(map)
    }
}

/// Writes a value as JSON. What is no number becomes `null` there, so it is read back to compare.
fn put<T: Serialize + DeserializeOwned + PartialEq>(
    map: &mut HashMap<String, String>,
    key: &'static str,
    value: &T,
) -> Result<(), MetadataError> {
    let text =
        serde_json::to_string(value).map_err(|source| MetadataError::Unwritable { key, source })?;
    match serde_json::from_str::<T>(&text) {
        Ok(again) if again == *value => {}
        _ => return Err(MetadataError::NotANumber(key)),
    }
    map.insert(key.to_owned(), text);
    Ok(())
}

fn optional<T: DeserializeOwned>(
    values: &HashMap<String, String>,
    key: &'static str,
) -> Result<Option<T>, MetadataError> {
    let Some(text) = values.get(key) else {
        return Ok(None);
    };
    serde_json::from_str(text).map_err(|source| MetadataError::Invalid { key, source })
}

fn required<T: DeserializeOwned>(
    values: &HashMap<String, String>,
    key: &'static str,
) -> Result<T, MetadataError> {
    optional(values, key)?.ok_or(MetadataError::Lacks(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BackboneKind, Task};

    fn metadata() -> Metadata {
        Metadata {
            config: Config::new(Task::NoReference, BackboneKind::ResNet50),
            adjectives: crate::adjective::standard(),
            text: TextSource {
                encoder: "minilm".into(),
                template: "a {adjective} photo".into(),
                centred: true,
                source: String::new(),
            },
            size: SizePolicy::at_most(Some(512)),
            label: Label {
                range: [0.0, 1.0],
                meaning: "higher is better".into(),
            },
            training: BTreeMap::from([("lr".into(), 0.1.into())]),
            heldout: Some(Heldout {
                set: "a fifth".into(),
                srcc: Some(0.1),
                plcc: None,
                rmse: None,
            }),
            distribution: Distribution::of("a fifth", &vec![(0.5, vec![0.25; 40]); 20]),
            certainty: Some(Certainty {
                set: "a fifth".into(),
                pictures: 40,
                coverage: 0.9,
                covered: 0.9,
                spread: [0.1, -0.05],
                least: 0.04,
                reach: 2.0,
                pair_slope: 12.0,
                pair_error: 0.02,
            }),
            seen: vec!["0123456789abcdef0000000000000001".parse().unwrap()],
        }
    }

    #[test]
    fn numbers_that_mean_nothing_are_refused() {
        let mut wrong = metadata();
        wrong.certainty.as_mut().unwrap().least = 0.0;
        let map = wrong.to_map().unwrap();
        let error = Metadata::parse(&map).unwrap_err().to_string();
        assert!(error.contains("`certainty`"), "{error}");
        let mut wrong = metadata();
        wrong.distribution.as_mut().unwrap().words.pop();
        let map = wrong.to_map().unwrap();
        let error = Metadata::parse(&map).unwrap_err().to_string();
        assert!(error.contains("`distribution`"), "{error}");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let map = metadata().to_map().unwrap();
        assert_eq!(Metadata::parse(&map).unwrap(), metadata());
    }

    #[test]
    fn what_cannot_be_written_is_an_error_that_names_the_key() {
        let mut wrong = metadata();
        wrong.label.range = [0.0, f32::INFINITY];
        let error = wrong.to_map().unwrap_err().to_string();
        assert!(error.contains("`label`"), "{error}");
        let mut wrong = metadata();
        wrong.heldout.as_mut().unwrap().rmse = Some(f64::NAN);
        let error = wrong.to_map().unwrap_err().to_string();
        assert!(error.contains("`heldout`"), "{error}");
    }
}
