//! Which map lies over a picture, and what its colours stand for.

use super::choices::{Attending, Branch, Overlay};
use super::settings::MapRange;
use super::state::{Frame, State, View};
use bpclip_core::image::{Map, Picture, colourise};
use bpclip_core::inspect::{Attention, Detail};
use std::borrow::Cow;

/// The maps of a branch.
pub fn maps(detail: &Detail, branch: Branch) -> &[Map] {
    match branch {
        Branch::Information => &detail.information,
        Branch::Weight => &detail.weight,
    }
}

/// The attentions of a branch.
pub fn attentions(detail: &Detail, branch: Branch) -> &[Attention] {
    match branch {
        Branch::Information => &detail.information_attention,
        Branch::Weight => &detail.weight_attention,
    }
}

/// What an attention shows: where its cell looks, else what all cells receive.
pub fn attended(detail: &Detail, attending: Attending) -> Option<Map> {
    let attention = attentions(detail, attending.branch).get(attending.level)?;
    let head = attending.head.filter(|head| *head < attention.heads);
    match attending.cell {
        Some((column, row)) if column < attention.grid[1] && row < attention.grid[0] => {
            attention.from(row * attention.grid[1] + column, head)
        }
        _ => Some(attention.received()),
    }
}

/// The map of an overlay.
pub fn map(detail: &Detail, overlay: Overlay, attending: Attending) -> Option<Cow<'_, Map>> {
    match overlay {
        Overlay::None | Overlay::Tiles => None,
        Overlay::Map(branch, level) => maps(detail, branch).get(level).map(Cow::Borrowed),
        Overlay::Mask(level) => detail.masks.get(level).map(Cow::Borrowed),
        Overlay::Attention => attended(detail, attending).map(Cow::Owned),
    }
}

/// What the first and the last colour of an overlay stand for.
pub fn range(state: &State, overlay: Overlay, map: &Map) -> (f32, f32) {
    match overlay {
        // A mask is a share: its range is known.
        Overlay::Mask(_) => (0.0, 1.0),
        Overlay::Map(branch, _) if state.settings.range == MapRange::Shared => {
            let shown = [state.selected(), state.second()];
            let details = shown
                .into_iter()
                .flatten()
                .filter_map(|frame| state.detail(frame, state.lens));
            details
                .flat_map(|detail| maps(detail, branch))
                .map(Map::range)
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                .unwrap_or_else(|| map.range())
        }
        Overlay::Attention => (0.0, map.range().1),
        Overlay::Tiles if state.settings.range == MapRange::Shared => {
            let shown = [state.selected(), state.second()];
            let maps = shown.into_iter().flatten().filter_map(|frame| {
                let seen = state.tile_map(frame, state.lens)?.seen.as_ref()?;
                Some(seen.map.range())
            });
            maps.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                .unwrap_or_else(|| map.range())
        }
        _ => map.range(),
    }
}

/// A map as a picture for the screen: smooth between the cells, as overlays on files are.
pub fn picture(view: &View<'_>, map: &Map, range: (f32, f32), side: usize) -> Picture {
    let longer = map.width.max(map.height).max(1);
    let times = (side / longer).clamp(1, 32);
    let smooth = map.resampled(map.width * times, map.height * times);
    colourise(&smooth, range, view.state.settings.colours)
}

/// A key for the picture of an overlay: everything that it depends on.
pub fn key(
    view: &View<'_>,
    frame: &Frame,
    overlay: Overlay,
    range: (f32, f32),
    side: usize,
) -> impl std::hash::Hash + use<> {
    // The maps themselves are named by where they are: details are made anew, never changed.
    let detail = view.state.detail(frame, view.state.lens);
    let place = detail.map_or(0, |detail| std::sync::Arc::as_ptr(detail) as usize);
    let attending = match overlay {
        Overlay::Attention => Some(view.state.attending),
        _ => None,
    };
    (
        frame.version(),
        overlay,
        attending,
        view.state.settings.colours,
        (range.0.to_bits(), range.1.to_bits()),
        (place, side),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail() -> Detail {
        let map = |value: f32| Map {
            width: 2,
            height: 1,
            values: vec![value, value + 1.0],
        };
        Detail {
            information: vec![map(1.0), map(5.0)],
            weight: Vec::new(),
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
            let attending = Attending {
                cell,
                head,
                ..Attending::default()
            };
            attended(&detail(), attending).map(|map| map.values)
        };
        assert_eq!(cell(Some((0, 0)), Some(1)), Some(vec![0.0, 1.0]));
        assert_eq!(cell(Some((0, 0)), None), Some(vec![0.5, 0.5]));
        assert_eq!(cell(Some((9, 0)), None), cell(None, None));
        let weight = Attending {
            branch: Branch::Weight,
            ..Attending::default()
        };
        assert!(attended(&detail(), weight).is_none());
    }
}
