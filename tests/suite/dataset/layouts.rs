//! Each public layout, on a small made copy of its structure.

use super::folder::{Folder, item, names};
use bpclip_train::dataset::{Columns, Layout, OpenOptions, Protocol, Subset, split};

fn close(value: f32, wanted: f32) -> bool {
    (value - wanted).abs() < 1e-6
}

#[test]
fn live_realigned() {
    let folder = Folder::new();
    folder.fixture("live/refnames_all.mat", "refnames_all.mat");
    folder.fixture("live/dmos.mat", "dmos.mat");
    folder.fixture("live/dmos_realigned.mat", "dmos_realigned.mat");
    // The first and the last of a folder's, and a copy of a reference, the fifth.
    folder.pictures([
        "jp2k/img1.bmp",
        "jp2k/img5.bmp",
        "jp2k/img227.bmp",
        "jpeg/img1.bmp",
    ]);
    folder.pictures([
        "fastfading/img174.bmp",
        "refimgs/ref00.bmp",
        "refimgs/ref23.bmp",
    ]);
    let live = folder.open();
    assert_eq!((live.layout, live.name.as_str()), (Layout::Live, "LIVE"));
    assert!(live.label.lower_better);
    assert_eq!(live.items.len() + live.skipped.len(), 982 - 196);
    let there = [
        "jp2k/img1.bmp",
        "jp2k/img227.bmp",
        "jpeg/img1.bmp",
        "fastfading/img174.bmp",
    ];
    assert_eq!(names(&live), there);

    let first = item(&live, "jp2k/img1.bmp");
    assert_eq!((first.label, first.content.as_str()), (-2.0, "ref00.bmp"));
    assert_eq!(first.reference, Some(folder.at("refimgs/ref00.bmp")));
    assert!(close(first.mos, 1.0 - 1.0 / 115.0));
    assert!(close(first.std.unwrap(), 1.0 / 115.0));
    // The element 228, so the index 227: 20 + 47 - 22.
    let jpeg = item(&live, "jpeg/img1.bmp");
    assert_eq!(
        (jpeg.label, jpeg.distortion.as_deref()),
        (45.0, Some("jpeg"))
    );
    assert_eq!(jpeg.content, "ref24.bmp");
    // The last: 20 + 981 % 60 - 22.
    assert_eq!(item(&live, "fastfading/img174.bmp").label, 19.0);
    // References 24 (two pictures) are not there.
    assert!(
        live.notes
            .iter()
            .any(|note| note.contains("dmos_new") && note.contains("196"))
    );
    assert!(
        live.notes
            .iter()
            .any(|note| note.contains("References of 2")),
        "{:?}",
        live.notes
    );
}

#[test]
fn live_as_first_released() {
    let folder = Folder::new();
    folder.fixture("live/refnames_all.mat", "refnames_all.mat");
    folder.fixture("live/dmos.mat", "dmos.mat");
    folder.pictures(["wn/img1.bmp", "gblur/img1.bmp", "refimgs/ref25.bmp"]);
    let live = folder.open();
    // The indices 460 and 634; the latter is a copy.
    assert_eq!(names(&live), ["wn/img1.bmp"]);
    assert_eq!((live.items[0].label, live.items[0].std), (60.0, None));
    assert!(close(live.items[0].mos, 0.4));

    folder.fixture("live/dmos_realigned.mat", "dmos_realigned.mat");
    assert_eq!(folder.open().items[0].label, 38.0);
    let older = OpenOptions {
        table: Some("dmos.mat".into()),
        ..OpenOptions::default()
    };
    assert_eq!(folder.with(&older).unwrap().items[0].label, 60.0);
}

