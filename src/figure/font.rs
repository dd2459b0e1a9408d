//! The window's own font, as outlines: text has the same width in every figure, and needs no font of
//! the system.

use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use vello_cpu::kurbo::{Affine, BezPath};

/// The name of the first font, for programs that have it.
pub const NAME: &str = "Ubuntu";

/// The fonts in the order in which they are asked for a letter.
const FONTS: [&[u8]; 2] = [
    epaint_default_fonts::UBUNTU_LIGHT,
    epaint_default_fonts::HACK_REGULAR,
];

/// How small text becomes at most before it is cut, as a share of its size.
pub const SMALLEST: f64 = 0.67;

/// Letters in their places along a line.
struct Set<'a> {
    fonts: Vec<FontRef<'a>>,
    /// Font, letter, and where it begins, in units of the text's size.
    letters: Vec<(usize, GlyphId, f64)>,
    width: f64,
}

fn set(text: &str) -> Set<'static> {
    let fonts: Vec<FontRef<'static>> = FONTS
        .iter()
        .filter_map(|bytes| FontRef::new(bytes).ok())
        .collect();
    // In the font's own units: at a size, widths are rounded.
    let metrics: Vec<(GlyphMetrics, f64)> = fonts
        .iter()
        .map(|font| {
            let (size, place) = (Size::unscaled(), LocationRef::default());
            let unit = font.metrics(size, place).units_per_em;
            (font.glyph_metrics(size, place), f64::from(unit.max(1)))
        })
        .collect();
    let mut letters = Vec::new();
    let mut width = 0.0;
    for letter in text.chars() {
        let known = fonts.iter().map(|font| font.charmap().map(letter));
        let known = known.enumerate().find_map(|(at, glyph)| Some((at, glyph?)));
        // What neither font has is the first one's box.
        let (font, glyph) = known.unwrap_or((0, GlyphId::NOTDEF));
        letters.push((font, glyph, width));
        let advance = metrics
            .get(font)
            .and_then(|(of, unit)| Some(f64::from(of.advance_width(glyph)?) / unit));
        width += advance.unwrap_or_default();
    }
    Set {
        fonts,
        letters,
        width,
    }
}

/// The width of a line of text, in the units of its size.
pub fn width(text: &str, size: f64) -> f64 {
    set(text).width * size
}

/// The outlines of a line of text, its baseline's start at 0.
pub fn outlines(text: &str, size: f64) -> BezPath {
    let set = set(text);
    let mut path = BezPath::new();
    for (font, glyph, at) in set.letters {
        let outlines = set.fonts.get(font).map(MetadataProvider::outline_glyphs);
        let Some(outline) = outlines.and_then(|outlines| outlines.get(glyph)) else {
            continue;
        };
        let mut pen = Pen(BezPath::new());
        let settings = DrawSettings::unhinted(Size::new(size as f32), LocationRef::default());
        // A letter that cannot be drawn leaves its room empty.
        if outline.draw(settings, &mut pen).is_ok() {
            pen.0.apply_affine(Affine::translate((at * size, 0.0)));
            path.extend(pen.0);
        }
    }
    path
}

/// A text that is no wider than this: its end cut off and an ellipsis in its place, where it must be.
pub fn fitted(text: &str, size: f64, most: f64) -> String {
    match width(text, size) <= most {
        true => text.to_owned(),
        false => cut(text, size, most),
    }
}

/// A text that is too wide without its end.
fn cut(text: &str, size: f64, most: f64) -> String {
    let letters: Vec<char> = text.chars().collect();
    (0..letters.len())
        .rev()
        .map(|count| letters.iter().take(count).chain(&['\u{2026}']).collect())
        .find(|cut: &String| width(cut, size) <= most)
        .unwrap_or_default()
}

/// A text that is no wider than this, and its size: smaller by up to a third, then cut.
pub fn shrunk(text: &str, size: f64, most: f64) -> (f64, String) {
    let share = most / width(text, size).max(f64::MIN_POSITIVE);
    let size = size * share.clamp(SMALLEST, 1.0);
    match share >= SMALLEST {
        true => (size, text.to_owned()),
        false => (size, cut(text, size, most)),
    }
}

/// Fonts have up above 0, pages below.
struct Pen(BezPath);

fn point(x: f32, y: f32) -> (f64, f64) {
    (f64::from(x), -f64::from(y))
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(point(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(point(x, y));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.0.quad_to(point(cx0, cy0), point(x, y));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0
            .curve_to(point(cx0, cy0), point(cx1, cy1), point(x, y));
    }

    fn close(&mut self) {
        self.0.close_path();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_its_letters() {
        let one = width("0", 10.0);
        assert!((4.0..7.0).contains(&one), "{one}");
        assert!((width("0000", 20.0) - 8.0 * one).abs() < 1e-6);
        assert_eq!(width("", 10.0), 0.0);
        // Greek is in the first font, a box drawing in the second, a sign of Chinese in none.
        for text in ["\u{3b1}", "\u{2500}", "\u{5199}"] {
            assert!(width(text, 10.0) > 2.0, "{text}");
        }
        use vello_cpu::kurbo::Shape;
        let place = outlines("H", 10.0).bounding_box();
        assert!(place.y1.abs() < 0.2 && (-8.0..-6.0).contains(&place.y0));
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(fitted("short", 8.0, 100.0), "short");
        let cut = fitted("a very long name of a picture.jpg", 8.0, 60.0);
        assert!(
            cut.ends_with('\u{2026}') && cut.starts_with("a very"),
            "{cut}"
        );
        assert!(width(&cut, 8.0) <= 60.0);
        assert_eq!(fitted("anything", 8.0, 0.5), "");
        let whole = width("Weight maps", 8.0);
        assert_eq!(
            shrunk("Weight maps", 8.0, whole + 1.0),
            (8.0, "Weight maps".into())
        );
        let (size, text) = shrunk("Weight maps", 8.0, 0.75 * whole);
        assert!((size - 6.0).abs() < 1e-9 && text == "Weight maps");
        let (size, text) = shrunk("Weight maps", 8.0, 0.4 * whole);
        assert!(size > 5.3 && text.ends_with('\u{2026}'), "{text}");
    }
}
