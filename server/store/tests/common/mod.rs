//! What the store's tests share: small batches written as sentences.
#![allow(dead_code, clippy::unwrap_used)]

pub mod company;

use std::path::Path;
use std::sync::Arc;

use duckdb::arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, StringArray, new_null_array};
use duckdb::arrow::record_batch::RecordBatch;
use tandem_models::domain::period::Day;
use tandem_store::schema::Table;
use tandem_store::{BatchSource, Receipt, Settings, Store};

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

/// Imports batches under a name.
pub fn import(store: &Store, name: &str, batches: &[(Table, RecordBatch)]) -> Receipt {
    let mut writer = store.begin_batch(source(name)).unwrap();
    for (table, rows) in batches {
        writer.append(*table, rows).unwrap();
    }
    writer.commit().unwrap()
}

/// A day.
pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Columns of a batch, in canonical terms.
#[derive(Default)]
pub struct Columns(Vec<(String, ArrayRef)>);

/// No columns yet.
pub fn columns() -> Columns {
    Columns::default()
}

impl Columns {
    pub fn with(mut self, name: &str, array: ArrayRef) -> Self {
        self.0.push((name.to_owned(), array));
        self
    }

    pub fn text<S: AsRef<str>>(self, name: &str, values: &[S]) -> Self {
        self.with(name, Arc::new(StringArray::from_iter_values(values)))
    }

    pub fn number(self, name: &str, values: &[f64]) -> Self {
        self.with(name, Arc::new(Float64Array::from(values.to_vec())))
    }

    pub fn numbers(self, name: &str, values: &[Option<f64>]) -> Self {
        self.with(name, Arc::new(Float64Array::from(values.to_vec())))
    }

    pub fn count(self, name: &str, values: &[i64]) -> Self {
        self.with(name, Arc::new(Int64Array::from(values.to_vec())))
    }

    pub fn flag(self, name: &str, values: &[bool]) -> Self {
        self.with(name, Arc::new(BooleanArray::from(values.to_vec())))
    }

    /// Minor units.
    pub fn money(self, name: &str, values: &[i64]) -> Self {
        self.count(&format!("{name}_minor"), values)
    }

    pub fn maybe_money(self, name: &str, values: &[Option<i64>]) -> Self {
        self.with(&format!("{name}_minor"), Arc::new(Int64Array::from(values.to_vec())))
    }

    pub fn date<S: AsRef<str>>(self, name: &str, values: &[S]) -> Self {
        let days: Vec<Day> = values.iter().map(|d| day(d.as_ref())).collect();
        self.days(name, &days)
    }

    pub fn days(self, name: &str, days: &[Day]) -> Self {
        let int = |f: fn(&Day) -> i32| Arc::new(Int32Array::from_iter_values(days.iter().map(f))) as ArrayRef;
        self.with(&format!("{name}_day"), int(|d| d.0)).with(&format!("{name}_week"), int(|d| d.week()))
    }

    /// Moments as `YYYY-MM-DD`, with an hour after a blank where wanted; empty = absent.
    pub fn time<S: AsRef<str>>(self, name: &str, values: &[S]) -> Self {
        let us = |text: &str| {
            let (date, hour) = text.split_once(' ').unwrap_or((text, "0"));
            (!text.is_empty())
                .then(|| i64::from(day(date).0) * 86_400_000_000 + hour.parse::<i64>().unwrap() * 3_600_000_000)
        };
        let us: Vec<Option<i64>> = values.iter().map(|v| us(v.as_ref())).collect();
        let days: Vec<Option<Day>> = us.iter().map(|u| u.map(|u| Day(u.div_euclid(86_400_000_000) as i32))).collect();
        let int = |f: fn(Day) -> i32| Arc::new(Int32Array::from_iter(days.iter().map(|d| d.map(f)))) as ArrayRef;
        let (on, week) = (int(|d| d.0), int(Day::week));
        self.with(&format!("{name}_us"), Arc::new(Int64Array::from(us)))
            .with(&format!("{name}_day"), on)
            .with(&format!("{name}_week"), week)
    }

    /// The batch; `dataset` is `main` unless given, a default fills other keys, the rest is NULL.
    pub fn of(self, table: Table) -> (Table, RecordBatch) {
        let schema = table.arrow_schema();
        let n = self.0[0].1.len();
        let known = |name: &str| schema.field_with_name(name).is_ok();
        assert!(
            self.0.iter().all(|(name, _)| known(name)),
            "{table}: {:?}",
            self.0.iter().map(|c| &c.0).collect::<Vec<_>>()
        );
        let column = |name: &str| -> ArrayRef {
            if let Some((_, array)) = self.0.iter().find(|(k, _)| k == name) {
                return Arc::clone(array);
            }
            match table.columns().iter().find(|c| c.name == name).and_then(|c| c.default) {
                Some(value) => Arc::new(StringArray::from(vec![value; n])),
                None => new_null_array(schema.field_with_name(name).unwrap().data_type(), n),
            }
        };
        let arrays = schema.fields().iter().map(|f| column(f.name())).collect();
        (table, RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap())
    }
}

/// One campaign a channel.
pub fn channel_rows(channels: &[&str]) -> RecordBatch {
    columns().text("campaign_id", channels).text("name", channels).text("channel", channels).of(Table::Campaigns).1
}

/// `n` Mondays from `first`.
pub fn mondays(first: &str, n: i32) -> Vec<Day> {
    (0..n).map(|i| Day(day(first).0 + 7 * i)).collect()
}

/// A weekly KPI in the KPI's own dataset.
pub fn weekly_kpi(kpi: &str, unit: &str, days: &[Day], values: &[f64]) -> (Table, RecordBatch) {
    let n = days.len();
    columns()
        .days("date", days)
        .text("kpi", &vec![kpi; n])
        .number("value", values)
        .text("unit", &vec![unit; n])
        .of(Table::Outcomes)
}

/// Weekly spend on one channel, minor units.
pub fn weekly_spend(channel: &str, days: &[Day], minor: &[i64]) -> (Table, RecordBatch) {
    columns().days("date", days).text("channel", &vec![channel; days.len()]).money("amount", minor).of(Table::Spend)
}