#[test]
fn csiq_as_a_list() {
    let folder = Folder::new();
    folder.file(
        "csiq_label.txt",
        "1600.AWGN.1.png 0.061989\n1600.BLUR.5.png 0.9\nlady_liberty.jpeg2000.2.png 0\n1600.contrast.3.png 1\n",
    );
    folder.pictures([
        "dst_imgs/awgn/1600.AWGN.1.png",
        "dst_imgs/blur/1600.BLUR.5.png",
    ]);
    folder.pictures(["dst_imgs/jpeg2000/lady_liberty.jpeg2000.2.png"]);
    folder.pictures(["dst_imgs/contrast/1600.contrast.3.png", "src_imgs/1600.png"]);
    folder.pictures(["src_imgs/lady_liberty.png"]);
    let csiq = folder.open();
    assert_eq!((csiq.layout, csiq.items.len()), (Layout::Csiq, 4));
    let first = &csiq.items[0];
    assert_eq!(first.distorted, folder.at("dst_imgs/awgn/1600.AWGN.1.png"));
    assert_eq!(first.reference, Some(folder.at("src_imgs/1600.png")));
    assert_eq!(
        (first.distortion.as_deref(), first.level),
        (Some("awgn"), Some(1))
    );
    assert!(close(first.mos, 1.0 - 0.061_989));
    assert_eq!(csiq.items[2].mos, 1.0);
    assert_eq!(csiq.items[3].mos, 0.0);
    assert_eq!(csiq.items[2].content, "lady_liberty.png");
}

#[test]
fn csiq_as_the_exported_sheet() {
    let folder = Folder::new();
    let sheet = concat!(
        ",,,,,,,,,\r\n,,,all images,,,,,,\r\n,,,,,,,,,\r\n",
        ",,,image,dst_idx,dst_type,dst_lev,dmos_std,dmos,\r\n",
        ",,,1600,1,noise,1,0.0612,0.062,\r\n",
        ",,,1600,3,jpeg 2000,4,0.05,0.5,\r\n",
        ",,,,,,,,,\r\n,,,,,,,,0.4,\r\n",
    );
    folder.file("csiq.DMOS.csv", sheet);
    // All distorted pictures in one folder, as many keep them.
    folder.pictures(["dst_imgs/1600.AWGN.1.png", "dst_imgs/1600.jpeg2000.4.png"]);
    folder.pictures(["src_imgs/1600.png"]);
    let csiq = folder.open();
    assert_eq!(names(&csiq), ["1600.AWGN.1.png", "1600.jpeg2000.4.png"]);
    let second = &csiq.items[1];
    assert_eq!((second.label, second.level), (0.5, Some(4)));
    assert_eq!(second.distortion.as_deref(), Some("jpeg2000"));
    assert!(close(second.std.unwrap(), 0.05));

    folder.file("csiq.DMOS.csv", sheet.replace("jpeg 2000", "jpeg 3000"));
    assert_eq!(
        folder.error(),
        "csiq.DMOS.csv, row 6, column dst_type: `jpeg 3000` is no distortion of CSIQ"
    );
    folder.file("csiq.DMOS.csv", sheet.replace("dst_lev", "level"));
    assert_eq!(
        folder.error(),
        "csiq.DMOS.csv, row 4: has no column dst_lev but image, dst_idx, dst_type, level, dmos_std, dmos"
    );
}

#[test]
fn spreadsheets_say_how_to_go_on() {
    let folder = Folder::new();
    folder.file("csiq.DMOS.xlsx", b"PK\x03\x04");
    let error = folder.error();
    assert!(error.contains("csiq.DMOS.xlsx is a spreadsheet"), "{error}");
    assert!(
        error.contains("all_by_image") && error.contains("as csiq.DMOS.csv"),
        "{error}"
    );

    let folder = Folder::new();
    folder.file(
        "Annotations/MOS and Image attribute scores.xlsx",
        b"PK\x03\x04",
    );
    let error = folder.error();
    assert!(
        error.contains("as MOS and Image attribute scores.csv"),
        "{error}"
    );

    let folder = Folder::new();
    folder.file("ours.xlsx", b"PK\x03\x04");
    let named = OpenOptions {
        table: Some("ours.xlsx".into()),
        ..OpenOptions::default()
    };
    assert!(folder.error_with(&named).contains("is a spreadsheet"));
}

