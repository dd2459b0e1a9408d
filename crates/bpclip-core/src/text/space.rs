//! The space in which a checkpoint keeps its adjectives, and further words in it.

use super::affine_span::{AffineSpan, largest_distance};
use super::vector::{cosine, less, mean, norm, uncentred, unit};
use super::{Adjective, TextEncoder, TextError, TextSide};
use crate::checkpoint::{TensorValues, TextSource};
use std::collections::BTreeMap;

/// Where a template has its word.
const PLACE: &str = "{adjective}";

/// An encoder that made a checkpoint's features makes them again at least this alike.
const SAME: f32 = 0.99;

/// A vector shorter than this is nothing but rounding.
const SAME_PLACE: f32 = 1e-4;

/// How much of a word that is too long is said.
const SHOWN: usize = 40;

/// A word in the space of a checkpoint's adjectives.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The word.
    pub word: String,
    /// Its vector, `T` numbers, of length 1: a further row of the checkpoint's `text_features`.
    pub vector: Vec<f32>,
    /// How far it lies from what training saw, 0 for the checkpoint's own adjectives: see
    /// [`TextSpace::limit`].
    pub distance: f32,
    /// Whether that is too far for its similarity with a picture to be relied on: beyond
    /// [`TextSpace::limit`].
    pub far: bool,
}

impl Placed {
    /// The word's similarity with a picture, one a level, -1 to 1: its cosines with the
    /// [image features](crate::inspect::Prediction::image_features) `x_1..x_4` (Eq. 8), rows of `T`
    /// numbers, of the checkpoint that the word was placed for.
    pub fn similarities(&self, image_features: &[Vec<f32>]) -> Vec<f32> {
        let row = |image: &Vec<f32>| cosine(image, &self.vector);
        image_features.iter().map(row).collect()
    }

    /// The mean of [`similarities`](Self::similarities) over the levels; no number (NaN) where the
    /// features are empty, as those of a tile are.
    pub fn mean_similarity(&self, image_features: &[Vec<f32>]) -> f32 {
        let levels = self.similarities(image_features);
        levels.iter().sum::<f32>() / levels.len() as f32
    }
}

/// Adjectives, their vectors, and the encoder that makes more of them: the place where words become
/// comparable with pictures. `T` is the length of a vector.
pub struct TextSpace {
    encoder: Box<dyn TextEncoder>,
    template: String,
    words: Vec<String>,
    features: Vec<Vec<f32>>,
    mean: Option<Vec<f32>>,
    span: AffineSpan,
    limit: Option<f32>,
}

impl TextSpace {
    /// The space of a checkpoint, with the encoder that made it.
    ///
    /// # Errors
    /// The encoder is another one, or has other weights: the checkpoint's first adjective is
    /// encoded to find out. Or the checkpoint's text side contradicts itself.
    pub fn of(side: &TextSide, encoder: Box<dyn TextEncoder>) -> Result<Self, TextError> {
        let width = side.features.first().map_or(0, Vec::len);
        if width != encoder.width() {
            return Err(TextError::Width {
                encoder: encoder.width(),
                checkpoint: width,
            });
        }
        let words = side.adjectives.iter().map(|one| one.word.clone());
        let space = Self::assembled(
            encoder,
            side.template.clone(),
            words.collect(),
            side.features.clone(),
            side.mean.clone(),
        )?;
        if let (Some(word), Some(feature)) = (space.words.first(), space.features.first()) {
            let again = space.place(&[word])?;
            let again = again
                .first()
                .map_or(0.0, |one| cosine(feature, &one.vector));
            if again < SAME {
                return Err(TextError::OtherWeights {
                    word: word.clone(),
                    cosine: again,
                });
            }
        }
        Ok(space)
    }

    /// The space of a list, to train a checkpoint in: the words within `template` (`a {adjective}
    /// photo`) as unit vectors, less their mean and made unit again where the encoder wants that.
    ///
    /// # Errors
    /// A word is empty or too long, the encoder tells none apart, the template has no place for a
    /// word, or the encoder's weights are damaged.
    pub fn new(
        encoder: Box<dyn TextEncoder>,
        adjectives: &[Adjective],
        template: &str,
    ) -> Result<Self, TextError> {
        let words: Vec<String> = adjectives.iter().map(|one| one.word.clone()).collect();
        let raw = units(encoder.as_ref(), template, &words)?;
        let mean = encoder.kind().centred().then(|| mean(&raw));
        let features: Vec<Vec<f32>> = raw.iter().map(|raw| less(raw, mean.as_deref())).collect();
        // A word that lies where the mean does has no direction from it.
        let lost = |(_, feature): &(&String, &Vec<f32>)| norm(feature) < SAME_PLACE;
        if let Some((word, _)) = words.iter().zip(&features).find(lost) {
            let reason = format!("`{word}` cannot be told apart from the rest of the list");
            return Err(TextError::Space(reason));
        }
        let features = features.into_iter().map(unit).collect();
        Self::assembled(encoder, template.to_owned(), words, features, mean)
    }

