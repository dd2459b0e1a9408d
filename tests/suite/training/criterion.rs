//! By what the best epoch is told, on histories made by hand.

use bpclip_train::train::Criterion;

/// Labels of 0 to 1 and scores that are off by `error`, turned from picture to picture.
fn points(error: impl Fn(usize) -> f32) -> Vec<[f32; 2]> {
    (0..60)
        .map(|i| {
            let label = i as f32 / 60.0;
            [label, label + error(i)]
        })
        .collect()
}

/// The epoch that is the best at the end of a history.
fn best(criterion: Criterion, history: &[&[[f32; 2]]]) -> usize {
    let mut best = 0;
    for (epoch, now) in history.iter().enumerate().skip(1) {
        if criterion.takes(history[best], now) {
            best = epoch;
        }
    }
    best
}

#[test]
fn only_a_clear_gain_keeps_an_earlier_epoch() {
    let takes = |before: &[[f32; 2]], now: &[[f32; 2]]| Criterion::Sure.takes(before, now);
    let exact = points(|i| if i % 2 == 0 { 0.02 } else { -0.02 });
    let worse = points(|i| if i % 2 == 0 { 0.1 } else { -0.1 });
    assert!(!takes(&exact, &worse));
    assert!(takes(&worse, &exact));
    assert!(takes(&exact, &exact));
    // Better on half of the pictures and worse on the other half.
    let mixed = points(|i| if i % 4 < 2 { 0.03 } else { 0.005 });
    assert!(takes(&exact, &mixed) && takes(&mixed, &exact));
    assert!(takes(&[], &exact));
}

#[test]
fn each_criterion_has_its_own_best_of_a_history() {
    let labels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    let of = |scores: [f32; 6]| -> Vec<[f32; 2]> {
        labels
            .into_iter()
            .zip(scores)
            .map(|(l, s)| [l, s])
            .collect()
    };
    // In order and far off; in order and nearer; near but for two that are swapped; all alike.
    let far = of([0.6, 0.9, 0.91, 0.92, 0.93, 0.99]);
    let bent = of([0.1, 0.11, 0.12, 0.13, 0.14, 0.9]);
    let swapped = of([0.1, 0.2, 0.3, 0.451, 0.45, 0.6]);
    let flat = of([0.5; 6]);
    let history = [&flat[..], &far, &bent, &swapped, &flat];
    // SRCC is 1 twice: of the two the lower RMSE, though another's is lower still.
    assert_eq!(best(Criterion::Srcc, &history), 2);
    assert_eq!(best(Criterion::Plcc, &history), 3);
    assert_eq!(best(Criterion::Rmse, &history), 3);
}

#[test]
fn of_equal_epochs_the_earlier_stays_by_a_figure() {
    let same = points(|_| 0.01);
    let history = [&same[..], &same, &same];
    for criterion in [Criterion::Srcc, Criterion::Plcc, Criterion::Rmse] {
        assert_eq!(best(criterion, &history), 0, "{criterion:?}");
        // Where nothing is held out there is nothing to tell them by.
        assert_eq!(best(criterion, &[&[], &[], &[]]), 2, "{criterion:?}");
    }
    assert_eq!(best(Criterion::Sure, &history), 2);
}
