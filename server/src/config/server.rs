//! Where the server listens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// Address, threads and shutdown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address to listen on; another than loopback needs an API key to exist first.
    pub bind: SocketAddr,
    /// Threads that serve requests; 0 = one a core.
    pub workers: usize,
    /// Most connections open at once.
    pub max_connections: usize,
    /// Seconds that requests in flight are given at shutdown.
    pub shutdown_seconds: u64,
    /// Further origins (`https://host`) whose pages may send unsafe requests; the server's own is always allowed.
    pub allowed_origins: Vec<String>,
    /// Further host names that open mode (no keys, loopback) accepts in `Host`, besides `localhost` and loopback addresses.
    pub allowed_hosts: Vec<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            bind: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            workers: 0,
            max_connections: 512,
            shutdown_seconds: 30,
            allowed_origins: Vec::new(),
            allowed_hosts: Vec::new(),
        }
    }
}
