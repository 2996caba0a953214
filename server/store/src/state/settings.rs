//! Named settings of the application: small JSON values.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{State, us};
use crate::error::Result;

/// The settings of a state.
pub struct SettingsTable<'a>(pub(super) &'a State);

impl SettingsTable<'_> {
    /// A setting, where it was set.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let sql = "SELECT value FROM settings WHERE name = ?";
        let text: Option<String> = self.0.lock().query_row(sql, [name], |row| row.get(0)).optional()?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Sets a setting.
    pub fn set<T: Serialize>(&self, name: &str, value: &T) -> Result<()> {
        let sql = "INSERT INTO settings (name, value, changed_at) VALUES (?1, ?2, ?3)
                   ON CONFLICT (name) DO UPDATE SET value = ?2, changed_at = ?3";
        self.0.lock().execute(sql, params![name, serde_json::to_string(value)?, us(Timestamp::now())])?;
        Ok(())
    }

    /// Removes a setting; one that is not there is no error.
    pub fn clear(&self, name: &str) -> Result<()> {
        self.0.lock().execute("DELETE FROM settings WHERE name = ?", [name])?;
        Ok(())
    }
}
