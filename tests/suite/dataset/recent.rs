//! PIPAL, FLIVE, AGIQA-3K, UHD-IQA and PIQ23, on small made copies of their structure; the ratings are
//! invented.

use super::folder::{Folder, item, names};
use bpclip_train::dataset::{Columns, Layout, OpenOptions, Protocol, Subset, split};

fn close(value: f32, wanted: f32) -> bool {
    (value - wanted).abs() < 1e-6
}

fn subsets(dataset: &bpclip_train::dataset::Dataset) -> Vec<Option<Subset>> {
    dataset.items.iter().map(|item| item.subset).collect()
}

#[test]
fn pipal() {
    let folder = Folder::new();
    folder.file(
        "Train_Label/A0001.txt",
        "A0001_00_00.bmp,1400.5\nA0001_06_02.bmp,1200\n",
    );
    folder.file("Train_Label/A0002.txt", "A0002_00_00.bmp,1600.25\n");
    // What other systems leave beside a file.
    folder.file("Train_Label/._A0002.txt", "\u{0}\u{5}\u{16}\u{7}\n");
    folder.pictures([
        "Distortion_1/A0001_00_00.bmp",
        "Distortion_4/A0001_06_02.bmp",
    ]);
    folder.pictures([
        "Distortion_2/A0002_00_00.bmp",
        "Train_Ref/A0001.bmp",
        "Train_Ref/A0002.bmp",
    ]);
    let pipal = folder.open();
    assert_eq!(
        (pipal.layout, pipal.name.as_str()),
        (Layout::Pipal, "PIPAL")
    );
    assert_eq!(
        names(&pipal),
        ["A0001_00_00.bmp", "A0001_06_02.bmp", "A0002_00_00.bmp"]
    );
    let second = &pipal.items[1];
    assert_eq!(second.reference, Some(folder.at("Train_Ref/A0001.bmp")));
    assert_eq!(
        (second.label, second.distortion.as_deref()),
        (1200.0, Some("kind 06"))
    );
    assert_eq!(second.content, pipal.items[0].content);
    for list in ["Train_Label/A0001.txt", "Train_Label/A0002.txt"] {
        assert!(pipal.files.contains(&folder.at(list)), "{:?}", pipal.files);
    }
    assert!(pipal.items[2].mos > pipal.items[0].mos, "higher is better");
    assert!(
        !pipal.notes.is_empty(),
        "the scale is guessed, and that is said"
    );
    let both = OpenOptions {
        range: Some("1000..2000".parse().unwrap()),
        ..OpenOptions::default()
    };
    assert!(close(folder.with(&both).unwrap().items[1].mos, 0.2));
    folder.file("Train_Label/A0003.txt", "odd.bmp,1\n");
    let error = folder.with(&both).unwrap_err().to_string();
    assert!(
        error.contains("A0003.txt, row 1") && error.contains("odd.bmp"),
        "{error}"
    );
}

#[test]
fn flive_with_its_official_split() {
    let folder = Folder::new();
    folder.file(
        "labels_image.csv",
        "name,height,width,mos\nvoc/a.jpg,480,640,70\nvoc/b.jpg,480,640,40\nblur/c.jpg,480,640,55.5\n",
    );
    folder.pictures([
        "database/voc/a.jpg",
        "database/voc/b.jpg",
        "database/blur/c.jpg",
    ]);
    let without = folder.open();
    assert_eq!(
        (without.layout, without.name.as_str()),
        (Layout::Flive, "FLIVE")
    );
    assert_eq!(subsets(&without), [None; 3]);
    assert!(
        without
            .notes
            .iter()
            .any(|note| note.contains("labels640.csv"))
    );
    folder.file("labels640.csv", "name_image,mos_image\nblur/c.jpg,55.5\n");
    folder.file(
        "labels=640_padded.csv",
        "name_image,is_valid\nvoc/a.jpg,False\nvoc/b.jpg,True\n",
    );
    let flive = folder.open();
    let parts = [Subset::Train, Subset::Validation, Subset::Test].map(Some);
    assert_eq!(subsets(&flive), parts);
    assert!(close(item(&flive, "blur/c.jpg").mos, 0.555));
}

#[test]
fn agiqa_3k_and_another_data_csv() {
    let folder = Folder::new();
    let head = "name,prompt,adj1,adj2,style,mos_quality,std_quality,mos_align,std_align";
    let rows = "a.jpg,\"a cat, sitting\",,,anime,3.5,0.5,1,1\nb.jpg,\"a cat, sitting\",,,,1,0.25,2,1\nc.jpg,a dog,,,,5,0,5,0\n";
    folder.file("data.csv", format!("{head}\n{rows}"));
    folder.pictures(["a.jpg", "b.jpg", "c.jpg"]);
    let agiqa = folder.open();
    assert_eq!(
        (agiqa.layout, agiqa.name.as_str()),
        (Layout::Agiqa3k, "AGIQA-3K")
    );
    assert_eq!(agiqa.items[0].content, "a cat, sitting");
    assert_eq!(agiqa.items[0].content, agiqa.items[1].content);
    assert!(close(agiqa.items[0].mos, 0.7) && close(agiqa.items[0].std.unwrap(), 0.1));
    let other = Folder::new();
    other.file("data.csv", "name,mos\na.jpg,3.5\nb.jpg,1\n");
    other.pictures(["a.jpg", "b.jpg"]);
    assert_eq!(other.open().layout, Layout::Table);
}

