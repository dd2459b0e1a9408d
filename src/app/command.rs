//! Everything that can be asked of the application. Views return commands; `App::apply` alone
//! carries them out.

use super::choices::{AdjectiveLevel, Attending, Dialog, Overlay, Page, Scale, Tab};
use super::keys::Action;
use super::ranking::{Filter, Grouping, Mark, SortKey};
use super::settings::{Layout, MapRange, Theme, ViewerMode};
use super::state::{FrameId, Pointed};
use super::training::Wish;
use super::weights::Want;
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::{ColourMap, Picture, SizePolicy};
use bpclip_core::inspect::tiles::Aspect;
use bpclip_core::model::Task;
use std::path::PathBuf;
use std::sync::Arc;

/// Something to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The filmstrip's pictures and their scores, as shown.
    Csv,
    /// The same as JSON, with every similarity.
    TableJson,
    /// Everything about the selected picture.
    Json,
    /// What the window shows.
    Png,
    /// The map or attention over the selected picture.
    Map,
    /// Every map of the selected picture, into a folder.
    AllMaps,
}

impl Export {
    /// The name that a new file gets, behind that of the picture.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "scores.csv",
            Self::TableJson => "scores.json",
            Self::Json => "inspection.json",
            Self::Png => "inspection.png",
            Self::Map => "map.png",
            Self::AllMaps => "maps",
        }
    }
}

/// A wish of the user's.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Something that has a key or stands in a menu.
    Act(Action),
    /// Opens files and folders.
    Add {
        /// What to open.
        paths: Vec<PathBuf>,
        /// Whether the first picture becomes the reference.
        as_reference: bool,
    },
    /// Adds a picture that is in no file.
    AddPicture(Arc<Picture>),
    /// Looks at a frame.
    Select(FrameId),
    /// Makes a frame the reference, or none.
    Reference(Option<FrameId>),
    /// Chooses the frame to compare with; without one, that is the reference.
    Compare(Option<FrameId>),
    /// Marks a frame.
    Mark(FrameId, Option<Mark>),
    /// Takes a frame off the list.
    Remove(FrameId),
    /// Scores a frame again, or for the first time.
    Rescore(FrameId),
    /// Scores with this checkpoint.
    Checkpoint(PathBuf),
    /// Computes on this device.
    Device(DeviceChoice),
    /// Scores at this size, or at the one that each checkpoint was made for.
    Size(Option<SizePolicy>),
    /// Shows one picture or two.
    Mode(ViewerMode),
    /// Moves and scales the view.
    Look {
        /// How large.
        scale: Scale,
        /// The point in the middle.
        centre: (f32, f32),
    },
    /// Moves the slider.
    Split(f32),
    /// Flicker goes by itself, or not.
    ByItself(bool),
    /// Multiplies differences.
    Gain(u8),
    /// Lays something over the picture.
    Overlay(Overlay),
    /// How much the overlay hides.
    Opacity(f32),
    /// The colours of the overlay.
    Colours(ColourMap),
    /// What the colours stand for.
    Range(MapRange),
    /// Looks at an attention.
    Attend(Attending),
    /// What quality maps show.
    Aspect(Aspect),
    /// Pixels of the side of a quality map's tiles.
    TileSide(u32),
    /// Ends the quality map in the making.
    StopTiles,
    /// Shows words and maps of this network.
    Lens(Task),
    /// Opens the section of the classic metrics, or closes it.
    Metrics(bool),
    /// Shows this part of the panel.
    Tab(Tab),
    /// Something about the catalogue of weights.
    Weights(Want),
    /// Compares with these words of the user's own.
    Words(Vec<String>),
    /// Keeps the user's words as a set of this name; without any words, forgets the set.
    KeepWords(String, Vec<String>),
    /// Shows the words of this level.
    Level(AdjectiveLevel),
    /// The pixel under the pointer.
    Point(Option<Pointed>),
    /// Sorts the filmstrip.
    Sort(SortKey, bool),
    /// Shows only some frames.
    Filter(Filter),
    /// Groups frames.
    Group(Grouping),
    /// Dark, light or as the system.
    Theme(Theme),
    /// Opens a window over the window, or closes it.
    Dialog(Option<Dialog>),
    /// Remembers how the window is divided.
    Layout(Layout),
    /// Remembers the size of the window, in points.
    Window([f32; 2]),
    /// The scale at which all of the picture is seen.
    Fitted(f32),
    /// From which score on a picture gets how many stars.
    Thresholds(super::export::Thresholds),
    /// Writes something to a file.
    Save(Export, PathBuf),
    /// Writes ratings beside the pictures.
    WriteRatings,
    /// Forgets the recently opened.
    ForgetRecent,
    /// Shows the pictures or the training panel.
    Page(Page),
    /// Something about training.
    Training(Wish),
}

impl From<Action> for Command {
    fn from(action: Action) -> Self {
        Self::Act(action)
    }
}
