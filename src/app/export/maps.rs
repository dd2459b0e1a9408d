//! Maps over their pictures.

use super::names::stem;
use super::sources::{Sources, Write};
use crate::app::settings::OverlayStyle;
use crate::app::viewer::{Overlay, overlay};
use bpclip_core::image::{self, Limits, Map, Picture};
use bpclip_core::inspect::worker::Source;
use std::path::Path;

/// What lies over the selected picture.
pub fn overlay(sources: &Sources<'_>) -> Result<Write, String> {
    let scene = &sources.scene;
    let (frame, map) = if scene.viewer.overlay == Overlay::Tiles {
        let frame = scene.first.ok_or("No picture is selected")?;
        let map = scene.quality_map(frame).and_then(|map| map.seen.as_ref());
        let seen = map.ok_or_else(|| format!("{} has no quality map yet", frame.name))?;
        (frame, seen.map.clone())
    } else {
        let (frame, _, detail) = sources.with_maps()?;
        let map = overlay::map(
            detail,
            scene.viewer.overlay,
            scene.viewer.attention,
            scene.style.with_position,
        )
        .ok_or("Nothing lies over the picture: choose a map first")?;
        (frame, map.into_owned())
    };
    let range = overlay::range(scene, scene.viewer.overlay, &map);
    let (source, style) = (frame.source.clone(), scene.style);
    Ok(Box::new(move |path| {
        draw(&read(&source)?, &map, range, style, path)
    }))
}

/// Every map and mask of the selected picture, into a folder.
pub fn all(sources: &Sources<'_>) -> Result<Write, String> {
    let (frame, _, detail) = sources.with_maps()?;
    let scene = &sources.scene;
    let stem = stem(sources.gallery, frame);
    let overlays = Overlay::MAPS.iter().chain(&Overlay::MASKS);
    let maps: Vec<(String, Map, (f32, f32))> = overlays
        .filter_map(|overlay| {
            let map = overlay::map(
                detail,
                *overlay,
                scene.viewer.attention,
                scene.style.with_position,
            )?
            .into_owned();
            let range = overlay::range(scene, *overlay, &map);
            Some((format!("{stem}-{}.png", overlay.key()), map, range))
        })
        .collect();
    let (source, style) = (frame.source.clone(), scene.style);
    Ok(Box::new(move |folder| {
        let picture = read(&source)?;
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
        maps.iter().try_for_each(|(name, map, range)| {
            draw(&picture, map, *range, style, &folder.join(name))
        })
    }))
}

fn read(source: &Source) -> Result<Picture, String> {
    source
        .read(&Limits::of_this_machine())
        .map_err(|error| error.to_string())
}

fn draw(
    picture: &Picture,
    map: &Map,
    range: (f32, f32),
    style: OverlayStyle,
    path: &Path,
) -> Result<(), String> {
    let drawn = image::overlay(picture, map, range, style.colours, style.opacity);
    image::write_png(&drawn, path).map_err(|error| error.to_string())
}
