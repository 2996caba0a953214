//! The projection's tables, derived from the canonical ones.

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
    Ok(())
}

fn ddl(table: Table) -> String {
    let schema = table.arrow_schema();
    let column = |f: &std::sync::Arc<duckdb::arrow::datatypes::Field>| {
        let kind = match f.data_type() {
            DataType::Int32 => "INTEGER",
            DataType::Int64 => "BIGINT",
            DataType::Float64 => "DOUBLE",
            DataType::Boolean => "BOOLEAN",
            _ => "VARCHAR",
        };
        format!("\"{}\" {kind}", f.name())
    };
    let columns: Vec<String> = schema.fields().iter().map(column).collect();
    format!(
        "CREATE TABLE IF NOT EXISTS {table} ({}, batch_seq INTEGER NOT NULL, superseded_seq INTEGER NOT NULL)",
        columns.join(", ")
    )
}

/// Storage columns of a table as a list for SQL.
pub(super) fn column_list(table: Table) -> String {
    let names: Vec<String> = table.arrow_schema().fields().iter().map(|f| format!("\"{}\"", f.name())).collect();
    names.join(", ")
}
