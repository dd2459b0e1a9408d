//! `bpclip text` as a process.

use crate::process::{bpclip, code, err, out};
use std::process::Output;

fn text(arguments: &[&str]) -> Output {
    bpclip([&["text"], arguments].concat())
}

#[test]
fn nearest_adjectives_are_printed() {
    let output = text(&["out of focus", "quarterly", "--count", "2"]);
    assert!(output.status.success(), "{output:?}");
    let out = out(&output);
    let row = |word: &str| {
        let row = out.lines().find(|line| line.trim_start().starts_with(word));
        row.unwrap_or_else(|| panic!("no {word} in {out}"))
            .trim_end()
    };
    assert!(row("out of focus").contains("unfocused") && !row("out of focus").ends_with("far"));
    assert!(row("quarterly").ends_with("far"), "{out}");
    assert_eq!(row("quarterly").matches(',').count(), 1);
}

#[test]
fn wrong_usage_is_said() {
    for (arguments, say) in [
        (&[""][..], "empty"),
        (
            &["fine", "--encoder", "no/such.safetensors"],
            "no/such.safetensors",
        ),
        (&["fine", "--checkpoint", "Cargo.toml"], "Cargo.toml"),
    ] {
        let output = text(arguments);
        let error = err(&output);
        assert_eq!(code(&output), 2, "{error}");
        assert!(error.contains(say), "{error}");
    }
}
