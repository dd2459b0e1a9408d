//! The sizes of an encoder, read from the shapes of its tensors.

use crate::checkpoint::{CheckpointError, Tensors};
use std::path::Path;

/// The shape of a matrix.
///
/// # Errors
/// The tensor is missing or no matrix.
pub fn matrix(
    tensors: &Tensors<'_>,
    origin: &Path,
    name: &str,
) -> Result<[usize; 2], CheckpointError> {
    match tensors.shape(name).as_deref() {
        Some(&[rows, columns]) if rows > 0 && columns > 0 => Ok([rows, columns]),
        Some(shape) => Err(CheckpointError::Values {
            origin: origin.to_owned(),
            name: name.to_owned(),
            reason: format!("has shape {shape:?}, not rows and columns"),
        }),
        None => Err(CheckpointError::Missing {
            origin: origin.to_owned(),
            names: vec![name.to_owned()],
        }),
    }
}

/// How many heads of `head` numbers share the width of the matrix called `name`.
///
/// # Errors
/// The width cannot be shared evenly.
pub fn heads(
    width: usize,
    head: usize,
    origin: &Path,
    name: &str,
) -> Result<usize, CheckpointError> {
    if width.is_multiple_of(head) {
        return Ok(width / head);
    }
    Err(CheckpointError::Values {
        origin: origin.to_owned(),
        name: name.to_owned(),
        reason: format!("is {width} wide, which heads of {head} cannot share"),
    })
}

/// How many layers there are: `{prefix}.0.`, `{prefix}.1.` and so on without a gap.
pub fn layers(tensors: &Tensors<'_>, prefix: &str) -> usize {
    let names = tensors.names();
    let has = |index: &usize| {
        let layer = format!("{prefix}.{index}.");
        names.iter().any(|name| name.starts_with(&layer))
    };
    (0..).take_while(has).count()
}
