//! Typed values gathered into Arrow batches in the storage columns of a canonical table.

use std::borrow::Cow;
use std::sync::Arc;

use duckdb::arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, RecordBatch, StringBuilder,
};
use tandem_models::domain::period::Day;

use crate::schema::{Kind, Table};

/// Rows per batch handed to the lake.
pub const BATCH: usize = 65_536;

/// One value, parsed.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing known.
    Null,
    /// Text, words of a closed list, hashes.
    Text(Cow<'a, str>),
    /// A calendar day.
    Date(Day),
    /// UTC microseconds since 1970.
    Time(i64),
    /// Cents.
    Money(i64),
    /// A real number.
    Number(f64),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
}

impl Value<'_> {
    /// The text of a text value.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Date(Int32Builder, Int32Builder),
    Time(Int64Builder, Int32Builder, Int32Builder),
    Long(Int64Builder),
    Number(Float64Builder),
    Bool(BooleanBuilder),
}

/// Gathers rows of one table.
#[derive(Debug)]
pub struct TableBuilder {
    table: Table,
    builders: Vec<Builder>,
    rows: usize,
}

impl TableBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new(table: Table) -> Self {
        let builder = |kind| match kind {
            Kind::Text | Kind::Enum(_) => Builder::Text(StringBuilder::new()),
            Kind::Date => Builder::Date(Int32Builder::new(), Int32Builder::new()),
            Kind::Time => Builder::Time(Int64Builder::new(), Int32Builder::new(), Int32Builder::new()),
            Kind::Money | Kind::Int => Builder::Long(Int64Builder::new()),
            Kind::Number => Builder::Number(Float64Builder::new()),
            Kind::Bool => Builder::Bool(BooleanBuilder::new()),
        };
        Self { table, builders: table.columns().iter().map(|c| builder(c.kind)).collect(), rows: 0 }
    }

    /// Adds a row: one value for each column of the table, in their order. A value of another type counts as null.
    pub fn push(&mut self, values: &[Value<'_>]) {
        debug_assert_eq!(values.len(), self.builders.len());
        for (builder, value) in self.builders.iter_mut().zip(values) {
            match (builder, value) {
                (Builder::Text(b), Value::Text(text)) => b.append_value(text),
                (Builder::Text(b), _) => b.append_null(),
                (Builder::Date(day, week), Value::Date(d)) => {
                    day.append_value(d.0);
                    week.append_value(d.week());
                }
                (Builder::Date(day, week), _) => {
                    day.append_null();
                    week.append_null();
                }
                (Builder::Time(us, day, week), Value::Time(t)) => {
                    let d = Day(t.div_euclid(86_400_000_000) as i32);
                    us.append_value(*t);
                    day.append_value(d.0);
                    week.append_value(d.week());
                }
                (Builder::Time(us, day, week), _) => {
                    us.append_null();
                    day.append_null();
                    week.append_null();
                }
                (Builder::Long(b), Value::Money(n) | Value::Int(n)) => b.append_value(*n),
                (Builder::Long(b), _) => b.append_null(),
                (Builder::Number(b), Value::Number(x)) => b.append_value(*x),
                (Builder::Number(b), _) => b.append_null(),
                (Builder::Bool(b), Value::Bool(x)) => b.append_value(*x),
                (Builder::Bool(b), _) => b.append_null(),
            }
        }
        self.rows += 1;
    }

    /// Whether a batch is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.rows >= BATCH
    }

    /// What was gathered since the last call; `None` where nothing was.
    ///
    /// # Errors
    /// A null in a column that must not hold one.
    pub fn take(&mut self) -> crate::Result<Option<RecordBatch>> {
        if self.rows == 0 {
            return Ok(None);
        }
        self.rows = 0;
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for builder in &mut self.builders {
            match builder {
                Builder::Text(b) => arrays.push(Arc::new(b.finish())),
                Builder::Date(day, week) => {
                    arrays.extend([Arc::new(day.finish()) as ArrayRef, Arc::new(week.finish())])
                }
                Builder::Time(us, day, week) => {
                    arrays.extend([Arc::new(us.finish()) as ArrayRef, Arc::new(day.finish()), Arc::new(week.finish())]);
                }
                Builder::Long(b) => arrays.push(Arc::new(b.finish())),
                Builder::Number(b) => arrays.push(Arc::new(b.finish())),
                Builder::Bool(b) => arrays.push(Arc::new(b.finish())),
            }
        }
        Ok(Some(RecordBatch::try_new(self.table.arrow_schema(), arrays)?))
    }
}
