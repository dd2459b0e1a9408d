//! `bpclip weights`: the catalogue of known weights, and the user's folder of them.

use super::print::{hand_over, say, show};
use super::progress;
use super::{Outcome, Usage, named, signals};
use bpclip_catalogue::{
    CatalogueError, Digest, ENTRIES, Entry, Origin, Progress, Proof, Size, State, Store, Verdict,
    entry,
};
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// List, fetch and check published weights
///
/// Nothing is fetched without your word. Fetched files lie in the cache folder (`bpclip weights
/// path`; BPCLIP_CACHE names another), and appear there whole and checked or not at all. A
/// transfer that broke goes on where it was. Proxies are taken from the environment; BPCLIP_MIRROR
/// names an address that serves the origins' paths in their place.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the known weights: what for, how large, under which licence, whether they are here
    List {
        /// How the list is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Fetch weights into the cache folder, after asking; prints where they lie
    Fetch {
        /// Names, as `list` shows them
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Check files against the catalogue; exit code 0: all are what it says, 1: some are not
    Verify {
        /// Files, or names; without any, all that was fetched
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the folder of fetched weights, or where the file of one lies
    Path {
        /// A name, as `list` shows it
        name: Option<String>,
    },
}

/// How the list is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Table,
    /// One JSON list
    Json,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let store = Store::of_user().map_err(|error| Usage(error.to_string()))?;
    match &options.command {
        Command::List { format } => list(&store, *format),
        Command::Fetch { names, yes } => fetch(&store, names, *yes),
        Command::Verify { files } => verify(&store, files),
        Command::Path { name } => path(&store, name.as_deref()),
    }
}

fn known(name: &str) -> Result<&'static Entry, Usage> {
    entry(name).ok_or_else(|| {
        let names: Vec<&str> = ENTRIES.iter().map(|entry| entry.name).collect();
        Usage(format!(
            "`{name}` is not in the catalogue: {}",
            names.join(", ")
        ))
    })
}

fn list(store: &Store, format: Format) -> anyhow::Result<Outcome> {
    match format {
        Format::Table => show!("{}", table(store)),
        Format::Json => {
            let list: Vec<Value> = ENTRIES.iter().map(|entry| line(store, entry)).collect();
            hand_over!("{}", serde_json::to_string_pretty(&list)?);
        }
    }
    Ok(Outcome::Done)
}

fn table(store: &Store) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["name", "here", "size", "licence", "what for"]);
    for entry in ENTRIES {
        let here = match store.state(entry) {
            State::Bundled => "in the program".into(),
            State::Here => "yes".into(),
            State::Wrong => "damaged".into(),
            State::Partly(bytes) => format!("{} of it", HumanBytes(bytes)),
            State::Absent => "no".into(),
        };
        table.add_row([
            entry.name.to_owned(),
            here,
            entry.size.to_string(),
            entry.licence.to_owned(),
            entry.purpose.to_owned(),
        ]);
    }
    table
}

fn line(store: &Store, entry: &Entry) -> Value {
    let page = match entry.origin {
        Origin::Bundled => None,
        Origin::Web { page, .. } => Some(page),
    };
    let sha256 = match entry.digest {
        Digest::Sha256(digest) => Some(digest),
        Digest::AtOrigin => None,
    };
    let (state, partly) = match store.state(entry) {
        State::Bundled => ("bundled", None),
        State::Here => ("here", None),
        State::Wrong => ("damaged", None),
        State::Partly(bytes) => ("partly", Some(bytes)),
        State::Absent => ("absent", None),
    };
    json!({
        "name": entry.name,
        "title": entry.title,
        "purpose": entry.purpose,
        "licence": entry.licence,
        "page": page,
        "url": store.url(entry),
        "bytes": entry.size.bytes(),
        "exact": matches!(entry.size, Size::Exact(_)),
        // None: what the origin publishes when it is fetched decides.
        "sha256": sha256,
        "file": store.path(entry),
        "state": state,
        "arrived": partly,
        "next": store.next(entry),
    })
}

fn path(store: &Store, name: Option<&str>) -> anyhow::Result<Outcome> {
    let Some(name) = name else {
        hand_over!("{}", store.folder().display());
        return Ok(Outcome::Done);
    };
    let entry = known(name)?;
    let Some(path) = store.path(entry) else {
        return Err(Usage(CatalogueError::Bundled(entry.name).to_string()).into());
    };
    hand_over!("{}", path.display());
    if store.state(entry) != State::Here {
        say!("it is not there yet: `bpclip weights fetch {name}`");
        say!("{}", store.by_hand(entry));
    }
    Ok(Outcome::Done)
}

fn fetch(store: &Store, names: &[String], yes: bool) -> anyhow::Result<Outcome> {
    let mut wanted = Vec::new();
    for name in names {
        let entry = known(name)?;
        match store.path(entry).zip(store.url(entry)) {
            Some((path, url)) => {
                describe(entry, &url, &path);
                wanted.push(entry);
            }
            None => say!("{}", CatalogueError::Bundled(entry.name)),
        }
    }
    if wanted.is_empty() {
        return Ok(Outcome::Done);
    }
    if !yes && !agreed()? {
        say!("nothing was fetched");
        return Ok(Outcome::SomeFailed);
    }
    let stop = signals::flag();
    for entry in wanted {
        let bar = progress::plain(None);
        let fetched = store.fetch(entry, &mut |progress| show(&bar, progress), &stop);
        bar.finish_and_clear();
        let fetched = match fetched {
            Ok(fetched) => fetched,
            Err(error @ CatalogueError::Cancelled) => {
                say!("{error}");
                return Ok(Outcome::Interrupted);
            }
            // Its sentence says why already: no chain of causes.
            Err(error) => return Err(anyhow::Error::msg(error.to_string())),
        };
        show!("{}", fetched.path.display());
        let how = match fetched.transferred {
            0 => "it was there already".to_owned(),
            bytes => format!("{} transferred", HumanBytes(bytes)),
        };
        say!("{how}, SHA-256 {} is right", fetched.sha256);
        say!("next: {}", store.next(entry));
    }
    Ok(Outcome::Done)
}

