//! The settings of a training as the command line describes them: the form's labels, headings and
//! hover texts, so that nothing is written twice.

use crate::app::wording::{sentence, unticked};
use bpclip_train::dataset::OpenOptions;
use bpclip_train::train::Settings;
use clap::{Args, Command};
use std::sync::OnceLock;

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in `settings.json`.
    pub name: String,
    /// Its name in the form.
    pub label: String,
    /// What it does.
    pub help: String,
    /// The heading that it stands under; the first ones stand under none.
    pub heading: Option<String>,
    /// Its possible values, where there are few.
    pub values: Vec<String>,
    /// Whether it may be left out.
    pub optional: bool,
}

/// Every setting, in the order of `bpclip train --help`.
pub fn all() -> &'static [Field] {
    static FIELDS: OnceLock<Vec<Field>> = OnceLock::new();
    FIELDS.get_or_init(|| {
        let command = Settings::augment_args(Command::new("train"));
        let field = |arg: &clap::Arg| Field {
            name: arg.get_id().to_string(),
            label: label(arg.get_id().as_str()),
            help: arg
                .get_help()
                .map(|help| unticked(&help.to_string()))
                .unwrap_or_default(),
            heading: arg.get_help_heading().map(ToOwned::to_owned),
            values: arg
                .get_possible_values()
                .iter()
                .map(|value| value.get_name().to_owned())
                .collect(),
            optional: !arg.is_required_set(),
        };
        // How tables are read is found out; whoever must name it does so on the command line.
        let table = OpenOptions::augment_args(Command::new("table"));
        let of_table = |arg: &&clap::Arg| table.get_arguments().any(|a| a.get_id() == arg.get_id());
        let arguments = command.get_arguments();
        arguments.filter(|arg| !of_table(arg)).map(field).collect()
    })
}

/// What a setting does.
pub fn help(name: &str) -> &'static str {
    let field = all().iter().find(|field| field.name == name);
    field.map_or("", |field| &field.help)
}

/// The headings, in order, each once.
pub fn headings() -> Vec<&'static str> {
    let mut headings = Vec::new();
    for heading in all().iter().filter_map(|field| field.heading.as_deref()) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    headings
}

/// A name as labels are written: `weight_decay` is `Weight decay`.
pub fn label(name: &str) -> String {
    match name {
        "lr" => "Learning rate".to_owned(),
        "backbone_lr" => "Learning rate (backbone)".to_owned(),
        "ema_decay" => "EMA decay".to_owned(),
        "mse" => "MSE".to_owned(),
        "best" => "Best epoch by".to_owned(),
        name => sentence(&name.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_core::model::Task;
    use bpclip_train::train::Preset;

    #[test]
    fn every_setting_has_words_and_a_place() {
        let settings = Settings::new(Preset::Ours, Task::NoReference);
        let settings = serde_json::to_value(settings).unwrap();
        let names: Vec<&str> = all().iter().map(|field| field.name.as_str()).collect();
        let mut written = settings.as_object().unwrap().clone();
        written.remove("table");
        for name in written.keys() {
            assert!(names.contains(&name.as_str()), "{name}");
        }
        assert_eq!(names.len(), written.len());
        assert!(all().iter().all(|field| !field.help.is_empty()));
        assert_eq!(label("weight_decay"), "Weight decay");
        assert_eq!(label("lr"), "Learning rate");
        assert_eq!(headings(), ["Network", "Schedule", "Data", "Loss", "Run"]);
    }
}
