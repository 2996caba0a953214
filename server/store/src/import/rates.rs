//! What earlier imports say about currencies: that of each dataset, and those that `fx_rates` can convert.

use std::fs::File;
use std::path::Path;

use duckdb::arrow::array::{Array, AsArray, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::checks::Currencies;
use crate::schema::Table;
use crate::{Error, Result, Store};

/// Rows looked at in a file for the currency of its dataset; rates are read whole, they are few.
const ROWS: usize = 1_024;

/// Reads the `dataset` and `currency` columns of the lake's files, oldest first.
pub fn known(store: &Store) -> Result<Currencies> {
    let mut out = Currencies::default();
    for manifest in store.imports() {
        for file in &manifest.tables {
            let rates = file.table == Table::FxRates;
            if !file.table.columns().iter().any(|c| c.name == "currency") {
                continue;
            }
            for (dataset, code) in pairs(&store.batch_dir(&manifest).join(&file.file), !rates)? {
                if rates {
                    out.rates.insert(code);
                } else {
                    out.base.entry(dataset).or_insert(code);
                }
            }
        }
    }
    Ok(out)
}

/// Datasets and currencies, row by row where both are known.
fn pairs(path: &Path, only_first: bool) -> Result<Vec<(String, String)>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).map_err(Error::io("reading", path))?)?;
    let columns = ProjectionMask::columns(builder.parquet_schema(), ["dataset", "currency"]);
    let mut out = Vec::new();
    for batch in builder.with_projection(columns).with_batch_size(ROWS).build()? {
        let batch: RecordBatch = batch?;
        let column = |name| batch.column_by_name(name).and_then(|c| c.as_string_opt::<i32>());
        if let (Some(datasets), Some(codes)) = (column("dataset"), column("currency")) {
            let rows = (0..batch.num_rows()).filter(|&i| datasets.is_valid(i) && codes.is_valid(i));
            out.extend(rows.map(|i| (datasets.value(i).to_owned(), codes.value(i).to_owned())));
        }
        if only_first {
            break;
        }
    }
    Ok(out)
}
