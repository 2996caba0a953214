//! Writing one batch: rows stream into Parquet, and nothing of it exists until `commit` returns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duckdb::arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::Serialize;

use super::files::{HashingFile, sync_dir};
use super::manifest::{self, BatchSource, Manifest, TableFile};
use super::{AsOf, Lake};
use crate::error::{Error, Result};
use crate::schema::Table;

/// Rows per row group: DuckDB reads row groups in parallel, and the writer holds one in memory.
const ROW_GROUP: usize = 122_880;

/// What a commit answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// Id of the batch that holds the rows.
    pub batch_id: String,
    /// Its number.
    pub seq: u32,
    /// True where the same source had been imported before; then nothing was written.
    pub already_imported: bool,
    /// Rows by table.
    pub rows: BTreeMap<Table, u64>,
    /// The data version after the commit.
    pub data_version: String,
}

impl Receipt {
    pub(crate) fn of(manifest: &Manifest, already_imported: bool, data_version: String) -> Receipt {
        let rows = manifest.tables.iter().map(|t| (t.table, t.rows)).collect();
        Receipt { batch_id: manifest.batch_id.clone(), seq: manifest.seq, already_imported, rows, data_version }
    }
}

/// A batch being written. Dropping it aborts.
pub struct BatchWriter {
    lake: Arc<Lake>,
    source: BatchSource,
    dir: PathBuf,
    open: BTreeMap<Table, (ArrowWriter<HashingFile>, u64)>,
    unique: BTreeSet<Table>,
}

impl BatchWriter {
    pub(super) fn begin(lake: Arc<Lake>, source: BatchSource) -> Result<Self> {
        let dir = lake.dir.join("tmp").join(uuid::Uuid::new_v4().to_string());
        fs::create_dir(&dir).map_err(Error::io("creating", &dir))?;
        Ok(Self { lake, source, dir, open: BTreeMap::new(), unique: BTreeSet::new() })
    }

    /// Adds rows of a table. The batch must have exactly the table's storage columns ([`Table::arrow_schema`]).
    pub fn append(&mut self, table: Table, rows: &RecordBatch) -> Result<()> {
        let schema = table.arrow_schema();
        if rows.schema().fields() != schema.fields() {
            let list = |s: &duckdb::arrow::datatypes::Schema| {
                let name = |f: &Arc<duckdb::arrow::datatypes::Field>| {
                    format!("{} {}{}", f.name(), f.data_type(), if f.is_nullable() { "?" } else { "" })
                };
                s.fields().iter().map(name).collect::<Vec<_>>().join(", ")
            };
            return Err(Error::Schema { table: table.name(), found: list(&rows.schema()), expected: list(&schema) });
        }
        if rows.num_rows() == 0 {
            return Ok(());
        }
        if !self.open.contains_key(&table) {
            let file = HashingFile::create(&self.dir.join(file_name(table)))?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
                .set_max_row_group_row_count(Some(ROW_GROUP))
                .set_created_by("tandem".into())
                .build();
            self.open.insert(table, (ArrowWriter::try_new(file, schema, Some(properties))?, 0));
        }
        if let Some((writer, count)) = self.open.get_mut(&table) {
            writer.write(rows)?;
            *count += rows.num_rows() as u64;
        }
        Ok(())
    }

    /// Says that no key occurs twice among the rows of `table`, as proven by the caller: loading it is cheaper then.
    pub fn keys_are_unique(&mut self, table: Table) {
        self.unique.insert(table);
    }

    /// Copies a file into the batch's folder, beside its tables, under `name` (no folder). It is kept with the batch and
    /// belongs to no manifest.
    pub fn attach(&mut self, name: &str, file: &Path) -> Result<()> {
        let place = self.dir.join(name);
        fs::copy(file, &place).map_err(Error::io("writing", &place))?;
        fs::File::open(&place).and_then(|f| f.sync_all()).map_err(Error::io("syncing", &place))
    }

    /// Rows appended so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.open.values().map(|(_, n)| n).sum()
    }

    /// Makes the batch durable and visible. When this returns, no crash can lose it.
    ///
    /// Where the same source was committed before, writes nothing and answers with that batch.
    pub fn commit(mut self) -> Result<Receipt> {
        let mut tables = Vec::new();
        for (table, (writer, rows)) in std::mem::take(&mut self.open) {
            let (sha256, bytes) = writer.into_inner()?.finish()?;
            tables.push(TableFile {
                table,
                file: file_name(table),
                rows,
                bytes,
                sha256,
                unique: self.unique.contains(&table),
            });
        }
        let lake = Arc::clone(&self.lake);
        let _one_at_a_time = lake.commit.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(earlier) = lake.find(&self.source) {
            return Ok(Receipt::of(&earlier, true, lake.data_version(AsOf::Latest)));
        }
        let last = lake.manifests().pop();
        let manifest = Manifest {
            format: manifest::FORMAT,
            seq: last.as_ref().map_or(0, |m| m.seq) + 1,
            batch_id: manifest::batch_id(&self.source, &tables),
            source: self.source.clone(),
            created_at: Lake::now_after(last.as_ref()),
            tables,
        };
        let mut file = HashingFile::create(&self.dir.join(manifest::FILE))?;
        file.write_all(&serde_json::to_vec_pretty(&manifest)?).map_err(Error::io("writing", &self.dir))?;
        file.finish()?;
        sync_dir(&self.dir)?;
        let place = lake.batch_dir(&manifest);
        fs::rename(&self.dir, &place).map_err(Error::io("committing", &place))?;
        // Known from here on even where the fsync fails: the folder is there, and its number is taken.
        lake.batches.write().unwrap_or_else(std::sync::PoisonError::into_inner).push(manifest.clone());
        sync_dir(&lake.dir.join("batches"))?;
        Ok(Receipt::of(&manifest, false, lake.data_version(AsOf::Latest)))
    }
}

impl Drop for BatchWriter {
    fn drop(&mut self) {
        self.open.clear();
        // After a commit the folder has moved away; what cannot be removed now is removed when the lake opens.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn file_name(table: Table) -> String {
    format!("{table}.parquet")
}
