//! Heatmaps that must be higher where a part of a crop is distorted.

use super::matrix::Matrix;
use super::zero;
use crate::train::batch::Batch;
use bpclip_core::model::Output;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// The mean inside lies above the mean outside by this many standard deviations of the map.
const CONTRAST: f32 = 1.6;

/// How far the maps of both branches, the L2 norm of each token without its position, fall short of
/// standing out where the worst level of a ladder is distorted; the mean over levels, branches and
/// ladders. Zero where no ladder is distorted in a part.
pub fn maps_term(output: &Output, batch: &Batch, device: &Device) -> Tensor<1> {
    let [height, width] = output.grid;
    let cells = height * width;
    // The share of each cell that is distorted, of each such ladder.
    let spoilt: Vec<(usize, Vec<f32>)> = batch
        .ladders
        .iter()
        .filter_map(|ladder| {
            let inside = ladder.region?.cells(width, height);
            let share = inside.iter().sum::<f32>();
            // All or nothing has no contrast.
            (share > 0.5 && share < cells as f32 - 0.5).then_some(())?;
            Some((*ladder.levels.last()?, inside))
        })
        .collect();
    if spoilt.is_empty() || output.information.is_empty() {
        return zero(device);
    }
    let rows = spoilt.len();
    let chosen = Matrix::new(rows, batch.labels.len(), |m| {
        for (row, (index, _)) in spoilt.iter().enumerate() {
            m.set(row, *index, 1.0);
        }
    });
    // The mean inside less the mean outside, as weights of the cells.
    let contrast = Matrix::new(rows, cells, |m| {
        for (row, (_, inside)) in spoilt.iter().enumerate() {
            let share = inside.iter().sum::<f32>();
            for (cell, part) in inside.iter().enumerate() {
                let weight = part / share - (1.0 - part) / (cells as f32 - share);
                m.set(row, cell, weight);
            }
        }
    });
    let (chosen, contrast) = (chosen.tensor(device), contrast.tensor(device));
    let branches = output.information.iter().chain(&output.weight);
    let count = output.information.len() + output.weight.len();
    branches
        .map(|tokens| {
            let own = tokens.clone() - output.position.clone();
            let [batch, _, _] = own.dims();
            let norms = ((own.clone() * own).sum_dim(2) + 1e-12).sqrt();
            let norms = chosen.clone().matmul(norms.reshape([batch, cells]));
            let centred = norms.clone() - norms.mean_dim(1);
            let spread = ((centred.clone() * centred.clone()).mean_dim(1) + 1e-12).sqrt();
            let stands_out = (centred / spread * contrast.clone()).sum_dim(1);
            relu(CONTRAST - stands_out).mean() / count as f32
        })
        .reduce(|sum, term| sum + term)
        .unwrap_or_else(|| zero(device))
}
