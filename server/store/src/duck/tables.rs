//! The projection's tables, derived from the canonical ones.

use std::collections::HashSet;

use duckdb::Connection;
use duckdb::arrow::datatypes::DataType;

use crate::error::Result;
use crate::schema::Table;

/// Creates what is missing. No keys, constraints or indexes: rows are deduplicated while loading.
pub(super) fn create(connection: &Connection) -> Result<()> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS projection_batches (
           seq INTEGER NOT NULL, batch_id VARCHAR NOT NULL, table_name VARCHAR, row_count BIGINT NOT NULL)",
    )?;
    for table in Table::ALL {
        connection.execute_batch(&ddl(*table))?;
    }
    add_new_columns(connection)
}

/// Adds the columns that a table has gained since its projection was made; earlier rows have none of it.
fn add_new_columns(connection: &Connection) -> Result<()> {
    let mut listing = connection.prepare("SELECT table_name, column_name FROM duckdb_columns()")?;
    let known: HashSet<(String, String)> =
        listing.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<duckdb::Result<_>>()?;
    for table in Table::ALL {
        for field in table.arrow_schema().fields() {
            if !known.contains(&(table.name().to_owned(), field.name().clone())) {
                connection.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {}", column(field)))?;
            }
        }
    }
    Ok(())
}

fn column(f: &duckdb::arrow::datatypes::Field) -> String {
    let kind = match f.data_type() {
        DataType::Int32 => "INTEGER",
        DataType::Int64 => "BIGINT",
        DataType::Float64 => "DOUBLE",
        DataType::Boolean => "BOOLEAN",
        _ => "VARCHAR",
    };
    format!("\"{}\" {kind}", f.name())
}

fn ddl(table: Table) -> String {
    let schema = table.arrow_schema();
    let columns: Vec<String> = schema.fields().iter().map(|f| column(f)).collect();
    format!(
        "CREATE TABLE IF NOT EXISTS {table} ({}, batch_seq INTEGER NOT NULL, superseded_seq INTEGER NOT NULL)",
        columns.join(", ")
    )
}

/// Storage columns of a table.
pub(super) fn column_names(table: Table) -> Vec<String> {
    table.arrow_schema().fields().iter().map(|f| f.name().clone()).collect()
}
