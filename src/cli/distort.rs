//! `bpclip distort`: ladders of ever worse pictures.

use super::outputs::{Inputs, Names, make_folder};
use super::paths::{Pictures, pictures};
use super::print::{say, show};
use super::{Outcome, Size, named, progress, signals};
use anyhow::{Context, bail};
use bpclip_core::foreign::cell;
use bpclip_core::image::{self, Limits, Picture, Shot};
use bpclip_train::distort::{Distortion, LEVELS, Ladder, label, ssimulacra2};
use clap::{Args, ValueEnum};
use comfy_table::{Table, presets};
use indicatif::ProgressBar;
use rayon::prelude::*;
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Make ladders of ever worse pictures, measured, for training and evaluating
///
/// Writes into FOLDER, for each picture, a folder of its name with `untouched.png` and every kind
/// of distortion at every level, and one table of all, `ladder.csv`: name, reference, distortion,
/// level, strength, dimension, ssimulacra2 (100 is the same, 90 looks the same, 30 is poor; it has
/// no lower end) and label (the same brought between 0 and 100, in the same order). Exit code 0:
/// all made; 1: some failed, named at the end; 2: wrong usage; 130: stopped by Ctrl+C, without the
/// table.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures and folders of pictures
    #[arg(required_unless_present = "list", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Open folders within folders too
    #[arg(long, short)]
    recursive: bool,
    /// Folder to write into; made if it is not there, files of the same names are replaced
    #[arg(
        long,
        short,
        alias = "out",
        required_unless_present = "list",
        value_name = "FOLDER"
    )]
    output: Option<PathBuf>,
    /// A kind of distortion, as --list names it; may be given several times. Without it, all
    #[arg(long = "kind", value_name = "KIND", hide_possible_values = true)]
    kinds: Vec<Distortion>,
    /// Also make this many ladders a picture that mix two or three kinds
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    mixed: u16,
    /// Levels of a ladder, evenly spaced from weak to the worst
    #[arg(long, value_name = "COUNT", default_value_t = LEVELS as u8,
          value_parser = clap::value_parser!(u8).range(1..=100))]
    levels: u8,
    /// What chance starts from: the same number makes the same pictures
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Bring the shorter side down to so many pixels first; without it, or with `full`, pictures
    /// stay as large as they are
    #[arg(long, value_name = "PIXELS")]
    size: Option<Size>,
    /// List the kinds, the dimension of quality that each costs and the adjectives that then fit
    #[arg(long, exclusive = true)]
    list: bool,
}

/// The table's name, beside the pictures' folders.
const TABLE: &str = "ladder.csv";

const COLUMNS: [&str; 8] = [
    "name",
    "reference",
    "distortion",
    "level",
    "strength",
    "dimension",
    "ssimulacra2",
    "label",
];

type Row = [String; COLUMNS.len()];

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let Some(output) = &options.output else {
        show!("{}", list());
        return Ok(Outcome::Done);
    };
    let Pictures {
        found, unreadable, ..
    } = pictures(&options.paths, options.recursive, false).told()?;
    let total = found.len() + unreadable.len();
    let mut failed: Vec<(PathBuf, String)> = unreadable
        .iter()
        .map(|entry| (entry.path().to_owned(), entry.to_string()))
        .collect();

    let inputs = Inputs::of(found.iter().flat_map(Shot::files));
    inputs.spare(&output.join(TABLE))?;
    let mut names = Names::without(&[TABLE]);
    let mut rows = Vec::new();
    let bar = progress::pictures(found.len() * pictures_each(options));
    let stop = signals::flag();
    for (Shot { picture: path, .. }, seed) in found.into_iter().zip(0..) {
        let job = Job {
            name: names.of(&stem(&path)),
            folder: output,
            inputs: &inputs,
            seed: options.seed.wrapping_add(seed),
            bar: &bar,
            stop: &stop,
        };
        match start(&path, options.size) {
            Ok((picture, score)) => match job.run(&picture, score, options)? {
                Some(made) => rows.extend(made),
                None => {
                    bar.finish_and_clear();
                    say!("interrupted: {TABLE} was not written; the same command makes all anew");
                    return Ok(Outcome::Interrupted);
                }
            },
            Err(reason) => {
                bar.inc(pictures_each(options) as u64);
                failed.push((path, reason));
            }
        }
    }
    bar.finish_and_clear();

    if !rows.is_empty() {
        let path = output.join(TABLE);
        bpclip_core::file::write_whole(&path, |file| write_table(file, &rows))
            .with_context(|| format!("cannot write {}", path.display()))?;
        show!("{}", path.display());
    }
    if failed.is_empty() {
        return Ok(Outcome::Done);
    }
    say!("{} of {total} could not be distorted:", failed.len());
    for (path, reason) in &failed {
        say!("  {}", named(path, reason));
    }
    Ok(Outcome::SomeFailed)
}

/// Reads a picture, brings it to size, and measures it against itself, which tells whether it can
/// be measured at all.
fn start(path: &Path, size: Option<Size>) -> Result<(Picture, f64), String> {
    let picture =
        image::read(path, &Limits::of_this_machine()).map_err(|error| error.to_string())?;
    let policy = size.unwrap_or(Size::Full).policy();
    let (width, height) = policy.apply(picture.width, picture.height);
    let picture = image::resize(picture, width, height);
    let score = ssimulacra2(&picture, &picture).map_err(|error| error.to_string())?;
    Ok((picture, score))
}

