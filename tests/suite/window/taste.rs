//! What the user keeps, learned from marks.

use super::Bench;
use crate::bursts::views::Chance;
use crate::process::sample;
use bpclip::app::gallery::ranking::{Mark, SortKey};
use bpclip::app::{gallery, taste};
use egui_kittest::kittest::Queryable;
use image::{Rgb, RgbImage};
use std::path::Path;

/// Pictures of blots, every second one in warm light and the others in cold.
const COUNT: usize = 44;
/// So many of them are marked.
const MARKED: usize = 36;

fn is_warm(number: usize) -> bool {
    number.is_multiple_of(2)
}

fn fill(folder: &Path) {
    for number in 0..COUNT {
        let mut chance = Chance::new(1000 + number as u64);
        let blots: Vec<[f64; 6]> = (0..14).map(|_| [0; 6].map(|_| chance.share())).collect();
        let light = match is_warm(number) {
            true => [1.0, 0.8, 0.55],
            false => [0.6, 0.8, 1.0],
        };
        let picture = RgbImage::from_fn(96, 80, |x, y| {
            let mut level = [0.45; 3];
            for [left, top, size, r, g, b] in &blots {
                let (dx, dy) = (f64::from(x) / 96.0 - left, f64::from(y) / 80.0 - top);
                if (dx * dx + dy * dy).sqrt() < 0.05 + 0.2 * size {
                    level = [*r, *g, *b].map(|share| 0.15 + 0.75 * share);
                }
            }
            let lit = [0, 1, 2].map(|channel| 255.0 * level[channel] * light[channel]);
            Rgb(lit.map(|value| value as u8))
        });
        picture
            .save(folder.join(format!("{number:03}.png")))
            .unwrap();
    }
}

/// A window over such pictures, of which the first ones are marked.
fn bench(keeps: impl Fn(usize) -> bool) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_scored(COUNT);
    let mut marks = Vec::new();
    for number in 0..MARKED {
        let mark = if keeps(number) {
            Mark::Keep
        } else {
            Mark::Reject
        };
        marks.push((bench.frame(&format!("{number:03}.png")).id, mark));
    }
    bench.apply(gallery::Command::MarkEach(marks));
    bench
}

fn learn(bench: &mut Bench) {
    bench.choose("Mark", "My taste...");
    bench.click("Learn from my marks");
    bench.until("it is learned", |app| app.state().taste.known().is_some());
}

#[test]
fn a_rule_is_learned_ranks_the_rest_and_comes_back_with_the_folder() {
    let mut bench = bench(is_warm);
    learn(&mut bench);
    let known = bench.app().state().taste.known().unwrap();
    assert!(known.agrees(), "{:?}", known.agreement);
    assert_eq!(known.kept + known.rejected, MARKED);
    let said = "it puts the kept one first";
    assert!(bench.harness.query_by_label_contains(said).is_some());
    bench.click("Sort by my taste");
    bench.click("Close");
    assert_eq!(bench.app().settings().sort, SortKey::Taste);
    assert!(bench.harness.query_by_label_contains("Agrees in").is_some());
    // Of those that were never marked the warm ones come first.
    let rest: Vec<usize> = bench
        .order()
        .iter()
        .map(|name| name[..3].parse().unwrap())
        .filter(|number| *number >= MARKED)
        .collect();
    assert_eq!(rest.len(), COUNT - MARKED);
    let right = rest[..4].iter().filter(|number| is_warm(**number)).count();
    assert!(right >= 3, "{rest:?}");
    assert!(
        bench
            .harness
            .query_all_by_label_contains(", taste ")
            .next()
            .is_some()
    );

    let order: Vec<String> = bench.order().iter().map(|name| name.to_string()).collect();
    let folder = bench.path("");
    let mut bench = bench.restart(vec![folder]);
    bench.until("it is back", |app| app.state().taste.known().is_some());
    bench.until_scored(COUNT);
    assert_eq!(bench.order()[..5], order[..5]);
    bench.choose("Mark", "My taste...");
    bench.click("Forget it");
    assert!(bench.app().state().taste.known().is_none());
    assert!(
        bench
            .harness
            .query_by_label("Nothing is learned yet")
            .is_some()
    );

    // Elsewhere, from all that was ever marked.
    bench.apply(taste::Command::Scope(taste::Scope::All));
    bench.click("Learn from my marks");
    bench.until("it is learned of all", |app| {
        app.state().taste.known().is_some()
    });
    let known = bench.app().state().taste.known().unwrap();
    assert_eq!(known.kept + known.rejected, MARKED);
    bench.apply(gallery::Command::RemoveAll);
    let other = tempfile::tempdir().unwrap();
    std::fs::copy(sample("coffee.jpg"), other.path().join("coffee.jpg")).unwrap();
    bench.click("Close");
    bench.drop_files(&[other.path().to_owned()]);
    bench.until_scored(1);
    bench.until("it is for all", |app| app.state().taste.known().is_some());
    bench.apply(taste::Command::Scope(taste::Scope::Folder));
    bench.until("none is for this folder", |app| {
        app.state().taste.known().is_none()
    });
}

#[test]
fn marks_by_chance_have_no_agreement_and_it_says_so() {
    let mut bench = bench(|number| Chance::new(number as u64).number().is_multiple_of(2));
    learn(&mut bench);
    let known = bench.app().state().taste.known().unwrap();
    assert!(!known.agrees(), "{:?}", known.agreement);
    let said = "No agreement. On pictures that it had not seen";
    assert!(bench.harness.query_by_label_contains(said).is_some());
    bench.click("Sort by my taste");
    let said = "No agreement with your marks";
    assert!(bench.harness.query_by_label(said).is_some());
}

#[test]
fn too_few_marks_are_not_learned_from() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket.jpg"]);
    bench.until_scored(2);
    bench.click("Sort by");
    // The dialog says what is missing.
    bench.click("My taste");
    let button = bench.harness.get_by_label("Learn from my marks");
    assert!(format!("{button:?}").contains("disabled"));
    bench.apply(taste::Command::Learn);
    bench.until("it is refused", |app| app.state().taste.refused.is_some());
    let said = "so far 0 are kept and 0 rejected";
    assert!(
        bench
            .harness
            .query_all_by_label_contains(said)
            .next()
            .is_some()
    );
}
