//! Which actions could do something now.

use super::action::Action;
use crate::app::gallery::ranking::Grouping;
use crate::app::gallery::{Frame, Survey};
use crate::app::settings::Settings;
use crate::app::state::State;
use crate::app::training::{Phase, Run};
use crate::app::viewer::Overlay;
use bpclip_core::model::Task;
use std::collections::HashSet;

/// The actions that could do something when this was made.
pub struct Possible(HashSet<Action>);

impl Possible {
    /// Those of this moment.
    pub fn now(state: &State, settings: &Settings) -> Self {
        Self(
            Action::all()
                .filter(|action| is_possible(*action, state, settings))
                .collect(),
        )
    }

    /// Whether there is anything that the action could do.
    pub fn has(&self, action: Action) -> bool {
        self.0.contains(&action)
    }
}

fn is_possible(action: Action, state: &State, settings: &Settings) -> bool {
    if !action.belongs_to(state.shell.page) {
        return false;
    }
    let (gallery, training) = (&state.gallery, &state.training);
    let scene = state.scene(settings);
    let run = training.run.as_ref();
    let with_maps = || scene.first.and_then(|frame| scene.detail(frame)).is_some();
    match action {
        Action::Train => {
            !training.is_active() && training.problem(&settings.training.form).is_none()
        }
        Action::PauseTraining | Action::StopTraining => {
            run.is_some_and(|run| run.phase.is_active() && run.phase != Phase::Stopping)
        }
        Action::OpenRun => !training.is_active(),
        Action::ResumeTraining => run.is_some_and(Run::can_resume),
        Action::WritePlots => run.is_some_and(|run| run.curves.last.is_some()),
        Action::UseBest => run.and_then(Run::best).is_some(),
        Action::ExportCsv
        | Action::ExportTableJson
        | Action::Ratings
        | Action::RemoveAll
        | Action::Transfer
        | Action::SelectAll
        | Action::BestOfBursts
        | Action::Taste
        | Action::ScoreRest => !gallery.frames.is_empty(),
        Action::ExportJson | Action::ExportMaps | Action::FigureMaps => with_maps(),
        Action::FigureAttention => with_maps() && scene.viewer.attention.cell.is_some(),
        Action::FigureDifference => {
            let second = scene.second.and_then(|frame| scene.detail(frame));
            with_maps() && second.is_some()
        }
        Action::ExportMap => match scene.viewer.overlay {
            Overlay::None | Overlay::Clipping | Overlay::Peaking => false,
            Overlay::Tiles => scene
                .first
                .and_then(|frame| scene.quality_map(frame))
                .is_some_and(|map| map.seen.is_some()),
            _ => with_maps(),
        },
        Action::QualityMap => scene.first.is_some_and(|frame| {
            let against_itself = scene.task == Task::FullReference
                && gallery.reference.is_none_or(|id| id == frame.id);
            frame.broken.is_none() && !against_itself
        }),
        Action::Sharpest => scene.first.and_then(Frame::sharpness).is_some(),
        Action::CopyScore => scene.rated(scene.first).is_some(),
        Action::BundledCheckpoints => settings.checkpoints.files().next().is_some(),
        Action::Remove
        | Action::Keep
        | Action::Reject
        | Action::Stars(_)
        | Action::Label(_)
        | Action::Compare
        | Action::Next
        | Action::Previous
        | Action::First
        | Action::Last
        | Action::NextToo
        | Action::PreviousToo
        | Action::Overlay(Overlay::Clipping | Overlay::Peaking) => scene.first.is_some(),
        Action::Survey => gallery.survey.is_some() || Survey::possible(gallery).is_some(),
        Action::Unmark => {
            scene.first.is_some_and(|frame| frame.mark.is_some()) || !gallery.beside.is_empty()
        }
        Action::NextGroup | Action::PreviousGroup => {
            scene.first.is_some() && gallery.grouping != Grouping::None
        }
        Action::Reference => scene.first.is_some_and(|frame| frame.broken.is_none()),
        Action::Undo => gallery.history.can_undo(),
        Action::Redo => gallery.history.can_redo(),
        Action::ClearReference => gallery.reference.is_some(),
        Action::Flip => scene.second.is_some(),
        Action::Cancel => {
            state.scoring.progress.left > 0
                || state.shell.dialog.is_some()
                || state.quality_map.in_the_making().is_some()
                || state.shell.full_screen
                || gallery.survey.is_some()
        }
        _ => true,
    }
}
