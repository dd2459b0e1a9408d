//! A drawing as SVG 1.1: text stays text, lines and bars are vectors, pictures lie in it as PNG.

use super::drawing::{Anchor, Colour, Drawing, Rect, Shape, Text};
use super::font;
use super::page::Page;
use super::raster::{DASHES, write_png};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Colours of a bar that are written; between them readers blend.
const STOPS: usize = 33;

/// Writes a drawing.
pub fn write(drawing: &Drawing, page: &Page, mut out: impl Write) -> io::Result<()> {
    let (width, height) = (number(drawing.width), number(drawing.height));
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}" font-family="{}, Helvetica, Arial, sans-serif">"#,
        font::NAME
    )?;
    writeln!(
        out,
        r##"<rect width="{width}" height="{height}" fill="#ffffff"/>"##
    )?;
    // Pictures lie below all else here too.
    let (below, above): (Vec<&Shape>, Vec<&Shape>) = drawing
        .shapes
        .iter()
        .partition(|shape| matches!(shape, Shape::Picture { .. } | Shape::Bar { .. }));
    for (index, shape) in below.into_iter().chain(above).enumerate() {
        shape_as_text(shape, index, page, &mut out)?;
    }
    writeln!(out, "</svg>")
}

fn shape_as_text(shape: &Shape, index: usize, page: &Page, out: &mut impl Write) -> io::Result<()> {
    match shape {
        Shape::Picture { place, picture } => {
            let mut png = Vec::new();
            write_png(picture, page, &mut png)?;
            writeln!(
                out,
                r#"<image {} preserveAspectRatio="none" xlink:href="data:image/png;base64,{}"/>"#,
                of_place(place),
                STANDARD.encode(png)
            )
        }
        Shape::Bar { place, table } => {
            write!(out, r#"<linearGradient id="bar{index}">"#)?;
            for stop in 0..STOPS {
                let share = stop as f64 / (STOPS - 1) as f64;
                let colour = table[(share * 255.0).round() as usize];
                write!(
                    out,
                    r#"<stop offset="{}" stop-color="{}"/>"#,
                    number(share),
                    hex(colour)
                )?;
            }
            writeln!(
                out,
                r#"</linearGradient><rect {} fill="url(#bar{index})"/>"#,
                of_place(place)
            )
        }
        Shape::Line {
            points,
            width,
            colour,
            opacity,
            dashed,
        } => {
            let mut path = String::new();
            for [x, y] in points {
                let _ = write!(path, "{},{} ", number(*x), number(*y));
            }
            let dashes = match dashed {
                true => format!(r#" stroke-dasharray="{} {}""#, DASHES[0], DASHES[1]),
                false => String::new(),
            };
            writeln!(
                out,
                r#"<polyline points="{}" fill="none" stroke="{}" stroke-opacity="{}" stroke-width="{}" stroke-linejoin="round"{dashes}/>"#,
                path.trim_end(),
                hex(*colour),
                number(*opacity),
                number(*width)
            )
        }
        Shape::Frame {
            place,
            width,
            colour,
        } => writeln!(
            out,
            r#"<rect {} fill="none" stroke="{}" stroke-width="{}"/>"#,
            of_place(place),
            hex(*colour),
            number(*width)
        ),
        Shape::Disc {
            middle: [x, y],
            radius,
            colour,
            opacity,
        } => writeln!(
            out,
            r#"<circle cx="{}" cy="{}" r="{}" fill="{}" fill-opacity="{}"/>"#,
            number(*x),
            number(*y),
            number(*radius),
            hex(*colour),
            number(*opacity)
        ),
        Shape::Square {
            middle: [x, y],
            radius,
            colour,
            opacity,
        } => {
            let place = Rect {
                left: x - radius,
                top: y - radius,
                width: 2.0 * radius,
                height: 2.0 * radius,
            };
            writeln!(
                out,
                r#"<rect {} fill="{}" fill-opacity="{}"/>"#,
                of_place(&place),
                hex(*colour),
                number(*opacity)
            )
        }
        Shape::Text(text) => text_as_text(text, out),
    }
}

fn text_as_text(text: &Text, out: &mut impl Write) -> io::Result<()> {
    let [x, y] = text.at.map(number);
    let anchor = match text.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let turned = match text.upwards {
        true => format!(r#" transform="rotate(-90 {x} {y})""#),
        false => String::new(),
    };
    writeln!(
        out,
        r#"<text x="{x}" y="{y}" font-size="{}" fill="{}" text-anchor="{anchor}"{turned}>{}</text>"#,
        number(text.size),
        hex(text.colour),
        escaped(&text.text)
    )
}

fn of_place(place: &Rect) -> String {
    let [left, top, width, height] = [place.left, place.top, place.width, place.height].map(number);
    format!(r#"x="{left}" y="{top}" width="{width}" height="{height}""#)
}

/// To a thousandth of a point.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".into(),
        text => text.to_owned(),
    }
}

fn hex([r, g, b]: Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Text that XML can hold, which knows no control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::image::Picture;

    #[test]
    fn text_stays_text_and_pictures_are_whole() {
        let mut drawing = Drawing::new(100.0, 50.5);
        drawing.text([1.0, 2.25], Anchor::Middle, 8.0, "a<b>&\u{1b}\"");
        let place = Rect {
            left: 1.0,
            top: 2.0,
            width: 3.0,
            height: 4.0,
        };
        let picture = Picture {
            width: 2,
            height: 1,
            rgb: vec![1, 2, 3, 4, 5, 6],
            notes: Vec::new(),
        };
        drawing.add(Shape::Picture { place, picture });
        drawing.add(Shape::Bar {
            place,
            table: [[9; 3]; 256].into(),
        });
        let mut out = Vec::new();
        write(&drawing, &Page::default(), &mut out).unwrap();
        let svg = String::from_utf8(out).unwrap();
        assert!(svg.contains(r#"width="100pt" height="50.5pt" viewBox="0 0 100 50.5""#));
        let text = r##"<text x="1" y="2.25" font-size="8" fill="#000000" text-anchor="middle">a&lt;b&gt;&amp;"##;
        assert!(svg.contains(text), "{svg}");
        assert!(!svg.contains('\u{1b}'));
        assert_eq!(svg.matches("<stop ").count(), STOPS);
        let from = svg.find("base64,").unwrap() + 7;
        let length = svg[from..].find('"').unwrap();
        let png = STANDARD.decode(&svg[from..from + length]).unwrap();
        let read = ::image::load_from_memory(&png).unwrap().into_rgb8();
        assert_eq!(read.into_raw(), [1, 2, 3, 4, 5, 6]);
        // Pictures before text, so that a mark or a number on one is seen.
        assert!(svg.find("<image").unwrap() < svg.find("<text").unwrap());
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in [(1.0, "1"), (0.12345, "0.123"), (-0.0001, "0"), (10.0, "10")] {
            assert_eq!(number(value), text);
        }
    }
}
