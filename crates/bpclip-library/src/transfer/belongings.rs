//! Which files belong to a picture.

use super::TransferError;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The files of a shot: the picture, and others such as its raw file.
pub type Shot = Vec<PathBuf>;

/// The files of shots with the XMP sidecars of all of them, in order. `a.xmp` and `a.jpg.xmp` are both
/// sidecars of `a.jpg`. One that two shots could have goes with the first. Shots whose folder cannot
/// be read are told apart.
pub fn with_sidecars(shots: Vec<Shot>) -> (Vec<Shot>, Vec<TransferError>) {
    let mut folders: HashMap<PathBuf, HashMap<String, Vec<PathBuf>>> = HashMap::new();
    let mut given: HashSet<PathBuf> = shots.iter().flatten().cloned().collect();
    let (mut items, mut failed) = (Vec::new(), Vec::new());
    for mut shot in shots {
        let mut found = Vec::new();
        let mut read = Ok(());
        for file in &shot {
            let folder = file.parent().unwrap_or(Path::new("")).to_owned();
            if !folders.contains_key(&folder) {
                match sidecars(&folder) {
                    Ok(sidecars) => {
                        folders.insert(folder.clone(), sidecars);
                    }
                    Err(cause) => {
                        read = Err(TransferError::new(file, cause));
                        break;
                    }
                }
            }
            let of = |name: Option<&OsStr>| {
                let sidecars = folders.get(&folder)?.get(&lower(name))?;
                Some(sidecars.clone())
            };
            let names = [file.file_stem(), file.file_name()];
            found.extend(names.into_iter().filter_map(of).flatten());
        }
        if let Err(error) = read {
            failed.push(error);
            continue;
        }
        found.retain(|sidecar| given.insert(sidecar.clone()));
        shot.extend(found);
        shot.sort();
        items.push(shot);
    }
    (items, failed)
}

/// The sidecars in a folder by their names without the ending.
fn sidecars(folder: &Path) -> io::Result<HashMap<String, Vec<PathBuf>>> {
    let place = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let mut found: HashMap<String, Vec<PathBuf>> = HashMap::new();
    for entry in fs::read_dir(place)? {
        let name = entry?.file_name();
        let bare = Path::new(&name);
        let path = folder.join(&name);
        if lower(bare.extension()) == "xmp" && path.is_file() {
            found.entry(lower(bare.file_stem())).or_default().push(path);
        }
    }
    Ok(found)
}

pub(super) fn lower(name: Option<&OsStr>) -> String {
    name.unwrap_or_default().to_string_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shot_has_the_sidecars_of_all_its_files_and_none_twice() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let files = [
            "A.JPG",
            "a.nef",
            "a.xmp",
            "a.nef.xmp",
            "a.txt",
            "ab.jpg",
            "b.xmp",
            "a.tif",
        ];
        for name in files {
            fs::write(at(name), name).unwrap();
        }
        let shots = vec![
            vec![at("A.JPG"), at("a.nef")],
            vec![at("a.tif")],
            vec![at("ab.jpg")],
            vec![at("no/such/folder.jpg")],
        ];
        let (items, failed) = with_sidecars(shots);
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let names: Vec<Vec<String>> = items.iter().map(|i| i.iter().map(name).collect()).collect();
        assert_eq!(
            names,
            [
                vec!["A.JPG", "a.nef", "a.nef.xmp", "a.xmp"],
                vec!["a.tif"],
                vec!["ab.jpg"]
            ]
        );
        assert_eq!(failed.len(), 1);
        assert!(failed[0].to_string().contains("folder.jpg"));
    }
}
