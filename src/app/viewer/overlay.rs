//! Which map lies over a picture, and what its colours stand for.

use super::choices::{AttentionView, Overlay};
use super::scene::Scene;
use crate::app::gallery::Frame;
use crate::app::settings::MapRange;
use bpclip_core::image::{ColourMap, Map, Picture, colourise};
use bpclip_core::inspect::Detail;
use std::borrow::Cow;

/// What an attention shows: where its cell looks, else what all cells receive.
pub fn attended(detail: &Detail, view: AttentionView) -> Option<Map> {
    let attention = detail.attentions(view.branch).get(view.level)?;
    let head = view.head.filter(|head| *head < attention.heads);
    match view.cell {
        Some((column, row)) if column < attention.grid[1] && row < attention.grid[0] => {
            attention.from(row * attention.grid[1] + column, head)
        }
        _ => Some(attention.received()),
    }
}

/// The map of an overlay.
pub fn map(
    detail: &Detail,
    overlay: Overlay,
    view: AttentionView,
    with_position: bool,
) -> Option<Cow<'_, Map>> {
    match overlay {
        Overlay::None | Overlay::Tiles | Overlay::Clipping | Overlay::Peaking => None,
        Overlay::Map(branch, level) => detail
            .maps(branch, with_position)
            .get(level)
            .map(Cow::Borrowed),
        Overlay::Mask(level) => detail.masks.get(level).map(Cow::Borrowed),
        Overlay::Attention => attended(detail, view).map(Cow::Owned),
    }
}

/// What the first and the last colour of an overlay stand for.
pub fn range(scene: &Scene<'_>, overlay: Overlay, map: &Map) -> (f32, f32) {
    let shared = scene.style.range == MapRange::Shared;
    let frames = [scene.first, scene.second].into_iter().flatten();
    let widest = |a: (f32, f32), b: (f32, f32)| (a.0.min(b.0), a.1.max(b.1));
    match overlay {
        // A mask is a share: its range is known.
        Overlay::Mask(_) => (0.0, 1.0),
        Overlay::Map(branch, _) if shared => frames
            .filter_map(|frame| scene.detail(frame))
            .flat_map(|detail| detail.maps(branch, scene.style.with_position))
            .map(Map::range)
            .reduce(widest)
            .unwrap_or_else(|| map.range()),
        Overlay::Attention => (0.0, map.range().1),
        Overlay::Tiles if shared => frames
            .filter_map(|frame| Some(scene.quality_map(frame)?.seen.as_ref()?.map.range()))
            .reduce(widest)
            .unwrap_or_else(|| map.range()),
        _ => map.range(),
    }
}

/// A map as a picture for the screen: smooth between the cells, as overlays on files are.
pub fn picture(map: &Map, range: (f32, f32), colours: ColourMap, side: usize) -> Picture {
    let longer = map.width.max(map.height).max(1);
    let times = (side / longer).clamp(1, 32);
    let smooth = map.resampled(map.width * times, map.height * times);
    colourise(&smooth, range, colours)
}

/// A key for the picture of an overlay: everything that it depends on.
pub fn key(
    scene: &Scene<'_>,
    frame: &Frame,
    overlay: Overlay,
    range: (f32, f32),
    side: usize,
) -> impl std::hash::Hash + use<> {
    // The maps themselves are named by where they are: details are made anew, never changed.
    let detail = scene.detail(frame);
    let place = detail.map_or(0, |detail| std::sync::Arc::as_ptr(detail) as usize);
    let attention = match overlay {
        Overlay::Attention => Some(scene.viewer.attention),
        _ => None,
    };
    (
        frame.version(),
        overlay,
        attention,
        (scene.style.colours, scene.style.with_position),
        (range.0.to_bits(), range.1.to_bits()),
        (place, side),
    )
}

#[cfg(test)]
mod tests {
    use super::super::choices::Branch;
    use super::*;
    use bpclip_core::inspect::Attention;

    fn detail() -> Detail {
        let map = |value: f32| Map {
            width: 2,
            height: 1,
            values: vec![value, value + 1.0],
        };
        Detail {
            information: vec![map(1.0), map(5.0)],
            weight: Vec::new(),
            information_with_position: vec![map(1.0), map(5.0)],
            weight_with_position: Vec::new(),
            masks: vec![map(0.0)],
            information_attention: vec![Attention {
                heads: 2,
                grid: [1, 2],
                weights: vec![1.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.5, 0.5],
            }],
            weight_attention: Vec::new(),
        }
    }

    #[test]
    fn a_cell_looks_or_all_receive() {
        let cell = |cell, head| {
            let view = AttentionView {
                cell,
                head,
                ..AttentionView::default()
            };
            attended(&detail(), view).map(|map| map.values)
        };
        assert_eq!(cell(Some((0, 0)), Some(1)), Some(vec![0.0, 1.0]));
        assert_eq!(cell(Some((0, 0)), None), Some(vec![0.5, 0.5]));
        assert_eq!(cell(Some((9, 0)), None), cell(None, None));
        let weight = AttentionView {
            branch: Branch::Weight,
            ..AttentionView::default()
        };
        assert!(attended(&detail(), weight).is_none());
    }
}
