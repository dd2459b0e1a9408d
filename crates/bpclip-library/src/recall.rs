//! What was decided on pictures: kept, and found again after files were moved or changed.

use super::identity::{Identity, content_hash, nanoseconds, now, path_bytes, path_of, time};
use super::{Decision, Library, LibraryError, file_row};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::Path;
use std::time::SystemTime;

/// A decision, and when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What was decided.
    pub decision: Decision,
    /// When.
    pub at: SystemTime,
}

/// A decision in the file, with what tells its picture.
struct Kept {
    file: i64,
    decided: Decided,
    /// When the picture was taken, where that was known.
    taken: Option<i64>,
    path: Option<Vec<u8>>,
}

const COLUMNS: &str = "file.id, mark, stars, label, decided, taken, path";

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        file: row.get(0)?,
        decided: Decided {
            decision: Decision {
                mark: row.get(1)?,
                stars: row.get(2)?,
                label: row.get(3)?,
            },
            at: time(row.get(4)?),
        },
        taken: row.get(5)?,
        path: row.get(6)?,
    })
}

impl Library {
    /// Keeps what was decided on pictures; `taken` is when each was taken, where that is known.
    /// When this returns, it is on the disk.
    ///
    /// # Errors
    /// None of it could be kept.
    pub fn keep_decisions(
        &mut self,
        decisions: &[(Identity, Decision, Option<SystemTime>)],
    ) -> Result<(), LibraryError> {
        self.change(|library| {
            for (identity, decision, taken) in decisions {
                let file = file_row::ensure(library, identity)?;
                keep(library, file, *decision, now(), taken.map(nanoseconds))?;
            }
            Ok(())
        })
    }

    /// What was decided on a picture; `None` where nothing ever was. A picture that was moved, or
    /// whose file was changed by another program, has its decision still: `taken` tells when the
    /// picture of a changed file was taken, which must be as it was.
    ///
    /// # Errors
    /// The library cannot be read or written.
    pub fn decision(
        &mut self,
        identity: &Identity,
        taken: impl FnOnce(&Path) -> Option<SystemTime>,
    ) -> Result<Option<Decided>, LibraryError> {
        let found = file_row::at(&self.connection, identity);
        if let Some(row) = self.said(found)? {
            let known = of_file(&self.connection, row.id);
            let known = self.said(known)?;
            let Some(known) = known else {
                return self.moved(identity);
            };
            if row.is(identity) {
                return Ok(Some(known.decided));
            }
            if known.taken == taken(&identity.path).map(nanoseconds) {
                self.change(|library| file_row::renew(library, row.id, identity))?;
                return Ok(Some(known.decided));
            }
            // Another picture took its name, as on a card that was emptied. The old one may be
            // elsewhere, and is found by its content.
            self.change(|library| {
                let sql = "UPDATE file SET path = NULL WHERE id = ?1";
                library.execute(sql, [row.id])
            })?;
        }
        self.moved(identity)
    }

    /// The decision on a picture of this content that is gone from another place.
    fn moved(&mut self, identity: &Identity) -> Result<Option<Decided>, LibraryError> {
        let candidates = of_size(&self.connection, identity);
        let candidates = self.said(candidates)?;
        if candidates.is_empty() {
            return Ok(None);
        }
        let Ok(hash) = content_hash(&identity.path) else {
            return Ok(None);
        };
        // One that is still in its place is another file: its copy may be judged otherwise.
        let gone = |kept: &Kept| {
            !kept
                .path
                .clone()
                .map(path_of)
                .is_some_and(|path| path.exists())
        };
        let moved = |(kept, other): &(Kept, Vec<u8>)| other[..] == hash[..] && gone(kept);
        let Some((known, _)) = candidates.into_iter().find(moved) else {
            return Ok(None);
        };
        let file = known.file;
        self.change(|library| {
            let sql = "DELETE FROM file WHERE path = ?1 AND id NOT IN (SELECT file FROM decision)";
            library.execute(sql, [path_bytes(&identity.path)])?;
            library.execute(
                "UPDATE file SET path = ?2, modified = ?3, seen = ?4 WHERE id = ?1",
                params![file, path_bytes(&identity.path), identity.modified, now()],
            )?;
            let at = nanoseconds(known.decided.at);
            keep(library, file, known.decided.decision, at, known.taken)?;
            library.execute(
                "UPDATE file SET hash = ?2 WHERE id = ?1",
                params![file, &hash[..]],
            )?;
            Ok(())
        })?;
        Ok(Some(known.decided))
    }

