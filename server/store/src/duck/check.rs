//! Comparing the projection with the manifests: a log that lost its end opens silently, so the tables are counted.

use std::collections::BTreeMap;

use duckdb::Connection;

use super::fault;
use crate::error::{Error, Result};
use crate::lake::Manifest;
use crate::schema::Table;

/// Batches of the lake that are not loaded yet, in order. Fails with `DamagedProjection` where what is loaded is not what
/// the manifests say.
pub(super) fn missing<'a>(connection: &Connection, manifests: &'a [Manifest]) -> Result<Vec<&'a Manifest>> {
    let loaded = batches(connection).map_err(fault::classify)?;
    let disagree = |what: String| Err(Error::DamagedProjection(format!("it disagrees with the lake: {what}")));
    for ((seq, id), expected) in loaded.iter().zip(manifests) {
        if *seq != i64::from(expected.seq) || *id != expected.batch_id {
            return disagree(format!("batch {seq} is {id}, its manifest says {}", expected.batch_id));
        }
    }
    if loaded.len() > manifests.len() {
        return disagree(format!("{} batches are loaded, the lake has {}", loaded.len(), manifests.len()));
    }
    let present = &manifests[..loaded.len()];
    for table in Table::ALL {
        let counted = rows_by_batch(connection, *table).map_err(fault::classify)?;
        let mut expected = BTreeMap::new();
        for manifest in present {
            for file in manifest.tables.iter().filter(|f| f.table == *table) {
                *expected.entry(i64::from(manifest.seq)).or_insert(0) += i64::try_from(file.rows).unwrap_or(i64::MAX);
            }
        }
        expected.retain(|_, rows| *rows > 0);
        if counted != expected {
            return disagree(format!("rows of `{table}` by batch are {counted:?}, the manifests say {expected:?}"));
        }
    }
    Ok(manifests[loaded.len()..].iter().collect())
}

/// Scans all columns of all tables; the engine compares block checksums as it reads.
pub(super) fn read_everything(connection: &Connection) -> Result<()> {
    for table in Table::ALL {
        let sql =
            format!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT hash(t) AS h FROM {table} AS t) WHERE h IS NOT NULL");
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).map_err(fault::classify)?;
    }
    Ok(())
}

fn batches(connection: &Connection) -> duckdb::Result<Vec<(i64, String)>> {
    let mut statement = connection.prepare(
        "SELECT CAST(seq AS BIGINT), batch_id FROM projection_batches WHERE table_name IS NULL ORDER BY seq",
    )?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn rows_by_batch(connection: &Connection, table: Table) -> duckdb::Result<BTreeMap<i64, i64>> {
    let sql = format!("SELECT CAST(batch_seq AS BIGINT), CAST(COUNT(*) AS BIGINT) FROM {table} GROUP BY 1");
    let mut statement = connection.prepare(&sql)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
