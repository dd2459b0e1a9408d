//! Plain tables, as people and spreadsheets write them.

use super::folder::{Folder, item, names};
use bpclip_train::dataset::{Columns, Delimiter, Layout, OpenOptions, Subset, open};
use clap::Parser;

/// A folder with a table and two pictures beside it.
fn table(text: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.file("mos.csv", text);
    folder.pictures(["a.jpg", "b.jpg"]);
    folder
}

#[test]
fn every_way_to_write_the_same() {
    let ways: [&[u8]; 21] = [
        b"name,mos,std\na.jpg,41.5,10\nb.jpg,82,20\n",
        b"name,mos,std\r\na.jpg,41.5,10\r\nb.jpg,82,20",
        b"name,mos,std\ra.jpg,41.5,10\rb.jpg,82,20",
        b"\xef\xbb\xbfname,mos,std\na.jpg,41.5,10\nb.jpg,82,20\n",
        b"name;mos;std\na.jpg;41,5;10\nb.jpg;82;20\n",
        b"name\tmos\tstd\na.jpg\t41,5\t10\nb.jpg\t82\t20\n",
        b"name\tmos\tstd\na.jpg\t41.5\t10\nb.jpg\t82\t20\n",
        b"\"name\",\"mos\",\"std\"\n\"a.jpg\",\"41,5\",\"10\"\n\"b.jpg\",\"82\",\"20\"\n",
        b"Image Name , MOS , SD\n a.jpg , 41.5 , 10 \n\n b.jpg , 82 , 20\n,,\n",
        b"std,mos,note,filename\n10,41.5,\"a, b\",a.jpg\n20,82,,b.jpg\n",
        b"a.jpg,41.5,10\nb.jpg,82,20\n",
        b"\xef\xbb\xbfa.jpg 41.5 10\nb.jpg 82 20\n",
        b"name mos  std\na.jpg   41.5 10\nb.jpg 82     20\n",
        // Excel's first line, which says what stands between columns.
        b"sep=;\nname;mos;std\na.jpg;41,5;10\nb.jpg;82;20\n",
        b"\xef\xbb\xbfSEP=,\r\nname,mos,std\r\na.jpg,41.5,10\r\nb.jpg,82,20\r\n",
        b"\"sep=\t\"\nname\tmos\tstd\na.jpg\t41,5\t10\nb.jpg\t82\t20\n",
        b"sep=,\na.jpg,41.5,10\nb.jpg,82,20\n",
        // Line breaks and delimiters within quotes, as RFC 4180 has them.
        b"name,mos,std,note\na.jpg,41.5,10,\"two\nlines, and \"\"these\"\"\"\nb.jpg,82,20,\n",
        b"name;mos;std;note\r\na.jpg;41,5;10;\"two;\r\n\r\nlines\"\r\nb.jpg;82;20;\"more\r\n\"\r\n",
        b"\"Image\nname\",mos,std\n\"a.jpg\n\",41.5,10\nb.jpg,82,20",
        b"name\tmos\tstd\tnote\na.jpg\t41.5\t10\t5\" wide\nb.jpg\t82\t20\t7\" wide\n",
    ];
    for way in ways {
        let written = String::from_utf8_lossy(way);
        let folder = table(way);
        let dataset = folder.open();
        assert_eq!(names(&dataset), ["a.jpg", "b.jpg"], "{written}");
        assert_eq!(dataset.layout, Layout::Table);
        assert_eq!(
            (dataset.label.min, dataset.label.max),
            (0.0, 100.0),
            "{written}"
        );
        let first = &dataset.items[0];
        assert_eq!((first.label, first.mos), (41.5, 0.415), "{written}");
        assert_eq!(first.std, Some(0.1), "{written}");
        assert_eq!((first.content.as_str(), &first.reference), ("a.jpg", &None));
    }
}

#[test]
fn without_a_header_it_is_said() {
    let dataset = table("a.jpg,41.5\nb.jpg,82\n").open();
    assert_eq!(dataset.items[1].label, 82.0);
    assert!(dataset.notes.iter().any(|note| note.contains("no header")));
}

