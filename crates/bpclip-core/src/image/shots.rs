//! Which files are of one shot: cameras write a raw file and a JPEG or HEIC of the same name.

use crate::file::open_file;
use crate::name;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

/// Bytes at the beginning of a file that tell JPEG and HEIC.
const HEAD: u64 = 4096;

/// A picture, and the other files of the same shot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    /// The file that is looked at: the JPEG, else the HEIC, where one lies beside the raw file.
    pub picture: PathBuf,
    /// The others, the raw file last.
    pub companions: Vec<PathBuf>,
}

impl From<PathBuf> for Shot {
    /// A file that stands alone.
    fn from(picture: PathBuf) -> Self {
        Self {
            picture,
            companions: Vec::new(),
        }
    }
}

impl Shot {
    /// All its files, the one that is looked at first.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let files = std::iter::once(&self.picture).chain(&self.companions);
        files.map(PathBuf::as_path)
    }
}

/// Brings the files of each shot together, where its first file stands.
///
/// Files are of one shot if they lie in one folder, their names without the extensions are
/// [taken for one](name::key), one is camera raw, and beside it there is a JPEG or a HEIC or one of
/// each, all told by content. Where a name fits more files than that, what is spelled alike belongs
/// together, and what then still could be either stays apart. Only files that share their name with
/// another are opened.
pub fn shots(files: Vec<PathBuf>) -> Vec<Shot> {
    let mut alike: HashMap<(Option<&Path>, String), Vec<&Path>> = HashMap::new();
    for file in &files {
        let place = (file.parent(), name::key(&stem(file)));
        alike.entry(place).or_default().push(file);
    }
    // By a shot's first file the shot, by the others nothing.
    let mut found: HashMap<PathBuf, Option<Shot>> = HashMap::new();
    for files in alike.into_values().filter(|files| files.len() > 1) {
        for shot in of_one_name(&files) {
            let mut members = files
                .iter()
                .filter(|file| shot.files().any(|f| f == **file));
            let first = members.next().map(|file| file.to_path_buf());
            found.extend(members.map(|file| (file.to_path_buf(), None)));
            found.extend(first.map(|first| (first, Some(shot))));
        }
    }
    let shot = |file: PathBuf| match found.remove(&file) {
        None => Some(file.into()),
        Some(shot) => shot,
    };
    files.into_iter().filter_map(shot).collect()
}

/// Whether two files lie in one folder and have one name, but for the extension: whether they could
/// be of one shot, as [`shots`] finds out.
pub fn could_be_one_shot(a: &Path, b: &Path) -> bool {
    let (first, second) = (stem(a), stem(b));
    a.parent() == b.parent()
        && match first.is_ascii() && second.is_ascii() {
            true => first.eq_ignore_ascii_case(&second),
            false => name::key(&first) == name::key(&second),
        }
}

fn stem(file: &Path) -> Cow<'_, str> {
    file.file_stem().unwrap_or_default().to_string_lossy()
}

/// A picture's name with those of its companions: `IMG_1.JPG + IMG_1.CR3`.
pub fn joint_name<'a>(name: &'a str, companions: &[PathBuf]) -> Cow<'a, str> {
    let mut joint = Cow::Borrowed(name);
    for companion in companions {
        let name = companion.file_name().unwrap_or_default();
        let joint = joint.to_mut();
        joint.push_str(" + ");
        joint.push_str(&name.to_string_lossy());
    }
    joint
}

/// What a file is in a shot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Jpeg,
    Heic,
    Raw,
}

impl Role {
    /// That of a file, by its content.
    fn of(path: &Path) -> Option<Self> {
        let mut file = open_file(path).ok()?;
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head).ok()?;
        if head.starts_with(b"\xff\xd8") {
            return Some(Self::Jpeg);
        }
        if bpclip_codecs::identify(&head) == Some(bpclip_codecs::Format::Heic) {
            return Some(Self::Heic);
        }
        file.rewind().ok()?;
        bpclip_raw::identify_in(file).ok()?.map(|_| Self::Raw)
    }
}

/// The shots among files of one folder and one name.
fn of_one_name(files: &[&Path]) -> Vec<Shot> {
    let known = files
        .iter()
        .filter_map(|file| Some((Role::of(file)?, *file)));
    let mut by_spelling: BTreeMap<String, Vec<(Role, &Path)>> = BTreeMap::new();
    for (role, file) in known {
        let stem = file.file_stem().unwrap_or_default();
        let spelled = name::composed(stem);
        by_spelling.entry(spelled).or_default().push((role, file));
    }
    let mut left = Vec::new();
    let mut shots = Vec::new();
    for alike in by_spelling.into_values() {
        match shot(&alike) {
            Some(shot) => shots.push(shot),
            None => left.extend(alike),
        }
    }
    shots.extend(shot(&left));
    shots
}

