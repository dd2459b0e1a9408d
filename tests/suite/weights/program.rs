//! `bpclip weights` as a process.

use super::server::{File, Server, sha256};
use super::{files, some_bytes};
use crate::process::{self, PROGRAM, code, err, out, wait_until};
use crate::skip::skip;
use bpclip_catalogue::{ENTRIES, Origin};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// An entry whose digest the origin publishes, so that a server of the test's can be its origin.
const NAME: &str = "tf_efficientnet_lite1";
const FILE: &str = "tf_efficientnet_lite1.safetensors";
const PATH: &str = "/timm/tf_efficientnet_lite1.in1k/resolve/main/model.safetensors";

fn command(cache: &Path, server: &Server, arguments: &[&str]) -> Command {
    let mut command = process::command(["weights"]);
    command
        .args(arguments)
        .env("BPCLIP_CACHE", cache)
        .env("BPCLIP_MIRROR", &server.url)
        .stdin(Stdio::null());
    command
}

fn weights(cache: &Path, server: &Server, arguments: &[&str]) -> Output {
    command(cache, server, arguments).output().unwrap()
}

/// A cache folder, the folder of weights in it, a server and its bytes.
struct Place {
    cache: tempfile::TempDir,
    folder: PathBuf,
    server: Server,
    bytes: Vec<u8>,
}

