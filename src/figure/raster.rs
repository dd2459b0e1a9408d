//! A drawing as pixels.

use super::drawing::{Anchor, Colour, Drawing, Rect, Shape, Text};
use super::font;
use super::page::Page;
use bpclip_core::image::Picture;
use std::io::{self, Write};
use vello_cpu::kurbo::{self, Affine, BezPath, Circle, Shape as _, Stroke};
use vello_cpu::peniko::Color;
use vello_cpu::{CompositeMode, PixmapMut, RasterizerSettings, RenderContext, Resources};

/// How exactly curves are followed, in pixels.
const EXACT: f64 = 0.1;

/// Draws at the resolution of a page.
pub fn picture(drawing: &Drawing, page: &Page) -> Picture {
    let side = |points| u16::try_from(page.pixels(points)).unwrap_or(u16::MAX);
    let (width, height) = (side(drawing.width), side(drawing.height));
    let mut canvas = Canvas {
        width: usize::from(width),
        height: usize::from(height),
        rgba: vec![255; usize::from(width) * usize::from(height) * 4],
        scale: page.scale(),
    };
    let mut over = RenderContext::new(width, height);
    over.set_transform(Affine::scale(page.scale()));
    for shape in &drawing.shapes {
        match shape {
            Shape::Picture { place, picture } => canvas.picture(place, picture),
            Shape::Bar { place, table } => canvas.bar(place, table),
            shape => stroke(&mut over, shape),
        }
    }
    over.flush();
    let settings = RasterizerSettings {
        composite_mode: CompositeMode::SrcOver,
        ..RasterizerSettings::default()
    };
    if let Some(target) = PixmapMut::new(width, height, &mut canvas.rgba) {
        over.render_with(target, &mut Resources::new(), settings);
    }
    // White lies below all, so that nothing is transparent.
    let pixels = canvas.rgba.chunks_exact(4);
    Picture {
        width: width.into(),
        height: height.into(),
        rgb: pixels.flat_map(|p| [p[0], p[1], p[2]]).collect(),
        notes: Vec::new(),
    }
}

/// Writes a picture as PNG that says how large it is on paper.
pub fn write_png(picture: &Picture, page: &Page, out: impl Write) -> io::Result<()> {
    let mut encoder = png::Encoder::new(out, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: page.pixels_per_metre(),
        yppu: page.pixels_per_metre(),
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&picture.rgb)?;
    Ok(writer.finish()?)
}

/// What lies below lines and text.
struct Canvas {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
    scale: f64,
}

impl Canvas {
    fn at(&self, points: f64) -> usize {
        (points * self.scale).round().max(0.0) as usize
    }

    fn picture(&mut self, place: &Rect, picture: &Picture) {
        let (left, top) = (self.at(place.left), self.at(place.top));
        let rows = picture.rgb.chunks_exact(picture.width.max(1) as usize * 3);
        for (row, y) in rows.zip(top..self.height) {
            for (pixel, x) in row.chunks_exact(3).zip(left..self.width) {
                self.put(x, y, [pixel[0], pixel[1], pixel[2]]);
            }
        }
    }

    fn bar(&mut self, place: &Rect, table: &[Colour; 256]) {
        let (left, right) = (self.at(place.left), self.at(place.right()).min(self.width));
        let (top, bottom) = (self.at(place.top), self.at(place.bottom()).min(self.height));
        for x in left..right {
            let level = (x - left) * 255 / (right - left).saturating_sub(1).max(1);
            let colour = table[level.min(255)];
            for y in top..bottom {
                self.put(x, y, colour);
            }
        }
    }

    fn put(&mut self, x: usize, y: usize, [r, g, b]: Colour) {
        let at = (y * self.width + x) * 4;
        if let Some(pixel) = self.rgba.get_mut(at..at + 4) {
            pixel.copy_from_slice(&[r, g, b, 255]);
        }
    }
}

fn stroke(over: &mut RenderContext, shape: &Shape) {
    match shape {
        Shape::Picture { .. } | Shape::Bar { .. } => {}
        Shape::Line {
            points,
            width,
            colour,
            opacity,
            dashed,
        } => {
            let mut path = BezPath::new();
            for (index, [x, y]) in points.iter().enumerate() {
                match index {
                    0 => path.move_to((*x, *y)),
                    _ => path.line_to((*x, *y)),
                }
            }
            let mut stroke = Stroke::new(*width).with_join(kurbo::Join::Round);
            if *dashed {
                stroke = stroke.with_dashes(0.0, DASHES);
            }
            over.set_stroke(stroke);
            paint(over, *colour, *opacity);
            over.stroke_path(&path);
        }
        Shape::Frame {
            place,
            width,
            colour,
        } => {
            over.set_stroke(Stroke::new(*width).with_join(kurbo::Join::Miter));
            paint(over, *colour, 1.0);
            over.stroke_rect(&rect(place));
        }
        Shape::Disc {
            middle: [x, y],
            radius,
            colour,
            opacity,
        } => {
            paint(over, *colour, *opacity);
            over.fill_path(&Circle::new((*x, *y), *radius).to_path(EXACT / 4.0));
        }
        Shape::Square {
            middle: [x, y],
            radius,
            colour,
            opacity,
        } => {
            paint(over, *colour, *opacity);
            let square = kurbo::Rect::from_center_size((*x, *y), (2.0 * radius, 2.0 * radius));
            over.fill_rect(&square);
        }
        Shape::Text(text) => write(over, text),
    }
}

