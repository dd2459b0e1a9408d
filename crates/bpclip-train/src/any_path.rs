//! Paths in JSON, whatever they are made of.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_with::{DeserializeAs, SerializeAs};
use std::ffi::OsString;
use std::path::PathBuf;

/// How a path is written: one that is text as a string; any other, which serde refuses, as the
/// system has it, `{"Unix": [bytes]}` or `{"Windows": [units]}`. Used as
/// `#[serde_as(as = "Vec<AnyPath>")]`.
#[derive(Debug)]
pub struct AnyPath;

impl SerializeAs<PathBuf> for AnyPath {
    fn serialize_as<S: Serializer>(path: &PathBuf, serializer: S) -> Result<S::Ok, S::Error> {
        match path.to_str() {
            Some(text) => serializer.serialize_str(text),
            None => path.as_os_str().serialize(serializer),
        }
    }
}

impl<'de> DeserializeAs<'de, PathBuf> for AnyPath {
    fn deserialize_as<D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a path is a string, or {\"Unix\": [bytes]}")]
        enum Written {
            Text(String),
            Other(OsString),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Text(text) => text.into(),
            Written::Other(path) => path.into(),
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use serde_with::serde_as;
    use std::os::unix::ffi::OsStringExt;

    #[serde_as]
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Paths {
        #[serde_as(as = "Vec<AnyPath>")]
        some: Vec<PathBuf>,
        #[serde_as(as = "Option<AnyPath>")]
        one: Option<PathBuf>,
    }

    #[test]
    fn a_path_that_is_no_text_survives() {
        let odd = || PathBuf::from(OsString::from_vec(b"/photos-\xff".to_vec()));
        let paths = Paths {
            some: vec!["/photos".into(), odd()],
            one: Some(odd()),
        };
        let text = serde_json::to_string(&paths).unwrap();
        assert!(
            text.starts_with(r#"{"some":["/photos",{"Unix":[47,"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Paths>(&text).unwrap(), paths);
        let before = r#"{"some":["/photos"]}"#;
        assert_eq!(serde_json::from_str::<Paths>(before).unwrap().one, None);
        let wrong = serde_json::from_str::<Paths>(r#"{"some":[7]}"#).unwrap_err();
        assert!(wrong.to_string().contains("a path is a string"), "{wrong}");
    }
}