impl Place {
    fn new(change: impl FnOnce(&mut File)) -> Self {
        let bytes = some_bytes(400_000);
        let mut file = File::published(bytes.clone());
        change(&mut file);
        let cache = tempfile::tempdir().unwrap();
        Self {
            folder: cache.path().join("weights"),
            cache,
            server: Server::of(file),
            bytes,
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        weights(self.cache.path(), &self.server, arguments)
    }
}

#[test]
fn the_list_says_what_there_is() {
    let place = Place::new(|_| {});
    let output = place.run(&["list"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let table = out(&output);
    for part in [
        "resnet50-v1",
        "resnet50-v2",
        "tf_efficientnet_lite4",
        "clip-rn50",
        "clip-vit-b32",
        "minilm",
        "bpclip-nr",
        "102.5 MB",
        "Apache-2.0",
        "in the program",
    ] {
        assert!(table.contains(part), "{part} is not in\n{table}");
    }

    std::fs::create_dir_all(&place.folder).unwrap();
    std::fs::write(place.folder.join(FILE), b"anything").unwrap();
    std::fs::write(place.folder.join("resnet50-0676ba61.pth.part"), b"12345").unwrap();
    let output = place.run(&["list", "--format", "json"]);
    let list: Vec<Value> = serde_json::from_str(&out(&output)).unwrap();
    let of = |name: &str| list.iter().find(|line| line["name"] == name).unwrap();
    assert_eq!(of(NAME)["state"], "here");
    assert_eq!(of(NAME)["sha256"], Value::Null);
    assert_eq!(of(NAME)["exact"], false);
    assert_eq!(of("clip-rn50")["state"], "absent");
    assert_eq!(of("bpclip-fr")["state"], "bundled");
    let resnet = of("resnet50-v1");
    assert_eq!(resnet["state"], "partly");
    assert_eq!(resnet["arrived"], 5);
    assert_eq!(resnet["bytes"], 102_530_333);
    assert_eq!(resnet["licence"], "BSD-3-Clause");
    let file = place.folder.join("resnet50-0676ba61.pth");
    assert_eq!(resnet["file"], file.to_str().unwrap());
    assert!(
        resnet["next"]
            .as_str()
            .unwrap()
            .contains(file.to_str().unwrap())
    );
    assert!(place.server.requests().is_empty());
}

#[test]
fn nothing_is_fetched_without_a_word() {
    let place = Place::new(|_| {});
    let output = place.run(&["fetch", NAME]);
    assert_eq!(code(&output), 2);
    let text = err(&output);
    for part in ["--yes", "about 21.9 MB", "Apache-2.0", PATH] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(place.server.requests().is_empty());
    assert!(!place.folder.exists());
}

#[test]
fn fetched_then_checked() {
    let place = Place::new(|_| {});
    let output = place.run(&["fetch", "--yes", NAME]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let file = place.folder.join(FILE);
    assert_eq!(out(&output).trim(), file.to_str().unwrap());
    assert!(
        err(&output).contains("next: bpclip import"),
        "{}",
        err(&output)
    );
    assert_eq!(place.server.requests()[0].path, PATH);
    assert_eq!(std::fs::read(&file).unwrap(), place.bytes);

    for arguments in [
        &["verify"][..],
        &["verify", NAME],
        &["verify", file.to_str().unwrap()],
    ] {
        let output = place.run(arguments);
        assert_eq!(code(&output), 0, "{}", err(&output));
        assert!(
            out(&output).contains(&format!("right: {NAME}")),
            "{}",
            out(&output)
        );
        assert!(out(&output).contains(&sha256(&place.bytes)));
    }

    std::fs::write(&file, b"something else").unwrap();
    let output = place.run(&["verify", NAME]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("wrong"), "{}", err(&output));
    assert!(err(&output).contains(&sha256(&place.bytes)));
    assert_eq!(place.server.requests().len(), 1, "checking asks nobody");
}

#[test]
fn files_from_anywhere_are_told_apart() {
    let place = Place::new(|_| {});
    for entry in ENTRIES {
        if entry.origin == Origin::Bundled {
            let file = format!("weights/{}.safetensors", entry.name);
            assert_eq!(
                Path::new(&file).metadata().unwrap().len(),
                entry.size.bytes()
            );
            let output = place.run(&["verify", &file]);
            assert_eq!(
                code(&output),
                0,
                "a release that the catalogue does not know: {}",
                err(&output)
            );
            assert!(
                out(&output).contains(&format!("right: {}", entry.name)),
                "{}",
                out(&output)
            );
        }
    }

    let strange = place.cache.path().join("strange.bin");
    std::fs::write(&strange, b"strange").unwrap();
    let missing = place.cache.path().join("missing.bin");
    let output = place.run(&[
        "verify",
        strange.to_str().unwrap(),
        missing.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("unknown"), "{}", err(&output));
    assert!(err(&output).contains(&sha256(b"strange")));
    assert!(err(&output).contains("missing.bin"), "{}", err(&output));

    // Put there by hand: nothing here knows its digest.
    std::fs::create_dir_all(&place.folder).unwrap();
    std::fs::write(place.folder.join(FILE), b"by hand").unwrap();
    let output = place.run(&["verify", NAME]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("not proven"), "{}", err(&output));
    assert!(err(&output).contains("https://huggingface.co/timm/tf_efficientnet_lite1.in1k"));
}

#[test]
fn the_path_leads_to_where_a_file_belongs() {
    let place = Place::new(|_| {});
    let output = place.run(&["path"]);
    assert_eq!(out(&output).trim(), place.folder.to_str().unwrap());
    let output = place.run(&["path", NAME]);
    assert_eq!(code(&output), 0);
    assert_eq!(
        out(&output).trim(),
        place.folder.join(FILE).to_str().unwrap()
    );
    assert!(err(&output).contains("not there yet"), "{}", err(&output));
    assert_eq!(code(&place.run(&["path", "bpclip-nr"])), 2);
    let output = place.run(&["path", "resnet51"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("resnet50-v1"), "{}", err(&output));
    assert_eq!(code(&place.run(&["fetch", "--yes", "resnet51"])), 2);
    let output = place.run(&["fetch", "--yes", "bpclip-nr"]);
    assert_eq!(code(&output), 0);
    assert!(err(&output).contains("part of the program"));
}

#[test]
fn a_wrong_mirror_is_said() {
    let place = Place::new(|_| {});
    let output = command(place.cache.path(), &place.server, &["list"])
        .env("BPCLIP_MIRROR", "mirror.example")
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("BPCLIP_MIRROR"), "{}", err(&output));
}

#[test]
fn a_proxy_of_the_environment_is_asked_but_not_for_this_machine() {
    let proxy = Server::start(|_, _, stream| {
        let refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
        std::io::Write::write_all(stream, refusal)
    });
    let place = Place::new(|_| {});
    let through = |command: &mut Command| {
        for name in [
            "ALL_PROXY",
            "all_proxy",
            "https_proxy",
            "NO_PROXY",
            "no_proxy",
        ] {
            command.env_remove(name);
        }
        command.env("HTTPS_PROXY", &proxy.url).output().unwrap()
    };
    let mut far = command(
        place.cache.path(),
        &place.server,
        &["fetch", "--yes", "resnet50-v1"],
    );
    let output = through(far.env_remove("BPCLIP_MIRROR"));
    assert_eq!(code(&output), 1);
    assert!(
        err(&output).contains("By hand: download"),
        "{}",
        err(&output)
    );
    assert_eq!(proxy.requests()[0].path, "download.pytorch.org:443");

    let mut near = command(place.cache.path(), &place.server, &["fetch", "--yes", NAME]);
    assert_eq!(code(&through(&mut near)), 0);
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn a_wrong_size_is_said_before_anything_is_fetched() {
    let place = Place::new(|_| {});
    let output = place.run(&["fetch", "--yes", "resnet50-v1"]);
    assert_eq!(code(&output), 1);
    let text = err(&output);
    assert!(text.contains("400000 bytes long, not 102530333"), "{text}");
}

#[test]
fn two_processes_at_once_fetch_it_once() {
    let place = Place::new(|file| file.slow = Some((40_000, Duration::from_millis(50))));
    let start = || {
        command(place.cache.path(), &place.server, &["fetch", "--yes", NAME])
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let (mut a, mut b) = (start(), start());
    assert!(a.wait().unwrap().success() && b.wait().unwrap().success());
    assert_eq!(place.server.requests().len(), 1);
    assert_eq!(std::fs::read(place.folder.join(FILE)).unwrap(), place.bytes);
}

/// Starts a slow fetch and waits for some of it.
fn half_way(place: &Place) -> std::process::Child {
    let child = command(place.cache.path(), &place.server, &["fetch", "--yes", NAME])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let part = place.folder.join(format!("{FILE}.part"));
    wait_until("some arrives", || {
        part.metadata().is_ok_and(|part| part.len() >= 40_000)
    });
    child
}

fn goes_on(place: &Place) {
    let output = place.run(&["fetch", "--yes", NAME]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let requests = place.server.requests();
    let range = requests[1].header("range").unwrap();
    let from: usize = range["bytes=".len()..range.len() - 1].parse().unwrap();
    assert!((40_000..400_000).contains(&from), "{range}");
    assert_eq!(std::fs::read(place.folder.join(FILE)).unwrap(), place.bytes);
    assert_eq!(files(&place.folder), [FILE, &format!("{FILE}.sha256")]);
}

#[test]
fn a_killed_process_leaves_what_the_next_one_goes_on_with() {
    let place = Place::new(|file| file.slow = Some((10_000, Duration::from_millis(30))));
    let mut child = half_way(&place);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!place.folder.join(FILE).exists());
    goes_on(&place);
}

#[cfg(unix)]
#[test]
fn an_interrupted_process_says_so() {
    let place = Place::new(|file| file.slow = Some((10_000, Duration::from_millis(30))));
    let child = half_way(&place);
    process::send(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130);
    assert!(err(&output).contains("stopped"), "{}", err(&output));
    goes_on(&place);
}

/// On a disk of its own that is too small, and then large enough.
#[cfg(target_os = "linux")]
#[test]
fn after_a_full_disk_it_goes_on_once_there_is_room() {
    let place = Place::new(|_| {});
    std::fs::create_dir_all(&place.folder).unwrap();
    let script = "mount -t tmpfs -o size=200k none \"$FOLDER\" || exit 99
        \"$PROGRAM\" weights fetch --yes \"$NAME\"; echo \"code $?\" >&2
        mount -o remount,size=2m \"$FOLDER\" || exit 99
        \"$PROGRAM\" weights fetch --yes \"$NAME\" && exec \"$PROGRAM\" weights verify";
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", script])
        .env("PROGRAM", PROGRAM)
        .env("FOLDER", &place.folder)
        .env("NAME", NAME)
        .env("BPCLIP_CACHE", place.cache.path())
        .env("BPCLIP_MIRROR", &place.server.url)
        .stdin(Stdio::null())
        .output();
    let text = match &output {
        Ok(output) => err(output),
        Err(error) => error.to_string(),
    };
    if !text.contains("code ") {
        skip(&format!("no file system can be mounted here: {text}"));
        return;
    }
    let output = output.unwrap();
    assert_eq!(code(&output), 0, "{text}");
    assert!(
        text.contains("disk is full") && text.contains("code 1"),
        "{text}"
    );
    assert!(text.contains(&format!("{FILE}.part")), "{text}");
    assert!(out(&output).contains("right: "), "{}", out(&output));
    let requests = place.server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].header("range").is_some(), "only the rest");
}

/// On a terminal it asks.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal_it_asks() {
    for (answer, fetched) in [("n\n", false), ("y\n", true)] {
        let place = Place::new(|_| {});
        let line = format!("'{PROGRAM}' weights fetch {NAME}");
        let child = Command::new("script")
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env("BPCLIP_CACHE", place.cache.path())
            .env("BPCLIP_MIRROR", &place.server.url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            skip("there is no `script` to make a terminal with");
            return;
        };
        let mut stdin = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, answer.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        let text = out(&output);
        assert!(text.contains("Fetch? [y/N]"), "{text}");
        assert_eq!(place.folder.join(FILE).exists(), fetched, "{text}");
        assert_eq!(place.server.requests().len(), usize::from(fetched));
        assert_eq!(code(&output), i32::from(!fetched), "{text}");
    }
}
