//! Scores, and all else that a network said of a picture.

use super::identity::Identity;
use super::{Library, LibraryError, file_row};
use half::f16;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a network said of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The device that it was computed on.
    pub device: String,
    /// The raw score.
    pub raw: f32,
    /// A row a level, a column a word.
    pub similarities: Vec<Vec<f32>>,
    /// A vector a level.
    pub features: Vec<Vec<f32>>,
    /// What the network sees whatever its quality, in the caller's own order; kept at half precision.
    pub look: Vec<f32>,
    /// What else there is, in the caller's own words.
    pub facts: String,
}

impl Library {
    /// Keeps what a network said of pictures. `scorer` names all that the numbers depend on but the
    /// picture: the network, the size it looked at, the version of the program.
    ///
    /// # Errors
    /// None of it could be kept.
    pub fn keep_scores(
        &mut self,
        scorer: &str,
        scores: &[(Identity, Score)],
    ) -> Result<(), LibraryError> {
        self.change(|library| {
            let sql = "INSERT INTO scorer (key) VALUES (?1) ON CONFLICT DO NOTHING";
            library.execute(sql, [scorer])?;
            for (identity, score) in scores {
                let file = file_row::ensure(library, identity)?;
                library.execute(
                    "INSERT OR REPLACE INTO score \
                     (file, scorer, device, raw, facts, similarities, features, levels, look) \
                     SELECT ?1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM scorer WHERE key = ?2",
                    params![
                        file,
                        scorer,
                        score.device,
                        f64::from(score.raw),
                        score.facts,
                        bytes(&score.similarities),
                        bytes(&score.features),
                        i64::try_from(score.similarities.len()).unwrap_or(0),
                        half_bytes(&score.look),
                    ],
                )?;
            }
            Ok(())
        })
    }

    /// What a network said of a picture as its file is now.
    ///
    /// # Errors
    /// The library cannot be read.
    pub fn score(&self, scorer: &str, identity: &Identity) -> Result<Option<Score>, LibraryError> {
        self.said(score(&self.connection, scorer, identity))
    }
}

fn score(
    library: &Connection,
    scorer: &str,
    identity: &Identity,
) -> rusqlite::Result<Option<Score>> {
    let Some(row) = file_row::at(library, identity)? else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM score JOIN scorer ON scorer.id = score.scorer \
         WHERE file = ?1 AND key = ?2"
    );
    let mut statement = library.prepare(&sql)?;
    let found = statement.query_row(params![row.id, scorer], |row| of_row(row, 0));
    Ok(found.optional()?.filter(|_| row.is(identity)))
}

/// The columns of a score, as [`of_row`] reads them.
pub(crate) const COLUMNS: &str = "device, raw, facts, similarities, features, levels, look";

/// A score from its columns, the first of which is this one.
pub(crate) fn of_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Score> {
    let levels = row.get::<_, i64>(first + 5)?;
    let levels = usize::try_from(levels).unwrap_or(0);
    Ok(Score {
        device: row.get(first)?,
        raw: row.get::<_, f64>(first + 1)? as f32,
        facts: row.get(first + 2)?,
        similarities: rows(&row.get::<_, Vec<u8>>(first + 3)?, levels),
        features: rows(&row.get::<_, Vec<u8>>(first + 4)?, levels),
        look: halves(&row.get::<_, Vec<u8>>(first + 6)?),
    })
}

/// Numbers as their two bytes at half precision each.
fn half_bytes(numbers: &[f32]) -> Vec<u8> {
    let halves = numbers.iter().map(|number| f16::from_f32(*number));
    halves.flat_map(f16::to_le_bytes).collect()
}

fn halves(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<2>();
    let halves = numbers.iter().map(|two| f16::from_le_bytes(*two));
    halves.map(f16::to_f32).collect()
}

/// Rows of one length, one behind the other; each number as its four bytes.
fn bytes(rows: &[Vec<f32>]) -> Vec<u8> {
    let numbers = rows.iter().flatten();
    numbers.flat_map(|number| number.to_le_bytes()).collect()
}

fn rows(bytes: &[u8], count: usize) -> Vec<Vec<f32>> {
    let (numbers, _) = bytes.as_chunks::<4>();
    let numbers: Vec<f32> = numbers
        .iter()
        .map(|four| f32::from_le_bytes(*four))
        .collect();
    let width = numbers.len() / count.max(1);
    match width {
        0 => vec![Vec::new(); count],
        _ => numbers.chunks_exact(width).map(<[f32]>::to_vec).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_score_comes_back_to_the_last_digit_for_its_network_and_content_alone() {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("a.jpg");
        fs::write(&picture, b"pixels").unwrap();
        let path = folder.path().join("library.sqlite");
        let (mut library, _) = Library::open(&path).unwrap();
        let identity = Identity::of(&picture).unwrap();
        let score = Score {
            device: "CPU".into(),
            raw: 0.712_345_67,
            similarities: vec![vec![0.1, -0.2, 0.3], vec![0.4, 0.5, f32::MIN_POSITIVE]],
            features: vec![vec![1.0 / 3.0], vec![-7.5]],
            // These have room in half precision.
            look: vec![0.5, -0.1875, 3.0],
            facts: "{}".into(),
        };
        let kept = [(identity.clone(), score.clone())];
        library.keep_scores("nr at 512", &kept).unwrap();
        drop(library);
        let (library, _) = Library::open(&path).unwrap();
        assert_eq!(library.score("nr at 512", &identity).unwrap(), Some(score));
        assert_eq!(library.score("nr at 224", &identity).unwrap(), None);
        fs::write(&picture, b"others").unwrap();
        let identity = Identity::of(&picture).unwrap();
        assert_eq!(library.score("nr at 512", &identity).unwrap(), None);
    }
}
