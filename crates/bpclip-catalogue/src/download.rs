//! One HTTP request and what comes back, on a thread of its own: whoever waits for it can turn
//! away at any time, while a name is looked up or a server keeps silent.

use super::hash::is_sha256;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::io::{self, Read};
use std::time::Duration;
use thiserror::Error;
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body};

/// Bytes that are handed on at once.
const CHUNK: usize = 1 << 16;
/// Chunks that wait to be written.
const WAITING: usize = 16;
/// How long a server may keep silent.
const SILENCE: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 10;

/// Why a transfer did not come, or broke.
#[derive(Debug, Error)]
pub enum TransferError {
    /// The server kept silent.
    #[error("nothing came for {} seconds", SILENCE.as_secs())]
    Silent(#[source] Box<ureq::Error>),
    /// The connection failed.
    #[error("{0}")]
    Io(#[source] io::Error),
    /// The client found something wrong.
    #[error("{0}")]
    Http(#[source] Box<ureq::Error>),
    /// It leads from one address to the next.
    #[error("it redirects more than {REDIRECTS} times")]
    Redirects,
    /// It leads to an address that is not safe.
    #[error("it redirects to `{0}`, which is not followed")]
    Redirect(String),
    /// It ended before its head.
    #[error("the connection ended without an answer")]
    NoAnswer,
    /// It ended before its size was reached.
    #[error("the server sent no more")]
    Short,
}

impl From<ureq::Error> for TransferError {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::Silent(Box::new(error)),
            ureq::Error::Io(error) => Self::Io(error),
            error => Self::Http(Box::new(error)),
        }
    }
}

impl From<io::Error> for TransferError {
    /// The client's own errors come out of a body wrapped.
    fn from(error: io::Error) -> Self {
        match error.downcast::<ureq::Error>() {
            Ok(error) => error.into(),
            Err(error) => Self::Io(error),
        }
    }
}

/// What an answer says before its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// The first byte that follows.
    pub from: u64,
    /// Bytes of the whole file.
    pub size: Option<u64>,
    /// What this version of the file is known by, for `If-Range`.
    pub validator: Option<String>,
    /// The SHA-256 that the origin publishes, Hugging Face's `X-Linked-ETag`.
    pub sha256: Option<String>,
}

/// What comes back, in this order: one head, then bytes; the channel closes at the end.
#[derive(Debug)]
pub enum Piece {
    /// What the answer says.
    Head(Head),
    /// Bytes of the body.
    Bytes(Vec<u8>),
}

/// The rest of a file: all from this byte on, if it still is the version that the validator
/// names.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The first byte.
    pub from: u64,
    /// The version.
    pub validator: String,
}

/// Asks for a file, or the rest of it. An error is the last thing that comes.
pub fn download(url: String, rest: Option<Rest>) -> Receiver<Result<Piece, TransferError>> {
    let (sender, receiver) = bounded(WAITING);
    std::thread::spawn(move || {
        if let Err(error) = run(&url, rest.as_ref(), &sender) {
            // Nobody listens any more where this fails.
            let _ = sender.send(Err(error));
        }
    });
    receiver
}

fn run(
    url: &str,
    rest: Option<&Rest>,
    sender: &Sender<Result<Piece, TransferError>>,
) -> Result<(), TransferError> {
    let (head, body) = ask(url, rest)?;
    if sender.send(Ok(Piece::Head(head))).is_err() {
        return Ok(());
    }
    let mut reader = body.into_reader();
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default().to_vec();
        if bytes.is_empty() || sender.send(Ok(Piece::Bytes(bytes))).is_err() {
            return Ok(());
        }
    }
}

/// Follows redirects by itself: what the origin publishes stands on its own answer, not on that
/// of the server which it sends us to.
fn ask(url: &str, rest: Option<&Rest>) -> Result<(Head, Body), TransferError> {
    let mut url = url.to_owned();
    let mut linked = (None, None);
    for _ in 0..=REDIRECTS {
        let mut request = agent(&url).get(&url).header("accept-encoding", "identity");
        if let Some(rest) = rest {
            request = request
                .header("range", format!("bytes={}-", rest.from))
                .header("if-range", &rest.validator);
        }
        let response = request.call()?;
        let headers = response.headers();
        linked.0 = linked.0.or_else(|| linked_sha256(headers));
        linked.1 = linked.1.or_else(|| number(text(headers, "x-linked-size")?));
        let moved = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
        match text(headers, "location").filter(|_| moved) {
            Some(location) => url = redirected(&url, location)?,
            None => {
                let mut head = head(&response);
                head.sha256 = linked.0;
                head.size = head.size.or(linked.1);
                return Ok((head, response.into_body()));
            }
        }
    }
    Err(TransferError::Redirects)
}

