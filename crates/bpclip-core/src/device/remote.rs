//! What another machine computes on, through `bpclip serve` there.

use super::check::check;
use super::{DeviceChoice, DeviceError, Selected};
use crate::guard::Panic;
use burn::remote::{ConnectError, Credential, RemoteHost};
use burn::tensor::Device;
use std::error::Error;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// The environment variable with the token that a server asks for and its clients show.
const TOKEN: &str = "BPCLIP_TOKEN";

/// The fewest bytes of a token: one that is shorter is guessed.
const SHORTEST: usize = 16;

/// How long another machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The token of this process, from the environment variable [`TOKEN`]: other users do not see it there, as
/// they would on the command line.
///
/// # Errors
/// There is none, or it is too short; in words for a person.
pub fn token() -> Result<String, String> {
    match std::env::var(TOKEN) {
        Ok(token) if token.len() >= SHORTEST => Ok(token),
        Ok(_) => Err(format!("{TOKEN} needs {SHORTEST} characters or more")),
        Err(_) => Err(format!(
            "set {TOKEN} to a secret of {SHORTEST} characters or more, such as `openssl rand -hex 32` makes"
        )),
    }
}

/// What a client shows. Burn keeps the session of a host and a credential for the life of the process, also
/// when its connection is gone, so each has a number in front to be a session of its own.
fn credential(token: &str) -> Credential {
    static SESSIONS: AtomicU32 = AtomicU32::new(0);
    let number = SESSIONS.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    [&number, token.as_bytes()].concat().into()
}

/// The token within what a client showed.
pub fn shown_token(credential: &Credential) -> Credential {
    let bytes = credential.as_bytes();
    bytes.get(size_of::<u32>()..).unwrap_or_default().into()
}

/// Opens a session with the server at `HOST:PORT`.
pub(super) fn connect(address: String) -> Result<Selected, DeviceError> {
    let name = format!("remote:{address}");
    let token = token().map_err(|_| DeviceError::NoToken { name: name.clone() })?;
    match open(&address, &token) {
        Ok(device) => Ok(Selected {
            device,
            id: DeviceChoice::Remote(address),
            name,
            why: None,
        }),
        Err(source) => Err(DeviceError::Broken { name, source }),
    }
}

fn open(address: &str, token: &str) -> Result<Device, Box<dyn Error + Send + Sync>> {
    // Burn would try again for a quarter of a minute where nothing listens.
    reach(address)?;
    let host = RemoteHost::websocket(&format!("ws://{address}")).with_credential(credential(token));
    // Whoever listens there may be no server, and never answer.
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(Device::remote_options(&host).init()));
    let device = told
        .recv_timeout(PATIENCE)
        .map_err(|_| "no server answers there")?
        .map_err(|error| match error {
            ConnectError::Unauthorized => "it refuses the token".to_owned(),
            ConnectError::IncompatibleProtocol { .. } => {
                "it runs another version of this program".to_owned()
            }
            error => error.to_string(),
        })?;
    check(&device).map_err(|error| plain_words(error.to_string()))?;
    Ok(device)
}

/// Whether something listens at an address.
fn reach(address: &str) -> std::io::Result<()> {
    let mut outcome = Err(std::io::Error::other("the host has no address"));
    for address in address.to_socket_addrs()? {
        outcome = TcpStream::connect_timeout(&address, PATIENCE).map(|_| ());
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// A failure of a device in plain words.
pub(super) fn in_words(id: &DeviceChoice, panic: Panic) -> Panic {
    match id {
        DeviceChoice::Remote(_) => Panic(plain_words(panic.0)),
        _ => panic,
    }
}

/// Burn says of a connection that is gone only that nothing comes back.
fn plain_words(text: String) -> String {
    match text.contains("RecvError") || text.contains("channel closed") {
        true => "the connection is gone".to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_session_shows_the_same_token() {
        let (first, second) = (credential("a secret"), credential("a secret"));
        assert_ne!(first, second);
        for credential in [first, second] {
            assert_eq!(shown_token(&credential).as_bytes(), b"a secret");
        }
        assert!(shown_token(&Credential::from("abc")).is_empty());
    }

    #[test]
    fn a_host_that_listens_to_nothing_is_told_at_once() {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap().to_string();
        drop(port);
        assert!(open(&address, "sixteen letters!").is_err());
    }
}
