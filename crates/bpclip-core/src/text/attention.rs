//! The attention that both encoders share.

use burn::tensor::activation::softmax;
use burn::tensor::{Bool, Tensor};

/// Scaled dot-product attention over `heads` slices of the width, `[B, N, D]` each; where `hidden`
/// `[N, N]` is true, a query (row) does not see a key (column).
pub fn attend(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    hidden: Option<Tensor<2, Bool>>,
) -> Tensor<3> {
    let [batch, count, width] = query.dims();
    let split = |x: Tensor<3>| {
        x.reshape([batch, count, heads, width / heads])
            .swap_dims(1, 2)
    };
    let scale = ((width / heads) as f64).sqrt().recip();
    let mut scores = (split(query) * scale).matmul(split(key).swap_dims(2, 3));
    if let Some(hidden) = hidden {
        let hidden = hidden.unsqueeze::<4>().expand([batch, heads, count, count]);
        scores = scores.mask_fill(hidden, f32::NEG_INFINITY);
    }
    let attended = softmax(scores, 3).matmul(split(value));
    attended.swap_dims(1, 2).reshape([batch, count, width])
}
