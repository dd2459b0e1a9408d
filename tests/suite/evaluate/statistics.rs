//! PLCC, SRCC, KRCC, RMSE, the logistic fit and the bootstrap beside SciPy's
//! (`tests/golden/make_statistics.py`).

use bpclip_train::evaluate::statistics::{
    Agreement, Bootstrap, Comparison, Difference, Interval, Logistic, Test, krcc, plcc, rmse, srcc,
};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../../golden/statistics.json")).unwrap()
}

/// `uniform` of the script.
pub fn uniform(name: &str, count: u64) -> Vec<f64> {
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let number = |i: u64| {
        let mut z = seed.wrapping_add((i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f64 / f64::from(1 << 24)
    };
    (0..count).map(number).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().unwrap();
    list.iter().map(|v| v.as_f64().unwrap()).collect()
}

/// The lists of a case.
fn lists(case: &Value) -> (Vec<f64>, Vec<f64>) {
    if case["x"].is_array() {
        return (numbers(&case["x"]), numbers(&case["y"]));
    }
    let number = |key: &str| case[key].as_f64().unwrap();
    let name = case["name"].as_str().unwrap();
    let count = case["n"].as_u64().unwrap();
    let steps = number("steps");
    let coarse = |v: f64| {
        if steps > 0.0 {
            (steps * v).floor() / steps
        } else {
            v
        }
    };
    let (u, v) = (
        uniform(&format!("{name}.x"), count),
        uniform(&format!("{name}.y"), count),
    );
    let pairs = u.into_iter().zip(v).map(|(u, v)| {
        let t = 6.0 * (u - 0.5);
        let rating = number("bend") * (t / (1.0 + t.abs()))
            + number("line") * t
            + number("noise") * (v - 0.5);
        (
            number("x_scale") * coarse(t) + number("x_shift"),
            number("y_scale") * coarse(rating) + number("y_shift"),
        )
    });
    pairs.unzip()
}

#[test]
fn correlations_are_those_of_scipy_ties_included() {
    let golden = golden();
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() >= 15);
    for case in cases {
        let (x, y) = lists(case);
        for (key, ours) in [
            ("plcc", plcc(&x, &y)),
            ("srcc", srcc(&x, &y)),
            ("krcc", krcc(&x, &y)),
            ("rmse", rmse(&x, &y)),
        ] {
            let (ours, theirs) = (ours.unwrap(), case[key].as_f64().unwrap());
            let error = (ours - theirs).abs() / theirs.abs().max(1.0);
            assert!(error < 1e-9, "{key} of {}: {ours}, {theirs}", case["name"]);
        }
    }
}

#[test]
fn the_logistic_fit_is_that_of_scipy() {
    let golden = golden();
    let fits = golden["cases"].as_array().unwrap().iter();
    let fits: Vec<_> = fits.filter(|case| case["fit"].is_object()).collect();
    assert!(fits.len() >= 10);
    for case in fits {
        let (name, fit) = (&case["name"], &case["fit"]);
        let theirs = |key: &str| fit[key].as_f64().unwrap();
        let (x, y) = lists(case);
        let curve = Logistic::fit(&x, &y).unwrap();
        let fitted: Vec<f64> = x.iter().map(|x| curve.at(*x)).collect();

        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let around = |values: &mut dyn Iterator<Item = f64>| -> f64 {
            values.zip(&y).map(|(v, y)| (v - y).powi(2)).sum()
        };
        let residual = around(&mut fitted.iter().copied()) / around(&mut std::iter::repeat(mean));
        let difference = residual - theirs("residual");
        assert!(
            difference.abs() < 1e-6 * theirs("residual"),
            "{name}: {difference:e}"
        );
        let plcc = plcc(&fitted, &y).unwrap();
        assert!((plcc / theirs("plcc") - 1.0).abs() < 1e-4, "{name}: {plcc}");
        let rmse = rmse(&fitted, &y).unwrap();
        assert!((rmse / theirs("rmse") - 1.0).abs() < 1e-4, "{name}: {rmse}");

        let (low, high) = (
            x.iter().copied().fold(f64::INFINITY, f64::min),
            x.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        );
        let at = numbers(&fit["at"]);
        let range = at
            .iter()
            .fold(0.0, |range: f64, v| range.max((v - at[0]).abs()));
        for (step, theirs) in at.iter().enumerate() {
            let ours = curve.at(low + (high - low) * step as f64 / 4.0);
            assert!(
                (ours - theirs).abs() < 1e-4 * range,
                "{name} at step {step}: {ours}, {theirs}"
            );
        }
    }
}

#[test]
fn intervals_are_those_of_scipy_but_for_chance() {
    let golden = golden();
    let theirs = &golden["bootstrap"];
    let cases = golden["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["name"] == theirs["case"]);
    let (x, y) = lists(case.unwrap());
    let ours = Agreement::of(&x, &y, &Bootstrap::default()).unwrap();
    for (key, interval) in [
        ("plcc", ours.intervals.plcc),
        ("plcc_fitted", ours.intervals.plcc_fitted),
        ("srcc", ours.intervals.srcc),
        ("krcc", ours.intervals.krcc),
        ("rmse", ours.intervals.rmse),
        ("rmse_fitted", ours.intervals.rmse_fitted),
    ] {
        let Interval { low, high } = interval.unwrap();
        let ends = numbers(&theirs[key]);
        // Four standard errors of an end of 2,000 resamples.
        let chance = 0.06 * (ends[1] - ends[0]);
        assert!((low - ends[0]).abs() < chance, "{key}: {low}, {}", ends[0]);
        assert!(
            (high - ends[1]).abs() < chance,
            "{key}: {high}, {}",
            ends[1]
        );
    }
}

#[test]
fn comparisons_are_those_of_scipy() {
    let golden = golden();
    let cases = golden["cases"].as_array().unwrap();
    let compared = golden["comparisons"].as_array().unwrap();
    assert!(compared.len() >= 3);
    for theirs in compared {
        let name = theirs["case"].as_str().unwrap();
        let case = cases.iter().find(|case| case["name"] == name);
        let (x, y) = lists(case.unwrap());
        let noise = uniform(&format!("{name}.w"), x.len() as u64);
        let mix = theirs["mix"].as_f64().unwrap();
        let other: Vec<f64> = x
            .iter()
            .zip(noise)
            .map(|(x, w)| x + mix * (w - 0.5))
            .collect();
        let ours = Comparison::of(&x, &other, &y, &Bootstrap::default()).unwrap();
        for (key, exact, chance, Difference { value, interval }) in [
            ("srcc", 1e-9, 0.12, ours.srcc),
            ("krcc", 1e-9, 0.12, ours.krcc),
            ("plcc_fitted", 1e-4, 0.25, ours.plcc_fitted.unwrap()),
            ("rmse_fitted", 1e-4, 0.25, ours.rmse_fitted.unwrap()),
        ] {
            let wanted = theirs[key]["value"].as_f64().unwrap();
            assert!(
                (value - wanted).abs() < exact,
                "{key} of {name}: {value}, {wanted}"
            );
            if !theirs[key]["interval"].is_array() {
                continue;
            }
            let ends = numbers(&theirs[key]["interval"]);
            let Interval { low, high } = interval.unwrap();
            // Four standard errors of an end of as many resamples as the script takes.
            let chance = chance * (ends[1] - ends[0]);
            assert!(
                (low - ends[0]).abs() < chance,
                "{key} of {name}: {low}, {ends:?}"
            );
            assert!(
                (high - ends[1]).abs() < chance,
                "{key} of {name}: {high}, {ends:?}"
            );
        }
        for (key, exact, test) in [
            ("srcc_test", 1e-9, ours.srcc_test),
            ("plcc_test", 1e-3, ours.plcc_test),
            ("residual_test", 1e-4, ours.residual_test),
        ] {
            let Test { statistic, p } = test.unwrap();
            let wanted = |field: &str| theirs[key][field].as_f64().unwrap();
            let near =
                |ours: f64, theirs: f64| (ours - theirs).abs() < exact * theirs.abs().max(1.0);
            assert!(
                near(statistic, wanted("statistic")),
                "{key} of {name}: {statistic}"
            );
            assert!(near(p, wanted("p")), "{key} of {name}: {p}");
        }
    }
}

#[test]
fn an_agreement_has_every_figure_and_survives_json() {
    let golden = golden();
    let case = golden["cases"].as_array().unwrap().iter();
    let case = case.into_iter().find(|case| case["name"] == "falling");
    let (x, y) = lists(case.unwrap());
    let agreement = Agreement::of(&x, &y, &Bootstrap::default()).unwrap();
    assert_eq!(agreement.n, 150);
    assert!(agreement.plcc < -0.9 && agreement.plcc_fitted.unwrap() > 0.99);
    assert!(agreement.rmse_fitted.unwrap() < agreement.rmse);
    let Interval { low, high } = agreement.intervals.srcc.unwrap();
    assert!(low < agreement.srcc && agreement.srcc < high);
    let text = serde_json::to_string(&agreement).unwrap();
    assert_eq!(serde_json::from_str::<Agreement>(&text).unwrap(), agreement);
}

#[test]
fn few_pictures_have_no_fit_but_the_rest() {
    let x = [0.1, 0.2, 0.4, 0.3];
    let agreement = Agreement::of(&x, &[1.0, 2.0, 3.0, 4.0], &Bootstrap::default()).unwrap();
    assert_eq!(agreement.plcc_fitted, None);
    assert_eq!(agreement.logistic, None);
    assert!(agreement.srcc > 0.7);
}

/// A straight line is one of the curves, so that a fit is never worse than one; whatever the
/// values, nothing panics and nothing is NaN.
#[test]
fn any_values_fit_as_well_as_a_straight_line() {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    let value = prop_oneof![
        4 => -10.0..10.0,
        1 => (-3_i32..3).prop_map(f64::from),
        1 => -1e-3..1e-3,
        1 => -1e6..1e6,
    ];
    let pairs = proptest::collection::vec((value.clone(), value), 6..60);
    let config = ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(pairs in pairs)| {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let off = Bootstrap { resamples: 0, ..Bootstrap::default() };
        let agreement = Agreement::of(&x, &y, &off);
        prop_assume!(agreement.is_ok());
        let agreement = agreement.unwrap();
        let linear = agreement.plcc.powi(2);
        let fitted = agreement.plcc_fitted.unwrap();
        prop_assert!(fitted.is_finite() && agreement.rmse_fitted.unwrap().is_finite());
        prop_assert!(fitted.powi(2) > linear - 1e-6, "{} after, {} before", fitted, agreement.plcc);
    });
}
