//! Arithmetic of the vectors that stand for words.

/// Norms are held above this when vectors are compared, as in the network.
const NORM_FLOOR: f32 = 1e-8;

/// The mean of rows of equal width.
pub fn mean(rows: &[Vec<f32>]) -> Vec<f32> {
    let mut mean = vec![0.0; rows.first().map_or(0, Vec::len)];
    for row in rows {
        for (sum, value) in mean.iter_mut().zip(row) {
            *sum += value / rows.len() as f32;
        }
    }
    mean
}

/// A vector less the mean, where there is one.
pub fn less(raw: &[f32], mean: Option<&[f32]>) -> Vec<f32> {
    match mean {
        Some(mean) => raw.iter().zip(mean).map(|(raw, mean)| raw - mean).collect(),
        None => raw.to_vec(),
    }
}

/// The unit vector `mean + c feature`, `c` above 0, whose direction from the mean is kept.
pub fn uncentred(feature: &[f32], mean: Option<&[f32]>) -> Option<Vec<f32>> {
    let feature = unit(feature.to_vec());
    let Some(mean) = mean else {
        return Some(feature);
    };
    let along = dot(mean, &feature);
    let square = along * along + 1.0 - dot(mean, mean);
    (square > 0.0).then(|| {
        let step = square.sqrt() - along;
        let point = mean.iter().zip(&feature);
        point.map(|(mean, value)| mean + step * value).collect()
    })
}

/// The same direction, of length 1.
pub fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let norm = norm(&vector);
    vector.iter_mut().for_each(|value| *value /= norm);
    vector
}

/// The cosine of the angle between two vectors (Eq. 8).
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    dot(a, b) / (norm(a) * norm(b))
}

/// The length, at least the floor.
pub fn norm(a: &[f32]) -> f32 {
    dot(a, a).sqrt().max(NORM_FLOOR)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