#[test]
fn tid2013_with_its_capitals() {
    let folder = Folder::new();
    folder.file(
        "mos_with_names.txt",
        "5.51429 I01_01_1.bmp\r\n5.56757 i01_01_2.bmp\r\n5.91429 i01_11_1.bmp\r\n5.14286 i25_24_5.bmp\r\n",
    );
    folder.file("mos_std.txt", "0.13013\r\n0.16008\r\n0.16349\r\n0.09\r\n");
    folder.pictures([
        "distorted_images/I01_01_1.bmp",
        "distorted_images/i01_01_2.bmp",
    ]);
    folder.pictures([
        "distorted_images/I01_11_1.BMP",
        "distorted_images/I25_24_5.bmp",
    ]);
    folder.pictures(["reference_images/I01.BMP", "reference_images/i25.bmp"]);
    let tid = folder.open();
    assert_eq!((tid.layout, tid.items.len()), (Layout::Tid2013, 4));
    assert!(!tid.label.lower_better);
    assert_eq!(
        tid.items[2].distorted,
        folder.at("distorted_images/I01_11_1.BMP")
    );
    assert_eq!(
        tid.items[2].reference,
        Some(folder.at("reference_images/I01.BMP"))
    );
    assert_eq!(tid.items[2].distortion.as_deref(), Some("JPEG 2000"));
    assert_eq!(
        tid.items[3].reference,
        Some(folder.at("reference_images/i25.bmp"))
    );
    assert_eq!(tid.items[3].level, Some(5));
    let contents: Vec<&str> = tid.items.iter().map(|item| item.content.as_str()).collect();
    assert_eq!(contents, ["i01.bmp", "i01.bmp", "i01.bmp", "i25.bmp"]);
    assert!(close(tid.items[0].mos, 5.51429 / 9.0));
    assert!(close(tid.items[1].std.unwrap(), 0.16008 / 9.0));

    folder.file("mos_std.txt", "0.1\n0.1\n");
    assert_eq!(
        folder.error(),
        "mos_std.txt: has 2 deviations for the 4 labels of mos_with_names.txt: unpack both again"
    );
    folder.file("mos_std.txt", "0.1\n0.1\n0.1\n-0.1\n");
    assert!(
        folder
            .error()
            .starts_with("mos_std.txt, row 4, column std: -0.1 is below 0")
    );
}

#[test]
fn kadid10k_whose_dmos_is_a_mos() {
    let folder = Folder::new();
    folder.file(
        "kadid10k/dmos.csv",
        "dist_img,ref_img,dmos,var\nI01_01_01.png,I01.png,4.57,0.496\nI81_25_05.png,I81.png,1.0,0\n",
    );
    folder.pictures(["kadid10k/images/I01_01_01.png", "kadid10k/images/I01.png"]);
    folder.pictures(["kadid10k/images/I81_25_05.png", "kadid10k/images/I81.png"]);
    // In the folder around it, as it was unpacked.
    let kadid = folder.open();
    assert_eq!(
        (kadid.layout, kadid.root),
        (Layout::Kadid10k, folder.at("kadid10k"))
    );
    assert!(!kadid.label.lower_better);
    assert!(close(kadid.items[0].mos, 3.57 / 4.0));
    assert!(close(kadid.items[0].std.unwrap(), 0.496 / 4.0));
    assert_eq!(kadid.items[1].mos, 0.0);
    assert_eq!(
        kadid.items[1].distortion.as_deref(),
        Some("contrast change")
    );
    assert_eq!(
        kadid.items[1].reference,
        Some(folder.at("kadid10k/images/I81.png"))
    );
}

#[test]
fn clive_without_the_training_pictures() {
    let folder = Folder::new();
    for name in ["AllImages_release", "AllMOS_release", "AllStdDev_release"] {
        let file = format!("{name}.mat");
        folder.fixture(
            &format!("clive/{file}"),
            &format!("ChallengeDB_release/Data/{file}"),
        );
    }
    let images = "ChallengeDB_release/Images";
    for name in [
        "trainingImages/t1.bmp",
        "3.bmp",
        "5.bmp",
        "533.JPG",
        "1024.bmp",
    ] {
        folder.pictures([format!("{images}/{name}").as_str()]);
    }
    let clive = folder.open();
    assert_eq!(
        (clive.layout, clive.name.as_str()),
        (Layout::Clive, "CLIVE")
    );
    assert_eq!(names(&clive), ["3.bmp", "5.bmp", "533.JPG", "1024.bmp"]);
    // The ninth of 12: 5 * 8 + 10.25, and 8 + 10.
    assert_eq!(clive.items[1].label, 50.25);
    assert!(close(clive.items[1].mos, 0.5025));
    assert!(close(clive.items[1].std.unwrap(), 0.18));
    assert!(
        clive
            .notes
            .iter()
            .any(|note| note.starts_with("The 7 pictures"))
    );
    assert_eq!(clive.skipped.len(), 1);
    assert_eq!(clive.skipped[0].name, "9.bmp");
    assert!(
        clive.skipped[0].reason.contains("Images"),
        "{}",
        clive.skipped[0].reason
    );
}

