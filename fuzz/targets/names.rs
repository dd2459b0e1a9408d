//! Names and texts that others chose.

#![no_main]

use bpclip_core::foreign::{cell, from_cell, is_unseen, shown, shown_lines};
use bpclip_core::image::{LeftOut, PassedOver, is_picture_name};
use bpclip_core::name::{Found, NameIndex, key};
use libfuzzer_sys::fuzz_target;
use std::ffi::OsString;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    assert!(!shown(&text).contains(is_unseen));
    assert_eq!(
        shown_lines(&text).lines().count(),
        text.split('\n').count() - usize::from(text.is_empty() || text.ends_with('\n'))
    );
    assert_eq!(from_cell(&cell(&text)), text);

    let names: Vec<&str> = text.split('\n').collect();
    for name in &names {
        assert_eq!(key(&key(name)), key(name), "{name:?}");
    }
    let index: NameIndex<usize> = names
        .iter()
        .map(|name| OsString::from(*name))
        .zip(0..)
        .collect();
    for name in &names {
        match index.find(name.as_ref()) {
            Found::Nothing => panic!("{name:?} is there"),
            Found::One(at) => assert_eq!(key(names[*at]), key(name)),
            Found::Several(all) => assert!(all.len() > 1),
        }
    }
    let mut left_out = LeftOut::default();
    for name in &names {
        let path = Path::new(name);
        is_picture_name(path);
        left_out.add(&PassedOver::Other { path: path.into() });
    }
    assert!(!left_out.beside(1).is_empty());
});
