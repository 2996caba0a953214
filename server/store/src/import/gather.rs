//! What an import of one file keeps in mind while its rows pass: counts, ranges, names, rejects.

use std::collections::{BTreeMap, BTreeSet};

use duckdb::arrow::array::RecordBatch;
use tandem_models::domain::period::Day;

use super::build::Value;
use super::caps::Caps;
use super::checks::{Currencies, Keys, Stages, hash_of};
use super::convert::Refused;
use super::rejects::RejectList;
use super::report::{FileReport, reject};
use super::tally::Tally;
use super::trouble::{Code, Note, Why};
use crate::schema::Table;

/// Where batches go: a batch of the lake, or nowhere on a dry run.
pub trait Sink {
    /// Takes rows of a table in its storage columns.
    ///
    /// # Errors
    /// Those of the lake.
    fn append(&mut self, table: Table, rows: &RecordBatch) -> crate::Result<()>;
}

/// Counts rows and keeps none.
#[derive(Debug, Default)]
pub struct Nowhere {
    /// Rows by table.
    pub rows: BTreeMap<Table, u64>,
}

impl Sink for Nowhere {
    fn append(&mut self, table: Table, rows: &RecordBatch) -> crate::Result<()> {
        *self.rows.entry(table).or_default() += rows.num_rows() as u64;
        Ok(())
    }
}

impl Sink for crate::Writer {
    fn append(&mut self, table: Table, rows: &RecordBatch) -> crate::Result<()> {
        Self::append(self, table, rows)
    }
}

/// Why reading a file ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file is at fault.
    #[error("{0}")]
    File(Why),
    /// The store is.
    #[error(transparent)]
    Store(#[from] crate::Error),
}

impl From<Why> for Failure {
    fn from(why: Why) -> Self {
        Self::File(why)
    }
}

/// Names listed in a report, at most.
const NAMES: usize = 100;

/// State over the rows of one file.
pub struct Gather<'a> {
    /// File name for rejects.
    pub file: &'a str,
    /// Now, as UTC microseconds since 1970.
    pub now_us: i64,
    /// Currencies over all files of the import.
    pub currencies: &'a mut Currencies,
    /// Counts of what was met.
    pub tally: Tally,
    /// Rows below the header.
    pub read: u64,
    /// Rows that went in.
    pub accepted: u64,
    /// Rows left out.
    pub rejects: RejectList,
    /// Keys, for repeats.
    pub keys: Keys,
    /// Stages, for their order.
    pub stages: Stages,
    days: Option<(Day, Day)>,
    channels: BTreeSet<String>,
    kpis: BTreeSet<String>,
    geos: BTreeSet<String>,
    datasets: BTreeSet<String>,
    codes: BTreeSet<String>,
}

impl<'a> Gather<'a> {
    /// Nothing met yet.
    pub fn new(file: &'a str, caps: &'a Caps, now_us: i64, currencies: &'a mut Currencies) -> Self {
        Self {
            file,
            now_us,
            currencies,
            tally: Tally::default(),
            read: 0,
            accepted: 0,
            rejects: RejectList::new(caps.rejects_shown),
            keys: Keys::new(caps),
            stages: Stages::default(),
            days: None,
            channels: BTreeSet::new(),
            kpis: BTreeSet::new(),
            geos: BTreeSet::new(),
            datasets: BTreeSet::new(),
            codes: BTreeSet::new(),
        }
    }

    /// Leaves a row out.
    pub fn reject_row(&mut self, line: u64, why: Why) {
        self.rejects.push(reject(self.file, line, None, why));
    }

    /// Leaves a row out because of a cell.
    pub fn reject_cell(&mut self, line: u64, refused: Refused) {
        self.rejects.push(reject(self.file, line, Some((&refused.column, &refused.cell)), refused.why));
    }

    /// Takes note of a day.
    pub fn day(&mut self, day: Day) {
        self.days = Some(self.days.map_or((day, day), |(a, b)| (a.min(day), b.max(day))));
    }

    /// Takes note of a channel.
    pub fn channel(&mut self, name: &str) {
        note_name(&mut self.channels, name);
    }

    /// Takes note of a KPI.
    pub fn kpi(&mut self, name: &str) {
        note_name(&mut self.kpis, name);
    }

    /// Takes note of a geo.
    pub fn geo(&mut self, name: &str) {
        if !self.geos.contains(name) {
            self.geos.insert(name.to_owned());
        }
    }

    /// Takes note of a dataset.
    pub fn dataset(&mut self, name: &str) {
        note_name(&mut self.datasets, name);
    }

    /// Takes note of a currency, or refuses it.
    ///
    /// # Errors
    /// A second currency without a rate.
    pub fn currency(&mut self, dataset: &str, code: &str) -> Result<(), Why> {
        self.currencies.accept(dataset, code)?;
        note_name(&mut self.codes, code);
        Ok(())
    }

    /// Counts a key that was met before.
    pub fn key<'v>(&mut self, line: u64, values: impl Iterator<Item = &'v Value<'v>> + Clone) {
        if self.keys.repeats(hash_of(values.clone())) {
            let example = if self.tally.count(Code::DuplicateKey) == 0 { key_text(values) } else { String::new() };
            self.tally.add(Code::DuplicateKey, line, 0, &example);
        }
    }

    /// Whether it is proven that no key of an accepted row occurs twice: equal keys would have had equal hashes.
    #[must_use]
    pub fn keys_are_unique(&self) -> bool {
        !self.keys.is_full() && self.tally.count(Code::DuplicateKey) == 0
    }

    /// Writes what was gathered into the report; gives the list of rejects back.
    pub fn into_report(mut self, report: &mut FileReport) -> RejectList {
        self.stages.report(&mut self.tally);
        report.rows_read = self.read;
        report.rows_accepted = self.accepted;
        report.rows_rejected = self.rejects.count();
        report.rejects = self.rejects.first().to_vec();
        report.dates = self.days.map(|(a, b)| (a.to_string(), b.to_string()));
        report.geos = self.geos.len() as u64;
        report.channels = self.channels.into_iter().collect();
        report.kpis = self.kpis.into_iter().collect();
        report.currencies = self.codes.into_iter().collect();
        report.dataset = self.datasets.into_iter().collect::<Vec<_>>().join(", ");
        report.notes.extend(self.tally.notes());
        if self.keys.is_full() {
            let text = format!("keys that repeat were looked for among the first {} only", self.keys.len());
            report.notes.push(Note { code: Code::DuplicateKey, count: 0, lines: Vec::new(), text });
        }
        self.rejects
    }
}

fn note_name(names: &mut BTreeSet<String>, name: &str) {
    if names.len() < NAMES && !names.contains(name) {
        names.insert(name.to_owned());
    }
}

fn key_text<'v>(values: impl Iterator<Item = &'v Value<'v>>) -> String {
    let text = |v: &Value<'_>| match v {
        Value::Text(t) => super::trouble::shown(t),
        Value::Date(d) => d.to_string(),
        _ => String::new(),
    };
    // The dataset, first of every key, says nothing here.
    values.skip(1).map(text).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" / ")
}
