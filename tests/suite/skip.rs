//! Tests that cannot run on every machine.

/// Says that a test is skipped and why, or fails it where `BPCLIP_REQUIRE_ALL=1` is set, as `.ci/run` does.
pub fn skip(why: &str) {
    let required = std::env::var_os("BPCLIP_REQUIRE_ALL").is_some_and(|value| value == "1");
    assert!(!required, "BPCLIP_REQUIRE_ALL=1, and it cannot run: {why}");
    eprintln!("skipped: {why}");
}
