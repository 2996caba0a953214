//! Opening DuckDB with its settings in the order that closes every way out of the process.

use std::path::Path;

use duckdb::{Config, Connection};

use crate::error::{Error, Result};
use crate::settings::Settings;

/// Opens the database file. After this nothing but the lake's batches can be read, nothing can be attached, installed or
/// copied, and no setting can be changed any more: external access must be closed after the allowed folders are named,
/// and the lock comes last.
pub(super) fn connect(file: &Path, temp: &Path, batches: &Path, settings: &Settings) -> Result<Connection> {
    let config = Config::default()
        .max_memory(&format!("{}MiB", settings.engine_memory_mib()))?
        .threads(i64::try_from(settings.engine_threads()).unwrap_or(2))?
        .with("temp_directory", text(temp)?)?
        .with("autoload_known_extensions", "false")?
        .with("autoinstall_known_extensions", "false")?;
    let connection = Connection::open_with_flags(file, config).map_err(super::fault::classify)?;
    // SET takes no bound values. The folder is the operator's, quoted as SQL asks.
    let folder = text(batches)?.replace('\'', "''");
    connection.execute_batch(&format!(
        "SET allowed_directories = ['{folder}'];
         SET max_temp_directory_size = '20GiB';
         SET enable_external_access = false;
         SET lock_configuration = true;"
    ))?;
    Ok(connection)
}

fn text(path: &Path) -> Result<&str> {
    let wrong =
        || Error::Invalid { field: "data", message: format!("{} is not UTF-8; choose another folder", path.display()) };
    path.to_str().ok_or_else(wrong)
}
