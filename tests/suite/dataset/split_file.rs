//! Splits in files.

use super::folder::Folder;
use crate::process::{code, command, draw, err, out};
use bpclip_train::dataset::{
    Columns, Dataset, DatasetError, OpenOptions, Protocol, Split, Subset, column_name, split,
    write_lists, write_splits,
};

fn rated(count: u32) -> Folder {
    let folder = Folder::new();
    let mut table = String::from("name,mos,std,reference\n");
    for number in 0..count {
        let name = format!("p/{number:02}.png");
        folder.pictures([name.as_str()]);
        table += &format!("{name},{},1.5,r{}.png\n", number * 7 % 50, number / 2);
    }
    folder.file("mos.csv", table);
    folder
}

fn with(folder: &Folder, splits: &str, column: Option<&str>) -> Result<Dataset, DatasetError> {
    folder.with(&OpenOptions {
        table: Some("mos.csv".into()),
        splits: Some(folder.at(splits)),
        columns: Columns {
            split: column.map(str::to_owned),
            ..Columns::default()
        },
        ..OpenOptions::default()
    })
}

fn open(folder: &Folder) -> Dataset {
    let options = OpenOptions {
        table: Some("mos.csv".into()),
        ..OpenOptions::default()
    };
    folder.with(&options).unwrap()
}

#[test]
fn what_is_written_is_read_as_the_same_split() {
    let folder = rated(24);
    let dataset = open(&folder);
    let protocol = Protocol::SixTwoTwo;
    let splits: Vec<(String, Split)> = (0..3)
        .map(|seed| {
            (
                column_name(protocol, seed),
                split(&dataset, protocol, seed).unwrap(),
            )
        })
        .collect();
    write_splits(&dataset, &splits, &folder.at("splits.csv")).unwrap();
    let text = std::fs::read_to_string(folder.at("splits.csv")).unwrap();
    assert!(text.starts_with(
        "img_name,mos,std,ratio622_seed0_split_01,ratio622_seed1_split_01,ratio622_seed2_split_01\n"
    ), "{text}");
    assert!(text.contains("\np/00.png,0,1.5,"), "{text}");
    for (name, wanted) in &splits {
        let read = with(&folder, "splits.csv", Some(name)).unwrap();
        assert_eq!(
            &split(&read, Protocol::Official, 7).unwrap(),
            wanted,
            "{name}"
        );
    }
    std::fs::create_dir(folder.at("lists")).unwrap();
    let written = write_lists(&dataset, &splits[1].1, &folder.at("lists")).unwrap();
    assert_eq!(written.len(), 3);
    let read = with(&folder, "lists", None).unwrap();
    assert_eq!(split(&read, Protocol::Official, 0).unwrap(), splits[1].1);
    // The test part alone: all others are learned from.
    let read = with(&folder, "lists/test.txt", None).unwrap();
    let parts = split(&read, Protocol::Official, 0).unwrap();
    assert_eq!(parts.test, splits[1].1.test);
    assert_eq!(parts.train.len(), 24 - parts.test.len());
}

#[test]
fn names_may_lack_their_folder_and_what_does_not_fit_is_said() {
    let folder = rated(6);
    folder.file(
        "one.csv",
        "img_name,some_split\n00.png,train\n01.png,test\ngone.png,test\n",
    );
    let read = with(&folder, "one.csv", None).unwrap();
    let parts: Vec<_> = read.items.iter().map(|item| item.subset).collect();
    assert_eq!(parts[..2], [Some(Subset::Train), Some(Subset::Test)]);
    assert!(parts[2..].iter().all(Option::is_none));
    let notes = read.notes.join("\n");
    for expected in [
        "1 names there are of no picture",
        "4 pictures are in no part",
        "1 contents are in several",
    ] {
        assert!(notes.contains(expected), "{notes}");
    }
    let wrong = |name: &str, text: &str, expected: &str| {
        folder.file(name, text);
        let error = with(&folder, name, None).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(expected), "{error}");
    };
    wrong(
        "two.csv",
        "name,a_split,b_split\n00.png,train,test\n",
        "a_split, b_split; say which",
    );
    wrong("none.csv", "name,mos\n00.png,1\n", "--split-column");
    wrong("other.csv", "name,split\nx.png,train\n", "names no picture");
    wrong("odd.csv", "name,split\n00.png,sometimes\n", "sometimes");
    wrong(
        "both.csv",
        "name,split\n00.png,train\n00.png,test\n",
        "in two parts",
    );
    let error = with(&folder, "p", None).unwrap_err().to_string();
    assert!(error.contains("train.txt and test.txt"), "{error}");
}

#[test]
fn the_command_writes_and_others_read() {
    let folder = rated(20);
    for number in 0..20 {
        draw(&folder.at(&format!("p/{number:02}.png")), number);
    }
    let run = |arguments: &[&str]| {
        let output = command(arguments).current_dir(folder.at("")).output();
        let output = output.unwrap();
        (code(&output), out(&output), err(&output))
    };
    let table = [
        "split", ".", "out.csv", "--table", "mos.csv", "--seed", "3", "--seed", "4",
    ];
    let (code, told, said) = run(&table);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        told,
        "ratio802_seed3_split_01: 16 train, 4 test\nratio802_seed4_split_01: 16 train, 4 test\n"
    );
    let (code, _, said) = run(&["split", ".", "lists", "--table", "mos.csv", "--seed", "3"]);
    assert_eq!(code, 0, "{said}");
    let expected = split(&open(&folder), Protocol::EightTwo, 3).unwrap();
    let names = std::fs::read_to_string(folder.at("lists/test.txt")).unwrap();
    assert_eq!(names.lines().count(), expected.test.len());
    for splits in [
        &[
            "--splits",
            "out.csv",
            "--split-column",
            "ratio802_seed3_split_01",
        ][..],
        &["--splits", "lists"],
    ] {
        let evaluate = [
            "evaluate",
            ".",
            "--table",
            "mos.csv",
            "--protocol",
            "official",
            "--device",
            "cpu",
            "--size",
            "64",
            "--resamples",
            "0",
            // What is drawn may be taken for something that was learned from.
            "--with-seen",
        ];
        let (code, told, said) = run(&[&evaluate[..], splits].concat());
        assert_eq!(code, 0, "{said}");
        assert!(told.contains("(test of official) | 4 |"), "{told}");
    }
    // The lists that it is divided by are read, too.
    let by_lists = ["--splits", "lists", "--protocol", "official"];
    let again = ["split", ".", "lists", "--table", "mos.csv"];
    let (code, _, said) = run(&[&again[..], &by_lists].concat());
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("would be written over the input"), "{said}");
    let (code, _, said) = run(&["split", ".", "mos.csv", "--table", "mos.csv"]);
    assert_eq!(code, 2);
    assert!(said.contains("would be written over the input"), "{said}");
    let (code, _, said) = run(&[
        "split", ".", "lists", "--table", "mos.csv", "--seed", "1", "--seed", "2",
    ]);
    assert_eq!(code, 2);
    assert!(said.contains("lists are of one split"), "{said}");
}