/// The shot that these files are, if they are one and each knows its role.
fn shot(files: &[(Role, &Path)]) -> Option<Shot> {
    let of = |role: Role| {
        let mut of = files.iter().filter(|(other, _)| *other == role);
        let first = of.next().map(|(_, file)| file.to_path_buf());
        of.next().is_none().then_some(first)
    };
    let (jpeg, heic, raw) = (of(Role::Jpeg)?, of(Role::Heic)?, of(Role::Raw)??);
    let mut files = jpeg.into_iter().chain(heic);
    Some(Shot {
        picture: files.next()?,
        companions: files.chain([raw]).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with files of these names: what ends in `.x` is no raw, whatever else it is called.
    fn folder(names: &[&str]) -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().unwrap();
        let files = names.iter().map(|name| {
            let path = folder.path().join(name);
            let raw: &[u8] = b"FUJIFILMCCD-RAW 0201FF383501X-T5";
            let heic: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
            let bytes = match path.extension().unwrap().to_str().unwrap() {
                "heic" => heic,
                "jpg" | "JPG" | "jpeg" => b"\xff\xd8\xff\xe0",
                "png" | "x" => b"\x89PNG\r\n\x1a\n",
                _ => raw,
            };
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
            path
        });
        let files = files.collect();
        (folder, files)
    }

    /// The names of the files of each shot.
    fn found(names: &[&str]) -> Vec<Vec<String>> {
        let (folder, files) = folder(names);
        let name = |file: &Path| {
            let name = file.strip_prefix(folder.path()).unwrap();
            name.to_str().unwrap().replace('\\', "/")
        };
        let shots = shots(files);
        let names = shots.iter().map(|shot| shot.files().map(name).collect());
        names.collect()
    }

    #[test]
    fn raw_and_jpeg_and_heic_of_one_name_are_one() {
        assert_eq!(
            found(&["1.RAF", "1.heic", "1.jpg", "2.RAF", "2.heic", "3.jpg"]),
            [
                vec!["1.jpg", "1.heic", "1.RAF"],
                vec!["2.heic", "2.RAF"],
                vec!["3.jpg"]
            ]
        );
    }

    #[test]
    fn folders_stems_and_kinds_must_agree() {
        let apart = [
            &["a/1.RAF", "b/1.jpg"][..],
            &["1.jpg", "1-2.RAF"],
            // An exported picture is none of the camera's, and JPEG and HEIC alone may be anything.
            &["1.RAF", "1.png"],
            &["1.heic", "1.jpg"],
            // Either raw file, or either JPEG, could be meant.
            &["1.RAF", "1.cr2", "1.jpg"],
            &["1.RAF", "1.jpg", "1.jpeg"],
        ];
        for names in apart {
            assert_eq!(
                found(names),
                names.iter().map(|n| vec![*n]).collect::<Vec<_>>()
            );
        }
        assert_eq!(
            found(&["1.RAF", "1.jpg", "1.png"]),
            [vec!["1.jpg", "1.RAF"], vec!["1.png"]]
        );
    }

    #[test]
    fn names_are_matched_as_people_do_and_the_closer_first() {
        let (composed, taken_apart) = ("\u{fc}.RAF", "u\u{308}.jpg");
        assert_eq!(
            found(&[composed, taken_apart]),
            [vec![taken_apart, composed]]
        );
        assert_eq!(found(&["IMG.raf", "img.JPG"]), [vec!["img.JPG", "IMG.raf"]]);
        let could = |a: &str, b: &str| could_be_one_shot(Path::new(a), Path::new(b));
        assert!(could(composed, taken_apart) && could("x/IMG.raf", "x/img.JPG"));
        assert!(!could("x/a.raf", "y/a.jpg") && !could("a.raf", "b.jpg"));
    }

    /// Not on disks that take both for one.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_spelled_alike_belongs_together() {
        assert_eq!(
            found(&["A.RAF", "A.jpg", "a.RAF", "a.jpg"]),
            [vec!["A.jpg", "A.RAF"], vec!["a.jpg", "a.RAF"]]
        );
        assert_eq!(
            found(&["A.RAF", "A.jpg", "a.jpg"]),
            [vec!["A.jpg", "A.RAF"], vec!["a.jpg"]]
        );
    }

    #[test]
    fn a_shot_is_named_after_all_its_files() {
        let companions = ["/x/1.HIF", "/x/1.CR3"].map(PathBuf::from);
        assert_eq!(joint_name("1.JPG", &companions), "1.JPG + 1.HIF + 1.CR3");
        assert_eq!(joint_name("1.JPG", &[]), "1.JPG");
    }
}