#[test]
fn uhd_iqa_in_three_files() {
    let folder = Folder::new();
    folder.file(
        "uhd-iqa-training-metadata.csv",
        "image_name,quality_mos\n1.jpg,0.5\n2.jpg,0.25\n",
    );
    folder.pictures([
        "training/1.jpg",
        "training/2.jpg",
        "validation/3.jpg",
        "test/4.jpg",
    ]);
    let alone = folder.open();
    assert_eq!(
        (alone.layout, alone.name.as_str()),
        (Layout::UhdIqa, "UHD-IQA")
    );
    assert!(
        alone
            .notes
            .iter()
            .any(|note| note.contains("training part"))
    );
    folder.file(
        "uhd-iqa-validation-metadata.csv",
        "image_name,quality_mos,set\n3.jpg,0.75,validation\n",
    );
    folder.file(
        "uhd-iqa-test-metadata.csv",
        "image_name,quality_mos\n4.jpg,1\n",
    );
    let whole = folder.open();
    let parts = [
        Subset::Train,
        Subset::Train,
        Subset::Validation,
        Subset::Test,
    ]
    .map(Some);
    assert_eq!(subsets(&whole), parts);
    assert_eq!(
        item(&whole, "3.jpg").distorted,
        folder.at("validation/3.jpg")
    );
    assert!(close(item(&whole, "3.jpg").mos, 0.75));
}

#[test]
fn piq23_and_its_two_splits() {
    let folder = Folder::new();
    let head = "IMAGE PATH,IMAGE,JOD,JOD STD,CI LOW,CI HIGH,CI RANGE,QUALITY LEVEL,CLUSTER,TOTAL COMPARISONS,SCENE,ATTRIBUTE,SCENE IDX,CONDITION";
    let row = |number: u32, jod: f64, scene: &str| {
        let name = format!("{number}_{scene}_0.JPG");
        format!("Overall\\{name},{name},{jod},0.5,0,0,0,1,1,9,{scene},Overall,0,Indoor\n")
    };
    let rows = [
        row(1, -1.5, "Indoor_1"),
        row(2, 2.0, "Indoor_1"),
        row(3, 0.0, "Night_2"),
    ]
    .concat();
    folder.file("Scores_Overall.csv", format!("{head}\n{rows}"));
    folder.file(
        "Test split/Device Split.csv",
        "IMAGE,SPLIT\n1_Indoor_1_0.JPG,Train\n2_Indoor_1_0.JPG,Test\n3_Night_2_0.JPG,Train\n",
    );
    folder.file(
        "Test split/Scene Split.csv",
        "SCENE,SPLIT\nIndoor_1,Train\nNight_2,Test\n",
    );
    folder.pictures([
        "Overall/1_Indoor_1_0.JPG",
        "Overall/2_Indoor_1_0.JPG",
        "Overall/3_Night_2_0.JPG",
    ]);
    let by_device = folder.open();
    assert_eq!(
        (by_device.layout, by_device.name.as_str()),
        (Layout::Piq23, "PIQ23")
    );
    let parts = [Subset::Train, Subset::Test, Subset::Train].map(Some);
    assert_eq!(subsets(&by_device), parts);
    let split_file = folder.at("Test split/Device Split.csv");
    assert!(by_device.files.contains(&split_file));
    assert_eq!(by_device.items[0].content, "Indoor_1");
    assert!(by_device.items[1].mos > by_device.items[2].mos);
    let scene = OpenOptions {
        columns: Columns {
            split: Some("scene".into()),
            ..Columns::default()
        },
        ..OpenOptions::default()
    };
    let by_scene = folder.with(&scene).unwrap();
    let parts = [Subset::Train, Subset::Train, Subset::Test].map(Some);
    assert_eq!(subsets(&by_scene), parts);
    assert_eq!(split(&by_scene, Protocol::Official, 0).unwrap().test, [2]);
}

#[test]
fn the_same_as_pyiqa_has_them() {
    let folder = Folder::new();
    folder.pictures(["a.jpg", "b.jpg", "r.bmp"]);
    for (name, table, wanted) in [
        (
            "meta_info_PIPALDataset.csv",
            "hq_name,dist_name,elo_score\nr.bmp,a.jpg,1400\nr.bmp,b.jpg,1500\n",
            None,
        ),
        (
            "meta_info_FLIVEDataset.csv",
            "img_name/patch_name,mos,split\na.jpg,40,0\nb.jpg,80,2\n",
            Some(Subset::Test),
        ),
        (
            "meta_info_AGIQA3KDataset.csv",
            "img_name,mos_quality,std_quality\na.jpg,1,0\nb.jpg,4,1\n",
            None,
        ),
        (
            "meta_info_UHDIQADataset.csv",
            "img_name,quality_mos\na.jpg,0.1\nb.jpg,0.8\n",
            None,
        ),
        (
            "meta_info_PIQDataset.csv",
            "IMAGE PATH,JOD,JOD STD,SCENE\na.jpg,-1,0.5,x\nb.jpg,1,0.5,x\n",
            None,
        ),
    ] {
        folder.file(name, table);
        let options = OpenOptions {
            table: Some(name.into()),
            ..OpenOptions::default()
        };
        let read = folder.with(&options).unwrap();
        assert_eq!(read.layout, Layout::Pyiqa, "{name}");
        assert_eq!(read.items.len(), 2, "{name}");
        assert!(read.items[1].mos > read.items[0].mos, "{name}");
        assert_eq!(read.items[1].subset, wanted, "{name}");
    }
}
