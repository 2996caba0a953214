//! `tandem serve`: the API and the pages.

use std::net::SocketAddr;

use actix_web::web;
use tandem_store::Store;

use super::common::open_for_serving;
use super::{Cli, Exit, Failure, out};
use crate::app::{self, App};
use crate::config::{Config, LogFormat};
use crate::http::serve;

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT", value_parser = address)]
    bind: Option<SocketAddr>,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    let config = config(cli)?;
    let store = open_for_serving(&cli.data(), &config.limits)?;
    start(config, store, args.bind, |at| {
        let _ = out::line(&format!("Tandem serves on http://{at}  (API: http://{at}/docs)"));
    })
}

/// Settings of this invocation.
pub(super) fn config(cli: &Cli) -> Result<Config, Failure> {
    Config::load(cli.config.as_deref(), &cli.data()).map_err(Failure::usage)
}

/// Serves an open store until it is told to stop.
pub(super) fn start(
    config: Config,
    store: Store,
    bind: Option<SocketAddr>,
    ready: impl FnOnce(SocketAddr),
) -> Result<Exit, Failure> {
    log(&config);
    let bind = bind.unwrap_or(config.server.bind);
    let keys_exist = app::keys_exist(&store).map_err(Failure::failed)?;
    serve::may_bind(bind, keys_exist).map_err(Failure::usage)?;
    let app = web::Data::new(App::new(config, store, bind)?);
    actix_web::rt::System::new()
        .block_on(serve::run(app, bind, ready))
        .map_err(|e| Failure::failed(cannot_listen(bind, &e)))?;
    Ok(Exit::Done)
}

/// An address to listen on; `localhost` is this machine.
fn address(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    local.as_deref().unwrap_or(text).parse().map_err(|_| {
        format!("`{text}` is not an address; write an IP address and a port, for example 127.0.0.1:8080 (port 0 takes a free one)")
    })
}

fn cannot_listen(bind: SocketAddr, error: &std::io::Error) -> String {
    use std::io::ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied};
    let why = match error.kind() {
        AddrInUse => "another program listens there; choose another port (port 0 takes a free one)".to_owned(),
        AddrNotAvailable => "this machine has no such address; 127.0.0.1 is always there".to_owned(),
        PermissionDenied => "the system does not allow it; ports below 1024 need rights, 8080 does not".to_owned(),
        _ => error.to_string(),
    };
    format!("cannot listen on {bind}: {why}")
}

fn log(config: &Config) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("TANDEM_LOG__FILTER")
        .or_else(|_| EnvFilter::try_new(&config.log.filter))
        .unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let color = std::env::var_os("NO_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stderr());
    // A second start in one process (tests) keeps the first subscriber.
    let _ = match config.log.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_ansi(color).try_init(),
    };
}
