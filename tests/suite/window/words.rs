//! Words of the user's own.

use super::Bench;
use bpclip::app::export::{self, Export};
use bpclip::app::settings::Settings;
use bpclip::app::{App, words};
use bpclip_core::model::Task;
use egui_kittest::kittest::Queryable;

fn placed(app: &App) -> usize {
    app.state().words.custom(Task::NoReference).words().len()
}

/// Types a word, as a user does.
fn type_word(bench: &mut Bench, word: &str) {
    bench.harness.get_by_label("Word").focus();
    bench.settle();
    bench.harness.get_by_label("Word").type_text(word);
    bench.settle();
    bench.click("Add word");
}

#[test]
fn own_words_are_bars_and_columns_and_change_no_score() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-blurred.jpg"]);
    bench.until_scored(2);
    bench.select("coffee-blurred.jpg");
    let scores = |bench: &Bench| {
        ["coffee.jpg", "coffee-blurred.jpg"]
            .map(|name| bench.frame(name).score(Task::NoReference).unwrap())
    };
    let before = scores(&bench);
    type_word(&mut bench, "out of focus");
    bench.until("it is placed", |app| placed(app) == 1);
    type_word(&mut bench, "stock market");
    bench.until("both are placed", |app| placed(app) == 2);
    let far = "stock market (own, far from what training saw)";
    for words in ["out of focus (own) ", far] {
        assert!(
            bench.harness.query_by_label_contains(words).is_some(),
            "{words}"
        );
    }
    assert_eq!(scores(&bench), before);

    let path = bench.path("table.csv");
    bench.apply(export::Command::Save(Export::Csv, path.clone()));
    bench.until_written(1);
    let mut table = csv::Reader::from_path(&path).unwrap();
    let header = table.headers().unwrap().clone();
    let at = header
        .iter()
        .position(|name| name == "out of focus")
        .unwrap();
    for row in table.records() {
        let value: f32 = row.unwrap()[at].parse().unwrap();
        assert!(value.abs() <= 1.0);
    }

    bench.apply(words::Command::KeepSet(
        "mood".into(),
        vec!["calm".into(), "gloomy".into()],
    ));
    bench.click("Remove stock market");
    bench.until("one is left", |app| placed(app) == 1);
    assert!(bench.harness.query_by_label_contains(far).is_none());

    // They come back with the next start, and a set takes their place.
    let settings = bench.path(".settings/settings.json");
    let photo = bench.path("coffee.jpg");
    let next_start = bench.end();
    assert_eq!(Settings::load(&settings).0.words, ["out of focus"]);
    let mut bench = next_start(vec![photo]);
    bench.until_scored(1);
    bench.until("it is placed again", |app| placed(app) == 1);
    bench.click("Sets");
    bench.click("mood");
    bench.until("the set is placed", |app| placed(app) == 2);
    assert!(
        bench
            .harness
            .query_by_label_contains("gloomy (own")
            .is_some()
    );
}