/// One picture's ladders.
struct Job<'a> {
    /// What its folder is called.
    name: String,
    /// Where that folder stands.
    folder: &'a Path,
    inputs: &'a Inputs,
    seed: u64,
    bar: &'a ProgressBar,
    /// Set where no more pictures are wanted.
    stop: &'a AtomicBool,
}

/// Pictures of more pixels than these are distorted one at a time: measuring one takes some 200
/// bytes a pixel.
const MANY_PIXELS: usize = 8_000_000;

impl Job<'_> {
    /// Writes all pictures and gives their rows, the untouched one first; none where it was told
    /// to stop.
    fn run(
        &self,
        picture: &Picture,
        score: f64,
        options: &Options,
    ) -> anyhow::Result<Option<Vec<Row>>> {
        let folder = self.folder.join(&self.name);
        if folder.is_symlink() {
            let folder = folder.display();
            bail!("{folder} is a link, and leads out of the folder to write into");
        }
        make_folder(&folder)?;
        let mut rows = vec![self.write_level(picture, "untouched", ["", "0", "0", ""], score)?];

        let kinds = match options.kinds.as_slice() {
            [] => Distortion::ALL.to_vec(),
            kinds => kinds.to_vec(),
        };
        let single = kinds
            .into_iter()
            .map(|kind| (kind.key().to_owned(), Ladder::of(kind, self.seed)));
        let mixed = (1..=options.mixed).map(|number| {
            // Far from the seeds of other pictures, which follow one another.
            let ladder = Ladder::mixed(self.seed.wrapping_add(u64::from(number) << 32));
            (format!("mixed-{number}"), ladder)
        });
        let ladders: Vec<_> = single.chain(mixed).collect();
        let at_once = if picture.rgb.len() / 3 > MANY_PIXELS {
            ladders.len()
        } else {
            1
        };
        let made: Vec<Vec<Row>> = ladders
            .par_iter()
            .with_min_len(at_once)
            .map(|(file, ladder)| self.ladder(picture, file, ladder, options.levels))
            .collect::<anyhow::Result<_>>()?;
        rows.extend(made.into_iter().flatten());
        Ok((!self.stop.load(Ordering::Relaxed)).then_some(rows))
    }

    fn ladder(
        &self,
        picture: &Picture,
        file: &str,
        ladder: &Ladder,
        levels: u8,
    ) -> anyhow::Result<Vec<Row>> {
        let (name, dimension) = (ladder.name(), ladder.dimension());
        (1..=levels)
            .take_while(|_| !self.stop.load(Ordering::Relaxed))
            .map(|level| {
                let strength = f32::from(level) / f32::from(levels);
                let distorted = ladder.apply(picture, strength);
                let score = ssimulacra2(picture, &distorted)?;
                let (level, strength) = (level.to_string(), strength.to_string());
                let about = [&name, &level, &strength, &dimension].map(String::as_str);
                self.write_level(&distorted, &format!("{file}-{level}"), about, score)
            })
            .collect()
    }

    /// Writes one picture and gives its row.
    fn write_level(
        &self,
        picture: &Picture,
        file: &str,
        about: [&str; 4],
        score: f64,
    ) -> anyhow::Result<Row> {
        let name = format!("{}/{file}.png", self.name);
        let path = self.folder.join(&name);
        self.inputs.spare(&path)?;
        image::write_png(picture, &path)?;
        self.bar.inc(1);
        let [distortion, level, strength, dimension] = about.map(str::to_owned);
        Ok([
            name,
            format!("{}/untouched.png", self.name),
            distortion,
            level,
            strength,
            dimension,
            format!("{score:.4}"),
            format!("{:.4}", label(score) * 100.0),
        ])
    }
}

/// Pictures to write for one that is given.
fn pictures_each(options: &Options) -> usize {
    let kinds = match options.kinds.len() {
        0 => Distortion::ALL.len(),
        count => count,
    };
    1 + (kinds + usize::from(options.mixed)) * usize::from(options.levels)
}

/// What the folder of a picture is called after: its name without extension.
fn stem(path: &Path) -> Cow<'_, str> {
    path.file_stem()
        .map_or("picture".into(), |stem| stem.to_string_lossy())
}

fn write_table(file: impl Write, rows: &[Row]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(file);
    table.write_record(COLUMNS)?;
    for row in rows {
        table.write_record(row.iter().map(|text| cell(text).into_owned()))?;
    }
    table.flush()
}

/// The kinds, for a person.
fn list() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["kind", "dimension", "adjectives", "what it does"]);
    for kind in Distortion::ALL {
        let value = kind.to_possible_value();
        let help = value.as_ref().and_then(|value| value.get_help());
        table.add_row([
            kind.key().to_owned(),
            kind.dimension().to_owned(),
            kind.adjectives().join(", "),
            help.map(ToString::to_string).unwrap_or_default(),
        ]);
    }
    table
}
