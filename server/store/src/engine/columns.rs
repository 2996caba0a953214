//! Typed access to the columns of a result, by name.

use duckdb::arrow::array::{Array, ArrayRef, Float64Array, Int32Array, Int64Array, StringArray};
use duckdb::arrow::record_batch::RecordBatch;

use crate::error::{Error, Result};

/// A batch whose columns are asked for by name and type; a mismatch is an error, not a panic.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a>(pub &'a RecordBatch);

impl<'a> Columns<'a> {
    fn typed<T: Array + 'static>(self, name: &str, kind: &str) -> Result<&'a T> {
        let column: &'a ArrayRef = self.0.column_by_name(name).ok_or_else(|| wrong(name, "is missing".into()))?;
        let found = || wrong(name, format!("is {}, expected {kind}", column.data_type()));
        column.as_any().downcast_ref::<T>().ok_or_else(found)
    }

    /// A BIGINT column.
    pub fn big(self, name: &str) -> Result<&'a Int64Array> {
        self.typed(name, "BIGINT")
    }

    /// An INT column.
    pub fn int(self, name: &str) -> Result<&'a Int32Array> {
        self.typed(name, "INTEGER")
    }

    /// A DOUBLE column.
    pub fn number(self, name: &str) -> Result<&'a Float64Array> {
        self.typed(name, "DOUBLE")
    }

    /// A VARCHAR column.
    pub fn text(self, name: &str) -> Result<&'a StringArray> {
        self.typed(name, "VARCHAR")
    }
}

fn wrong(name: &str, what: String) -> Error {
    Error::Arrow(duckdb::arrow::error::ArrowError::SchemaError(format!("result column `{name}` {what}")))
}

/// The value of a nullable cell.
pub(crate) fn some<A, T>(array: A, row: usize) -> Option<T>
where
    A: duckdb::arrow::array::ArrayAccessor<Item = T>,
{
    (!array.is_null(row)).then(|| array.value(row))
}
