//! Names of files that tell of which picture they are.

use crate::app::gallery::{self, Frame};
use std::path::Path;

/// What the names of a picture's files begin with: its own name without the extension; where another
/// picture of the list has the same, with the extension; and where that is not enough, with a number.
/// So no picture's files take the place of another's.
pub fn stem(gallery: &gallery::State, frame: &Frame) -> String {
    let names = gallery.frames.iter().map(|frame| frame.name.as_str());
    let before = gallery
        .frames
        .iter()
        .take_while(|other| other.id != frame.id);
    let same = before
        .filter(|other| is_same(&other.name, &frame.name))
        .count();
    let whole = match names
        .filter(|name| is_same(&bare(name), &bare(&frame.name)))
        .count()
    {
        ..=1 => bare(&frame.name),
        _ => frame.name.replace('.', "-"),
    };
    match same {
        0 => whole,
        number => format!("{whole}-{}", number + 1),
    }
}

fn bare(name: &str) -> String {
    let stem = Path::new(name).file_stem();
    stem.map_or_else(
        || name.to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// On many systems case makes no other file.
fn is_same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::inspect::worker::Source;

    #[test]
    fn no_two_pictures_have_the_same_names() {
        let mut gallery = gallery::State::default();
        for path in ["a/x.jpg", "a/x.NEF", "b/X.JPG", "b/y.jpg"] {
            let name = Path::new(path).file_name().unwrap().to_string_lossy();
            gallery.push(Source::File(path.into()), name.into_owned());
        }
        let stems: Vec<String> = gallery.frames.iter().map(|f| stem(&gallery, f)).collect();
        assert_eq!(stems, ["x-jpg", "x-NEF", "X-JPG-2", "y"]);
    }
}
