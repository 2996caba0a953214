//! Starting the server: the address rule, the layers in their order, and an end that lets requests finish.

use std::net::SocketAddr;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as Actix, HttpServer, web};
use tracing_actix_web::TracingLogger;

use super::{auth, body, headers, telemetry};
use crate::app::App;

/// Refuses an address beyond loopback while nobody has to show a key.
///
/// # Errors
/// A sentence that says what to do.
pub fn may_bind(bind: SocketAddr, keys_exist: bool) -> Result<(), String> {
    if bind.ip().is_loopback() || keys_exist {
        return Ok(());
    }
    Err(format!(
        "refusing to listen on {bind} without authentication: anyone who reaches that address could read and change \
         everything; make a key first (tandem --data DIR keys add --name NAME --role admin), or listen on 127.0.0.1"
    ))
}

/// Serves until SIGTERM or Ctrl-C, then finishes what is in flight.
///
/// # Errors
/// When the address cannot be had.
pub async fn run(app: web::Data<App>, bind: SocketAddr, ready: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    telemetry::install();
    let server = app.config.server.clone();
    let limits = app.config.limits.clone();
    let jobs = app.clone();
    // The first reader waits for nothing that could be made before.
    let first = std::sync::Arc::downgrade(&app.clone().into_inner());
    std::thread::Builder::new().name("ahead".into()).spawn(move || super::pages::keep_ready(&first))?;
    let builder = HttpServer::new(move || {
        let limits = limits.clone();
        Actix::new()
            .app_data(app.clone())
            .wrap(from_fn(body::buffer))
            .wrap(from_fn(auth::guard))
            .wrap(Compress::default())
            .wrap(from_fn(telemetry::measure))
            .wrap(from_fn(headers::set))
            .wrap(TracingLogger::default())
            .configure(move |cfg| super::routes(cfg, &limits))
    })
    .workers(if server.workers == 0 {
        std::thread::available_parallelism().map_or(2, usize::from)
    } else {
        server.workers
    })
    .max_connections(server.max_connections)
    .client_request_timeout(std::time::Duration::from_secs(10))
    .shutdown_timeout(server.shutdown_seconds)
    .bind(bind)?;
    if let Some(at) = builder.addrs().first() {
        ready(*at);
    }
    let outcome = builder.run().await;
    jobs.jobs.stop();
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_server_stays_on_loopback() {
        let at = |text: &str| text.parse::<SocketAddr>().expect("address");
        assert!(may_bind(at("127.0.0.1:8080"), false).is_ok());
        assert!(may_bind(at("[::1]:8080"), false).is_ok());
        assert!(may_bind(at("0.0.0.0:8080"), false).is_err());
        assert!(may_bind(at("10.0.0.7:8080"), false).is_err());
        assert!(may_bind(at("0.0.0.0:8080"), true).is_ok());
    }
}
