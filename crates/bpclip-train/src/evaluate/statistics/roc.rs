//! The area under the ROC curve (J. A. Hanley, B. J. McNeil, "The Meaning and Use of the Area
//! under a Receiver Operating Characteristic (ROC) Curve", Radiology 143, 1982).

use super::correlation::ranks;

/// The probability, 0 to 1, that a picture that has something has the higher value than one that
/// has not; equal values count half. `has` runs parallel to `values`. `None` where all have it or
/// none, or a value is no number.
pub fn area_under_roc(values: &[f64], has: &[bool]) -> Option<f64> {
    if values.len() != has.len() || values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let with = has.iter().filter(|has| **has).count() as f64;
    let without = has.len() as f64 - with;
    if with == 0.0 || without == 0.0 {
        return None;
    }
    let ranks = ranks(values);
    let sum: f64 = ranks
        .iter()
        .zip(has)
        .filter(|(_, has)| **has)
        .map(|(rank, _)| rank)
        .sum();
    // Ranks begin at 1.
    Some((sum - with * (with + 1.0) / 2.0) / (with * without))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_share_of_pairs_in_order() {
        // As scikit-learn's roc_auc_score: 0.75, and with a tie half of its pair.
        let has = [false, false, true, true];
        assert_eq!(area_under_roc(&[0.1, 0.4, 0.35, 0.8], &has), Some(0.75));
        assert_eq!(area_under_roc(&[0.1, 0.4, 0.4, 0.8], &has), Some(0.875));
        assert_eq!(area_under_roc(&[0.5; 4], &has), Some(0.5));
        assert_eq!(area_under_roc(&[0.5; 4], &[true; 4]), None);
        assert_eq!(area_under_roc(&[0.5, f64::NAN], &[true, false]), None);
    }
}
