//! Tables for programs: Parquet and Arrow with typed columns. Money is decimal, to the cent; days are days; a shared fact is
//! a column, as in CSV.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use arrow_ipc::writer::FileWriter;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::table::{Cell, Kind, Table};

/// The table as a Parquet file. The same table gives the same bytes.
///
/// # Errors
/// Those of the writer, which for memory do not happen.
pub fn parquet(table: &Table) -> Result<Vec<u8>, ParquetError> {
    let batch = batch(table)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by("tandem".into())
        .build();
    let mut out = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    out.write(&batch)?;
    out.into_inner()
}

/// The table as an Arrow file (IPC, also called Feather).
///
/// # Errors
/// Those of the writer, which for memory do not happen.
pub fn arrow(table: &Table) -> Result<Vec<u8>, ArrowError> {
    let batch = batch(table)?;
    let mut out = FileWriter::try_new(Vec::new(), &batch.schema())?;
    out.write(&batch)?;
    out.finish()?;
    out.into_inner()
}

fn batch(table: &Table) -> Result<RecordBatch, ArrowError> {
    let typed =
        table.columns.iter().enumerate().map(|(at, column)| Ok((column.name.as_str(), array(table, at, column.kind)?)));
    let mut arrays = typed.collect::<Result<Vec<(&str, ArrayRef)>, ArrowError>>()?;
    for (name, value) in &table.facts {
        arrays.push((name, Arc::new(StringArray::from_iter_values(table.rows.iter().map(|_| value)))));
    }
    let fields: Vec<Field> =
        arrays.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.into_iter().map(|(_, array)| array).collect())
}

/// A column by its kind; a cell of another kind counts as unknown.
fn array(table: &Table, at: usize, kind: Kind) -> Result<ArrayRef, ArrowError> {
    let cells = || table.rows.iter().map(|row| &row[at]);
    Ok(match kind {
        Kind::Text => Arc::new(StringArray::from_iter(cells().map(|c| match c {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        }))),
        Kind::Int => Arc::new(Int64Array::from_iter(cells().map(|c| match c {
            Cell::Int(n) => Some(*n),
            _ => None,
        }))),
        Kind::Number(_) => Arc::new(Float64Array::from_iter(cells().map(|c| match c {
            Cell::Number(x) => Some(*x),
            Cell::Int(n) => Some(*n as f64),
            Cell::Money(amount) => Some(amount.to_f64()),
            _ => None,
        }))),
        Kind::Money => {
            let minor = Decimal128Array::from_iter(cells().map(|c| match c {
                Cell::Money(amount) => Some(i128::from(amount.0)),
                Cell::Number(x) => Some((x * 100.0).round() as i128),
                _ => None,
            }));
            Arc::new(minor.with_precision_and_scale(18, 2)?)
        }
        Kind::Date => Arc::new(Date32Array::from_iter(cells().map(|c| match c {
            Cell::Date(day) => Some(day.0),
            _ => None,
        }))),
        Kind::Bool => Arc::new(BooleanArray::from_iter(cells().map(|c| match c {
            Cell::Bool(yes) => Some(*yes),
            _ => None,
        }))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::util::display::array_value_to_string;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use tandem_models::domain::money::Cents;
    use tandem_models::domain::period::Day;

    fn table() -> Table {
        let columns = [
            ("channel", Kind::Text),
            ("spend", Kind::Money),
            ("roi", Kind::Number(2)),
            ("touches", Kind::Int),
            ("first", Kind::Date),
            ("paid", Kind::Bool),
        ];
        let mut table = Table::new("t", &columns);
        table.push(vec![
            "=tv".into(),
            Cents(-123_456_789_012_345).into(),
            0.125.into(),
            7i64.into(),
            Day(20_458).into(),
            true.into(),
        ]);
        table.push(vec![Cell::Empty; 6]);
        table.facts.push(("currency".into(), "EUR".into()));
        table
    }

    fn text(batch: &RecordBatch) -> Vec<String> {
        let row = |i: usize| {
            let cells = batch.columns().iter().map(|c| array_value_to_string(c, i).expect("text"));
            cells.collect::<Vec<_>>().join("|")
        };
        (0..batch.num_rows()).map(row).collect()
    }

    #[test]
    fn both_forms_hold_the_same_typed_cells_and_money_to_the_cent() {
        let expected = ["=tv|-1234567890123.45|0.125|7|2026-01-05|true|EUR", "||||||EUR"];
        let bytes = bytes::Bytes::from(parquet(&table()).expect("writes"));
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(bytes).and_then(|b| b.build()).expect("parquet");
        assert_eq!(text(&reader.next().expect("a batch").expect("rows")), expected);
        let bytes = arrow(&table()).expect("writes");
        let mut reader = arrow_ipc::reader::FileReader::try_new(std::io::Cursor::new(bytes), None).expect("arrow");
        let batch = reader.next().expect("a batch").expect("rows");
        assert_eq!(text(&batch), expected);
        assert_eq!(batch.schema().field(1).data_type(), &arrow::datatypes::DataType::Decimal128(18, 2));
    }

    #[test]
    fn an_empty_table_keeps_its_columns() {
        let empty = Table::new("t", &[("a", Kind::Text)]);
        let reader = arrow_ipc::reader::FileReader::try_new(std::io::Cursor::new(arrow(&empty).expect("writes")), None);
        assert_eq!(reader.expect("arrow").schema().field(0).name(), "a");
        assert!(parquet(&empty).expect("writes").starts_with(b"PAR1"));
    }
}
