//! Files that this program itself moves, or rates within: what is known of them stays known.

use super::file_row::{self, FileRow};
use super::identity::{Identity, content_hash, now, path_bytes, real_of_gone};
use super::{Library, LibraryError};
use rusqlite::{Connection, params};
use std::path::PathBuf;

impl Library {
    /// Files were moved, from the first place to the second: decisions, scores and thumbnails follow.
    ///
    /// # Errors
    /// The library cannot be written; then files are found again by their content, where it is known.
    pub fn relocated(&mut self, moves: &[(PathBuf, PathBuf)]) -> Result<(), LibraryError> {
        self.change(|library| {
            for (from, to) in moves {
                // What was moved on since is not there.
                if let Ok(identity) = Identity::of(to) {
                    let old = path_bytes(&real_of_gone(from));
                    if is_known(library, &old)? {
                        clear(library, &identity)?;
                        place(library, &old, &identity)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// This program rated a picture within its file, `before` being what that was: it is the same picture,
    /// and decisions, scores and thumbnails are its own still. What stands in it is nobody else's word.
    ///
    /// # Errors
    /// The library cannot be written; then the picture is scored again.
    pub fn rewritten(&mut self, before: &Identity) -> Result<(), LibraryError> {
        let Ok(now_is) = Identity::of(&before.path) else {
            return Ok(());
        };
        // It was written a moment ago: only its content tells it from what may follow.
        let hash = content_hash(&now_is.path).ok();
        self.change(|library| {
            let size = file_row::length(before);
            let same = |row: &FileRow| row.size == size && row.modified == before.modified;
            // Not asked for again once it is known: to know a file that was just written it is read whole.
            let file = if let Some(row) = file_row::at(library, before)?.filter(same) {
                library.execute(
                    "UPDATE file SET size = ?2, modified = ?3, seen = ?4, hash = ?5 WHERE id = ?1",
                    params![
                        row.id,
                        file_row::length(&now_is),
                        now_is.modified,
                        now(),
                        hash.map(|hash| hash.to_vec())
                    ],
                )?;
                row.id
            } else {
                file_row::ensure(library, &now_is)?
            };
            let sql = "INSERT OR REPLACE INTO noted (file, mark, stars, label) \
                       VALUES (?1, NULL, NULL, NULL)";
            library.execute(sql, [file])?;
            Ok(())
        })
    }
}

fn is_known(library: &Connection, path: &[u8]) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM file WHERE path = ?1)";
    library.query_row(sql, [path], |row| row.get(0))
}

/// What stood in the new place before is elsewhere, or gone.
fn clear(library: &Connection, identity: &Identity) -> rusqlite::Result<()> {
    let path = path_bytes(&identity.path);
    let sql = "DELETE FROM file WHERE path = ?1 AND id NOT IN (SELECT file FROM decision)";
    library.execute(sql, [&path])?;
    library.execute("UPDATE file SET path = NULL WHERE path = ?1", [&path])?;
    Ok(())
}

fn place(library: &Connection, old: &[u8], identity: &Identity) -> rusqlite::Result<()> {
    library.execute(
        "UPDATE file SET path = ?2, size = ?3, modified = ?4, seen = max(seen, ?5) WHERE path = ?1",
        params![
            old,
            path_bytes(&identity.path),
            file_row::length(identity),
            identity.modified,
            now()
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decision, Score};
    use std::fs::{self, File};
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    const STARS: Decision = Decision {
        mark: None,
        stars: 4,
        label: None,
    };

    fn score(raw: f32) -> Score {
        Score {
            device: "cpu".into(),
            raw,
            similarities: vec![vec![0.5]],
            features: vec![vec![1.0]],
            look: vec![0.5],
            facts: "{}".into(),
        }
    }

    /// A library with a decision and a score of a file that was written a while ago.
    fn known() -> (tempfile::TempDir, Library, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs::write(&path, "picture").unwrap();
        let then = SystemTime::now() - Duration::from_secs(99);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(then).unwrap();
        let (mut library, _) = Library::open(&folder.path().join("library.sqlite")).unwrap();
        let identity = Identity::of(&path).unwrap();
        library
            .keep_decisions(&[(identity.clone(), STARS, None)])
            .unwrap();
        library
            .keep_scores("one", &[(identity, score(0.5))])
            .unwrap();
        (folder, library, path)
    }

    fn found(library: &mut Library, path: &Path) -> (Option<Decision>, Option<f32>) {
        let identity = Identity::of(path).unwrap();
        let decided = library.decision(&identity, |_| None).unwrap();
        let score = library.score("one", &identity).unwrap();
        (decided.map(|d| d.decision), score.map(|score| score.raw))
    }

    #[test]
    fn what_is_known_goes_with_a_moved_file_though_its_content_is_not_noted() {
        let (folder, mut library, path) = known();
        let new = folder.path().join("b.jpg");
        // Something else that was known of that place is not taken for it.
        fs::write(&new, "other").unwrap();
        let other = Identity::of(&new).unwrap();
        library.keep_scores("one", &[(other, score(0.1))]).unwrap();
        fs::remove_file(&new).unwrap();
        fs::rename(&path, &new).unwrap();
        library.relocated(&[(path.clone(), new.clone())]).unwrap();
        assert_eq!(found(&mut library, &new), (Some(STARS), Some(0.5)));
        // And back; what is not known is no matter.
        fs::rename(&new, &path).unwrap();
        let unknown = (folder.path().join("c.jpg"), folder.path().join("d.jpg"));
        library.relocated(&[(new, path.clone()), unknown]).unwrap();
        assert_eq!(found(&mut library, &path), (Some(STARS), Some(0.5)));
    }

    #[test]
    fn a_rating_within_a_file_makes_no_other_picture_of_it() {
        let (_folder, mut library, path) = known();
        let before = Identity::of(&path).unwrap();
        fs::write(&path, "picture, rated").unwrap();
        library.rewritten(&before).unwrap();
        assert_eq!(found(&mut library, &path), (Some(STARS), Some(0.5)));
        let now = Identity::of(&path).unwrap();
        assert_eq!(library.noted(&now).unwrap(), Some(None));
        // One that had changed before is another picture.
        let before = Identity::of(&path).unwrap();
        fs::write(&path, "another picture").unwrap();
        let changed = Identity::of(&path).unwrap();
        fs::write(&path, "another picture, rated").unwrap();
        assert_ne!(before, changed);
        library.rewritten(&changed).unwrap();
        assert_eq!(found(&mut library, &path).1, None);
    }
}
