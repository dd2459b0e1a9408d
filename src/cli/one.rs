//! One picture that is looked at closely.

use super::Usage;
use super::outputs::Inputs;
use bpclip_core::model::Task;
use clap::Args;
use std::path::{Path, PathBuf};

/// What every command takes that looks at one picture and writes into a folder.
#[derive(Debug, Args)]
pub struct OnePicture {
    /// The picture
    pub image: PathBuf,
    /// Folder to write into; made if it is not there
    #[arg(long, short, value_name = "FOLDER")]
    pub output: PathBuf,
    /// Compare with this picture
    #[arg(long, value_name = "FILE")]
    pub reference: Option<PathBuf>,
}

impl OnePicture {
    /// What is read, with other files such as a checkpoint where one is named.
    pub fn inputs<'a>(&'a self, others: impl IntoIterator<Item = &'a Path>) -> Inputs {
        let own = [Some(self.image.as_path()), self.reference.as_deref()];
        Inputs::of(own.into_iter().flatten().chain(others))
    }

    /// What is asked of it; `command` is for the error, where it is a folder.
    pub fn task(&self, command: &str) -> Result<Task, Usage> {
        if self.image.is_dir() {
            let path = self.image.display();
            return Err(Usage(format!(
                "{path} is a folder: {command} takes one picture"
            )));
        }
        Ok(Task::with(&self.reference))
    }
}