#[test]
fn koniq10k_with_its_official_split() {
    let folder = Folder::new();
    folder.file(
        "koniq10k_distributions_sets.csv",
        concat!(
            "image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set\n",
            "1.jpg,0.0,0.0,0.2,0.7,0.1,105,77.4,0.528,training\n",
            "2.jpg,0.0,0.0,0.5,0.5,0.0,96,68.7,0.58,test\n",
            "3.jpg,0.0,0.0,0.5,0.5,0.0,96,3.9,0.6,validation\n",
        ),
    );
    folder.pictures(["1024x768/1.jpg", "1024x768/2.jpg", "1024x768/3.jpg"]);
    let koniq = folder.open();
    assert_eq!((koniq.layout, koniq.items.len()), (Layout::Koniq10k, 3));
    assert_eq!(koniq.items[1].subset, Some(Subset::Test));
    assert!(close(koniq.items[0].mos, 0.774));
    // The deviation is of ratings from 1 to 5.
    assert!(close(koniq.items[0].std.unwrap(), 0.528 / 4.0));
    let official = split(&koniq, Protocol::Official, 0).unwrap();
    assert_eq!(
        (official.train, official.validation, official.test),
        (vec![0], vec![2], vec![1])
    );
}

#[test]
fn koniq10k_without_a_split() {
    let folder = Folder::new();
    folder.file(
        "koniq10k_scores_and_distributions.csv",
        concat!(
            "\"image_name\",\"c1\",\"c2\",\"c3\",\"c4\",\"c5\",\"c_total\",\"MOS\",\"SD\",\"MOS_zscore\"\n",
            "\"1.jpg\",0,0,25,73,7,105,3.83,0.527,77.38\n",
            "\"2.jpg\",0,3,45,47,1,96,3.48,0.58,68.73\n",
        ),
    );
    folder.pictures(["512x384/1.jpg", "512x384/2.jpg"]);
    let koniq = folder.open();
    assert_eq!(koniq.items[0].label, 77.38);
    assert_eq!(koniq.items[0].subset, None);
    assert!(
        koniq
            .notes
            .iter()
            .any(|note| note.contains("koniq10k_distributions_sets.csv"))
    );
    assert!(split(&koniq, Protocol::Official, 0).is_err());
}

#[test]
fn spaq_as_exported() {
    let folder = Folder::new();
    folder.file(
        "Annotations/MOS and Image attribute scores.csv",
        "\u{feff}Image name;MOS;Brightness\r\n00001.jpg;48,86;47,43\r\n00002.jpg;62,5;55,38\r\n",
    );
    folder.pictures(["TestImage/00001.jpg", "TestImage/00002.jpg"]);
    let spaq = folder.open();
    assert_eq!((spaq.layout, spaq.shorter_side), (Layout::Spaq, Some(448)));
    assert_eq!(spaq.items[0].label, 48.86);
    assert!(close(spaq.items[1].mos, 0.625));
}

#[test]
fn pyiqa_pairs_with_a_chosen_split() {
    let folder = Folder::new();
    folder.file(
        "meta_info/meta_info_CSIQDataset.csv",
        concat!(
            "ref_name,dist_name,dmos,ratio802_seed123_split_01,ratio802_seed123_split_02\r\n",
            "1600.png,1600.AWGN.1.png,0.061989,train,val\r\n",
            "trolley.png,trolley.BLUR.1.png,0.2,val,train\r\n",
        ),
    );
    folder.pictures([
        "CSIQ/dst_imgs/1600.AWGN.1.png",
        "CSIQ/dst_imgs/trolley.BLUR.1.png",
    ]);
    folder.pictures(["CSIQ/src_imgs/1600.png", "CSIQ/src_imgs/trolley.png"]);
    let mut options = OpenOptions {
        table: Some(folder.at("meta_info/meta_info_CSIQDataset.csv")),
        ..OpenOptions::default()
    };
    let csiq = bpclip_train::dataset::open(&folder.at("CSIQ"), &options).unwrap();
    assert_eq!((csiq.layout, csiq.name.as_str()), (Layout::Pyiqa, "CSIQ"));
    assert!(csiq.label.lower_better);
    assert_eq!(
        csiq.items[0].reference,
        Some(folder.at("CSIQ/src_imgs/1600.png"))
    );
    assert_eq!(csiq.items[0].subset, None);
    let note = csiq
        .notes
        .iter()
        .find(|note| note.contains("ratio802_seed123_split_02"));
    assert!(note.unwrap().contains("--split-column"));

    options.columns.split = Some("ratio802_seed123_split_02".into());
    let csiq = bpclip_train::dataset::open(&folder.at("CSIQ"), &options).unwrap();
    // What is left of such a split is called val, and is what to measure on.
    let official = split(&csiq, Protocol::Official, 0).unwrap();
    assert_eq!(
        (official.train, official.validation, official.test),
        (vec![1], vec![], vec![0])
    );
}