#[test]
fn references_parts_and_contents() {
    let folder = Folder::new();
    folder.file(
        "labels.csv",
        concat!(
            "name,mos,reference,split,distortion\n",
            "d\\a1.png,1.5,A.PNG,train,blur\n",
            "d/a2.png,2.5,a.png,validation,\n",
            "d/c.png,3.5,,,noise\n",
        ),
    );
    folder.pictures([
        "distorted/d/a1.png",
        "distorted/d/a2.png",
        "distorted/d/C.PNG",
    ]);
    folder.pictures(["references/a.png"]);
    let dataset = folder.open();
    assert_eq!(dataset.items.len(), 3, "{:?}", dataset.skipped);
    assert_eq!((dataset.label.min, dataset.label.max), (1.0, 5.0));
    assert_eq!(dataset.items[0].content, dataset.items[1].content);
    assert_eq!(
        dataset.items[0].reference,
        Some(folder.at("references/a.png"))
    );
    assert_eq!(dataset.items[1].subset, Some(Subset::Validation));
    let alone = item(&dataset, "d/c.png");
    assert_eq!((alone.content.as_str(), alone.subset), ("d/c.png", None));
    assert_eq!(alone.distortion.as_deref(), Some("noise"));
}

#[test]
fn columns_can_be_named() {
    let folder = table("id,Overall Score,mos,who,part\na.jpg,3,99,x,1\nb.jpg,7,98,x,2\n");
    assert_eq!(
        folder.error(),
        "mos.csv, row 1: has no column name but id, Overall Score, mos, who, part: say which it is with --name-column"
    );
    let mut options = OpenOptions {
        columns: Columns {
            name: Some("ID".into()),
            mos: Some("overall_score".into()),
            content: Some("who".into()),
            ..Columns::default()
        },
        ..OpenOptions::default()
    };
    assert_eq!(
        folder.error_with(&options),
        "mos.csv, row 2, column part: `1` is no part, as train, validation and test are: name another column with --split-column, or none"
    );
    options.columns.split = Some("none".into());
    let dataset = folder.with(&options).unwrap();
    assert_eq!(dataset.items[0].label, 3.0);
    assert_eq!((dataset.label.min, dataset.label.max), (0.0, 10.0));
    assert_eq!(dataset.items[0].content, "x");
    options.columns.std = Some("deviation".into());
    assert!(
        folder
            .error_with(&options)
            .contains("has no column deviation but id")
    );
}

#[test]
fn the_scale_is_guessed_and_said() {
    let scale = |labels: [&str; 2]| {
        let [first, second] = labels;
        let dataset = table(format!("name,mos\na.jpg,{first}\nb.jpg,{second}\n")).open();
        let note = dataset.notes.join(" ");
        assert!(note.contains("--range"), "{note}");
        (dataset.label.min, dataset.label.max)
    };
    assert_eq!(scale(["0", "1"]), (0.0, 1.0));
    assert_eq!(scale(["1", "5"]), (1.0, 5.0));
    assert_eq!(scale(["0.5", "5"]), (0.0, 10.0));
    assert_eq!(scale(["9", "10.5"]), (0.0, 100.0));
    assert_eq!(scale(["-1", "3"]), (-1.0, 3.0));
    assert_eq!(scale(["1500", "900"]), (900.0, 1500.0));
    assert_eq!(
        table("name,mos\na.jpg,500\nb.jpg,500\n").error(),
        "mos.csv: has the same label in every row, so its scale cannot be guessed: say --range"
    );
}

#[test]
fn lower_is_better_by_name_or_by_word() {
    let dataset = table("name,dmos\na.jpg,20\nb.jpg,80\n").open();
    assert!(dataset.label.lower_better);
    assert_eq!(dataset.items[0].mos, 0.8);
    let said = OpenOptions {
        lower_better: Some(false),
        range: Some("0..80".parse().unwrap()),
        ..OpenOptions::default()
    };
    let dataset = table("name,dmos\na.jpg,20\nb.jpg,80\n")
        .with(&said)
        .unwrap();
    assert_eq!((dataset.items[0].mos, dataset.items[1].mos), (0.25, 1.0));
    assert_eq!(
        table("name,dmos\na.jpg,20\nb.jpg,81\n").error_with(&said),
        "mos.csv, row 3, column dmos: 81 is not on the scale from 0 to 80"
    );
}

#[test]
fn labels_survive_the_scale() {
    for lower_better in [false, true] {
        let dataset = table(format!(
            "name,{}\na.jpg,-2.5\nb.jpg,120\n",
            if lower_better { "dmos" } else { "mos" }
        ))
        .open();
        for label in [-2.5, 0.0, 77.0, 120.0] {
            let back = dataset.label.from_mos(dataset.label.to_mos(label));
            assert!((back - label).abs() < 1e-4, "{label} {back}");
        }
        // Beyond the scale is held at its ends.
        let (low, high) = (dataset.label.to_mos(-9.0), dataset.label.to_mos(999.0));
        assert_eq!((low.min(high), low.max(high)), (0.0, 1.0));
        assert_eq!(low > high, lower_better);
    }
}

