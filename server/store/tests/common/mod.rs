//! What the store's tests share: small batches written as sentences.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use duckdb::arrow::array::{ArrayRef, Int32Array, Int64Array, StringArray, new_null_array};
use duckdb::arrow::record_batch::RecordBatch;
use tandem_store::schema::Table;
use tandem_store::{BatchSource, Settings, Store};

/// Opens a store.
pub fn store(dir: &Path) -> Store {
    Store::open(dir, Settings::default()).unwrap()
}

/// A source whose content is its name.
pub fn source(name: &str) -> BatchSource {
    BatchSource {
        name: format!("{name}.csv"),
        sha256: format!("{:0>64}", name.bytes().fold(7u64, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b)))),
        layout: "test".into(),
        mapping: None,
        dataset: None,
    }
}

/// A text column.
pub fn text<S: AsRef<str>>(values: &[S]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// A BIGINT column.
pub fn big(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// An INT column.
pub fn int(values: &[i32]) -> ArrayRef {
    Arc::new(Int32Array::from(values.to_vec()))
}

/// A batch of `table` with the given storage columns; `dataset` is `main`, a default fills other keys, the rest is NULL.
pub fn rows(table: Table, given: &[(&str, ArrayRef)]) -> RecordBatch {
    let schema = table.arrow_schema();
    let n = given[0].1.len();
    let column = |name: &str| {
        if let Some((_, array)) = given.iter().find(|(k, _)| *k == name) {
            return Arc::clone(array);
        }
        let default = table.columns().iter().find(|c| c.name == name).and_then(|c| c.default);
        match default {
            Some(value) => text(&vec![value; n]),
            None => new_null_array(schema.field_with_name(name).unwrap().data_type(), n),
        }
    };
    let columns = schema.fields().iter().map(|f| column(f.name())).collect();
    RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()
}

/// One campaign a channel.
pub fn channel_rows(channels: &[&str]) -> RecordBatch {
    rows(Table::Campaigns, &[("campaign_id", text(channels)), ("name", text(channels)), ("channel", text(channels))])
}
