//! Runs a file through the plan of a wide table: each row becomes rows of `spend`, `outcomes`, `controls` and `geos`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use tandem_models::domain::period::Day;

use super::build::{TableBuilder, Value};
use super::convert::{Refused, empty, text_of};
use super::gather::{Failure, Gather, Sink};
use super::plan::{Cell, WidePlan};
use super::read::{Row, Rows, Step};
use super::table_rows::is_totals;
use super::trouble::{Code, Note, Why};
use super::value::date::day;
use super::value::is_blank;
use super::value::money::{Places, cents};
use super::value::number::real;
use crate::schema::{NATIONAL, Table};

/// Words of one column that become controls, at most.
const LEVELS: usize = 100;

/// The tables being built and what only the end can tell.
struct Wide<'p> {
    plan: &'p WidePlan,
    spend: TableBuilder,
    outcomes: TableBuilder,
    controls: TableBuilder,
    geos: BTreeMap<String, f64>,
    grid: BTreeSet<(Day, String)>,
    levels: BTreeMap<String, BTreeSet<(Day, String)>>,
}

/// Reads all rows.
///
/// # Errors
/// What stops the whole file: the file system, a cap, the lake.
pub fn run(
    plan: &WidePlan,
    rows: &mut dyn Rows,
    gather: &mut Gather<'_>,
    sink: &mut dyn Sink,
    progress: &mut dyn FnMut(u64, u64, u64),
) -> Result<Vec<Note>, Failure> {
    let mut wide = Wide {
        plan,
        spend: TableBuilder::new(Table::Spend),
        outcomes: TableBuilder::new(Table::Outcomes),
        controls: TableBuilder::new(Table::Controls),
        geos: BTreeMap::new(),
        grid: BTreeSet::new(),
        levels: BTreeMap::new(),
    };
    gather.dataset(&plan.dataset);
    gather.currency(&plan.dataset, &plan.currency)?;
    let mut row = Row::default();
    loop {
        match rows.next(&mut row)? {
            Step::End => break,
            Step::Bad(why) => {
                gather.read += 1;
                gather.reject_row(row.line, why);
            }
            Step::Row => {
                gather.read += 1;
                match wide.take(&row, gather) {
                    Ok(()) => gather.accepted += 1,
                    Err(_) if is_totals(&row) => gather.tally.hit(Code::TotalsRow, row.line),
                    Err(refused) => gather.reject_cell(row.line, *refused),
                }
            }
        }
        if gather.read.is_multiple_of(512) {
            progress(rows.position(), gather.read, gather.rejects.count());
            wide.flush(sink, false)?;
        }
    }
    let notes = wide.finish(gather);
    wide.flush(sink, true)?;
    progress(rows.position(), gather.read, gather.rejects.count());
    Ok(notes)
}

fn text(value: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(value))
}

/// Reads a cell with `parse`, or says which cell is refused. `blank` stands for an empty one.
fn read<T>(
    row: &Row,
    cell: &Cell,
    blank: Option<T>,
    parse: impl FnOnce(&str) -> Result<T, Why>,
) -> Result<(T, bool), Box<Refused>> {
    let found = text_of(row, cell)?;
    let refused = |why| Box::new(Refused { column: cell.name.clone(), cell: found.to_owned(), why });
    match blank {
        Some(value) if is_blank(found) => Ok((value, true)),
        _ if is_blank(found) => Err(refused(empty(&cell.name, "a value in every row"))),
        _ => parse(found).map(|v| (v, false)).map_err(refused),
    }
}