    /// Notes the content of one more picture that has a decision, so that it is found after it was
    /// moved. False once all have it.
    ///
    /// # Errors
    /// The library cannot be read or written.
    pub fn note_content(&mut self) -> Result<bool, LibraryError> {
        let sql = "SELECT file.id, path FROM file JOIN decision ON decision.file = file.id \
                   WHERE hash IS NULL AND path IS NOT NULL ORDER BY decided DESC LIMIT 1";
        let next = self.connection.query_row(sql, [], |row| {
            Ok((row.get::<_, i64>(0)?, path_of(row.get(1)?)))
        });
        let Some((id, path)) = self.said(next.optional())? else {
            return Ok(false);
        };
        // Of one that is gone or changed meanwhile nothing is known: an empty note.
        let row = Identity::of(&path).ok().map(|identity| {
            let row = file_row::at(&self.connection, &identity);
            row.map(|row| row.filter(|row| row.is(&identity)))
        });
        let same = self.said(row.transpose())?.flatten().is_some();
        let hash = content_hash(&path).ok().filter(|_| same);
        let hash = hash.map_or(Vec::new(), |hash| hash.to_vec());
        self.change(|library| {
            let sql = "UPDATE file SET hash = ?2 WHERE id = ?1";
            library.execute(sql, params![id, hash])
        })?;
        Ok(true)
    }
}

fn keep(
    library: &Connection,
    file: i64,
    decision: Decision,
    at: i64,
    taken: Option<i64>,
) -> rusqlite::Result<()> {
    library.execute(
        "INSERT INTO decision (file, mark, stars, label, decided, taken) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (file) DO UPDATE SET mark = ?2, stars = ?3, label = ?4, decided = ?5, \
         taken = ?6",
        params![
            file,
            decision.mark,
            decision.stars,
            decision.label,
            at,
            taken
        ],
    )?;
    Ok(())
}

fn of_file(library: &Connection, file: i64) -> rusqlite::Result<Option<Kept>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM decision JOIN file ON file.id = decision.file WHERE file = ?1"
    );
    library.query_row(&sql, [file], kept).optional()
}

