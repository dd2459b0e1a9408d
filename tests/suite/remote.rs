//! The device of another machine, which is this one: `bpclip serve` and its clients as processes.

use crate::process::{code, command, draw, err, lines, out, sample, wait_until};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

const TOKEN: &str = "a token that only the two know";

/// A server on the CPU, which ends with this.
struct Server {
    child: Child,
    device: String,
    _said: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        let mut child = command(["serve", "--port", "0", "--device", "cpu"])
            .env("BPCLIP_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let (_, device) = line.trim_end().rsplit_once(' ').unwrap();
        assert!(device.starts_with("remote:127.0.0.1:"), "{line}");
        Self {
            device: device.to_owned(),
            child,
            _said: said,
        }
    }

    /// A command that computes there.
    fn client(&self, subcommand: &str) -> Command {
        let mut client = command([subcommand, "--device", &self.device]);
        client.env("BPCLIP_TOKEN", TOKEN);
        client
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn scoring(mut client: Command) -> Command {
    client.args(["--size", "64", "--format", "jsonl"]);
    client
}

#[test]
fn a_score_from_elsewhere_is_the_same() {
    let server = Server::start();
    let pictures = ["coffee.jpg", "chelsea-shaken.jpg", "rocket-jpeg6.jpg"].map(sample);
    let there = scoring(server.client("score"))
        .args(&pictures)
        .output()
        .unwrap();
    assert_eq!((code(&there), err(&there).as_str()), (0, ""));
    let here = scoring(command(["score", "--device", "cpu"]))
        .args(&pictures)
        .output()
        .unwrap();
    let (there, here) = (lines(out(&there)), lines(out(&here)));
    assert_eq!(there.len(), pictures.len());
    for (there, here) in there.iter().zip(&here) {
        assert_eq!(there["path"], here["path"]);
        let raw = |line: &serde_json::Value| line["raw"].as_f64().unwrap();
        assert!((raw(there) - raw(here)).abs() < 1e-3, "{there} {here}");
    }
}

#[test]
fn nobody_computes_without_the_token() {
    let server = Server::start();
    let refused = |token: Option<&str>, reason: &str| {
        let mut client = scoring(server.client("score"));
        match token {
            Some(token) => client.env("BPCLIP_TOKEN", token),
            None => client.env_remove("BPCLIP_TOKEN"),
        };
        let output = client.arg(sample("coffee.jpg")).output().unwrap();
        assert_eq!((code(&output), out(&output).as_str()), (2, ""));
        let said = err(&output);
        assert!(
            said.contains(&server.device) && said.contains(reason),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    };
    refused(None, "BPCLIP_TOKEN");
    refused(Some("another token, as long"), "refuses the token");
    for token in [None, Some("short")] {
        let mut server = command(["serve", "--port", "0", "--device", "cpu"]);
        match token {
            Some(token) => server.env("BPCLIP_TOKEN", token),
            None => server.env_remove("BPCLIP_TOKEN"),
        };
        let output = server.output().unwrap();
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains("16 characters"), "{}", err(&output));
    }
}

#[test]
fn a_host_without_a_server_is_said() {
    let mut server = Server::start();
    server.end();
    let output = scoring(server.client("score"))
        .arg(sample("coffee.jpg"))
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    let said = err(&output);
    assert!(
        said.contains(&server.device) && said.lines().count() == 1,
        "{said}"
    );
}

/// As with a GPU that is lost: the CPU goes on, and no picture is without its row.
#[test]
fn a_connection_that_goes_costs_no_picture() {
    let mut server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let count = 400;
    for number in 0..count {
        draw(&folder.path().join(format!("{number:03}.png")), number);
    }
    let rows = folder.path().join("rows.jsonl");
    let mut client = server.client("score");
    client.args(["--size", "64", "--append"]).arg(&rows);
    let client = client
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let client = client.spawn().unwrap();
    wait_until("the first rows are there", || !read(&rows).is_empty());
    server.end();
    let output = client.wait_with_output().unwrap();
    let said = err(&output);
    assert_eq!(code(&output), 0, "{said}");
    let gone = format!(
        "{} failed (the connection is gone): the CPU goes on",
        server.device
    );
    assert_eq!(said.matches(&gone).count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
    let rows = lines(read(&rows));
    assert_eq!(rows.len(), count as usize);
    assert!(rows.iter().all(|row| row["error"].is_null()), "{rows:?}");
}

/// A training has nowhere to go on: it ends, and what it had saved is kept.
#[test]
fn a_training_without_its_connection_ends() {
    let mut server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let mut table = "name,mos\n".to_owned();
    for number in 0..12 {
        draw(&folder.path().join(format!("{number}.png")), number);
        table += &format!("{number}.png,{}\n", number % 5);
    }
    std::fs::write(folder.path().join("labels.csv"), table).unwrap();
    let run = folder.path().join("run");
    let mut client = server.client("train");
    client.arg(folder.path()).arg("--run").arg(&run);
    client.args([
        "--crop",
        "64",
        "--batch",
        "2",
        "--ladders",
        "0",
        "--epochs",
        "500",
    ]);
    let client = client
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("it is at work", || {
        read(&run.join("log.jsonl"))
            .lines()
            .any(|line| line.contains("\"loss\""))
    });
    server.end();
    let output = client.wait_with_output().unwrap();
    let said = err(&output);
    assert_eq!(code(&output), 1, "{said}");
    let last = said.lines().last().unwrap();
    assert!(
        last.starts_with("error: ") && last.contains("the connection is gone"),
        "{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
