//! What a checkpoint says of itself: the metadata of its safetensors file, each value a JSON text.

use crate::image::SizePolicy;
use crate::model::Config;
use crate::text::Adjective;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// The `format` of a checkpoint that this program reads and writes.
pub const FORMAT: &str = "bpclip-1";

/// Where the text features come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextSource {
    /// `clip` or `minilm`.
    pub encoder: String,
    /// The sentence around a word, with `{adjective}` in its place.
    pub template: String,
    /// Whether the mean of the features was subtracted.
    #[serde(default)]
    pub centred: bool,
    /// Whose weights.
    #[serde(default)]
    pub source: String,
}

/// What the raw score was trained towards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// The lowest and the highest label.
    pub range: [f32; 2],
    /// What a label means, and which way is better.
    pub meaning: String,
}

/// How well the checkpoint did on pictures that it was not trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heldout {
    /// Which pictures.
    pub set: String,
    /// Spearman's rank-order correlation with the label.
    #[serde(default)]
    pub srcc: Option<f64>,
    /// Pearson's linear correlation with the label.
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
    /// The size that pictures are brought to.
    pub size: SizePolicy,
    /// What the raw score means.
    pub label: Label,
    /// How it was trained: data, recipe, program, date, machine.
    pub training: BTreeMap<String, serde_json::Value>,
    /// How good it is, where that was measured.
    pub heldout: Option<Heldout>,
}

impl Metadata {
    /// Reads the metadata of a safetensors file.
    ///
    /// # Errors
    /// A sentence that names the key at fault.
    pub fn parse(values: &HashMap<String, String>) -> Result<Self, String> {
        match values.get("format").map(String::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(format!("its `format` is `{other}`, not `{FORMAT}`")),
            None => {
                return Err(format!(
                    "it has no `format`, so it is no {FORMAT} checkpoint"
                ));
            }
        }
        let config: Config = required(values, "config")?;
        config
            .check()
            .map_err(|reason| format!("in `config`, {reason}"))?;
        Ok(Self {
            config,
            adjectives: required(values, "adjectives")?,
            text: required(values, "text")?,
            size: required(values, "size")?,
            label: required(values, "label")?,
            training: optional(values, "training")?.unwrap_or_default(),
            heldout: optional(values, "heldout")?,
        })
    }

    /// The metadata as a safetensors file holds it.
    pub fn to_map(&self) -> HashMap<String, String> {
        let json = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "null".into());
        let mut map = HashMap::from([
            ("format".to_owned(), FORMAT.to_owned()),
            (
                "config".to_owned(),
                json(serde_json::to_string(&self.config)),
            ),
            (
                "adjectives".to_owned(),
                json(serde_json::to_string(&self.adjectives)),
            ),
            ("text".to_owned(), json(serde_json::to_string(&self.text))),
            ("size".to_owned(), json(serde_json::to_string(&self.size))),
            ("label".to_owned(), json(serde_json::to_string(&self.label))),
            (
                "training".to_owned(),
                json(serde_json::to_string(&self.training)),
            ),
        ]);
        if let Some(heldout) = &self.heldout {
            map.insert("heldout".to_owned(), json(serde_json::to_string(heldout)));
        }
        map
    }
}

fn optional<T: DeserializeOwned>(
    values: &HashMap<String, String>,
    key: &str,
) -> Result<Option<T>, String> {
    let Some(text) = values.get(key) else {
        return Ok(None);
    };
    serde_json::from_str(text)
        .map_err(|error| format!("its metadata `{key}` is not valid: {error}"))
}

fn required<T: DeserializeOwned>(values: &HashMap<String, String>, key: &str) -> Result<T, String> {
    optional(values, key)?.ok_or_else(|| format!("its metadata lacks `{key}`"))
}
