//! README and docs: what they link to is there.

use std::fs;
use std::path::{Path, PathBuf};

/// The pages that belong to each other, by their paths in the repository.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<PathBuf> = fs::read_dir(root.join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.extend(
        [
            "README.md",
            "SECURITY.md",
            "weights/README.md",
            "fuzz/README.md",
            "python/README.md",
            "examples/cluster/README.md",
        ]
        .map(|page| root.join(page)),
    );
    pages
}

/// The targets of a page's links and pictures, but those on the web. What stands in a block of code is none.
fn links(page: &str) -> Vec<String> {
    let text: Vec<&str> = page.split("```").step_by(2).collect();
    let lines = text.iter().flat_map(|part| part.lines());
    let prose = lines.filter(|line| !line.starts_with("    "));
    let ends = prose.flat_map(|line| line.split("](").skip(1));
    ends.filter_map(|end| end.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .filter(|target| !target.starts_with("https://"))
        .collect()
}

/// The anchors that a page's headings make.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c })
            .collect::<String>()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let mut astray = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link.as_str(), ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().unwrap().join(file),
            };
            let found = target.exists()
                && (anchor.is_empty()
                    || fs::read_to_string(&target)
                        .is_ok_and(|text| anchors(&text).iter().any(|other| other == anchor)));
            if !found {
                astray.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(astray.is_empty(), "{astray:#?}");
}

#[test]
fn links_and_anchors_are_found() {
    let page = "# The *first*, one\n[a](b.md#c) ![d](e.png)\n    [code](f)\n```\n[code](g)\n```\n[web](https://h)";
    assert_eq!(links(page), ["b.md#c", "e.png"]);
    assert_eq!(anchors(page), ["the-first-one"]);
}
