//! How a plate looks, on a picture and maps that are drawn: nothing in it depends on a network.

use bpclip::figure::{Page, Style, Subject, maps, picture};
use bpclip_core::image::{ColourMap, Map, Picture};
use bpclip_core::inspect::Detail;
use egui_kittest::SnapshotOptions;

#[test]
fn a_plate_looks_as_it_is_kept() {
    let (width, height) = (120, 80);
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| [x * 2, y * 3, 255 - x - y]));
    let photo = Picture {
        width,
        height,
        rgb: pixels.flatten().map(|value| value as u8).collect(),
        notes: Vec::new(),
    };
    let level = |level: usize| Map {
        width: 6,
        height: 4,
        values: (0..24)
            .map(|cell| ((cell * (level + 1)) % 7) as f32)
            .collect(),
    };
    let maps_of = |from: usize| -> Vec<Map> { (from..from + 4).map(level).collect() };
    let detail = Detail {
        information: maps_of(0),
        weight: maps_of(1),
        information_with_position: maps_of(0),
        weight_with_position: maps_of(1),
        masks: Vec::new(),
        information_attention: Vec::new(),
        weight_attention: Vec::new(),
    };
    let subject = Subject {
        name: "drawn & coloured.png",
        stem: "drawn",
        picture: &photo,
        scored: (width, height),
        score: 62.5,
        detail: &detail,
    };
    let style = Style {
        colours: ColourMap::Viridis,
        opacity: 0.6,
        shared_range: false,
        with_position: false,
    };
    let page = Page {
        width: 120.0,
        dpi: 110.0,
    };
    let figure = maps(&subject, &style, &page).unwrap();
    let drawn = picture(&figure.drawing, &page);
    let rgba = drawn
        .rgb
        .chunks_exact(3)
        .flat_map(|p| [p[0], p[1], p[2], 255]);
    let drawn = ::image::RgbaImage::from_raw(drawn.width, drawn.height, rgba.collect()).unwrap();
    // Another processor rounds the edges of letters otherwise.
    let options = SnapshotOptions::new().max_failed_pixels(200);
    egui_kittest::image_snapshot_options(&drawn, "figure-plate", &options);
}
