//! Sidecars that are put together from what their readers look for: names with and without their
//! spaces, comments, entities, properties as attributes and as elements.

#![no_main]

use bpclip_fuzz::VERDICT;
use bpclip_xmp::write_sidecar;
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(bpclip_fuzz::folder);

const PIECES: [&str; 40] = [
    "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
    "<?xpacket end=\"w\"?>",
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">",
    "</x:xmpmeta>",
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">",
    "</rdf:RDF>",
    "<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">",
    "<rdf:Description rdf:about=\"\" xmlns:xap=\"http://ns.adobe.com/xap/1.0/\" xap:Rating=\"2\"/>",
    "<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='1' xmp:Label='a'>",
    "</rdf:Description>",
    "<xmp:Rating>4</xmp:Rating>",
    "<xmp:Rating/>",
    "<xmp:Label>Red &amp; blue</xmp:Label>",
    "<xmp:Label xml:lang=\"x-default\"><![CDATA[a]]></xmp:Label>",
    " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"",
    " xmlns=\"http://ns.adobe.com/xap/1.0/\"",
    " xmp:Rating=\"3\"",
    " Rating=\"3\"",
    "<!-- xmp:Rating=\"5\" -->",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x [<!ENTITY a \"b\">]>",
    "&a;",
    "&#x41;",
    "&#xffffffff;",
    "<dc:subject><rdf:Bag><rdf:li>x</rdf:li></rdf:Bag></dc:subject>",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    "<",
    ">",
    "/>",
    "\"",
    "'",
    "=",
    " ",
    "\n",
    "\u{feff}",
    "ü写",
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = text(&mut Unstructured::new(bytes)) else {
        return;
    };
    let (image, sidecar) = (FOLDER.join("photo.jpg"), FOLDER.join("photo.xmp"));
    std::fs::write(&sidecar, &text).expect("room");
    let write = || write_sidecar(&image, &VERDICT);
    match write() {
        Err(error) => {
            assert!(error.to_string().contains("photo.xmp"), "{error}");
            assert_eq!(
                std::fs::read(&sidecar).expect("it is there"),
                text.as_bytes()
            );
        }
        Ok(_) => {
            let once = std::fs::read(&sidecar).expect("it is there");
            write().expect("what we wrote ourselves");
            assert_eq!(std::fs::read(&sidecar).expect("it is there"), once);
        }
    }
});

fn text(of: &mut Unstructured) -> Result<String> {
    let mut text = String::new();
    while !of.is_empty() && text.len() < 4096 {
        match of.ratio(1, 20)? {
            true => text.push(of.arbitrary()?),
            false => text.push_str(of.choose(&PIECES)?),
        }
    }
    Ok(text)
}
