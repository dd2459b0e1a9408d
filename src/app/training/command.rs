//! What can be asked of the training panel.

use super::form::Form;
use crate::curves::Series;
use std::path::PathBuf;

/// Something that the panel lets the user choose with the system's dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A folder of rated pictures.
    Data,
    /// A folder of pristine photographs.
    Pristine,
    /// A checkpoint to start from.
    Start,
    /// Weights of a fresh network's backbone.
    Weights,
    /// A folder for the run.
    Folder,
    /// A run to show.
    Run,
    /// A run to compare that one with.
    Compared,
}

/// Something for the panel to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The panel is shown: what it shows has to be known.
    Shown,
    /// The form as it is now.
    Form(Box<Form>),
    /// Takes in what was dropped on the panel.
    Take {
        /// Files and folders.
        paths: Vec<PathBuf>,
        /// Whether they are pristine photographs.
        pristine: bool,
    },
    /// Lets the user choose something.
    Choose(Place),
    /// The user has chosen it.
    Chosen(Place, PathBuf),
    /// Begins the form's training.
    Start,
    /// Lets the training wait after its step, or go on.
    TogglePause,
    /// Ends the training after its step.
    Stop,
    /// Shows the run of this folder.
    Open(PathBuf),
    /// Shows no run beside the other any more.
    CompareNoMore,
    /// Goes on with the run that is shown.
    Resume,
    /// Scores with the best checkpoint of the run that is shown.
    UseBest,
    /// Writes plots and tables of the run that is shown, into its folder.
    WritePlots,
    /// Shows this curve.
    Series(Series),
    /// Closes the window: once the training has stopped, or at once.
    Close {
        /// Whether not even the current step is waited for.
        at_once: bool,
    },
}
