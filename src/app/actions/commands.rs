//! The command of each action.

use super::action::Action;
use crate::app::command::Command;
use crate::app::export::{self, Export, FigureKind};
use crate::app::gallery::ranking::Mark;
use crate::app::gallery::{self, Change, Step};
use crate::app::quality_map;
use crate::app::scoring;
use crate::app::settings::Side;
use crate::app::sharpest;
use crate::app::shell::{self, Dialog, PathFor};
use crate::app::training::{self, Place};
use crate::app::transfer;
use crate::app::viewer::{self, Overlay, Scale};

/// How much a key zooms.
const ZOOM: f32 = 1.25;

fn figure(kind: FigureKind) -> Command {
    shell::Command::Dialog(Some(Dialog::Figure(kind))).into()
}

fn decide(change: Change) -> Command {
    gallery::Command::Decide(change).into()
}

impl From<Action> for Command {
    fn from(action: Action) -> Self {
        match action {
            Action::OpenFiles => gallery::Command::OpenFiles.into(),
            Action::OpenFolder => gallery::Command::OpenFolder.into(),
            Action::OpenPath => shell::Command::ToggleDialog(Dialog::Path(PathFor::Open)).into(),
            Action::Paste => gallery::Command::Paste.into(),
            Action::ExportCsv => export::Command::Choose(Export::Csv).into(),
            Action::ExportTableJson => export::Command::Choose(Export::TableJson).into(),
            Action::ExportJson => export::Command::Choose(Export::Json).into(),
            Action::ExportPng => export::Command::Choose(Export::Png).into(),
            Action::ExportMap => export::Command::Choose(Export::Map).into(),
            Action::ExportMaps => export::Command::Choose(Export::AllMaps).into(),
            Action::FigureMaps => figure(FigureKind::Maps),
            Action::FigureAttention => figure(FigureKind::Attention),
            Action::FigureDifference => figure(FigureKind::Difference),
            Action::Ratings => shell::Command::Dialog(Some(Dialog::Ratings)).into(),
            Action::CopyScore => export::Command::CopyScore.into(),
            Action::CopyPicture => export::Command::CopyView.into(),
            Action::OpenCheckpoint => scoring::Command::OpenCheckpoint.into(),
            Action::BundledCheckpoints => scoring::Command::UseBundled.into(),
            Action::Weights => shell::Command::ToggleWeights.into(),
            Action::Library => shell::Command::ToggleLibrary.into(),
            Action::Quit => shell::Command::Quit.into(),
            Action::Transfer => transfer::Command::Toggle.into(),
            Action::Remove => gallery::Command::RemoveSelected.into(),
            Action::RemoveAll => gallery::Command::RemoveAll.into(),
            Action::Undo => gallery::Command::Undo.into(),
            Action::Redo => gallery::Command::Redo.into(),
            Action::Keep => decide(Change::ToggleMark(Mark::Keep)),
            Action::Reject => decide(Change::ToggleMark(Mark::Reject)),
            Action::Unmark => decide(Change::Unmark),
            Action::Stars(stars) => decide(Change::Stars(stars)),
            Action::Label(label) => decide(Change::ToggleLabel(label)),
            Action::BestOfBursts => shell::Command::ToggleDialog(Dialog::Bursts).into(),
            Action::Taste => shell::Command::ToggleDialog(Dialog::Taste).into(),
            Action::GoOn => gallery::Command::ToggleGoOn.into(),
            Action::SelectAll => gallery::Command::SelectAll.into(),
            Action::NextToo => gallery::Command::Extend(Step::Next).into(),
            Action::PreviousToo => gallery::Command::Extend(Step::Previous).into(),
            Action::NextGroup => gallery::Command::Step(Step::NextGroup).into(),
            Action::PreviousGroup => gallery::Command::Step(Step::PreviousGroup).into(),
            Action::Next => gallery::Command::Step(Step::Next).into(),
            Action::Previous => gallery::Command::Step(Step::Previous).into(),
            Action::First => gallery::Command::Step(Step::First).into(),
            Action::Last => gallery::Command::Step(Step::Last).into(),
            Action::Reference => gallery::Command::ToggleReference.into(),
            Action::ClearReference => gallery::Command::Reference(None).into(),
            Action::Compare => gallery::Command::ToggleCompare.into(),
            Action::Flip => viewer::Command::Flip.into(),
            Action::Fit => viewer::Command::Scale(Scale::Fit).into(),
            Action::Actual => viewer::Command::Scale(Scale::Times(1.0)).into(),
            Action::Sharpest => sharpest::Command::Toggle.into(),
            Action::MarkSharpest => sharpest::Command::ToggleMark.into(),
            Action::ZoomIn => viewer::Command::Zoom(ZOOM).into(),
            Action::ZoomOut => viewer::Command::Zoom(1.0 / ZOOM).into(),
            Action::Mode(mode) => viewer::Command::Mode(mode).into(),
            Action::Overlay(overlay @ (Overlay::Clipping | Overlay::Peaking)) => {
                viewer::Command::ToggleOverlay(overlay).into()
            }
            Action::Overlay(overlay) => viewer::Command::Overlay(overlay).into(),
            Action::Survey => gallery::Command::ToggleSurvey.into(),
            Action::Histogram => viewer::Command::ToggleHistogram.into(),
            Action::ListPanel => shell::Command::TogglePanel(Side::List).into(),
            Action::SidePanel => shell::Command::TogglePanel(Side::Panel).into(),
            Action::FullScreen => shell::Command::ToggleFullScreen.into(),
            Action::Larger => shell::Command::Interface(Some(1.0)).into(),
            Action::Smaller => shell::Command::Interface(Some(-1.0)).into(),
            Action::UsualSize => shell::Command::Interface(None).into(),
            Action::QualityMap => quality_map::Command::Begin.into(),
            Action::ScoreRest => scoring::Command::ScoreRest.into(),
            Action::Cancel => shell::Command::Cancel.into(),
            Action::Training => shell::Command::TogglePage.into(),
            Action::Train => training::Command::Start.into(),
            Action::PauseTraining => training::Command::TogglePause.into(),
            Action::StopTraining => training::Command::Stop.into(),
            Action::OpenRun => training::Command::Choose(Place::Run).into(),
            Action::ResumeTraining => training::Command::Resume.into(),
            Action::UseBest => training::Command::UseBest.into(),
            Action::WritePlots => training::Command::WritePlots.into(),
            Action::Keys => shell::Command::ToggleDialog(Dialog::Keys).into(),
            Action::Log => shell::Command::ToggleDialog(Dialog::Log).into(),
            Action::About => shell::Command::ToggleDialog(Dialog::About).into(),
        }
    }
}
