//! Whether intervals cover what they state and tests err as often as they state, on data of which the
//! truth is known. The numbers are the same in every run.

use super::statistics::uniform;
use bpclip_train::evaluate::statistics::{
    Bootstrap, Comparison, Interval, meng, plcc, srcc, variances,
};
use std::f64::consts::{PI, TAU};

/// Normal numbers, mean 0 and deviation 1 (Box and Muller).
fn normal(name: &str, count: usize) -> Vec<f64> {
    let u = uniform(&format!("{name}.u"), count as u64);
    let v = uniform(&format!("{name}.v"), count as u64);
    let pairs = u.into_iter().zip(v);
    // Of 24 bits, so that 0 is among them.
    pairs
        .map(|(u, v)| (-2.0 * (1.0 - u).ln()).sqrt() * (TAU * v).cos())
        .collect()
}

/// One simulation: what is true of every picture, the rating, and two predictions, all with noise of
/// their own.
struct Made {
    rating: Vec<f64>,
    first: Vec<f64>,
    second: Vec<f64>,
}

fn made(name: &str, count: usize, noise: [f64; 3]) -> Made {
    let truth = normal(&format!("{name}.t"), count);
    let noisy = |kind: usize| -> Vec<f64> {
        let more = normal(&format!("{name}.{kind}"), count);
        truth
            .iter()
            .zip(more)
            .map(|(t, e)| t + noise[kind] * e)
            .collect()
    };
    Made {
        rating: noisy(0),
        first: noisy(1),
        second: noisy(2),
    }
}

fn share(count: usize, of: usize) -> f64 {
    count as f64 / of as f64
}

fn covers(interval: Option<Interval>, truth: f64) -> bool {
    interval.is_some_and(|i| i.low <= truth && truth <= i.high)
}

#[test]
fn intervals_of_correlations_cover() {
    const RUNS: usize = 300;
    let bootstrap = Bootstrap {
        resamples: 400,
        ..Bootstrap::default()
    };
    let noise = 0.6;
    // Of normal numbers that share a part, and Pearson's own relation of the two for them.
    let linear = 1.0 / (1.0 + f64::powi(noise, 2));
    let ranked = 6.0 / PI * (linear / 2.0).asin();
    let mut covered = [0; 2];
    for run in 0..RUNS {
        let Made { rating, first, .. } = made(&format!("cover {run}"), 80, [noise; 3]);
        let found = bootstrap.intervals(&first, &rating, |x, y| [plcc(x, y).ok(), srcc(x, y).ok()]);
        covered[0] += usize::from(covers(found[0], linear));
        covered[1] += usize::from(covers(found[1], ranked));
    }
    for covered in covered.map(|count| share(count, RUNS)) {
        // 0.95, the percentile interval's own shortfall of some hundredths at 80 pictures, and chance.
        assert!((0.90..=0.985).contains(&covered), "{covered}");
    }
}

#[test]
fn differences_of_equals_cover_nothing_and_of_unequals_are_found() {
    const RUNS: usize = 300;
    let bootstrap = Bootstrap {
        resamples: 300,
        ..Bootstrap::default()
    };
    let (mut covered, mut false_alarms, mut found, mut found_by_test) = (0, 0, 0, 0);
    for run in 0..RUNS {
        for (worse, equal) in [(0.6, true), (2.2, false)] {
            let made = made(&format!("pair {run} {worse}"), 80, [0.6, 0.6, worse]);
            let rows: Vec<[f64; 3]> = (0..80)
                .map(|i| [made.first[i], made.second[i], made.rating[i]])
                .collect();
            let [interval] = bootstrap.of_rows(&rows, |rows| {
                let of =
                    |column: usize| -> Vec<f64> { rows.iter().map(|row| row[column]).collect() };
                let y = of(2);
                [srcc(&of(0), &y)
                    .ok()
                    .zip(srcc(&of(1), &y).ok())
                    .map(|(a, b)| a - b)]
            });
            let r = |x: &[f64], y: &[f64]| plcc(x, y).unwrap();
            let test = meng(
                r(&made.first, &made.rating),
                r(&made.second, &made.rating),
                r(&made.first, &made.second),
                80,
            );
            let (holds, p) = (covers(interval, 0.0), test.unwrap().p);
            match equal {
                true => {
                    covered += usize::from(holds);
                    false_alarms += usize::from(p < 0.05);
                }
                false => {
                    found += usize::from(!holds);
                    found_by_test += usize::from(p < 0.05);
                }
            }
        }
    }
    let covered = share(covered, RUNS);
    assert!((0.90..=0.99).contains(&covered), "{covered}");
    let false_alarms = share(false_alarms, RUNS);
    assert!((0.02..=0.09).contains(&false_alarms), "{false_alarms}");
    for found in [found, found_by_test].map(|found| share(found, RUNS)) {
        assert!(found > 0.9, "{found}");
    }
}

/// With the curves fitted anew to every resample, as `bpclip evaluate` has it.
#[test]
fn whole_comparisons_of_equals_cover_nothing() {
    const RUNS: usize = 40;
    let bootstrap = Bootstrap {
        resamples: 200,
        ..Bootstrap::default()
    };
    let mut covered = [0; 4];
    for run in 0..RUNS {
        let made = made(&format!("whole {run}"), 80, [0.6; 3]);
        let compared = Comparison::of(&made.first, &made.second, &made.rating, &bootstrap).unwrap();
        let differences = [
            Some(compared.srcc),
            compared.plcc_fitted,
            Some(compared.krcc),
            compared.rmse_fitted,
        ];
        for (count, difference) in covered.iter_mut().zip(differences) {
            *count += usize::from(covers(difference.unwrap().interval, 0.0));
        }
    }
    for covered in covered.map(|count| share(count, RUNS)) {
        assert!(covered >= 0.85, "{covered}");
    }
}

#[test]
fn the_test_of_variances_errs_as_often_as_it_states_and_seldomer_of_what_goes_together() {
    const RUNS: usize = 600;
    let square = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
    let mut alarms = [0; 2];
    for run in 0..RUNS {
        let [a, b, both] = ["a", "b", "both"].map(|name| normal(&format!("f {run} {name}"), 60));
        let together =
            |own: &[f64]| -> Vec<f64> { own.iter().zip(&both).map(|(x, y)| x + y).collect() };
        let pairs = [(a.clone(), b.clone()), (together(&a), together(&b))];
        for (count, (a, b)) in alarms.iter_mut().zip(pairs) {
            let test = variances(square(&a), square(&b), 60.0).unwrap();
            *count += usize::from(test.p < 0.05);
        }
    }
    let [apart, together] = alarms.map(|count| share(count, RUNS));
    assert!((0.025..=0.08).contains(&apart), "{apart}");
    assert!(together < 0.05 && together < apart, "{together}");
}