#[test]
fn the_table_is_found_or_named() {
    let folder = Folder::new();
    folder.file("ours.csv", "name,mos\na.jpg,20\nb.jpg,80\n");
    folder.file("readme.txt", "Pictures of ours.");
    folder.pictures(["photos/a.jpg", "photos/b.jpg"]);
    assert_eq!(folder.open().items.len(), 2);
    // As a path of its own.
    let dataset = open(&folder.at("ours.csv"), &OpenOptions::default()).unwrap();
    assert_eq!(
        (dataset.root.as_path(), dataset.items.len()),
        (folder.path(), 2)
    );

    folder.file("theirs.csv", "name,mos\na.jpg,30\nb.jpg,70\n");
    assert_eq!(
        folder.error(),
        "FOLDER holds several tables: ours.csv, theirs.csv; say which with --table"
    );
    let named = OpenOptions {
        table: Some("theirs.csv".into()),
        ..OpenOptions::default()
    };
    assert_eq!(folder.with(&named).unwrap().items[0].label, 30.0);
    // One with a usual name is meant among others.
    folder.file("mos.csv", "name,mos\na.jpg,40\nb.jpg,60\n");
    assert_eq!(folder.open().items[0].label, 40.0);
}

#[test]
fn a_table_elsewhere() {
    let pictures = Folder::new();
    pictures.pictures(["a.jpg", "b.jpg"]);
    let tables = Folder::new();
    tables.file("t.csv", "name,mos\na.jpg,20\nb.jpg,80\nc.jpg,50\n");
    tables.pictures(["c.jpg"]);
    let options = OpenOptions {
        table: Some(tables.at("t.csv")),
        ..OpenOptions::default()
    };
    let dataset = pictures.with(&options).unwrap();
    assert_eq!(dataset.items[0].distorted, pictures.at("a.jpg"));
    assert_eq!(dataset.items[2].distorted, tables.at("c.jpg"));
}

#[test]
fn names_that_differ_in_capitals() {
    let folder = Folder::new();
    folder.file("mos.csv", "name,mos\nA.JPG,20\nb.jpg,80\n");
    folder.pictures(["IMAGES/a.jpg", "IMAGES/b.jpg"]);
    let dataset = folder.open();
    assert_eq!(dataset.items[0].distorted, folder.at("IMAGES/a.jpg"));

    // Where both are there, each name means its own file, and a third means none.
    let folder = Folder::new();
    folder.file("mos.csv", "name,mos\nA.jpg,20\na.jpg,80\na.JPG,50\n");
    folder.pictures(["A.jpg", "a.jpg"]);
    if std::fs::read_dir(folder.path()).unwrap().count() == 3 {
        let dataset = folder.open();
        assert_eq!(dataset.items[0].distorted, folder.at("A.jpg"));
        assert_eq!(dataset.items[1].distorted, folder.at("a.jpg"));
        assert_eq!(dataset.skipped.len(), 1);
        assert!(dataset.skipped[0].reason.contains("capitals"));
    }
}

/// `ü` and `é` as one character, and as a letter and its accent.
const COMPOSED: &str = "\u{fc}-\u{e9}.png";
const TAKEN_APART: &str = "u\u{308}-e\u{301}.png";

#[test]
fn names_that_differ_in_the_coding_of_accents() {
    for (written, stored) in [(COMPOSED, TAKEN_APART), (TAKEN_APART, COMPOSED)] {
        let folder = Folder::new();
        folder.file(
            "mos.csv",
            format!("name,mos,reference\nM/{written},20,{written}\nb.png,80,{stored}\n"),
        );
        let (picture, reference) = (format!("m/{stored}"), format!("references/{stored}"));
        folder.pictures([picture.as_str(), "b.png", &reference]);
        let dataset = folder.open();
        assert_eq!(dataset.skipped, []);
        let [first, second] = &dataset.items[..] else {
            panic!("{dataset:?}")
        };
        assert!(first.distorted.is_file());
        assert_eq!(first.reference.as_deref(), Some(&*folder.at(&reference)));
        assert_eq!(first.reference, second.reference);
        assert_eq!(first.content, second.content);
    }
    // From the root too.
    let pictures = Folder::new();
    pictures.pictures([TAKEN_APART, "b.png"]);
    let folder = Folder::new();
    let absolute = pictures.at(COMPOSED);
    folder.file(
        "mos.csv",
        format!("name,mos\n{},20\nb.png,80\n", absolute.display()),
    );
    folder.pictures(["b.png"]);
    let outside = OpenOptions {
        outside: true,
        ..OpenOptions::default()
    };
    assert_eq!(folder.with(&outside).unwrap().items.len(), 2);
}

