//! What a photographer keeps, as it was learned from marks, and the marks that it is learned from.

use super::identity::{path_bytes, path_of, time};
use super::score::{self, Score};
use super::{Decision, Library, LibraryError};
use rusqlite::{OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A picture on which something was decided, and what a network said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// Its file, where that was when it was last seen.
    pub path: PathBuf,
    /// When it was taken, where that is known.
    pub taken: Option<SystemTime>,
    /// What was decided on it.
    pub decision: Decision,
    /// What the network said.
    pub score: Score,
}

impl Library {
    /// Keeps what was learned for a folder, or for all where that is `None`, in the caller's own
    /// words; `scorer` is the network whose numbers it is about. Without words it is forgotten.
    ///
    /// # Errors
    /// It could not be kept.
    pub fn keep_taste(
        &mut self,
        folder: Option<&Path>,
        scorer: &str,
        model: Option<&str>,
    ) -> Result<(), LibraryError> {
        let folder = key(folder);
        self.change(|library| match model {
            Some(model) => {
                let sql =
                    "INSERT OR REPLACE INTO taste (folder, scorer, model) VALUES (?1, ?2, ?3)";
                library.execute(sql, params![folder, scorer, model])
            }
            // That of other networks too: it is the same taste.
            None => library.execute("DELETE FROM taste WHERE folder = ?1", [folder]),
        })?;
        Ok(())
    }

    /// What was learned for a folder, or for all, about this network's numbers.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn taste(
        &self,
        folder: Option<&Path>,
        scorer: &str,
    ) -> Result<Option<String>, LibraryError> {
        let sql = "SELECT model FROM taste WHERE folder = ?1 AND scorer = ?2";
        let found = self
            .connection
            .query_row(sql, params![key(folder), scorer], |row| row.get(0));
        self.said(found.optional())
    }

    /// All pictures on which something was decided and whose score by this network is kept, those last
    /// decided on first, at most so many.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn marked(&self, scorer: &str, most: usize) -> Result<Vec<Marked>, LibraryError> {
        let columns = score::COLUMNS;
        let sql = format!(
            "SELECT path, taken, mark, stars, label, {columns} FROM decision \
             JOIN file ON file.id = decision.file JOIN score ON score.file = decision.file \
             JOIN scorer ON scorer.id = score.scorer \
             WHERE key = ?1 AND path IS NOT NULL ORDER BY decided DESC LIMIT ?2"
        );
        let marked = || -> rusqlite::Result<Vec<Marked>> {
            let mut statement = self.connection.prepare(&sql)?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = statement.query_map(params![scorer, most], |row| {
                Ok(Marked {
                    path: path_of(row.get(0)?),
                    taken: row.get::<_, Option<i64>>(1)?.map(time),
                    decision: Decision {
                        mark: row.get(2)?,
                        stars: row.get(3)?,
                        label: row.get(4)?,
                    },
                    score: score::of_row(row, 5)?,
                })
            })?;
            rows.collect()
        };
        self.said(marked())
    }
}

/// No folder has an empty path.
fn key(folder: Option<&Path>) -> Vec<u8> {
    folder.map(path_bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Identity, Mark};

    #[test]
    fn it_is_kept_by_folder_and_network_and_forgotten_by_folder() {
        let place = tempfile::tempdir().unwrap();
        let (mut library, _) = Library::open(&place.path().join("library.sqlite")).unwrap();
        let folder = Some(Path::new("/shoot"));
        library.keep_taste(folder, "a", Some("of here")).unwrap();
        library.keep_taste(folder, "b", Some("by b")).unwrap();
        library.keep_taste(None, "a", Some("of all")).unwrap();
        library.keep_taste(None, "a", Some("of all, anew")).unwrap();
        let known = |library: &Library, folder, scorer| library.taste(folder, scorer).unwrap();
        assert_eq!(known(&library, folder, "a").as_deref(), Some("of here"));
        assert_eq!(known(&library, None, "a").as_deref(), Some("of all, anew"));
        assert_eq!(known(&library, None, "b"), None);
        library.keep_taste(folder, "a", None).unwrap();
        assert_eq!(known(&library, folder, "b"), None);
        assert!(known(&library, None, "a").is_some());
        library.clear_decisions().unwrap();
        assert_eq!(known(&library, None, "a"), None);
    }

    #[test]
    fn marks_come_with_the_scores_of_one_network() {
        let place = tempfile::tempdir().unwrap();
        let (mut library, _) = Library::open(&place.path().join("library.sqlite")).unwrap();
        let score = |raw| Score {
            device: "CPU".into(),
            raw,
            similarities: vec![vec![0.5]],
            features: vec![vec![1.0]],
            look: vec![0.25],
            facts: "{}".into(),
        };
        let identity = |name: &str| {
            let path = place.path().join(name);
            std::fs::write(&path, name).unwrap();
            Identity::of(&path).unwrap()
        };
        let (a, b, c) = (identity("a"), identity("b"), identity("c"));
        library
            .keep_scores("nr", &[(a.clone(), score(0.1)), (b, score(0.2))])
            .unwrap();
        library
            .keep_scores("other", &[(c.clone(), score(0.3))])
            .unwrap();
        let keep = Decision {
            mark: Some(Mark::Keep),
            ..Decision::default()
        };
        let taken = Some(std::time::UNIX_EPOCH);
        library
            .keep_decisions(&[(a.clone(), keep, taken), (c, keep, None)])
            .unwrap();
        let marked = library.marked("nr", 10).unwrap();
        let expected = Marked {
            path: a.path,
            taken,
            decision: keep,
            score: score(0.1),
        };
        assert_eq!(marked, [expected]);
        assert!(library.marked("nr", 0).unwrap().is_empty());
    }
}
