//! Choosing and weighing by products: their gradients are there on every device.

use burn::tensor::{Device, Tensor, TensorData};

/// A constant matrix, row-major, to multiply tensors with.
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

impl Matrix {
    pub fn new(rows: usize, columns: usize, fill: impl FnOnce(&mut Self)) -> Self {
        let mut matrix = Self {
            rows,
            columns,
            values: vec![0.0; rows * columns],
        };
        fill(&mut matrix);
        matrix
    }

    pub fn set(&mut self, row: usize, column: usize, value: f32) {
        if let Some(place) = self.values.get_mut(row * self.columns + column) {
            *place = value;
        }
    }

    pub fn tensor(&self, device: &Device) -> Tensor<2> {
        let data = TensorData::new(self.values.clone(), [self.rows, self.columns]);
        Tensor::from_data(data, device)
    }
}