fn of_size(library: &Connection, identity: &Identity) -> rusqlite::Result<Vec<(Kept, Vec<u8>)>> {
    let sql = format!(
        "SELECT {COLUMNS}, hash FROM decision JOIN file ON file.id = decision.file \
         WHERE size = ?1 AND hash IS NOT NULL AND (path IS NULL OR path <> ?2) \
         ORDER BY decided DESC"
    );
    let mut statement = library.prepare(&sql)?;
    let size = file_row::length(identity);
    let found = statement.query_map(params![size, path_bytes(&identity.path)], |row| {
        Ok((kept(row)?, row.get(7)?))
    })?;
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Label, Mark};
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::time::Duration;

    struct Bench {
        folder: tempfile::TempDir,
        library: Library,
    }

    const REJECTED: Decision = Decision {
        mark: Some(Mark::Reject),
        stars: 0,
        label: None,
    };
    const RED: Decision = Decision {
        mark: None,
        stars: 3,
        label: Some(Label::Red),
    };

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let (library, unusable) = Library::open(&folder.path().join("library.sqlite")).unwrap();
            assert_eq!(unusable, None);
            Self { folder, library }
        }

        /// A file that was written a while ago.
        fn write(&self, name: &str, content: &str, seconds_ago: u64) -> PathBuf {
            let path = self.folder.path().join(name);
            fs::write(&path, content).unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            let then = SystemTime::now() - Duration::from_secs(seconds_ago);
            file.set_modified(then).unwrap();
            path
        }

        fn decide(&mut self, path: &Path, decision: Decision, taken: Option<SystemTime>) {
            let identity = Identity::of(path).unwrap();
            self.library
                .keep_decisions(&[(identity, decision, taken)])
                .unwrap();
            while self.library.note_content().unwrap() {}
        }

        fn recall(&mut self, path: &Path, taken: Option<SystemTime>) -> Option<Decision> {
            let identity = Identity::of(path).unwrap();
            let decided = self.library.decision(&identity, |_| taken).unwrap();
            decided.map(|decided| decided.decision)
        }
    }

    #[test]
    fn what_was_decided_is_known_again_and_what_was_not_is_not() {
        let mut bench = Bench::new();
        let (a, b) = (bench.write("a", "one", 99), bench.write("b", "two", 99));
        bench.decide(&a, REJECTED, None);
        assert_eq!(bench.recall(&a, None), Some(REJECTED));
        assert_eq!(bench.recall(&b, None), None);
        bench.decide(&a, RED, None);
        assert_eq!(bench.recall(&a, None), Some(RED));
        // Taking a mark away is a decision too.
        bench.decide(&a, Decision::default(), None);
        assert_eq!(bench.recall(&a, None), Some(Decision::default()));
    }

    #[test]
    fn a_moved_picture_keeps_its_decision_and_a_copy_is_judged_by_itself() {
        let mut bench = Bench::new();
        let old = bench.write("old", "one", 99);
        bench.decide(&old, RED, None);
        let copy = bench.write("copy", "one", 50);
        let other = bench.write("other", "two", 99);
        assert_eq!(bench.recall(&copy, None), None);
        bench.decide(&copy, REJECTED, None);
        assert_eq!(bench.recall(&old, None), Some(RED));
        let new = bench.folder.path().join("new");
        fs::rename(&old, &new).unwrap();
        assert_eq!(
            bench.recall(&other, None),
            None,
            "as long, and another content"
        );
        assert_eq!(bench.recall(&new, None), Some(RED));
        assert_eq!(bench.recall(&new, None), Some(RED));
        assert_eq!(bench.recall(&copy, None), Some(REJECTED));
    }

    #[test]
    fn a_changed_file_keeps_it_and_another_picture_of_its_name_has_none() {
        let mut bench = Bench::new();
        let taken = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let path = bench.write("IMG_1.JPG", "first", 99);
        bench.decide(&path, RED, taken(1000));
        // Another program wrote a rating into it.
        bench.write("IMG_1.JPG", "first, rated", 60);
        assert_eq!(bench.recall(&path, taken(1000)), Some(RED));
        while bench.library.note_content().unwrap() {}
        let elsewhere = bench.folder.path().join("elsewhere.jpg");
        fs::rename(&path, &elsewhere).unwrap();
        // The card was emptied, and the camera counts from 1 again.
        bench.write("IMG_1.JPG", "second picture", 40);
        assert_eq!(bench.recall(&path, taken(2000)), None);
        assert_eq!(bench.recall(&elsewhere, taken(1000)), Some(RED));
        bench.decide(&path, REJECTED, taken(2000));
        assert_eq!(bench.recall(&path, taken(2000)), Some(REJECTED));
        assert_eq!(bench.recall(&elsewhere, taken(1000)), Some(RED));
    }

    #[test]
    fn equal_length_and_time_do_not_make_two_contents_one() {
        let mut bench = Bench::new();
        let path = bench.write("a", "one", 0);
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        bench.decide(&path, RED, None);
        assert_eq!(bench.recall(&path, None), Some(RED));
        fs::write(&path, "two").unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(modified).unwrap();
        let other = Some(SystemTime::UNIX_EPOCH);
        assert_eq!(bench.recall(&path, other), None);
    }
}
