//! NIQE: how far a picture's statistics are from those of sharp photographs without distortions.

mod gaussian;
mod luma;
mod patch;
mod shape;

use self::gaussian::Gaussian;
use self::patch::{FEATURES, patches};
use crate::checkpoint::{self, CheckpointError, Precision, TensorValues, Tensors};
use crate::image::Picture;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The model of NIQE (Mittal, Soundararajan, Bovik, "Making a 'completely blind' image quality
/// analyzer", 2013): a Gaussian of the 36 statistics of patches of 96 x 96 pixels, of sharp parts of
/// photographs without distortions. Written from the paper. [Ours](Niqe::bundled) was
/// [fitted](Niqe::fit) on other photographs than that of its authors, so that its values are not
/// those that are published.
#[derive(Clone, Debug)]
pub struct Niqe(Gaussian<FEATURES>);

/// Of a photograph that is learned from, patches count that are sharper than this share of its
/// sharpest.
const SHARP: f64 = 0.75;

const BUNDLED: &[u8] = include_bytes!("../../../../../weights/niqe.safetensors");

impl Niqe {
    /// Our own parameters: `weights/README.md` says of which photographs.
    ///
    /// # Errors
    /// None, unless the program is damaged.
    pub fn bundled() -> Result<Self, CheckpointError> {
        Self::parse(BUNDLED, Path::new("niqe.safetensors"))
    }

    /// The content of a file that [`Niqe::write`] wrote; `origin` names it in errors.
    ///
    /// # Errors
    /// It is no safetensors file, or a tensor is missing or has another shape.
    pub fn parse(bytes: &[u8], origin: &Path) -> Result<Self, CheckpointError> {
        let file = Tensors::parse(bytes, origin)?;
        let take = |name: &str, expected: &[usize]| {
            let values = file.take(name)?.ok_or_else(|| CheckpointError::Missing {
                origin: origin.to_owned(),
                names: vec![name.to_owned()],
            })?;
            let values = values.of_shape(expected, name, origin)?;
            Ok::<_, CheckpointError>(values.numbers)
        };
        let mean = take("mean", &[FEATURES])?;
        let covariance = take("covariance", &[FEATURES, FEATURES])?;
        let at = |row: usize, column: usize| f64::from(covariance[row * FEATURES + column]);
        Ok(Self(Gaussian {
            mean: std::array::from_fn(|index| mean[index].into()),
            covariance: std::array::from_fn(|row| std::array::from_fn(|column| at(row, column))),
        }))
    }

    /// Learns from photographs without distortions; `None` where they have too few sharp patches.
    pub fn fit(photographs: impl IntoIterator<Item = Picture>) -> Option<Self> {
        let mut rows = Vec::new();
        for photograph in photographs {
            let patches = patches(&photograph);
            let sharpest = patches
                .iter()
                .map(|patch| patch.sharpness)
                .fold(0.0, f64::max);
            let sharp = patches
                .iter()
                .filter(|patch| patch.sharpness > SHARP * sharpest);
            rows.extend(sharp.map(|patch| patch.features));
        }
        // With fewer there are directions in which nothing varies.
        (rows.len() > FEATURES).then(|| Gaussian::of(&rows).map(Self))?
    }

    /// Writes the parameters in 32 bits (`mean` and `covariance`) with a text that says of which
    /// photographs they are.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, source: &str, path: &Path) -> Result<(), CheckpointError> {
        let numbers = |values: &[f64]| values.iter().map(|value| *value as f32).collect();
        let mean = TensorValues {
            shape: vec![FEATURES],
            numbers: numbers(&self.0.mean),
        };
        let covariance = TensorValues {
            shape: vec![FEATURES; 2],
            numbers: numbers(self.0.covariance.as_flattened()),
        };
        let tensors = BTreeMap::from([
            ("mean".to_owned(), mean),
            ("covariance".to_owned(), covariance),
        ]);
        let metadata = HashMap::from([
            ("metric".to_owned(), "niqe, own parameters".to_owned()),
            ("source".to_owned(), source.to_owned()),
            (
                "program".to_owned(),
                concat!("bpclip ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
        ]);
        checkpoint::write_tensors(&tensors, metadata, Precision::Fp32, path)
    }

    /// How far the statistics of a picture's patches are from the model; 0 for the same.
    ///
    /// # Errors
    /// In words: fewer than two of its patches have any texture.
    pub fn distance(&self, picture: &Picture) -> Result<f64, String> {
        let rows: Vec<_> = patches(picture)
            .iter()
            .map(|patch| patch.features)
            .collect();
        let seen = Gaussian::of(&rows).ok_or("fewer than two of its patches have any texture")?;
        let distance = self.0.distance(&seen);
        distance.ok_or_else(|| "its statistics have no inverse".into())
    }
}

/// [`Metric::Niqe`](super::Metric::Niqe) of a picture, or why there is none.
pub(super) fn niqe(picture: &Picture) -> Result<f64, String> {
    let model = Niqe::bundled().map_err(|error| error.to_string())?;
    model.distance(picture)
}