/// Lengths of dashes and of the gaps between them, in points.
pub const DASHES: [f64; 2] = [3.0, 2.0];

fn rect(place: &Rect) -> kurbo::Rect {
    kurbo::Rect::new(place.left, place.top, place.right(), place.bottom())
}

fn paint(over: &mut RenderContext, [r, g, b]: Colour, opacity: f64) {
    let alpha = (opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
    over.set_paint(Color::from_rgba8(r, g, b, alpha));
}

fn write(over: &mut RenderContext, text: &Text) {
    let mut path = font::outlines(&text.text, text.size);
    let back = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5,
        Anchor::End => 1.0,
    };
    let [x, y] = text.at;
    let along = Affine::translate((-back * font::width(&text.text, text.size), 0.0));
    let turn = match text.upwards {
        true => Affine::rotate(-std::f64::consts::FRAC_PI_2),
        false => Affine::IDENTITY,
    };
    path.apply_affine(Affine::translate((x, y)) * turn * along);
    paint(over, text.colour, 1.0);
    over.fill_path(&path);
}

#[cfg(test)]
mod tests {
    use super::super::drawing::{BLACK, WHITE};
    use super::*;

    fn page() -> Page {
        Page {
            width: 100.0,
            dpi: 144.0,
        }
    }

    fn pixel(picture: &Picture, x: u32, y: u32) -> Colour {
        let at = (y * picture.width + x) as usize * 3;
        [picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2]]
    }

    #[test]
    fn shapes_lie_where_they_are_put() {
        let mut drawing = Drawing::new(20.0, 10.0);
        let place = Rect {
            left: 2.0,
            top: 1.0,
            width: 4.0,
            height: 2.0,
        };
        let red = Picture {
            width: 8,
            height: 4,
            rgb: [200, 0, 0].repeat(32),
            notes: Vec::new(),
        };
        drawing.add(Shape::Picture {
            place,
            picture: red,
        });
        let table: [Colour; 256] = std::array::from_fn(|level| [level as u8; 3]);
        drawing.add(Shape::Bar {
            place: Rect {
                left: 10.0,
                width: 8.0,
                ..place
            },
            table: table.into(),
        });
        drawing.line([0.0, 8.0], [20.0, 8.0], 1.0, BLACK);
        let drawn = picture(&drawing, &page());
        assert_eq!((drawn.width, drawn.height), (40, 20));
        assert_eq!(pixel(&drawn, 3, 3), WHITE);
        assert_eq!(pixel(&drawn, 4, 2), [200, 0, 0]);
        assert_eq!(pixel(&drawn, 11, 5), [200, 0, 0]);
        assert_eq!(pixel(&drawn, 12, 5), WHITE);
        assert_eq!(pixel(&drawn, 20, 3), [0; 3]);
        assert_eq!(pixel(&drawn, 35, 3), [255; 3]);
        assert_eq!(pixel(&drawn, 20, 15), BLACK);
        assert_eq!(pixel(&drawn, 20, 17), WHITE);
    }

    #[test]
    fn text_is_drawn_between_its_ends() {
        let dark = |anchor, upwards| {
            let mut drawing = Drawing::new(60.0, 60.0);
            drawing.add(Shape::Text(Text {
                at: [30.0, 30.0],
                anchor,
                size: 10.0,
                colour: BLACK,
                upwards,
                text: "HHH".into(),
            }));
            let drawn = picture(&drawing, &page());
            let places = (0..120).flat_map(|y| (0..120).map(move |x| (x, y)));
            let dark: Vec<(u32, u32)> = places
                .filter(|(x, y)| pixel(&drawn, *x, *y)[0] < 100)
                .collect();
            let ends =
                |values: Vec<u32>| (values.iter().min().copied(), values.iter().max().copied());
            let (x, y) = dark.into_iter().unzip::<u32, u32, Vec<_>, Vec<_>>();
            let ((left, right), (top, bottom)) = (ends(x), ends(y));
            [left, right, top, bottom].map(Option::unwrap)
        };
        let [left, right, top, bottom] = dark(Anchor::Start, false);
        assert!(left >= 60 && right > 90 && bottom <= 60 && top > 40);
        let [left, right, ..] = dark(Anchor::Middle, false);
        assert!((f64::from(left + right) / 2.0 - 60.0).abs() < 2.0);
        let [left, right, _, bottom] = dark(Anchor::Start, true);
        assert!(left > 40 && right <= 60 && bottom <= 60);
    }

    #[test]
    fn a_png_says_its_size_on_paper() {
        let drawn = picture(&Drawing::new(20.0, 10.0), &page());
        let mut bytes = Vec::new();
        write_png(&drawn, &page(), &mut bytes).unwrap();
        let reader = png::Decoder::new(io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let dims = reader.info().pixel_dims.unwrap();
        assert_eq!((dims.xppu, dims.unit), (5669, png::Unit::Meter));
        assert_eq!((reader.info().width, reader.info().height), (40, 20));
    }
}
