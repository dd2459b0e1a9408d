//! What is wrong with a dataset is said with file, row and column, and never panics.

use super::folder::Folder;
use bpclip_train::dataset::{OpenOptions, open};
use proptest::prelude::*;

/// What is wrong with a table beside two pictures.
fn error(table: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.file("mos.csv", table);
    folder.pictures(["a.jpg", "b.jpg"]);
    folder.error()
}

#[test]
fn wrong_tables() {
    let wrong: [(&[u8], &str); 26] = [
        (b"", "mos.csv: is empty"),
        (b"\n \n", "mos.csv: is empty"),
        (
            b"name,mos\n",
            "mos.csv: holds too few labelled pictures (0)",
        ),
        (
            b"name,mos\na.jpg,5\n",
            "mos.csv: holds too few labelled pictures (1)",
        ),
        (
            b"name,mos\na.jpg,5\nb.jpg,\n",
            "mos.csv, row 3, column mos: is empty where a number must be",
        ),
        (
            b"name,mos\r\n\r\na.jpg,5\r\n\r\nb.jpg,x\r\n",
            "mos.csv, row 5, column mos: `x`",
        ),
        (
            b"name,mos\ra.jpg,5\rb.jpg,x",
            "mos.csv, row 3, column mos: `x`",
        ),
        (
            b"name,mos\na.jpg,5\nb.jpg,NaN\n",
            "mos.csv, row 3, column mos: `NaN` is no number",
        ),
        (
            b"name,mos\na.jpg,inf\nb.jpg,1\n",
            "mos.csv, row 2, column mos: `inf` is no number",
        ),
        (
            b"name,mos\na.jpg,good\nb.jpg,1\n",
            "mos.csv, row 2, column mos: `good` is no number",
        ),
        (
            b"name,mos\n\n\na.jpg,5\n,4\n",
            "mos.csv, row 5, column name: is empty",
        ),
        (
            b"name,mos\na.jpg,5\nb.jpg\n",
            "mos.csv, row 3: does not have as many fields (1) as row 1 (2)",
        ),
        (
            b"name,mos\na.jpg,3,5\nb.jpg,4\n",
            "mos.csv, row 2: does not have as many fields (3) as row 1 (2)",
        ),
        (
            b"name,mos\na.jpg,5\nb.jpg,4\na.jpg,3\n",
            "mos.csv, row 4: a.jpg stands in row 2 already",
        ),
        (
            b"name,mos,std\na.jpg,5,-1\nb.jpg,4,1\n",
            "mos.csv, row 2, column std: -1 is below 0",
        ),
        (
            b"name,mos\na.jpg,5\nb\xe9.jpg,4\n",
            "mos.csv, row 3: holds a character that is not UTF-8",
        ),
        (b"\xff\xfen\0a\0", "mos.csv: is text in UTF-16"),
        (
            b"name,mos\n\"a.jpg,5\nb.jpg,4\n",
            "mos.csv, row 2: has a quote that is not closed",
        ),
        (
            b"name,mos\n\"a.jpg,5\n\"b.jpg\",4\n",
            "mos.csv, row 2: has text behind a closed quote",
        ),
        (
            b"name,mos,note\na.jpg,5,\"1\n2\n3\"\nb.jpg,x,\n",
            "mos.csv, row 5, column mos: `x`",
        ),
        (
            b"sep=;\nname;mos\na.jpg;5\nb.jpg;x\n",
            "mos.csv, row 4, column mos: `x`",
        ),
        (
            b"sep=|\nname|mos\na.jpg|5\nb.jpg|4\n",
            "mos.csv, row 1: names `|` as what stands between columns",
        ),
        (
            b"name,mos,mos\na.jpg,5,5\nb.jpg,4,4\n",
            "mos.csv, row 1: has two columns mos",
        ),
        (
            b"name,stars\na.jpg,5\nb.jpg,4\n",
            "mos.csv, row 1: has no column mos but name, stars: say which",
        ),
        (
            b"name,mos\n../a.jpg,5\nb.jpg,4\n",
            "mos.csv, row 2: `../a.jpg` leads out of the dataset's folder",
        ),
        (
            b"name,mos\na.jpg,5\nC:\\b.jpg,4\n",
            "mos.csv, row 3: `C:\\b.jpg` leads out",
        ),
    ];
    for (table, message) in wrong {
        let error = error(table);
        assert!(error.starts_with(message), "{error}");
    }
    assert!(error("name,mos\n/etc/a.jpg,5\nb.jpg,4\n").contains("row 2: `/etc/a.jpg` leads out"));
}

#[test]
fn pictures_that_are_not_there() {
    let folder = Folder::new();
    folder.file("mos.csv", "name,mos\na.jpg,20\nb.jpg,80\nsub,50\n");
    std::fs::create_dir(folder.at("sub")).unwrap();
    let error = folder.error();
    assert!(
        error
            .starts_with("none of the 3 pictures of mos.csv is there: the first, a.jpg, is not in"),
        "{error}"
    );
    folder.pictures(["b.jpg"]);
    let dataset = folder.open();
    assert_eq!(dataset.items.len(), 1);
    assert_eq!(dataset.skipped[0].name, "a.jpg");
    // A folder is no picture.
    assert_eq!(dataset.skipped[1].name, "sub");
}

