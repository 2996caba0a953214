//! Rows as an Arrow record batch.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::error::ArrowError;

use super::{Column, Kind, Rows, Table};
use crate::calendar::epoch_day;

/// UTC as an offset: readers without a database of time zones know it too.
const UTC: &str = "+00:00";

/// Arrow type of a kind of column.
fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        Kind::Date => DataType::Date32,
        Kind::Amount => DataType::Decimal128(18, 2),
        Kind::Count => DataType::Int64,
        Kind::Number => DataType::Float64,
        Kind::Flag => DataType::Boolean,
    }
}

/// Arrow schema of a table.
pub(super) fn schema(table: Table) -> Arc<Schema> {
    let field = |(name, kind): &(&str, Kind)| Field::new(*name, data_type(*kind), true);
    Arc::new(Schema::new(table.columns().iter().map(field).collect::<Vec<_>>()))
}

/// The rows as one batch.
pub(super) fn encode(rows: Rows) -> Result<RecordBatch, ArrowError> {
    let kinds = rows.table.columns().iter().map(|(_, kind)| *kind);
    let arrays = rows.columns.into_iter().zip(kinds).map(|(column, kind)| array(column, kind)).collect();
    RecordBatch::try_new(schema(rows.table), arrays)
}

fn array(column: Column, kind: Kind) -> ArrayRef {
    match column {
        Column::Text { data, ends } => {
            let mut offsets = Vec::with_capacity(ends.len() + 1);
            offsets.push(0);
            offsets.extend_from_slice(&ends);
            let present: Vec<bool> = offsets.windows(2).map(|w| w[1] > w[0]).collect();
            let nulls = present.iter().any(|p| !p).then(|| NullBuffer::from(present));
            let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
            Arc::new(StringArray::new(offsets, Buffer::from_vec(data.into_bytes()), nulls))
        }
        Column::Whole(values) => {
            let values = values.into_iter();
            match kind {
                Kind::Time => {
                    let micros = |s: i64| (s + i64::from(epoch_day(0)) * 86_400) * 1_000_000;
                    let array: TimestampMicrosecondArray = values.map(|v| v.map(micros)).collect();
                    Arc::new(array.with_timezone(UTC))
                }
                Kind::Date => Arc::new(values.map(|v| v.map(|d| epoch_day(d as i32))).collect::<Date32Array>()),
                Kind::Amount => {
                    let array: Decimal128Array = values.map(|v| v.map(i128::from)).collect();
                    Arc::new(array.with_data_type(DataType::Decimal128(18, 2)))
                }
                _ => Arc::new(values.collect::<Int64Array>()),
            }
        }
        Column::Number(values) => Arc::new(Float64Array::from(values)),
        Column::Flag(values) => Arc::new(BooleanArray::from(values)),
    }
}