#[test]
fn a_file_is_named_once_however_it_is_written() {
    let twice = |names: [&str; 2], message: &str| {
        let folder = Folder::new();
        let [one, other] = names;
        folder.file(
            "mos.csv",
            format!("name,mos\nb.png,10\n{one},20\n{other},80\n"),
        );
        folder.pictures(["b.png", "sub/a.png", TAKEN_APART]);
        assert_eq!(folder.error(), format!("mos.csv, row 4: {message}"));
    };
    let one_file = |[one, other]: [&str; 2]| {
        let message =
            format!("{one} (row 3) and {other} are one file: leave one of the rows there");
        twice([one, other], &message);
    };
    one_file(["sub/a.png", "sub/A.PNG"]);
    one_file(["SUB/a.png", "sub/a.png"]);
    one_file(["sub/a.png", "./sub/a.png"]);
    one_file(["sub\\a.png", "sub/.//a.png"]);
    one_file([COMPOSED, TAKEN_APART]);
    twice(
        ["sub/a.png", "sub/a.png"],
        "sub/a.png stands in row 3 already",
    );

    // By a way around, where that is allowed.
    let folder = Folder::new();
    folder.pictures(["a.png", "sub/b.png"]);
    let absolute = folder.at("a.png");
    let outside = OpenOptions {
        outside: true,
        ..OpenOptions::default()
    };
    for other in [absolute.to_str().unwrap(), "sub/../a.png"] {
        folder.file("mos.csv", format!("name,mos\na.png,20\n{other},80\n"));
        let error = folder.with(&outside).unwrap_err().to_string();
        assert!(error.contains("are one file"), "{error}");
    }
}

#[test]
fn a_reference_that_could_be_two_files_is_said() {
    let folder = Folder::new();
    folder.file(
        "mos.csv",
        "name,mos,reference\na.png,20,R.PNG\nb.png,40,r.png\nc.png,80,none.png\n",
    );
    folder.pictures([
        "a.png",
        "b.png",
        "c.png",
        "references/r.png",
        "references/R.png",
    ]);
    if std::fs::read_dir(folder.at("references")).unwrap().count() < 2 {
        return;
    }
    let dataset = folder.open();
    assert_eq!(names(&dataset), ["b.png", "c.png"]);
    assert_eq!(
        dataset.items[0].reference,
        Some(folder.at("references/r.png"))
    );
    let [left_out] = &dataset.skipped[..] else {
        panic!("{:?}", dataset.skipped)
    };
    assert_eq!(left_out.name, "a.png");
    assert!(
        left_out
            .reason
            .starts_with("has no certain reference: R.PNG could be any of ")
            && left_out.reason.contains("r.png")
            && left_out.reason.contains("R.png"),
        "{}",
        left_out.reason
    );
}

#[derive(Debug, Parser)]
struct Flags {
    #[command(flatten)]
    dataset: OpenOptions,
    folder: Option<String>,
}

#[test]
fn options_from_flags_and_as_json() {
    let flags = Flags::parse_from([
        "test",
        "--layout",
        "koniq10k",
        "--range",
        "-3..112",
        "--lower-better",
        "folder",
        "--mos-column",
        "score",
        "--delimiter",
        "semicolon",
        "--outside",
    ]);
    assert_eq!(flags.folder.as_deref(), Some("folder"));
    let options = flags.dataset;
    assert_eq!(options.layout, Some(Layout::Koniq10k));
    assert_eq!(options.lower_better, Some(true));
    assert_eq!(options.delimiter, Some(Delimiter::Semicolon));
    assert!(options.outside);
    let json = serde_json::to_string(&options).unwrap();
    assert!(json.contains("\"-3..112\""), "{json}");
    assert_eq!(serde_json::from_str::<OpenOptions>(&json).unwrap(), options);
    assert_eq!(
        serde_json::from_str::<OpenOptions>("{}").unwrap(),
        OpenOptions::default()
    );
    for wrong in ["5..1", "1..1", "1-5", "0..inf", "..", "nan..1"] {
        assert!(
            Flags::try_parse_from(["test", "--range", wrong]).is_err(),
            "{wrong}"
        );
    }
    let no = Flags::parse_from(["test", "--lower-better=false"]);
    assert_eq!(no.dataset.lower_better, Some(false));
}
