//! What the network saw, as plain maps: the paper's Fig. 4 and the attention behind it.

use super::Branch;
use crate::image::Map;
use crate::model::Output;
use burn::tensor::Tensor;

/// The most cells of which the attention is kept, as it is a number for every two of them, in every
/// head: 2 GB for these, about 4.2 megapixels. Larger pictures have their maps alone.
pub const MAX_ATTENTION_CELLS: usize = 1 << 12;

/// Maps and attention of one picture. Each list runs from the shallow level to the deep one, four
/// levels long but for the masks.
///
/// The maps of both branches have one grid, of about 32 x 32 scored pixels a cell. Their values are
/// lengths of vectors: 0 or more, without a unit or an upper end, to be compared within one map.
/// [`overlay`](crate::image::overlay) draws one over its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The L2 norm of each token of `G'_1..G'_4`, the encoding of its position taken off: the
    /// information branch. The encoding is the same for every picture and would hide the picture's
    /// own part at the shallow levels.
    pub information: Vec<Map>,
    /// The same of `G''_1..G''_4`: the weight branch; empty without it.
    pub weight: Vec<Map>,
    /// The information branch with the encoding of the position left in: the paper's norm.
    pub information_with_position: Vec<Map>,
    /// The weight branch likewise; empty without it.
    pub weight_with_position: Vec<Map>,
    /// The five masks of the gated pooling, 0 to 1: how much of each place of a level is let
    /// through. Each has the size of its level, finer than the grid at the shallow ones.
    pub masks: Vec<Map>,
    /// Where the information branch looks: the query is a cell of the lower level, the keys are
    /// those of the level above, unless the checkpoint's
    /// [direction](crate::model::Config::direction) is the other way. Empty where there are more than
    /// [`MAX_ATTENTION_CELLS`].
    pub information_attention: Vec<Attention>,
    /// Where the weight branch looks; empty without it, and where there are more than
    /// [`MAX_ATTENTION_CELLS`].
    pub weight_attention: Vec<Attention>,
}

/// One attention of one picture: how much of each key (a cell that is looked at) each query (the
/// cell that looks) takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// How many heads: attentions side by side, each with weights of its own.
    pub heads: usize,
    /// The grid of the cells, h and w.
    pub grid: [usize; 2],
    /// `[heads, N, N]`, row-major, with `N = h * w` cells; rows (queries) sum to 1.
    pub weights: Vec<f32>,
}

impl Attention {
    /// What the query at `cell` (row-major, `row * w + column`) takes of each key, in the head of
    /// this number, from 0, or with `None` in the mean of all: shares that sum to 1. There is no
    /// map where there is no such cell or head.
    pub fn from(&self, cell: usize, head: Option<usize>) -> Option<Map> {
        let heads = match head {
            Some(head) => head..head + 1,
            None => 0..self.heads,
        };
        let count = self.count();
        let share = 1.0 / heads.len() as f32;
        let mut values = vec![0.0; count];
        for head in heads {
            if cell >= count {
                return None;
            }
            let start = (head * count + cell) * count;
            let row = self.weights.get(start..start + count)?;
            for (sum, weight) in values.iter_mut().zip(row) {
                *sum += weight * share;
            }
        }
        Some(self.map(values))
    }

    /// The weight that each key receives, the mean over heads and queries; all cells together 1.
    pub fn received(&self) -> Map {
        let count = self.count();
        let share = 1.0 / (self.heads * count).max(1) as f32;
        let mut values = vec![0.0; count];
        for row in self.weights.chunks_exact(count.max(1)) {
            for (sum, weight) in values.iter_mut().zip(row) {
                *sum += weight * share;
            }
        }
        self.map(values)
    }

    fn count(&self) -> usize {
        self.grid[0] * self.grid[1]
    }

    fn map(&self, values: Vec<f32>) -> Map {
        Map {
            width: self.grid[1],
            height: self.grid[0],
            values,
        }
    }
}

impl Detail {
    /// The maps of a branch, with the encoding of the position or without; none where the network
    /// lacks the branch.
    pub fn maps(&self, branch: Branch, with_position: bool) -> &[Map] {
        match (branch, with_position) {
            (Branch::Information, false) => &self.information,
            (Branch::Weight, false) => &self.weight,
            (Branch::Information, true) => &self.information_with_position,
            (Branch::Weight, true) => &self.weight_with_position,
        }
    }

    /// The attentions of a branch; none where the network lacks it.
    pub fn attentions(&self, branch: Branch) -> &[Attention] {
        match branch {
            Branch::Information => &self.information_attention,
            Branch::Weight => &self.weight_attention,
        }
    }

    /// Reads back the first picture of a batch.
    pub(super) fn read(output: &Output) -> Self {
        let [height, width] = output.grid;
        let norms = |tokens: Tensor<3>| Map {
            width,
            height,
            values: numbers((tokens.clone() * tokens).sum_dim(2).sqrt()),
        };
        let with_position = |tokens: &Tensor<3>| norms(tokens.clone());
        let own = |tokens: &Tensor<3>| norms(tokens.clone() - output.position.clone());
        let mask = |mask: &Tensor<4>| {
            let [_, _, height, width] = mask.dims();
            Map {
                width,
                height,
                values: numbers(mask.clone()),
            }
        };
        let attention = |weights: &Tensor<4>| Attention {
            heads: weights.dims()[1],
            grid: output.grid,
            weights: numbers(weights.clone()),
        };
        Self {
            information: output.information.iter().map(own).collect(),
            weight: output.weight.iter().map(own).collect(),
            information_with_position: output.information.iter().map(with_position).collect(),
            weight_with_position: output.weight.iter().map(with_position).collect(),
            masks: output.masks.iter().map(mask).collect(),
            information_attention: output.information_attention.iter().map(attention).collect(),
            weight_attention: output.weight_attention.iter().map(attention).collect(),
        }
    }
}

/// The first picture's numbers of a batch.
fn numbers<const R: usize>(tensor: Tensor<R>) -> Vec<f32> {
    tensor.narrow(0, 0, 1).into_data().iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attention() -> Attention {
        // Two heads on a 1x2 grid.
        Attention {
            heads: 2,
            grid: [1, 2],
            weights: vec![1.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.5, 0.5],
        }
    }

    #[test]
    fn a_query_looks_by_head_or_by_their_mean() {
        let attention = attention();
        assert_eq!(attention.from(0, Some(0)).unwrap().values, [1.0, 0.0]);
        assert_eq!(attention.from(0, Some(1)).unwrap().values, [0.0, 1.0]);
        assert_eq!(attention.from(0, None).unwrap().values, [0.5, 0.5]);
        assert!(attention.from(2, None).is_none());
        assert!(attention.from(0, Some(2)).is_none());
    }

    #[test]
    fn what_keys_receive_sums_to_one() {
        assert_eq!(attention().received().values, [0.5, 0.5]);
    }
}
