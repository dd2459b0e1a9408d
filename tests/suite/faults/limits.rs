//! Less memory than a picture asks for.

use crate::process::{PROGRAM, draw, err, lines};
use std::process::Command;

/// A picture that needs more than there is, is refused by its header, and the rest is scored.
/// Where there is too little for anything the process ends, with the old file as it was.
#[test]
#[cfg(target_os = "linux")]
fn too_little_memory_costs_one_picture_or_ends_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    draw(&photos.join("b.png"), 0);
    // 9,000 by 9,000 pixels, in two dozen bytes: within the usual limits.
    let mut gif = b"GIF89a\x28\x23\x28\x23\0\0\0,\0\0\0\0\x28\x23\x28\x23\0\x02".to_vec();
    gif.extend([0; 64]);
    std::fs::write(photos.join("a.gif"), gif).unwrap();
    let limited = |kilobytes: u64, rest: &str| {
        let line = format!(
            "ulimit -v {kilobytes}; exec '{}' score --device cpu --size 64 --format jsonl '{}' {rest}",
            PROGRAM,
            photos.display(),
        );
        Command::new("bash").args(["-c", &line]).output().unwrap()
    };
    let output = limited(1 << 20, "");
    let scored = lines(&output.stdout);
    let [large, small] = &scored[..] else {
        panic!("{}", err(&output));
    };
    assert!(
        large["error"].as_str().unwrap().contains("more memory"),
        "{large}"
    );
    assert!(small["score"].is_number(), "{small}");

    let target = folder.path().join("scores.jsonl");
    for kilobytes in [25, 50, 100, 150, 200, 250, 300, 350].map(|mega| mega << 10) {
        std::fs::write(&target, "old").unwrap();
        limited(kilobytes, &format!("--output '{}'", target.display()));
        let found = std::fs::read_to_string(&target).unwrap();
        assert!(found == "old" || lines(&found).len() == 2, "{found}");
    }
}