/// What somebody must know before agreeing.
fn describe(entry: &Entry, url: &str, path: &Path) {
    say!("{}: {}", entry.name, entry.title);
    say!("  for      {}", entry.purpose);
    say!("  from     {url}");
    say!("  size     {}", entry.size);
    say!("  licence  {}", entry.licence);
    say!(
        "  checked  {}",
        match entry.digest {
            Digest::Sha256(digest) => format!("SHA-256 {digest}"),
            Digest::AtOrigin => "by the SHA-256 that the origin publishes".into(),
        }
    );
    say!("  to       {}", path.display());
}

/// Asks, where there is somebody to ask.
fn agreed() -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let reason = "nothing is fetched without your word: give --yes, or run this on a terminal";
        return Err(Usage(reason.into()).into());
    }
    let _ = write!(io::stderr(), "Fetch? [y/N] ");
    Ok(is_yes(&mut io::stdin().lock())?)
}

fn is_yes(input: &mut impl BufRead) -> io::Result<bool> {
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}

fn show(bar: &ProgressBar, progress: Progress) {
    let template = match progress {
        Progress::Waiting => "another fetch of it is under way: waiting",
        Progress::Connecting => "connecting",
        Progress::Arriving { .. } => "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left",
    };
    let first = bar.length().is_none();
    if (first || progress == Progress::Connecting)
        && let Ok(style) = ProgressStyle::with_template(template)
    {
        bar.set_style(style);
    }
    match progress {
        Progress::Arriving { done, total } => {
            if first {
                bar.set_length(total);
                // The speed is that of this transfer, not of what was there before.
                bar.set_position(done);
                bar.reset_eta();
            }
            bar.set_position(done);
        }
        Progress::Waiting | Progress::Connecting => bar.tick(),
    }
}

fn verify(store: &Store, files: &[PathBuf]) -> anyhow::Result<Outcome> {
    let fetched: Vec<PathBuf>;
    let files = if files.is_empty() {
        let there = |entry: &&Entry| matches!(store.state(entry), State::Here | State::Wrong);
        let here = ENTRIES.iter().filter(there);
        fetched = here.filter_map(|entry| store.path(entry)).collect();
        if fetched.is_empty() {
            say!("nothing has been fetched into {}", store.folder().display());
        }
        &fetched
    } else {
        files
    };
    let mut outcome = Outcome::Done;
    for file in files {
        // A file goes before an entry of the same name.
        let by_name = file.to_str().filter(|_| !file.exists()).and_then(entry);
        let place = match by_name {
            Some(entry) => match store.path(entry) {
                Some(path) => path,
                None => {
                    say!("{}", CatalogueError::Bundled(entry.name));
                    continue;
                }
            },
            None => file.clone(),
        };
        let (text, right) = match store.check(&place) {
            Ok(verdict) => told(&verdict),
            Err(error) => (error.to_string(), false),
        };
        let text = named(&place, &text);
        if right {
            show!("{text}");
        } else {
            say!("{text}");
            outcome = Outcome::SomeFailed;
        }
    }
    Ok(outcome)
}

/// A verdict in words, and whether all is well.
fn told(verdict: &Verdict) -> (String, bool) {
    match verdict {
        Verdict::Right {
            entry,
            proof,
            sha256,
        } => {
            let by = match proof {
                Proof::Catalogue => "as in the catalogue",
                Proof::Origin => "as the origin published it when it was fetched",
            };
            (
                format!("right: {}, SHA-256 {sha256}, {by}", entry.name),
                true,
            )
        }
        Verdict::Wrong {
            entry,
            expected,
            sha256,
        } => {
            let name = entry.name;
            let text = format!(
                "wrong: this is not {name}: its SHA-256 is {sha256}, it should be {expected}; \
                 `bpclip weights fetch {name}` replaces it"
            );
            (text, false)
        }
        Verdict::Unproven { entry, sha256 } => {
            let page = match entry.origin {
                Origin::Web { page, .. } => page,
                Origin::Bundled => "",
            };
            let text = format!(
                "not proven: the catalogue has no SHA-256 of {}; this file's is {sha256}: compare \
                 it with the one that {page} shows for model.safetensors",
                entry.name
            );
            (text, false)
        }
        Verdict::Unknown { sha256 } => (
            format!("unknown: no weights of the catalogue have SHA-256 {sha256}"),
            false,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, yes) in [
            ("y\n", true),
            ("Yes\r\n", true),
            ("\n", false),
            ("", false),
            ("no\n", false),
            ("yesterday\n", false),
        ] {
            assert_eq!(is_yes(&mut answer.as_bytes()).unwrap(), yes, "{answer:?}");
        }
    }
}