impl<'p> Wide<'p> {
    fn take(&mut self, row: &Row, gather: &mut Gather<'_>) -> Result<(), Box<Refused>> {
        let plan = self.plan;
        let number = |cell: &Cell| read(row, cell, None, |t| real(t, cell.mark)).map(|x| x.0);
        // All cells first, so that a row goes in whole or not at all.
        let (date, _) = read(row, &plan.date, None, |t| day(t, &plan.date.time.date))?;
        let geo = match &plan.geo {
            Some(cell) => read(row, cell, None, |t| Ok(t.to_owned()))?.0,
            None => NATIONAL.to_owned(),
        };
        let population =
            plan.population.as_ref().map(|c| read(row, c, None, |t| positive(t, c)).map(|x| x.0)).transpose()?;
        let mut zeros: Vec<&str> = Vec::new();
        let mut spends = Vec::with_capacity(plan.channels.len());
        for channel in &plan.channels {
            let cell = &channel.spend;
            let ((amount, rounded), blank) = read(row, cell, Some((0, false)), |t| cents(t, cell.mark, Places::Round))?;
            let exposure = match (&channel.exposure, channel.fine) {
                (Some(c), _) => Some(read(row, c, Some(0.0), |t| real(t, c.mark))?),
                (None, true) => Some(read(row, cell, Some(0.0), |t| real(t, cell.mark))?),
                (None, false) => None,
            };
            zeros.extend(blank.then_some(cell.name.as_str()));
            if exposure.is_some_and(|e| e.1) && channel.exposure.is_some() {
                zeros.extend(channel.exposure.as_ref().map(|c| c.name.as_str()));
            }
            spends.push((amount, rounded, exposure.map(|e| e.0)));
        }
        let mut organic = Vec::with_capacity(plan.organic.len());
        for (_, cell) in &plan.organic {
            let (value, blank) = read(row, cell, Some(0.0), |t| real(t, cell.mark))?;
            zeros.extend(blank.then_some(cell.name.as_str()));
            organic.push(value);
        }
        let controls = plan.controls.iter().map(|(_, cell)| number(cell)).collect::<Result<Vec<_>, _>>()?;
        let outcome = match &plan.kpi {
            Some(kpi) => Some((number(&kpi.cell)?, kpi.value_per_unit.as_ref().map(number).transpose()?)),
            None => None,
        };
        let words = plan.levels.iter().map(|cell| text_of(row, cell)).collect::<Result<Vec<_>, _>>()?;

        gather.day(date);
        gather.geo(&geo);
        let place = (date, geo);
        if !self.grid.insert(place.clone()) {
            gather.tally.add(Code::DuplicateKey, row.line, 0, &format!("{} / {}", place.0, place.1));
        }
        zeros.iter().for_each(|name| gather.tally.add(Code::EmptyCell, row.line, 0, name));
        let (dataset, currency) = (plan.dataset.as_str(), plan.currency.as_str());
        let spend_row = |channel, amount, code, exposure: Option<f64>| {
            let exposure = exposure.map_or(Value::Null, Value::Number);
            [text(dataset), Value::Date(date), text(channel), text(""), text(&place.1), Value::Money(amount), code]
                .into_iter()
                .chain([Value::Null, Value::Null, exposure])
                .collect::<Vec<_>>()
        };
        for (channel, (amount, rounded, exposure)) in plan.channels.iter().zip(spends) {
            if amount < 0 {
                gather.tally.add(Code::Credit, row.line, amount, "");
            }
            if rounded {
                gather.tally.hit(Code::Rounded, row.line);
            }
            self.spend.push(&spend_row(&channel.name, amount, text(currency), exposure));
            gather.channel(&channel.name);
        }
        for ((name, _), exposure) in plan.organic.iter().zip(organic) {
            self.spend.push(&spend_row(name, 0, text(currency), Some(exposure)));
            gather.channel(name);
        }
        for ((name, _), value) in plan.controls.iter().zip(controls) {
            self.controls.push(&[text(dataset), Value::Date(date), text(name), text(&place.1), Value::Number(value)]);
        }
        if let (Some(kpi), Some((value, per_unit))) = (&plan.kpi, outcome) {
            let per_unit = per_unit.map_or(Value::Null, Value::Number);
            let (name, geo, unit, code) = (text(&kpi.name), text(&place.1), text(kpi.unit), text(currency));
            self.outcomes.push(&[
                text(dataset),
                Value::Date(date),
                name,
                geo,
                Value::Number(value),
                unit,
                per_unit,
                code,
            ]);
            gather.kpi(&kpi.name);
        }
        if let Some(people) = population {
            self.geos.insert(place.1.clone(), people);
        }
        for word in words.into_iter().filter(|w| !is_blank(w) && *w != "0") {
            if self.levels.len() < LEVELS || self.levels.contains_key(word) {
                self.levels.entry(word.to_owned()).or_default().insert(place.clone());
            }
        }
        Ok(())
    }