#[test]
fn outside_of_the_folder_only_when_allowed() {
    let folder = Folder::new();
    folder.pictures(["elsewhere/a.jpg", "elsewhere/b.jpg"]);
    let absolute = folder.at("elsewhere/b.jpg");
    folder.file(
        "set/mos.csv",
        format!(
            "name,mos\n../elsewhere/a.jpg,20\n{},80\n",
            absolute.display()
        ),
    );
    let options = OpenOptions {
        outside: true,
        ..OpenOptions::default()
    };
    let dataset = open(&folder.at("set"), &options).unwrap();
    assert_eq!(dataset.items.len(), 2, "{:?}", dataset.skipped);
    assert_eq!(dataset.items[1].distorted, absolute);
    assert!(open(&folder.at("set"), &OpenOptions::default()).is_err());
    // A reference must not lead out either.
    folder.file(
        "set/mos.csv",
        "name,mos,reference\na.jpg,20,../r.png\nb.jpg,30,r.png\n",
    );
    let error = open(&folder.at("set"), &OpenOptions::default()).unwrap_err();
    assert!(
        error.to_string().contains("row 2: `../r.png` leads out"),
        "{error}"
    );
}

#[test]
fn folders_without_a_dataset() {
    let folder = Folder::new();
    assert!(folder.error().contains("holds no dataset that is known"));
    folder.pictures(["a.jpg"]);
    assert!(folder.error().contains("--table"));
    assert!(
        open(&folder.at("a.jpg"), &OpenOptions::default())
            .unwrap_err()
            .to_string()
            .contains("is not a folder")
    );
    assert!(
        open(&folder.at("none"), &OpenOptions::default())
            .unwrap_err()
            .to_string()
            .contains("is not a folder")
    );
    let named = OpenOptions {
        table: Some("none.csv".into()),
        ..OpenOptions::default()
    };
    assert!(
        folder
            .error_with(&named)
            .starts_with("cannot read none.csv")
    );

    for name in ["one/mos.csv", "two/mos.csv"] {
        folder.file(name, "name,mos\na.jpg,20\nb.jpg,80\n");
    }
    assert_eq!(
        folder.error(),
        "FOLDER holds several datasets: one, two; open one of these folders"
    );
}

#[test]
fn layouts_with_files_missing_or_mixed_up() {
    let folder = Folder::new();
    folder.fixture("live/refnames_all.mat", "refnames_all.mat");
    assert_eq!(folder.error(), "FOLDER has no dmos.mat: it comes with LIVE");
    folder.fixture("clive/AllMOS_release.mat", "dmos.mat");
    assert_eq!(
        folder.error(),
        "dmos.mat: has no variable dmos but AllMOS_release"
    );
    folder.file("dmos.mat", "name,mos\n");
    assert!(
        folder
            .error()
            .starts_with("dmos.mat: is no MATLAB file of version 5 to 7")
    );
    folder.fixture("live/dmos.mat", "dmos.mat");
    folder.fixture("clive/AllImages_release.mat", "refnames_all.mat");
    assert!(
        folder
            .error()
            .starts_with("refnames_all.mat: has no variable refnames_all")
    );

    let folder = Folder::new();
    folder.fixture("clive/AllImages_release.mat", "Data/AllImages_release.mat");
    assert_eq!(
        folder.error(),
        "FOLDER has no Data/AllMOS_release.mat: it comes with CLIVE"
    );

    let folder = Folder::new();
    folder.file(
        "csiq_label.txt",
        "1600.AWGN.1.png 0.06\n1600.AWGN.2.png 20.6\n",
    );
    assert_eq!(
        folder.error(),
        "csiq_label.txt, row 2, column dmos: 20.6 is not on the scale from 0 to 1"
    );
    folder.file(
        "csiq_label.txt",
        "1600.AWGN.1.png 0.06\n1600-AWGN.png 0.5\n",
    );
    assert!(
        folder
            .error()
            .starts_with("csiq_label.txt, row 2, column name: `1600-AWGN.png`")
    );

    folder.file("csiq_label.txt", "dst_idx,image,mos\n1,1600,0.5\n");
    assert!(folder.error().contains("export the sheet all_by_image"));

    let folder = Folder::new();
    folder.file("mos_with_names.txt", "5.1 i01_01_1.bmp\n5,2 first.bmp\n");
    assert!(
        folder
            .error()
            .starts_with("mos_with_names.txt, row 2, column name: `first.bmp`")
    );
    folder.file(
        "mos_with_names.txt",
        "5.1 i01_01_1.bmp\nfive i01_01_2.bmp\n",
    );
    assert!(
        folder
            .error()
            .starts_with("mos_with_names.txt, row 2, column mos: `five`")
    );

    let folder = Folder::new();
    folder.file(
        "koniq10k_distributions_sets.csv",
        "image_name,MOS,SD,set\n1.jpg,50,1,training\n2.jpg,50,1,trial\n",
    );
    assert!(
        folder
            .error()
            .starts_with("koniq10k_distributions_sets.csv, row 3, column set: `trial`")
    );
}

proptest! {
    #[test]
    fn any_bytes_are_an_error_or_a_dataset(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        name in prop::sample::select(vec![
            "mos.csv", "mos_with_names.txt", "csiq_label.txt", "ladder.csv", "dmos.mat", "dmos.csv",
        ]),
    ) {
        let folder = Folder::new();
        folder.file(name, &bytes);
        let _ = folder.with(&OpenOptions::default());
    }

    #[test]
    fn any_text_is_an_error_or_a_dataset(text in "[a-z0-9.,;\t\"\n\\\\/ -]{0,200}") {
        let folder = Folder::new();
        folder.file("mos.csv", format!("name,mos\n{text}"));
        let _ = folder.with(&OpenOptions { outside: true, ..OpenOptions::default() });
    }
}