#[test]
fn pyiqa_single_pictures() {
    let folder = Folder::new();
    folder.file(
        "meta_info_KonIQ10kDataset.csv",
        "img_name,mos,std,official_split,c1\n1.jpg,77.4,0.528,train,0\n2.jpg,68.7,0.58,test,0\n",
    );
    folder.pictures(["512x384/1.jpg", "512x384/2.jpg"]);
    let koniq = folder.open();
    assert_eq!(
        (koniq.layout, koniq.name.as_str()),
        (Layout::Pyiqa, "KonIQ-10k")
    );
    assert_eq!(koniq.items[1].subset, Some(Subset::Test));
    assert!(close(koniq.items[0].std.unwrap(), 0.528 / 4.0));

    // As older versions have it.
    folder.file(
        "meta_info_KonIQ10kDataset.csv",
        "img_name,mos,std,split,c1\n1.jpg,77.4,0.528,0,0\n2.jpg,68.7,0.58,2,0\n",
    );
    assert_eq!(folder.open().items[1].subset, Some(Subset::Test));

    let folder = Folder::new();
    folder.file(
        "meta_info_LIVEChallengeDataset.csv",
        "img_name,mos,std\nt1.bmp,63.9,18.3\ntrainingImages/t2.bmp,25.3,13\n3.bmp,60.5,17.0\n533.JPG,12.3,15.5\n",
    );
    folder.pictures([
        "Images/trainingImages/t1.bmp",
        "Images/3.bmp",
        "Images/533.jpg",
    ]);
    let clive = folder.open();
    assert_eq!(names(&clive), ["3.bmp", "533.JPG"]);
    assert_eq!(clive.items[1].distorted, folder.at("Images/533.jpg"));
}

#[test]
fn pyiqa_datasets_that_are_not_known() {
    let folder = Folder::new();
    folder.file(
        "meta_info_GFIQADataset.csv",
        "img_name,mos,std\n1.jpg,0.7,0.1\n2.jpg,0.3,0.2\n",
    );
    folder.pictures(["image/1.jpg", "image/2.jpg"]);
    let faces = folder.open();
    assert_eq!((faces.label.min, faces.label.max), (0.0, 1.0));
    assert!(faces.notes[0].contains("--range"));
}

