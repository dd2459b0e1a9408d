//! `bpclip serve`: this machine's device for other machines.

use super::print::{say, show};
use super::{Outcome, Usage};
use anyhow::Context;
use bpclip_core::device::{self, DeviceChoice};
use burn::server::{
    AuthorizationRequest, PeerAuthorizer, RemoteServer, TokenAuthorizer, WebSocketTransport,
};
use clap::Args;
use std::net::TcpListener;

/// Let other machines compute on this one's device, with `--device remote:HOST:PORT`
///
/// Both sides need the same token, a secret in the environment variable BPCLIP_TOKEN. The channel is not
/// encrypted: leave `--host` as it is, and have the other machine come through a tunnel, such as
/// `ssh -L 7431:localhost:7431 THIS-MACHINE`. Ctrl+C ends it.
#[derive(Debug, Args)]
pub struct Options {
    /// Address to listen at; the usual one is heard by this machine alone
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: String,
    /// Port to listen at; 0: one that is free
    #[arg(long, value_name = "PORT", default_value_t = 7431)]
    port: u16,
    /// What the others compute on: auto, cpu, gpu, gpu:N, cuda:N
    #[arg(long, value_name = "DEVICE", default_value_t)]
    device: DeviceChoice,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let token = device::token().map_err(Usage)?;
    let doorkeeper = TokenAuthorizer::new(token)?;
    let selected = device::select(options.device.clone());
    let selected = selected.map_err(|error| Usage(error.to_string()))?;
    if let Some(why) = &selected.why {
        say!("using the {}: {why}", selected.name);
    }
    let Options { host, port, .. } = options;
    let listener = TcpListener::bind((host.as_str(), *port));
    let listener = listener.with_context(|| format!("{host}:{port} cannot be listened at"))?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        say!(
            "whoever can read the network sees the token and the pictures: a tunnel to 127.0.0.1 is safer"
        );
    }
    let server = RemoteServer::new([selected.device]).with_authorizer(
        move |request: AuthorizationRequest<'_>| {
            let client = request.client;
            let answer = doorkeeper.authorize(AuthorizationRequest {
                credential: &device::shown_token(request.credential),
                ..request
            });
            match answer {
                Ok(()) => say!("{client} computes here"),
                Err(_) => say!("{client} was refused: it has another token"),
            }
            answer
        },
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    show!(
        "{} at {address}, for --device remote:{address}",
        selected.name
    );
    runtime.block_on(server.serve_async(WebSocketTransport::from_listener(listener)))?;
    Ok(Outcome::Done)
}
