//! Functions of single numbers: on the CPU, where no gradient is wanted, by our own kernels, which are
//! several times as fast as the backend's; elsewhere Burn's.

use super::is_plain_memory;
use burn::tensor::{Tensor, activation};

/// The exact (erf) one.
pub fn gelu<const R: usize>(x: Tensor<R>) -> Tensor<R> {
    by_kernel(x, bpclip_kernels::gelu, activation::gelu)
}

/// `1 / (1 + exp(-x))`.
pub fn sigmoid<const R: usize>(x: Tensor<R>) -> Tensor<R> {
    by_kernel(x, bpclip_kernels::sigmoid, activation::sigmoid)
}

/// Along the last axis.
pub fn softmax<const R: usize>(x: Tensor<R>) -> Tensor<R> {
    let len = x.dims()[R - 1];
    let kernel = |x: &mut [f32]| bpclip_kernels::softmax(x, len);
    by_kernel(x, kernel, |x| activation::softmax(x, R - 1))
}

/// Runs a kernel on the numbers where they lie in plain memory, `elsewhere` where they do not.
fn by_kernel<const R: usize>(
    x: Tensor<R>,
    kernel: impl FnOnce(&mut [f32]),
    elsewhere: impl FnOnce(Tensor<R>) -> Tensor<R>,
) -> Tensor<R> {
    let device = x.device();
    if !is_plain_memory(&device) {
        return elsewhere(x);
    }
    let mut data = x.into_data();
    match data.as_mut_slice() {
        Ok(numbers) => kernel(numbers),
        Err(_) => return elsewhere(Tensor::from_data(data, &device)),
    }
    Tensor::from_data(data, &device)
}
