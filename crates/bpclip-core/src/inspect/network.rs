//! The network on its device: pixels in, plain numbers out, in one transfer.

use super::detail::MAX_ATTENTION_CELLS;
use super::{Detail, InspectError, Look, Prediction};
use crate::checkpoint::Checkpoint;
use crate::device::Selected;
use crate::image::Picture;
use crate::image::tensor::to_tensor;
use crate::model::{Keep, Network, Task};
use burn::tensor::Tensor;
use burn::tensor::module::adaptive_avg_pool2d;

/// Pixels that a cell is wide and high, in both backbones.
const STRIDE: usize = 32;

/// A picture at its scored size, with its reference.
pub(super) type Pixels<'a> = (&'a Picture, Option<&'a Picture>);

/// A network on the device that it was read onto.
pub(super) struct OnDevice {
    pub device: Selected,
    network: Network,
}

impl OnDevice {
    pub fn new(checkpoint: Checkpoint, device: Selected) -> Self {
        Self {
            device,
            network: checkpoint.network.folded(),
        }
    }

    /// Looks at pictures of one size; with `detailed`, maps and attention of the first.
    ///
    /// # Errors
    /// A reference is missing, the device failed, or what it made is no number.
    pub fn forward(
        &self,
        pictures: &[Pixels],
        detailed: bool,
    ) -> Result<(Vec<Prediction>, Option<Detail>), InspectError> {
        let config = self.network.config();
        let distorted: Vec<&Picture> = pictures.iter().map(|(distorted, _)| *distorted).collect();
        let references: Option<Vec<&Picture>> = match config.task {
            Task::NoReference => None,
            Task::FullReference => {
                let references = pictures.iter().map(|(_, reference)| *reference).collect();
                Some(Option::ok_or(references, InspectError::NoReference)?)
            }
        };
        let run = || {
            let tensor = |pictures: &[&Picture]| {
                to_tensor(pictures, config.mean, config.std, &self.device.device)
            };
            let distorted = tensor(&distorted);
            let [_, _, height, width] = distorted.dims();
            let cells = height.div_ceil(STRIDE) * width.div_ceil(STRIDE);
            let keep = if detailed && cells <= MAX_ATTENTION_CELLS {
                Keep::Everything
            } else {
                Keep::Numbers
            };
            let references = references.as_deref().map(tensor);
            let output = self.network.forward(distorted, references, keep);
            let mut parts = vec![output.raw.clone().unsqueeze_dim::<2>(1)];
            parts.extend(output.similarities.iter().cloned());
            parts.extend(output.image_features.iter().cloned());
            let deep = output.deep_features.clone();
            parts.push(adaptive_avg_pool2d(deep, Look::GRID).flatten::<2>(1, 3));
            let widths: Vec<usize> = parts.iter().map(|part| part.dims()[1]).collect();
            let numbers: Vec<f32> = Tensor::cat(parts, 1).into_data().iter().collect();
            let levels = output.similarities.len();
            (
                numbers,
                widths,
                levels,
                detailed.then(|| Detail::read(&output)),
            )
        };
        let run = self.device.guard(run);
        let (numbers, widths, levels, detail) = run.map_err(InspectError::Device)?;
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(InspectError::NotANumber);
        }
        let predictions = numbers.chunks_exact(widths.iter().sum()).filter_map(|row| {
            let mut rest = row;
            let mut parts = widths.iter().map(|width| {
                let (part, after) = rest.split_at_checked(*width)?;
                rest = after;
                Some(part.to_vec())
            });
            let raw = *parts.next()??.first()?;
            let similarities = parts.by_ref().take(levels).collect::<Option<_>>()?;
            let image_features = parts.by_ref().take(levels).collect::<Option<_>>()?;
            let look = Look::of(&parts.next().flatten().unwrap_or_default());
            Some(Prediction {
                raw,
                similarities,
                image_features,
                look,
            })
        });
        Ok((predictions.collect(), detail))
    }
}
