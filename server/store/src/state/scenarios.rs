//! Budget scenarios: plans kept under a name. A revision guards against two people overwriting each other.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::{State, json, no_such, time, us};
use crate::error::{Error, Result};

/// A kept plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Id, unique, chosen by the caller.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The plan, as the application writes it.
    pub body: serde_json::Value,
    /// Who changed it last.
    pub actor: String,
    /// Counts changes, from 1.
    pub revision: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// The scenarios of a state.
pub struct Scenarios<'a>(pub(super) &'a State);

impl Scenarios<'_> {
    /// Keeps a new scenario.
    pub fn insert(&self, id: &str, name: &str, body: &serde_json::Value, actor: &str) -> Result<Scenario> {
        let sql = "INSERT INTO scenarios (id, name, body, actor, revision, created_at, changed_at) VALUES (:id, :name, :body, :actor, 1, :at, :at)";
        let at = us(Timestamp::now());
        self.0.lock().execute(
            sql,
            named_params! { ":id": id, ":name": name, ":body": body.to_string(), ":actor": actor, ":at": at },
        )?;
        self.get(id)
    }

    /// Changes a scenario; `revision`, where given, must be the one that was read.
    pub fn update(
        &self,
        id: &str,
        name: &str,
        body: &serde_json::Value,
        actor: &str,
        revision: Option<u32>,
    ) -> Result<Scenario> {
        let sql =
            "UPDATE scenarios SET name = :name, body = :body, actor = :actor, revision = revision + 1, changed_at = :at
                   WHERE id = :id AND (:revision IS NULL OR revision = :revision)";
        let changed = self.0.lock().execute(
            sql,
            named_params! { ":id": id, ":name": name, ":body": body.to_string(), ":actor": actor,
            ":at": us(Timestamp::now()), ":revision": revision },
        )?;
        let now = self.get(id)?;
        if changed == 0 {
            return Err(Error::Conflict(format!("scenario `{id}` was changed by {}; read it again", now.actor)));
        }
        Ok(now)
    }

    /// One scenario.
    pub fn get(&self, id: &str) -> Result<Scenario> {
        let found = self.0.lock().query_row("SELECT * FROM scenarios WHERE id = ?", [id], read).optional()?;
        found.ok_or_else(|| no_such("scenario", id))
    }

    /// All scenarios, last changed first.
    pub fn all(&self) -> Result<Vec<Scenario>> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached("SELECT * FROM scenarios ORDER BY changed_at DESC, id")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Removes a scenario.
    pub fn delete(&self, id: &str) -> Result<()> {
        match self.0.lock().execute("DELETE FROM scenarios WHERE id = ?", [id])? {
            0 => Err(no_such("scenario", id)),
            _ => Ok(()),
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Scenario> {
    Ok(Scenario {
        id: row.get("id")?,
        name: row.get("name")?,
        body: json(row, "body")?,
        actor: row.get("actor")?,
        revision: row.get("revision")?,
        created_at: time(row, "created_at")?,
        changed_at: time(row, "changed_at")?,
    })
}
