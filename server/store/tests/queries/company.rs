//! The company that the queries are asked about, restated by a second batch, and their rows as text.

use duckdb::arrow::array::{Array, AsArray};
use duckdb::arrow::datatypes::{DataType, Int32Type, Int64Type};
use duckdb::arrow::util::display::{ArrayFormatter, FormatOptions};
use tandem_models::domain::period::Day;
use tandem_store::engine::{NamedQuery, Params};
use tandem_store::schema::Table;
use tandem_store::{Cancel, Store};

use crate::common::company::company;
use crate::common::{columns, day, import};

/// The company of `common`, and a second batch: a deal, a touch and a week of spend restated, other tables added.
pub fn restated() -> (tempfile::TempDir, Store) {
    let (dir, store) = company();
    let weeks = [day("2026-01-05"), day("2026-01-12")];
    let deal = columns()
        .text("opportunity_id", &["o1"])
        .text("account_id", &["acme"])
        .money("amount", &[110_001])
        .maybe_money("gross_margin", &[Some(60_000)])
        .text("currency", &["USD"])
        .time("created_at", &["2026-01-20"])
        .time("closed_at", &["2026-02-04"])
        .text("status", &["won"])
        .text("region", &["north"]);
    let touch = columns()
        .text("touch_id", &["t6"])
        .text("contact_id", &["a2"])
        .text("account_id", &["acme"])
        .text("channel", &["webinar"])
        .text("campaign_id", &["c3"])
        .time("touched_at", &["2026-01-02"]);
    let again = columns()
        .text("event_id", &["e7"])
        .text("contact_id", &["a1"])
        .text("account_id", &["acme"])
        .text("stage", &["inquiry"])
        .time("entered_at", &["2026-01-07"]);
    let spend = columns()
        .days("date", &weeks[..1])
        .text("channel", &["search"])
        .money("amount", &[12_000])
        .text("currency", &["EUR"])
        .count("impressions", &[1_000])
        .count("clicks", &[7]);
    let rates = columns()
        .text("dataset", &["main", "main", "other"])
        .date("date", &["2026-01-01", "2026-02-01", "2026-01-01"])
        .text("currency", &["USD", "USD", "CHF"])
        .number("rate", &[0.9, 0.95, 1.1]);
    let ledger = columns()
        .text("entry_id", &["l1"])
        .date("date", &["2026-02-20"])
        .money("amount", &[90_000])
        .text("currency", &["EUR"])
        .text("kind", &["sale"]);
    let leads = columns()
        .days("date", &weeks)
        .text("kpi", &["leads"; 2])
        .number("value", &[3.0, 4.0])
        .text("unit", &["count"; 2])
        .number("value_per_unit", &[50.0; 2]);
    let controls = columns().days("date", &weeks).text("name", &["holiday"; 2]).number("value", &[0.0, 1.0]);
    let people = columns().text("geo", &["north", "south"]).number("population", &[100.0, 300.0]);
    import(
        &store,
        "b",
        &[
            deal.of(Table::Opportunities),
            touch.of(Table::Touches),
            again.of(Table::StageEvents),
            spend.of(Table::Spend),
            rates.of(Table::FxRates),
            ledger.of(Table::Ledger),
            leads.of(Table::Outcomes),
            controls.of(Table::Controls),
            people.of(Table::Geos),
        ],
    );
    (dir, store)
}

/// Parameters of the company's dataset as of a batch.
pub fn seen_at(batch: i64) -> Params {
    Params::new().int("as_of", batch).text("dataset", "main")
}

/// The rows of a query in its order: cells apart by `|`, days and weeks as dates, `-` for NULL.
pub fn rows(store: &Store, query: &NamedQuery, params: &Params) -> Vec<String> {
    let mut out = Vec::new();
    let limits = store.limits(Cancel::new());
    let engine = store.engine().unwrap();
    engine
        .aggregate(query, params, &limits, &mut |batch| {
            let schema = batch.schema();
            for i in 0..batch.num_rows() {
                let cells = schema.fields().iter().zip(batch.columns()).map(|(f, array)| cell(f.name(), array, i));
                out.push(cells.collect::<Vec<_>>().join("|"));
            }
            Ok(())
        })
        .unwrap();
    out
}

/// The rows of a query that leaves their order to its reader, sorted.
pub fn unordered(store: &Store, query: &NamedQuery, params: &Params) -> Vec<String> {
    let mut rows = rows(store, query, params);
    rows.sort();
    rows
}

fn cell(name: &str, array: &dyn Array, i: usize) -> String {
    if array.is_null(i) {
        return "-".into();
    }
    match (array.data_type(), name) {
        (DataType::Int32, "week") => Day(array.as_primitive::<Int32Type>().value(i) * 7 - 3).to_string(),
        (DataType::Int32, name) if name.ends_with("_day") => {
            Day(array.as_primitive::<Int32Type>().value(i)).to_string()
        }
        (DataType::Int64, name) if name.ends_with("_us") => {
            let us = array.as_primitive::<Int64Type>().value(i);
            Day(us.div_euclid(86_400_000_000) as i32).to_string()
        }
        _ => ArrayFormatter::try_new(array, &FormatOptions::default()).unwrap().value(i).to_string(),
    }
}