    /// Adds what is known at the end only: one control for each word, and the geos.
    fn finish(&mut self, gather: &mut Gather<'_>) -> Vec<Note> {
        let dataset = self.plan.dataset.as_str();
        let mut notes = Vec::new();
        for (word, met) in &self.levels {
            for place in &self.grid {
                let value = Value::Number(f64::from(u8::from(met.contains(place))));
                self.controls.push(&[text(dataset), Value::Date(place.0), text(word), text(&place.1), value]);
            }
        }
        let note = |code, count: usize, text| Note { code, count: count as u64, lines: Vec::new(), text };
        if !self.levels.is_empty() {
            let words: Vec<&str> = self.levels.keys().map(String::as_str).collect();
            let names: Vec<&str> = self.plan.levels.iter().map(|c| c.name.as_str()).collect();
            let text =
                format!("the words in `{}` became controls of 0 and 1: {}", names.join("`, `"), words.join(", "));
            notes.push(note(Code::LevelsToControls, words.len(), text));
        }
        if !self.plan.organic.is_empty() {
            let names: Vec<&str> = self.plan.organic.iter().map(|o| o.0.as_str()).collect();
            let text = format!("exposure without spend is read as organic: {}", names.join(", "));
            notes.push(note(Code::OrganicChannel, names.len(), text));
        }
        let fine: Vec<&str> = self.plan.channels.iter().filter(|c| c.fine).map(|c| c.name.as_str()).collect();
        if !fine.is_empty() {
            let text = format!(
                "the spend of {} is so small that cents are coarse: amounts are kept to the cent, and the unrounded figures as exposure",
                fine.join(", ")
            );
            notes.push(note(Code::FineSpend, fine.len(), text));
        }
        notes.extend(missing_periods(&self.grid));
        self.grid.iter().for_each(|(d, _)| gather.day(*d));
        notes
    }

    fn flush(&mut self, sink: &mut dyn Sink, last: bool) -> Result<(), Failure> {
        let builders = [
            (Table::Spend, &mut self.spend),
            (Table::Outcomes, &mut self.outcomes),
            (Table::Controls, &mut self.controls),
        ];
        for (table, builder) in builders {
            let full = if last || builder.is_full() { builder.take()? } else { None };
            if let Some(batch) = full {
                sink.append(table, &batch)?;
            }
        }
        if last {
            let mut geos = TableBuilder::new(Table::Geos);
            self.geos.iter().for_each(|(g, n)| geos.push(&[text(&self.plan.dataset), text(g), Value::Number(*n)]));
            if let Some(batch) = geos.take()? {
                sink.append(Table::Geos, &batch)?;
            }
        }
        Ok(())
    }
}

fn positive(cell: &str, at: &Cell) -> Result<f64, Why> {
    let x = real(cell, at.mark)?;
    if x > 0.0 {
        Ok(x)
    } else {
        Err(Why::new(Code::OutOfRange, format!("`{cell}` is not above 0"), "a number above 0"))
    }
}

/// Periods that the usual step between dates would have, and that no row has.
fn missing_periods(grid: &BTreeSet<(Day, String)>) -> Option<Note> {
    let days: Vec<Day> = grid.iter().map(|(d, _)| *d).collect::<BTreeSet<_>>().into_iter().collect();
    let mut steps = BTreeMap::new();
    days.windows(2).for_each(|w| *steps.entry(w[1].0 - w[0].0).or_insert(0u32) += 1);
    let (&step, _) = steps.iter().max_by_key(|(step, n)| (**n, -**step))?;
    // Months have no one step; their gaps show in the panel.
    if step > 14 {
        return None;
    }
    let missing: Vec<Day> = days
        .windows(2)
        .flat_map(|w| (1..).map(move |i| Day(w[0].0 + i * step)).take_while(move |d| d.0 < w[1].0))
        .collect();
    let first: Vec<String> = missing.iter().take(5).map(Day::to_string).collect();
    (!missing.is_empty()).then(|| Note {
        code: Code::MissingPeriods,
        count: missing.len() as u64,
        lines: Vec::new(),
        text: format!("{} periods of {step} days have no row (first: {})", missing.len(), first.join(", ")),
    })
}
