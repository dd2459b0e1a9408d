//! What a network sees in a picture, in few numbers.

/// Parts along each side that are told apart.
const PARTS: usize = 3;
/// Channels that are kept; of more, as ResNet has, several are added up.
const MOST_CHANNELS: usize = 160;

/// What a network sees in a picture, in few numbers: the features of its backbone's last level but
/// one, `F4`, averaged over 3 x 3 parts of the picture. They tell content: the features that the score
/// rests on tell quality, and are as different between two frames of one burst as between two scenes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// The mean of the nine parts, a number a channel: what is there, anywhere.
    pub mean: Vec<f32>,
    /// How each part differs from that mean, a row of channels a part, all nine together of length 1:
    /// what is where. The product of two is their cosine, 0.5 and more between frames of a burst.
    pub layout: Vec<f32>,
}

impl Look {
    /// Side of the grid that features are averaged to.
    pub(super) const GRID: [usize; 2] = [PARTS, PARTS];

    /// Of features that are averaged already, `[C, 3, 3]`.
    pub(super) fn of(features: &[f32]) -> Self {
        const CELLS: usize = PARTS * PARTS;
        let (channels, _) = features.as_chunks::<CELLS>();
        let kept = channels.len().min(MOST_CHANNELS);
        let mut layout = vec![0.0; kept * CELLS];
        for (at, channel) in channels.iter().enumerate() {
            // With signs that change, so that what is added up does not grow.
            let sign = match (at / MOST_CHANNELS).is_multiple_of(2) {
                true => 1.0,
                false => -1.0,
            };
            for (cell, value) in channel.iter().enumerate() {
                if let Some(sum) = layout.get_mut(cell * kept + at % MOST_CHANNELS) {
                    *sum += sign * value;
                }
            }
        }
        let mut mean = vec![0.0; kept];
        for part in layout.chunks_exact(kept.max(1)) {
            for (sum, value) in mean.iter_mut().zip(part) {
                *sum += value;
            }
        }
        mean.iter_mut().for_each(|sum| *sum /= CELLS as f32);
        for part in layout.chunks_exact_mut(kept.max(1)) {
            for (value, mean) in part.iter_mut().zip(&mean) {
                *value -= mean;
            }
        }
        let length = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>().sqrt();
        // What rounding leaves of a picture that is the same everywhere is no layout.
        let scale = match length(&layout) {
            all if all > 1e-4 * length(&mean) => 1.0 / all,
            _ => 0.0,
        };
        layout.iter_mut().for_each(|value| *value *= scale);
        Self { mean, layout }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.mean.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_and_where_are_parted() {
        // One channel is the same everywhere, the other is in one corner alone.
        let mut features = vec![3.0; 9];
        features.extend([9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        let look = Look::of(&features);
        assert_eq!(look.mean, [3.0, 1.0]);
        assert_eq!(look.layout.len(), 18);
        let length = look.layout.iter().map(|v| v * v).sum::<f32>();
        assert!((length - 1.0).abs() < 1e-6);
        let corner = 8.0 / 72.0_f32.sqrt();
        assert_eq!(look.layout[..2], [0.0, corner]);
        assert!((look.layout[3] + corner / 8.0).abs() < 1e-6);
        // Flat pictures have no layout.
        assert_eq!(Look::of(&[1.0; 9]).layout, [0.0; 9]);
        assert!(Look::of(&[]).is_empty() && !look.is_empty());
    }

    #[test]
    fn of_many_channels_several_are_added_up() {
        let features: Vec<f32> = (0..9 * 320).map(|at| (at / 9) as f32).collect();
        let look = Look::of(&features);
        assert_eq!(look.mean.len(), 160);
        assert_eq!(look.mean[7], 7.0 - 167.0);
    }
}
