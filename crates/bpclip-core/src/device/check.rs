//! Whether a device computes rightly.

use crate::guard::guard;
use burn::tensor::{Device, Tensor};
use std::error::Error;

/// Lets a device compute a small product whose result is known.
pub(super) fn check(device: &Device) -> Result<(), Box<dyn Error + Send + Sync>> {
    // Drivers and the compute runtime report some failures only by a panic.
    let sum = guard(|| {
        let ones = Tensor::<2>::ones([16, 16], device);
        ones.clone().matmul(ones).sum().into_scalar::<f32>()
    })?;
    if sum == 4096.0 {
        Ok(())
    } else {
        Err(format!("it computes {sum} where 4096 is right").into())
    }
}
