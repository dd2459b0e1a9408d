//! The catalogue of weights: asked before anything is fetched.

use super::Bench;
use crate::weights::server::{File, Server};
use bpclip::app::{Action, Launch};
use bpclip_catalogue::{ENTRIES, Store};
use bpclip_core::device::DeviceChoice;
use egui_kittest::kittest::Queryable;

pub fn bench(mirror: &str) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("weights"), Some(mirror.to_owned())).unwrap();
    let launch = Launch {
        device: DeviceChoice::Cpu,
        weights: Some(store),
        ..Launch::default()
    };
    let kept = folder.path().join(".settings");
    Bench::launch(folder, launch, [1024.0, 640.0], kept)
}

#[test]
fn nothing_is_fetched_without_a_yes_and_what_is_wrong_is_not_kept() {
    // Another file than the catalogue's, of the same name.
    let server = Server::of(File::new(vec![7; 1000]));
    let mut bench = bench(&server.url);
    bench.apply(Action::Weights);
    bench.until("it is known what is there", |app| {
        app.state().weights.here.is_some()
    });
    for entry in ENTRIES {
        let name = bench.harness.query_all_by_label(entry.name).next();
        assert!(name.is_some(), "{}", entry.name);
    }
    bench.click("Download resnet50-v1");
    for said in [
        "102.5 MB",
        "BSD-3-Clause",
        "resnet50-0676ba61.pth",
        "0676ba61b679",
    ] {
        let found = bench.harness.query_all_by_label_contains(said).next();
        assert!(found.is_some(), "{said}");
    }
    bench.click("Do not download");
    assert!(server.requests().is_empty());

    bench.click("Download resnet50-v1");
    bench.click("Download 102.5 MB");
    bench.until("it has ended", |app| app.state().weights.ended.is_some());
    assert!(!server.requests().is_empty());
    let said = bench
        .harness
        .query_all_by_label_contains("this is another file");
    assert!(said.count() > 0);
    let kept = std::fs::read_dir(bench.path("weights")).unwrap();
    let kept: Vec<_> = kept
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    assert!(kept.iter().all(|name| !name.ends_with(".pth")), "{kept:?}");
}

#[test]
fn without_a_connection_it_says_how_to_do_it_by_hand() {
    // A port that nobody listens on.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let mut bench = bench(&format!("http://127.0.0.1:{port}"));
    bench.apply(Action::Weights);
    bench.until("it is known what is there", |app| {
        app.state().weights.here.is_some()
    });
    bench.click("Download resnet50-v1");
    bench.click("Download 102.5 MB");
    bench.until("it has ended", |app| app.state().weights.ended.is_some());
    let said = bench
        .harness
        .query_all_by_label_contains("By hand: download");
    assert!(said.count() > 0);
}
