//! From a parameter in the network to its tensor in a file, and back: PyTorch's names and layout.

use burn::tensor::Shape;

/// Follows a walk through the modules and knows the name of the parameter it stands at.
#[derive(Default)]
pub struct Path {
    /// Name and container of each module entered.
    stack: Vec<(String, String)>,
}

impl Path {
    /// Enters a module; an enum's variant is no part of the name.
    pub fn enter(&mut self, name: &str, container: &str) {
        self.stack.push((name.to_owned(), container.to_owned()));
    }

    /// Leaves the module entered last.
    pub fn exit(&mut self) {
        self.stack.pop();
    }

    /// The tensor's name in PyTorch's words: a layer norm's `gamma` and `beta` are `weight` and
    /// `bias` there.
    pub fn tensor(&self) -> String {
        let mut parts: Vec<&str> = self
            .stack
            .iter()
            .filter(|(_, container)| !container.starts_with("Enum:"))
            .map(|(name, _)| name.as_str())
            .collect();
        if let (Some(last), Some((_, container))) = (parts.last_mut(), self.stack.last())
            && container == "Struct:LayerNorm"
        {
            *last = match *last {
                "gamma" => "weight",
                "beta" => "bias",
                other => other,
            };
        }
        parts.join(".")
    }

    /// Whether the file holds this parameter transposed: a linear layer's weight is
    /// `[out, in]` there and `[in, out]` here.
    pub fn transposed(&self) -> bool {
        self.stack
            .last()
            .is_some_and(|(name, container)| container == "Struct:Linear" && name == "weight")
    }

    /// The shape in the file of a parameter with this shape here.
    pub fn file_shape(&self, shape: &Shape) -> Vec<usize> {
        let mut dims: Vec<usize> = shape.iter().copied().collect();
        if self.transposed() {
            dims.reverse();
        }
        dims
    }
}

/// `[rows, columns]` to `[columns, rows]`.
pub fn transpose(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for column in 0..columns {
        out.extend((0..rows).filter_map(|row| values.get(row * columns + column)));
    }
    out
}