fn agent(url: &str) -> Agent {
    let mut config = Agent::config_builder()
        .user_agent(concat!("bpclip/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_resolve(Some(SILENCE))
        .timeout_connect(Some(SILENCE))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE));
    if is_local(url) {
        // A proxy could not find this machine under that name.
        config = config.proxy(None);
    }
    config.build().into()
}

fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| {
        let rest = host.strip_prefix(local);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

fn head(response: &Response<Body>) -> Head {
    let headers = response.headers();
    let status = response.status().as_u16();
    let strong = |tag: &&str| !tag.starts_with("W/");
    let validator = text(headers, "etag").filter(strong);
    let (from, size) = match status {
        206 => text(headers, "content-range")
            .and_then(range)
            .unwrap_or_default(),
        _ => (0, response.body().content_length()),
    };
    Head {
        status,
        from,
        size,
        validator: validator
            .or_else(|| text(headers, "last-modified"))
            .map(str::to_owned),
        sha256: None,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

fn linked_sha256(headers: &HeaderMap) -> Option<String> {
    let tag = text(headers, "x-linked-etag")?.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let digest = tag.trim_matches('"').to_ascii_lowercase();
    is_sha256(&digest).then_some(digest)
}

/// First byte and whole size of `bytes 100-199/200`.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, size) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = range.split_once('-')?;
    Some((number(from)?, number(size)))
}

/// Where a redirect leads: an address, or a path on the same server. Never from an encrypted
/// connection to one that is not.
fn redirected(from: &str, location: &str) -> Result<String, TransferError> {
    let refused = || TransferError::Redirect(location.to_owned());
    let (scheme, rest) = from.split_once("://").ok_or_else(refused)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let to = if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{host}{location}")
    } else {
        location.to_owned()
    };
    let safe = to.starts_with("https://") || (scheme == "http" && to.starts_with("http://"));
    if safe { Ok(to) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_encrypted() {
        let from = "https://origin/a/b?c";
        for (location, to) in [
            ("https://cdn/x?y=1", "https://cdn/x?y=1"),
            ("//cdn/x", "https://cdn/x"),
            ("/x/y", "https://origin/x/y"),
        ] {
            assert_eq!(redirected(from, location).unwrap(), to);
        }
        assert!(redirected(from, "http://cdn/x").is_err());
        assert!(redirected(from, "file:///etc/passwd").is_err());
        assert!(redirected("http://mirror/a", "http://cdn/x").is_ok());
    }

    #[test]
    fn a_range_is_read_and_nonsense_is_not() {
        assert_eq!(range("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(range("bytes 100-199/*"), Some((100, None)));
        for nonsense in ["", "bytes */200", "bytes 1", "lines 1-2/3", "bytes -5/9"] {
            assert_eq!(range(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_published_digest_is_one_only_if_it_is_a_sha256() {
        let headers = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-linked-etag", value.parse().unwrap());
            headers
        };
        let digest = "ab".repeat(32);
        let quoted = format!("W/\"{}\"", digest.to_uppercase());
        assert_eq!(linked_sha256(&headers(&quoted)), Some(digest));
        assert_eq!(linked_sha256(&headers("\"d41d8cd98f00b204\"")), None);
        assert_eq!(linked_sha256(&HeaderMap::new()), None);
    }

    #[test]
    fn only_this_machine_is_local() {
        assert!(is_local("http://127.0.0.1:8000/x"));
        assert!(is_local("http://localhost/x"));
        assert!(is_local("http://[::1]:8000"));
        assert!(!is_local("https://localhost.example.com/x"));
        assert!(!is_local("https://huggingface.co/127.0.0.1"));
    }
}
