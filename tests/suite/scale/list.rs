//! Lists of pictures, and shares of them.

use super::{paths, pictures, run, run_with, score};
use crate::process::{code, err, lines};

const JSONL: [&str; 2] = ["--format", "jsonl"];

#[test]
fn a_list_is_scored_in_its_order_wherever_it_comes_from() {
    let (folder, names) = pictures(4);
    let folder = folder.path();
    let mut backwards = names.clone();
    backwards.reverse();
    let list = backwards.join("\r\n");
    let nul = backwards.join("\0");
    std::fs::write(folder.join("list"), &list).unwrap();
    let from_file = run(folder, &["--files-from", "list", "--format", "jsonl"]);
    assert_eq!(code(&from_file), 0, "{}", err(&from_file));
    assert_eq!(paths(&lines(&from_file.stdout)), backwards);
    for list in [list, nul] {
        let arguments = ["--files-from", "-", "--format", "jsonl"];
        let output = run_with(folder, &arguments, list.as_bytes());
        assert_eq!(output.stdout, from_file.stdout, "{}", err(&output));
    }
    let named: Vec<&str> = backwards.iter().map(String::as_str).collect();
    let output = run(folder, &[&JSONL[..], &named].concat());
    assert_eq!(output.stdout, from_file.stdout, "as when they are named");
}

#[test]
fn what_a_list_names_wrongly_has_a_row_and_the_rest_goes_on() {
    let (folder, names) = pictures(2);
    let list = format!("{}\ngone.png\n.\n{}", names[0], names[1]);
    let arguments = ["--files-from", "-", "--format", "jsonl"];
    let output = run_with(folder.path(), &arguments, list.as_bytes());
    assert_eq!(code(&output), 1);
    let rows = lines(&output.stdout);
    assert_eq!(paths(&rows), [&names[0], "gone.png", ".", &names[1]]);
    assert!(rows[0]["score"].is_number() && rows[3]["score"].is_number());
    assert!(rows[1]["error"].is_string() && rows[2]["error"].is_string());
    let said = err(&output);
    assert!(said.contains("2 of 4 could not be scored"), "{said}");
    assert!(said.contains("gone.png"), "{said}");
}

#[test]
fn of_very_many_failures_the_first_are_named() {
    let (folder, _) = pictures(0);
    let list: String = (0..250).map(|number| format!("gone-{number}\n")).collect();
    let arguments = ["--files-from", "-", "--format", "jsonl"];
    let output = run_with(folder.path(), &arguments, list.as_bytes());
    assert_eq!(lines(&output.stdout).len(), 250);
    let said = err(&output);
    assert!(said.contains("250 of 250"), "{said}");
    assert!(
        said.contains("gone-99:") && !said.contains("gone-100"),
        "{said}"
    );
    assert!(said.contains("and 150 more"), "{said}");
}

#[test]
fn a_list_that_is_none_is_refused() {
    let (folder, names) = pictures(1);
    let folder = folder.path();
    let wrong = |arguments: &[&str], input: &[u8], expected: &str| {
        let output = run_with(folder, arguments, input);
        assert_eq!(code(&output), 2, "{}", err(&output));
        assert!(err(&output).contains(expected), "{}", err(&output));
    };
    wrong(&["--files-from", "gone"], b"", "--files-from gone: ");
    wrong(&["--files-from", "-"], b"\xff\xfea\0", "UTF-16");
    wrong(
        &["--files-from", "-", &names[0]],
        b"",
        "cannot be used with",
    );
    wrong(&[], b"", "<PATH>");
    wrong(
        &["--files-from", "-", "--shard", "0/2"],
        b"",
        "counted from 1",
    );
    // What a list names is not written over.
    std::fs::copy(folder.join(&names[0]), folder.join("same.png")).unwrap();
    let arguments = [
        "--files-from",
        "-",
        "--format",
        "csv",
        "--output",
        "same.png",
    ];
    let before = std::fs::read(folder.join("same.png")).unwrap();
    wrong(
        &arguments,
        b"000.png\n./same.png\n",
        "written over the input ./same.png",
    );
    assert_eq!(std::fs::read(folder.join("same.png")).unwrap(), before);
    let arguments = [
        "--files-from",
        "list",
        "--format",
        "csv",
        "--output",
        "list",
    ];
    wrong(&arguments, b"", "written over the input list");
    let output = run_with(folder, &["--files-from", "-"], b"\n");
    assert_eq!(code(&output), 0);
    assert!(
        err(&output).contains("no picture of the list"),
        "{}",
        err(&output)
    );
}

#[test]
fn shards_have_every_picture_once_whatever_the_order() {
    let (folder, names) = pictures(12);
    let folder = folder.path();
    let mut found = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let mut both = Vec::new();
        for list in [names.clone(), names.iter().rev().cloned().collect()] {
            let arguments = ["--files-from", "-", "--format", "jsonl", "--shard", shard];
            let output = run_with(folder, &arguments, list.join("\n").as_bytes());
            assert_eq!(code(&output), 0, "{}", err(&output));
            let mut found: Vec<String> = paths(&lines(&output.stdout))
                .iter()
                .map(|path| (*path).to_owned())
                .collect();
            found.sort();
            both.push(found);
        }
        assert_eq!(both[0], both[1]);
        assert!(both[0].len() < names.len());
        found.extend(both.swap_remove(0));
    }
    found.sort();
    assert_eq!(found, names);
    // Folders have shares too.
    let arguments = ["--format", "jsonl", "--shard", "2/3", "."];
    let output = run(folder, &arguments);
    assert!(
        lines(&output.stdout).len() < names.len(),
        "{}",
        err(&output)
    );
}

/// What is kept of a list is what is at hand.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_a_list() {
    let (folder, names) = pictures(1);
    let peak = |count: usize| {
        let list: String = (0..count)
            .map(|number| format!("a/rather/long/name/of/a/file/that/is/gone/{number:08}.jpg\n"))
            .collect();
        std::fs::write(folder.path().join("long"), list + &names[0] + "\n").unwrap();
        let out = std::fs::File::create(folder.path().join("out")).unwrap();
        let mut command = score(folder.path());
        command.args(["--files-from", "long", "--format", "jsonl"]);
        let mut child = command
            .stdout(out)
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        crate::process::peak_of(&mut child)
    };
    let (short, long) = (peak(100), peak(50_000));
    // The names alone are 3 MB, as paths with a reason each more than 10.
    assert!(long < short + 8_000, "{short} KB, {long} KB");
}
