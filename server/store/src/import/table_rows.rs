//! Runs a file through the plan of a canonical table.

use super::build::{TableBuilder, Value};
use super::convert::{self, Refused};
use super::gather::{Failure, Gather, Sink};
use super::plan::TablePlan;
use super::read::{Row, Rows, Step};
use super::trouble::Code;
use crate::schema::{Kind, MAIN, Table};

/// Positions of columns that get looked at across rows.
struct Places {
    keys: Vec<usize>,
    dated: Option<usize>,
    channel: Option<usize>,
    kpi: Option<usize>,
    geo: Option<usize>,
    currency: Option<usize>,
}

impl Places {
    fn of(plan: &TablePlan) -> Self {
        let columns = plan.table.columns();
        let named = |name: &str| columns.iter().position(|c| c.name == name);
        Self {
            keys: (0..columns.len()).filter(|&i| columns[i].key).collect(),
            dated: columns.iter().position(|c| matches!(c.kind, Kind::Date | Kind::Time) && c.required),
            channel: named("channel"),
            kpi: named("kpi"),
            geo: named("geo").filter(|_| plan.table != Table::Experiments),
            currency: named("currency").filter(|_| plan.table != Table::FxRates),
        }
    }
}

/// Reads all rows.
///
/// # Errors
/// What stops the whole file: the file system, a cap, the lake.
pub fn run(
    plan: &TablePlan,
    rows: &mut dyn Rows,
    gather: &mut Gather<'_>,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(u64, u64, u64),
) -> Result<(), Failure> {
    let (places, mut builder, mut row) = (Places::of(plan), TableBuilder::new(plan.table), Row::default());
    loop {
        match rows.next(&mut row)? {
            Step::End => break,
            Step::Bad(why) => {
                gather.read += 1;
                gather.reject_row(row.line, why);
            }
            Step::Row => {
                gather.read += 1;
                take(plan, &places, &row, gather, &mut builder);
            }
        }
        if gather.read.is_multiple_of(65_536) {
            progress(rows.position(), gather.read, gather.rejects.count());
        }
        if builder.is_full() {
            flush(plan.table, &mut builder, sink)?;
        }
    }
    flush(plan.table, &mut builder, sink)?;
    progress(rows.position(), gather.read, gather.rejects.count());
    Ok(())
}

fn flush(table: Table, builder: &mut TableBuilder, sink: &mut dyn Sink) -> Result<(), Failure> {
    if let Some(batch) = builder.take()? {
        sink.append(table, &batch)?;
    }
    Ok(())
}

fn take(plan: &TablePlan, places: &Places, row: &Row, gather: &mut Gather<'_>, builder: &mut TableBuilder) {
    let mut values = Vec::with_capacity(plan.columns.len());
    match convert::row(plan, row, &mut values, &mut gather.tally)
        .and_then(|()| look(plan, places, row, &values, gather))
    {
        Ok(()) => {
            builder.push(&values);
            gather.accepted += 1;
        }
        Err(_) if is_totals(row) => gather.tally.hit(Code::TotalsRow, row.line),
        Err(refused) => gather.reject_cell(row.line, *refused),
    }
}

/// A line of totals under the table, as ad platforms and spreadsheets write it.
pub fn is_totals(row: &Row) -> bool {
    let first = row.cells.iter().find(|c| !c.trim_ascii().is_empty()).unwrap_or_default();
    let first = String::from_utf8_lossy(first).trim().to_lowercase();
    ["total", "grand total", "summe", "gesamt", "sum"].iter().any(|word| {
        first.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', 's', ' ', '-']))
    })
}

/// Checks across rows, and names and ranges for the report.
fn look(
    plan: &TablePlan,
    places: &Places,
    row: &Row,
    values: &[Value<'_>],
    gather: &mut Gather<'_>,
) -> Result<(), Box<Refused>> {
    let text = |at: Option<usize>| at.and_then(|i| values[i].text());
    let dataset = values.first().and_then(Value::text).unwrap_or(MAIN);
    if let Some(code) = text(places.currency) {
        gather.currency(dataset, code).map_err(|why| {
            let column = "currency".to_owned();
            Box::new(Refused { column, cell: code.to_owned(), why })
        })?;
    }
    gather.dataset(dataset);
    gather.key(row.line, places.keys.iter().map(|&i| &values[i]));
    match places.dated.map(|i| &values[i]) {
        Some(Value::Date(day)) => gather.day(*day),
        Some(Value::Time(us)) => gather.day(tandem_models::domain::period::Day(us.div_euclid(86_400_000_000) as i32)),
        _ => {}
    }
    text(places.channel).into_iter().for_each(|name| gather.channel(name));
    text(places.kpi).into_iter().for_each(|name| gather.kpi(name));
    text(places.geo).into_iter().for_each(|name| gather.geo(name));
    by_table(plan.table, row.line, values, gather);
    Ok(())
}

fn by_table(table: Table, line: u64, values: &[Value<'_>], gather: &mut Gather<'_>) {
    let at = |name: &str| table.columns().iter().position(|c| c.name == name).map(|i| &values[i]);
    let time = |name: &str| if let Some(Value::Time(us)) = at(name) { Some(*us) } else { None };
    match table {
        Table::Spend => {
            if let Some(Value::Money(n @ ..0)) = at("amount") {
                gather.tally.add(Code::Credit, line, *n, "");
            }
        }
        Table::Opportunities => {
            let won = at("status").and_then(Value::text) == Some("won");
            if won && time("closed_at").or(time("created_at")).is_some_and(|us| us > gather.now_us) {
                gather.tally.hit(Code::FutureWin, line);
            }
        }
        Table::StageEvents => {
            let (Some(us), Some(stage)) = (time("entered_at"), at("stage").and_then(Value::text)) else { return };
            if stage == "won" && us > gather.now_us {
                gather.tally.hit(Code::FutureWin, line);
            }
            let entity = ["opportunity_id", "contact_id", "account_id"]
                .into_iter()
                .find_map(|name| at(name).filter(|v| **v != Value::Null));
            if let Some(entity) = entity {
                gather.stages.enter(super::checks::hash_of(std::iter::once(entity)), stage, us);
            }
        }
        Table::FxRates => {
            if let Some(code) = at("currency").and_then(Value::text) {
                gather.currencies.rates.insert(code.to_owned());
            }
        }
        _ => {}
    }
}
