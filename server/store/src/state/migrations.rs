//! Numbered migrations of the state, one transaction each. A released one is never changed: add the next.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::error::{Error, Result};

const ALL: &[M<'static>] = &[M::up(include_str!("0001_state.sql"))];

/// Brings the state up to this release; refuses the state of a later one.
pub(super) fn run(connection: &mut Connection) -> Result<()> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > ALL.len() as i64 {
        return Err(Error::TooNew(format!("state version {version}, this release knows {}", ALL.len())));
    }
    Migrations::from_slice(ALL).to_latest(connection)?;
    Ok(())
}
