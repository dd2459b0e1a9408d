//! Splits: by content, in proportion, and the same on every machine.

use super::folder::Folder;
use bpclip_train::dataset::{Dataset, Protocol, SEEDS, Split, SplitError, split};
use std::collections::BTreeSet;

/// A dataset of `contents` references with `each` pictures each.
fn dataset(contents: usize, each: usize) -> Dataset {
    let folder = Folder::new();
    let mut table = String::from("name,mos,reference,split\n");
    // Not in the order of the contents.
    for picture in 0..each {
        for content in (0..contents).rev() {
            let name = format!("p{content:03}-{picture}.png");
            folder.pictures([name.as_str()]);
            table += &format!("{name},{},r{content:03}.png,\n", (content + picture) % 100);
        }
    }
    folder.file("mos.csv", table);
    folder.open()
}

fn contents<'d>(dataset: &'d Dataset, part: &[usize]) -> BTreeSet<&'d str> {
    part.iter()
        .map(|index| dataset.items[*index].content.as_str())
        .collect()
}

fn check(dataset: &Dataset, split: &Split) {
    let parts = [&split.train, &split.validation, &split.test];
    let mut all: Vec<usize> = parts.into_iter().flatten().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (0..dataset.items.len()).collect::<Vec<_>>());
    for part in parts {
        assert!(part.is_sorted());
    }
    let [train, validation, test] = parts.map(|part| contents(dataset, part));
    assert!(train.is_disjoint(&test) && train.is_disjoint(&validation));
    assert!(validation.is_disjoint(&test));
}

#[test]
fn no_content_in_two_parts_and_the_fields_proportions() {
    // LIVE, CSIQ, TID2013, KADID-10k and CLIVE.
    let wanted = [
        (29, (23, 6), (17, 6, 6)),
        (30, (24, 6), (18, 6, 6)),
        (25, (20, 5), (15, 5, 5)),
        (81, (65, 16), (49, 16, 16)),
        (1162, (930, 232), (698, 232, 232)),
    ];
    for (count, two, three) in wanted {
        let dataset = dataset(count, if count > 100 { 1 } else { 3 });
        let size = |part: &[usize]| contents(&dataset, part).len();
        for seed in 0..2 {
            let parts = split(&dataset, Protocol::EightTwo, seed).unwrap();
            check(&dataset, &parts);
            assert!(parts.validation.is_empty());
            assert_eq!((size(&parts.train), size(&parts.test)), two);
            let more = split(&dataset, Protocol::SixTwoTwo, seed).unwrap();
            check(&dataset, &more);
            assert_eq!(
                (size(&more.train), size(&more.validation), size(&more.test)),
                three
            );
            assert_eq!(more.test, parts.test);
        }
    }
}

#[test]
fn the_same_on_every_machine() {
    let expected = include_str!("../../fixtures/dataset/splits.json");
    let expected: Vec<Vec<usize>> = serde_json::from_str(expected).unwrap();
    assert_eq!(expected.len() as u64, SEEDS);
    let dataset = dataset(29, 2);
    for (seed, order) in (0..).zip(&expected) {
        let parts = split(&dataset, Protocol::SixTwoTwo, seed).unwrap();
        let set = |places: &[usize]| -> BTreeSet<String> {
            places
                .iter()
                .map(|place| format!("r{place:03}.png"))
                .collect()
        };
        let own = |part: &[usize]| -> BTreeSet<String> {
            contents(&dataset, part)
                .into_iter()
                .map(String::from)
                .collect()
        };
        assert_eq!(own(&parts.test), set(&order[..6]));
        assert_eq!(own(&parts.validation), set(&order[6..12]));
        assert_eq!(own(&parts.train), set(&order[12..]));
    }
}

#[test]
fn ten_seeds_differ() {
    let dataset = dataset(29, 1);
    let tests: BTreeSet<Vec<usize>> = (0..SEEDS)
        .map(|seed| split(&dataset, Protocol::EightTwo, seed).unwrap().test)
        .collect();
    assert_eq!(tests.len() as u64, SEEDS);
}

#[test]
fn the_order_of_the_table_does_not_matter() {
    let dataset = dataset(10, 2);
    let mut turned = dataset.clone();
    turned.items.reverse();
    let names = |dataset: &Dataset, part: &[usize]| -> BTreeSet<String> {
        part.iter()
            .map(|index| dataset.items[*index].name.clone())
            .collect()
    };
    let one = split(&dataset, Protocol::EightTwo, 3).unwrap();
    let other = split(&turned, Protocol::EightTwo, 3).unwrap();
    assert_eq!(names(&dataset, &one.test), names(&turned, &other.test));
}

#[test]
fn folds_cover_everything_once() {
    let dataset = dataset(23, 2);
    let mut tested = Vec::new();
    for index in 1..=5 {
        let parts = split(&dataset, Protocol::Folds { count: 5, index }, 4).unwrap();
        check(&dataset, &parts);
        let size = contents(&dataset, &parts.test).len();
        assert!((4..=5).contains(&size), "{size}");
        tested.extend(parts.test);
    }
    tested.sort_unstable();
    assert_eq!(tested, (0..46).collect::<Vec<_>>());
    let wrong = split(&dataset, Protocol::Folds { count: 5, index: 6 }, 0);
    assert_eq!(wrong, Err(SplitError::NoFold { index: 6, count: 5 }));
    let many = split(
        &dataset,
        Protocol::Folds {
            count: 24,
            index: 1,
        },
        0,
    );
    assert!(
        many.unwrap_err()
            .to_string()
            .contains("too few different contents (23)")
    );
}

#[test]
fn few_contents() {
    let two = dataset(2, 4);
    let parts = split(&two, Protocol::EightTwo, 0).unwrap();
    assert_eq!((parts.train.len(), parts.test.len()), (4, 4));
    assert!(split(&two, Protocol::SixTwoTwo, 0).is_err());
    let one = dataset(1, 4);
    let error = split(&one, Protocol::EightTwo, 0).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("too few different contents (1): 8:2 needs 2 at least")
    );
    let three = split(&dataset(3, 1), Protocol::SixTwoTwo, 0).unwrap();
    assert_eq!(
        (three.train.len(), three.validation.len(), three.test.len()),
        (1, 1, 1)
    );
    assert!(matches!(
        split(&two, Protocol::Official, 0),
        Err(SplitError::NoOfficial { .. })
    ));
}

#[test]
fn protocols_in_words() {
    for text in ["official", "8:2", "6:2:2", "fold:2/5"] {
        let protocol: Protocol = text.parse().unwrap();
        assert_eq!(protocol.to_string(), text);
        let json = serde_json::to_string(&protocol).unwrap();
        assert_eq!(serde_json::from_str::<Protocol>(&json).unwrap(), protocol);
    }
    for text in [
        "", "9:1", "fold:0/5", "fold:6/5", "fold:1/1", "fold:a/b", "fold:2",
    ] {
        assert!(text.parse::<Protocol>().is_err(), "{text}");
    }
}
