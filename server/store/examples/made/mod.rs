//! Made-up rows in storage columns: the shape of a company and no meaning.
#![allow(clippy::unwrap_used, dead_code)]

use std::sync::Arc;

use duckdb::arrow::array::{ArrayRef, Int32Array, Int64Array, StringArray, new_null_array};
use duckdb::arrow::record_batch::RecordBatch;
use tandem_models::domain::period::Day;
use tandem_store::schema::Table;

/// Microseconds in a day.
pub const DAY_US: i64 = 86_400_000_000;

/// Numbers that look random and are the same at every run.
pub struct Luck(pub u64);

impl Luck {
    pub fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }
}

/// A column of words.
pub fn text(values: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// The three storage columns of a moment.
pub fn time(name: &str, us: &[i64]) -> Vec<(String, ArrayRef)> {
    let days: Vec<Day> = us.iter().map(|u| Day(u.div_euclid(DAY_US) as i32)).collect();
    vec![
        (format!("{name}_us"), Arc::new(Int64Array::from(us.to_vec())) as ArrayRef),
        (format!("{name}_day"), Arc::new(Int32Array::from_iter_values(days.iter().map(|d| d.0)))),
        (format!("{name}_week"), Arc::new(Int32Array::from_iter_values(days.iter().map(|d| d.week())))),
    ]
}

/// Rows of a table; columns not given are the usual ones, or empty.
pub fn batch(table: Table, given: Vec<(&str, ArrayRef)>, times: Vec<(String, ArrayRef)>) -> RecordBatch {
    let schema = table.arrow_schema();
    let n = given[0].1.len();
    let all: Vec<(String, ArrayRef)> = given.into_iter().map(|(k, v)| (k.to_owned(), v)).chain(times).collect();
    let column = |name: &String| match all.iter().find(|(k, _)| k == name) {
        Some((_, array)) => Arc::clone(array),
        None if name == "dataset" => text((0..n).map(|_| "main".into())),
        None if name == "geo" => text((0..n).map(|_| "national".into())),
        None if name == "campaign_id" => text((0..n).map(|_| String::new())),
        None => new_null_array(schema.field_with_name(name).unwrap().data_type(), n),
    };
    RecordBatch::try_new(Arc::clone(&schema), schema.fields().iter().map(|f| column(f.name())).collect()).unwrap()
}