#[test]
fn ladders() {
    let folder = Folder::new();
    folder.file(
        "ladder.csv",
        concat!(
            "name,reference,distortion,level,strength,dimension,ssimulacra2,label\n",
            "a/untouched.png,a/untouched.png,,0,0,,100.0000,100.0000\n",
            "a/haze-1.png,a/untouched.png,haze,1,0.2,contrast,81.5,81.5\n",
            "a/mixed-1-5.png,a/untouched.png,haze+jpeg,5,1,contrast+fidelity,-12.5,7.2776\n",
        ),
    );
    folder.pictures(["a/untouched.png", "a/haze-1.png", "a/mixed-1-5.png"]);
    let ladder = folder.open();
    assert_eq!((ladder.layout, ladder.items.len()), (Layout::Ladder, 3));
    let [first, haze, mixed] = &ladder.items[..] else {
        panic!("{:?}", ladder.items)
    };
    assert_eq!((first.mos, first.level), (1.0, Some(0)));
    assert_eq!((&first.distortion, &first.dimension), (&None, &None));
    assert_eq!(haze.distortion.as_deref(), Some("haze"));
    assert_eq!(haze.dimension.as_deref(), Some("contrast"));
    assert_eq!(haze.reference, Some(folder.at("a/untouched.png")));
    assert_eq!((mixed.label, mixed.level), (-12.5, Some(5)));
    assert!(close(mixed.mos, 0.072_776));
    assert!(
        ladder
            .items
            .iter()
            .all(|item| item.content == "a/untouched.png")
    );

    let header = "name,reference,distortion,level,dimension,ssimulacra2";
    let rows = "a/untouched.png,a/untouched.png,,0,,100\na/haze-1.png,a/untouched.png,haze,1,contrast,-3\n";
    folder.file("ladder.csv", format!("{header}\n{rows}"));
    assert_eq!(folder.open().items[1].mos, 0.0);
    folder.file(
        "ladder.csv",
        format!("{header}\n{rows}").replace(",1,", ",0.5,"),
    );
    assert_eq!(
        folder.error(),
        "ladder.csv, row 3, column level: 0.5 is no whole number"
    );
    folder.file(
        "ladder.csv",
        format!("{header},label\n{}", rows.replace('\n', ",120\n")),
    );
    assert_eq!(
        folder.error(),
        "ladder.csv, row 2, column label: 120 is not from 0 to 100"
    );
}

#[test]
fn what_is_said_of_a_known_layout_holds() {
    let folder = Folder::new();
    folder.file(
        "dmos.csv",
        "dist_img,ref_img,dmos,var\na.png,r.png,4,1\nb.png,r.png,2,1\n",
    );
    folder.pictures(["here/a.png", "here/b.png", "there/r.png"]);
    let options = OpenOptions {
        range: Some("0..10".parse().unwrap()),
        lower_better: Some(true),
        images: Some("here".into()),
        references: Some(folder.at("there")),
        ..OpenOptions::default()
    };
    let dataset = folder.with(&options).unwrap();
    assert_eq!(dataset.layout, Layout::Kadid10k);
    assert!(close(dataset.items[0].mos, 0.6));
    assert!(close(dataset.items[0].std.unwrap(), 0.1));
    assert_eq!(dataset.items[0].reference, Some(folder.at("there/r.png")));
}

/// A folder of pictures need not be named in text.
#[cfg(target_os = "linux")]
#[test]
fn pictures_lie_in_a_folder_of_any_name() {
    use std::os::unix::ffi::OsStringExt;
    let folder = Folder::new();
    folder.file("table.csv", "name,mos\na.png,1\nb.png,5\n");
    folder.pictures(["here/a.png", "here/b.png"]);
    let odd = std::ffi::OsString::from_vec(b"here-\xff".to_vec());
    std::fs::rename(folder.at("here"), folder.path().join(&odd)).unwrap();
    let options = OpenOptions {
        images: Some(odd.into()),
        ..OpenOptions::default()
    };
    assert_eq!(folder.with(&options).unwrap().items.len(), 2);
}

#[test]
fn a_layout_can_be_named() {
    // Someone else's table that is called as KADID-10k's is.
    let folder = Folder::new();
    folder.file("dmos.csv", "picture,dmos\na.png,20\nb.png,80\n");
    folder.pictures(["a.png", "b.png"]);
    let dataset = folder.open();
    assert_eq!(
        (dataset.layout, dataset.label.lower_better),
        (Layout::Table, true)
    );

    // Two datasets in one folder.
    folder.file("mos_with_names.txt", "5 i01_01_1.bmp\n4 i01_01_2.bmp\n");
    folder.file("csiq_label.txt", "a.AWGN.1.png 0.5\n");
    assert_eq!(
        folder.error(),
        "FOLDER holds several datasets: CSIQ, TID2013; say which with --layout"
    );
    folder.pictures(["i01_01_1.bmp", "i01_01_2.bmp"]);
    let options = OpenOptions {
        layout: Some(Layout::Tid2013),
        columns: Columns::default(),
        ..OpenOptions::default()
    };
    assert_eq!(folder.with(&options).unwrap().items.len(), 2);
    let options = OpenOptions {
        layout: Some(Layout::Table),
        ..OpenOptions::default()
    };
    assert_eq!(folder.with(&options).unwrap().table, folder.at("dmos.csv"));
}