    fn assembled(
        encoder: Box<dyn TextEncoder>,
        template: String,
        words: Vec<String>,
        features: Vec<Vec<f32>>,
        mean: Option<Vec<f32>>,
    ) -> Result<Self, TextError> {
        let points = features
            .iter()
            .map(|feature| uncentred(feature, mean.as_deref()))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| TextError::Space("no unit vectors have this mean".into()))?;
        let points: Vec<&[f32]> = points.iter().map(Vec::as_slice).collect();
        Ok(Self {
            span: AffineSpan::through(&points),
            limit: largest_distance(&points),
            encoder,
            template,
            words,
            features,
            mean,
        })
    }

    /// Places words or phrases, within the checkpoint's sentence (`a {adjective} photo`), in their
    /// order. White space is tidied; whether a word makes sense is not asked, but
    /// [`far`](Placed::far) marks what training saw nothing like.
    ///
    /// # Errors
    /// A word is empty or too long, or the encoder's weights are damaged: then none is placed.
    pub fn place<S: AsRef<str>>(&self, words: &[S]) -> Result<Vec<Placed>, TextError> {
        let words: Vec<String> = words.iter().map(|word| plain(word.as_ref())).collect();
        let raw = units(self.encoder.as_ref(), &self.template, &words)?;
        let placed = words.into_iter().zip(raw).map(|(word, raw)| {
            let distance = self.span.distance(&raw);
            Placed {
                word,
                vector: unit(less(&raw, self.mean.as_deref())),
                distance,
                far: self.limit.is_some_and(|limit| distance > limit),
            }
        });
        Ok(placed.collect())
    }

    /// From which [`Placed::distance`] on a word is far from what training saw.
    ///
    /// A picture's features are only ever trained through their cosines with the adjectives, so only
    /// what lies in the span through the adjectives' unit vectors is trained, and the
    /// distance of a word's unit vector from that span is what is left to chance. The limit is the
    /// largest such distance of one of the adjectives from the span through all the others: a far
    /// word is stranger to the list than every word in it. `None` for a list of one word.
    ///
    /// For the bundled checkpoints it is 0.57. Of 145 words for the looks of a photograph it marks 14 %
    /// (`snowy`, `cinematic`, `posterized`), of 103 unrelated ones 88 %; those it misses are mostly of
    /// character (`honest`, `angry`). The largest cosine with an adjective, set to mark as many of the
    /// former, finds 51 % of the latter; the share of the vector that lies in the span, 75 %. It
    /// says nothing of meaning: MiniLM keeps opposites close (`out of focus` lies by `focused`).
    pub fn limit(&self) -> Option<f32> {
        self.limit
    }

    /// The `count` adjectives most like a placed word, with their cosines, best first.
    pub fn nearest(&self, placed: &Placed, count: usize) -> Vec<(&str, f32)> {
        let cosines = self.features.iter().map(|row| cosine(row, &placed.vector));
        let words = self.words.iter().map(String::as_str);
        let mut nearest: Vec<(&str, f32)> = words.zip(cosines).collect();
        nearest.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        nearest.truncate(count);
        nearest
    }

    /// What a checkpoint that is trained in this space says of it.
    pub fn source(&self) -> TextSource {
        TextSource {
            encoder: self.encoder.kind().to_string(),
            template: self.template.clone(),
            centred: self.mean.is_some(),
            source: self.encoder.source().to_owned(),
        }
    }

    /// The tensors of such a checkpoint: `text_features [A, T]` and, where centred, `text_mean [T]`.
    pub fn tensors(&self) -> BTreeMap<String, TensorValues> {
        let features = TensorValues {
            shape: vec![self.features.len(), self.encoder.width()],
            numbers: self.features.concat(),
        };
        let mean = self.mean.as_ref().map(|mean| TensorValues {
            shape: vec![mean.len()],
            numbers: mean.clone(),
        });
        let mut tensors = BTreeMap::from([("text_features".to_owned(), features)]);
        tensors.extend(mean.map(|mean| ("text_mean".to_owned(), mean)));
        tensors
    }
}

/// The words within the template as unit vectors.
fn units(
    encoder: &dyn TextEncoder,
    template: &str,
    words: &[String],
) -> Result<Vec<Vec<f32>>, TextError> {
    if !template.contains(PLACE) {
        return Err(TextError::Template(template.to_owned()));
    }
    let mut texts = Vec::with_capacity(words.len());
    for word in words {
        if word.is_empty() {
            return Err(TextError::Empty);
        }
        let text = template.replace(PLACE, word);
        let tokens = encoder.tokens(&text)?;
        if tokens.is_cut() {
            return Err(TextError::TooLong {
                word: word.chars().take(SHOWN).collect(),
                tokens: tokens.count,
                read: tokens.ids.len(),
            });
        }
        texts.push(text);
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Ok(encoder.encode(&texts)?.into_iter().map(unit).collect())
}

/// The word on one line, with single spaces.
fn plain(word: &str) -> String {
    word.split_whitespace().collect::<Vec<_>>().join(" ")
}
