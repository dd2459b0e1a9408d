//! Pictures to what a network reads.

use super::Picture;
use burn::tensor::{Device, Tensor, TensorData};

/// Pictures of one size to a normalised tensor `[B, 3, H, W]`: `(u8 / 255 - mean) / std`. `mean`
/// and `std` are those of the network's [`Config`](crate::model::Config). Pictures that differ from
/// the first in size are left out by the caller, never here: with them it panics, or mixes their
/// pixels up.
pub fn to_tensor(
    pictures: &[&Picture],
    mean: [f32; 3],
    std: [f32; 3],
    device: &Device,
) -> Tensor<4> {
    let (width, height) = pictures
        .first()
        .map_or((0, 0), |p| (p.width as usize, p.height as usize));
    let tables = [0, 1, 2].map(|channel| table(mean[channel], std[channel]));
    let mut values = Vec::with_capacity(pictures.len() * 3 * width * height);
    for picture in pictures {
        debug_assert_eq!(
            (picture.width as usize, picture.height as usize),
            (width, height)
        );
        for (channel, table) in tables.iter().enumerate() {
            let (pixels, _) = picture.rgb.as_chunks::<3>();
            values.extend(
                pixels
                    .iter()
                    .map(|pixel| table[usize::from(pixel[channel])]),
            );
        }
    }
    Tensor::from_data(
        TensorData::new(values, [pictures.len(), 3, height, width]),
        device,
    )
}

/// The normalised value of each of the 256 levels.
fn table(mean: f32, std: f32) -> [f32; 256] {
    std::array::from_fn(|level| (level as f32 / 255.0 - mean) / std)
}
