//! Loading a batch of the lake into the projection, superseding earlier rows by key.

use std::collections::HashSet;
use std::path::Path;

use duckdb::{Connection, Transaction, params};

use super::{LIVE, fault, tables};
use crate::error::{Error, Result};
use crate::lake::{Manifest, TableFile};

/// Loads every file of a batch in one transaction.
pub(super) fn batch(connection: &mut Connection, dir: &Path, manifest: &Manifest) -> Result<()> {
    let transaction = connection.transaction().map_err(fault::classify)?;
    load(&transaction, dir, manifest).map_err(|e| match e {
        Error::Engine(e) => fault::classify(e),
        other => other,
    })?;
    transaction.commit().map_err(fault::classify)
}

fn load(connection: &Transaction<'_>, dir: &Path, manifest: &Manifest) -> Result<()> {
    // An empty batch leaves its mark too, so that the comparison with the manifests sees it.
    let mark = "INSERT INTO projection_batches VALUES (?, ?, ?, ?)";
    connection.execute(mark, params![manifest.seq, manifest.batch_id, Option::<String>::None, 0])?;
    for file in &manifest.tables {
        let rows = insert(connection, dir, file, manifest.seq)?;
        if rows != file.rows {
            let reason = format!("{} holds {rows} rows, its manifest says {}", file.file, file.rows);
            return Err(Error::DamagedLake { path: dir.to_owned(), reason });
        }
        supersede(connection, file, manifest.seq)?;
        connection.execute(mark, params![manifest.seq, manifest.batch_id, file.table.name(), file.rows])?;
    }
    Ok(())
}

fn insert(connection: &Transaction<'_>, dir: &Path, file: &TableFile, seq: u32) -> Result<u64> {
    let path = dir.join(&file.file);
    let held = held(connection, &path)?;
    // A batch written before a column was introduced lacks it; its rows say nothing there.
    let present: Vec<String> =
        tables::column_names(file.table).into_iter().filter(|c| held.contains(c)).map(|c| format!("\"{c}\"")).collect();
    let columns = present.join(", ");
    let sql = format!(
        "INSERT INTO {table} ({columns}, batch_seq, superseded_seq) SELECT {columns}, {seq}, {LIVE} FROM read_parquet(?)",
        table = file.table
    );
    Ok(connection.execute(&sql, [path.to_string_lossy()])? as u64)
}

/// Names of the columns that a Parquet file holds.
fn held(connection: &Transaction<'_>, path: &Path) -> Result<HashSet<String>> {
    let mut statement = connection.prepare("SELECT name FROM parquet_schema(?)")?;
    Ok(statement.query_map([path.to_string_lossy()], |row| row.get(0))?.collect::<duckdb::Result<_>>()?)
}

/// Marks rows that a later row of the same key replaces: rows of earlier batches, and earlier rows of this one.
fn supersede(connection: &Transaction<'_>, file: &TableFile, seq: u32) -> Result<()> {
    let table = file.table;
    let key: Vec<String> = table.key().iter().map(|k| format!("\"{k}\"")).collect();
    let (keys, equal) =
        (key.join(", "), key.iter().map(|k| format!("o.{k} = n.{k}")).collect::<Vec<_>>().join(" AND "));
    let count = |sql: String| connection.query_row(&sql, [], |row| row.get::<_, i64>(0));

    // Equal keys have equal hashes, so as many hashes as rows proves that no key repeats; sorting is for the rest.
    // That set of hashes took 280 MB for 10 M rows, so an import that has seen every key already spares it.
    let repeats = if file.unique {
        0
    } else {
        count(format!(
            "SELECT CAST(COUNT(*) - COUNT(DISTINCT hash({keys})) AS BIGINT) FROM {table} WHERE batch_seq = {seq}"
        ))?
    };
    if repeats > 0 {
        connection.execute_batch(&format!(
            "UPDATE {table} SET superseded_seq = {seq} WHERE batch_seq = {seq} AND rowid IN (
               SELECT r FROM (SELECT rowid AS r, ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY rowid DESC) AS n
                              FROM {table} WHERE batch_seq = {seq}) AS ranked WHERE n > 1)"
        ))?;
    }
    if count(format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM {table} WHERE batch_seq < {seq} AND superseded_seq = {LIVE}"
    ))? > 0
    {
        connection.execute_batch(&format!(
            "UPDATE {table} SET superseded_seq = {seq} WHERE batch_seq < {seq} AND superseded_seq = {LIVE} AND rowid IN (
               SELECT o.rowid FROM {table} o SEMI JOIN (SELECT {keys} FROM {table} WHERE batch_seq = {seq}) n ON {equal}
               WHERE o.batch_seq < {seq} AND o.superseded_seq = {LIVE})"
        ))?;
    }
    Ok(())
}
