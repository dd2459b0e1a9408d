//! Texts through a network, many at a time.

use super::encoder::Tokens;
use super::error::TextError;
use burn::tensor::{Device, Int, Tensor, TensorData};
use std::collections::BTreeMap;

/// The most texts in one batch: bounds the memory.
const BATCH: usize = 32;

/// Runs `forward`, token numbers `[B, N]` to vectors `[B, T]`, over texts, in their order. Only
/// texts of equal length share a batch, so nothing is padded and nothing has to be masked away.
pub fn batched(
    texts: &[Tokens],
    device: &Device,
    forward: impl Fn(Tensor<2, Int>) -> Tensor<2>,
) -> Result<Vec<Vec<f32>>, TextError> {
    let mut by_length: BTreeMap<usize, Vec<(usize, &Tokens)>> = BTreeMap::new();
    for (index, text) in texts.iter().enumerate() {
        by_length
            .entry(text.ids.len())
            .or_default()
            .push((index, text));
    }
    let mut vectors: Vec<(usize, Vec<f32>)> = Vec::with_capacity(texts.len());
    for (length, group) in by_length {
        for batch in group.chunks(BATCH) {
            let ids: Vec<i64> = batch
                .iter()
                .flat_map(|(_, text)| text.ids.iter().map(|id| i64::from(*id)))
                .collect();
            let ids = Tensor::from_data(TensorData::new(ids, [batch.len(), length]), device);
            let output = forward(ids);
            let [_, width] = output.dims();
            let numbers: Vec<f32> = output.into_data().iter::<f32>().collect();
            if numbers.iter().any(|number| !number.is_finite()) {
                return Err(TextError::NotANumber);
            }
            let rows = numbers.chunks(width).map(<[f32]>::to_vec);
            vectors.extend(batch.iter().map(|(index, _)| *index).zip(rows));
        }
    }
    vectors.sort_by_key(|(index, _)| *index);
    Ok(vectors.into_iter().map(|(_, vector)| vector).collect())
}
