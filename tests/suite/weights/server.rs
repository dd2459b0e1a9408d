//! A web server for one test, which tells what it was asked.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The path.
    pub path: String,
    /// The headers, their names in lower case.
    pub headers: HashMap<String, String>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// It serves until the test's process ends.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers each request, of which it says the how-manieth it is, with `answer`.
    pub fn start(
        answer: impl Fn(usize, &Request, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&stream);
                let number = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(request.clone());
                    seen.len()
                };
                let answer = Arc::clone(&answer);
                // The client may turn away at any time.
                std::thread::spawn(move || answer(number, &request, &mut stream));
            }
        });
        Self { url, requests }
    }

    /// Serves one file.
    pub fn of(file: File) -> Self {
        Self::start(move |number, request, stream| file.answer(number, request, stream))
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let headers = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    Request { path, headers }
}

/// A file to serve, and how well.
#[derive(Clone)]
pub struct File {
    pub bytes: Vec<u8>,
    pub etag: &'static str,
    /// What it publishes as its SHA-256, if anything.
    pub published: Option<String>,
    /// Whether the rest of it can be asked for.
    pub ranges: bool,
    /// The first answer ends after so many bytes.
    pub cut: Option<usize>,
    /// A pause after each so many bytes.
    pub slow: Option<(usize, Duration)>,
}

impl File {
    /// One that is served well.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            etag: "\"version-1\"",
            published: None,
            ranges: true,
            cut: None,
            slow: None,
        }
    }

    /// One that is served with its SHA-256, as Hugging Face does.
    pub fn published(bytes: Vec<u8>) -> Self {
        Self {
            published: Some(format!("\"{}\"", sha256(&bytes))),
            ..Self::new(bytes)
        }
    }

    pub fn answer(
        &self,
        number: usize,
        request: &Request,
        stream: &mut TcpStream,
    ) -> std::io::Result<()> {
        let total = self.bytes.len();
        let same = request
            .header("if-range")
            .is_none_or(|tag| tag == self.etag);
        let from = request
            .header("range")
            .filter(|_| self.ranges && same)
            .and_then(|range| {
                range
                    .strip_prefix("bytes=")?
                    .strip_suffix('-')?
                    .parse()
                    .ok()
            });
        let start: usize = from.unwrap_or(0);
        match from {
            Some(from) => write!(
                stream,
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{total}\r\n",
                total - 1
            )?,
            None => write!(stream, "HTTP/1.1 200 OK\r\n")?,
        }
        write!(
            stream,
            "Content-Length: {}\r\nETag: {}\r\nConnection: close\r\n",
            total - start,
            self.etag
        )?;
        if let Some(published) = &self.published {
            write!(stream, "X-Linked-ETag: {published}\r\n")?;
        }
        write!(stream, "\r\n")?;
        let end = self.cut.filter(|_| number == 1).unwrap_or(total);
        let body = &self.bytes[start..end.max(start)];
        match self.slow {
            None => stream.write_all(body)?,
            Some((bytes, pause)) => {
                for chunk in body.chunks(bytes) {
                    stream.write_all(chunk)?;
                    std::thread::sleep(pause);
                }
            }
        }
        stream.flush()
    }
}

/// The SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
