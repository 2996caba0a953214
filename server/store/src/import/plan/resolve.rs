//! From a mapping to a plan for one file: columns found, decimal marks and date styles read off a sample.

use csv::ByteRecord;
use jiff::tz::TimeZone;

use super::detect::Layout;
use super::mapping::{Field, FullField, Mapping, Rows, Wide};
use super::{Cell, Channel, Filled, From, Kpi, Plan, TablePlan, WidePlan};
use crate::import::report::Meaning;
use crate::import::trouble::{Code, Note, Why};
use crate::import::value::date::DateStyle;
use crate::import::value::is_blank;
use crate::import::value::money::{Places, cents};
use crate::import::value::number::{Evidence, Mark, real};
use crate::import::value::time::TimeStyle;
use crate::import::value::words::{currency, one_of};
use crate::schema::{Kind, Table};

/// What is known of the file when its columns are resolved.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Column names.
    pub header: &'a [String],
    /// The first rows.
    pub sample: &'a [ByteRecord],
    /// Whether numbers and dates come typed (sheets, Parquet) and so in one form only.
    pub typed: bool,
    /// Dataset that the import asked for.
    pub dataset: Option<&'a str>,
    /// Name of the file without folder and ending.
    pub stem: &'a str,
    /// Currency of wide tables that name none.
    pub currency: &'a str,
}

/// A plan and what to tell about it.
#[derive(Debug)]
pub struct Resolved {
    /// The plan.
    pub plan: Plan,
    /// Column by column, what it was understood as.
    pub meanings: Vec<Meaning>,
    /// Columns kept out.
    pub ignored: Vec<String>,
    /// Assumptions made.
    pub notes: Vec<Note>,
}

/// Resolves a layout for a file.
///
/// # Errors
/// Columns that are missing or occur twice, and decimal marks and dates that the sample leaves open.
pub fn resolve(layout: &Layout, known: Known<'_>) -> Result<Resolved, Why> {
    let mut resolver = Resolver { known, mark: None, meanings: Vec::new(), notes: Vec::new() };
    let plan = match &layout.mapping {
        Mapping::Table(rows) => resolver.table(rows, layout.name != "mapping").map(Plan::Table)?,
        Mapping::Wide(wide) => resolver.wide(wide).map(Plan::Wide)?,
    };
    let used = |h: &String| resolver.meanings.iter().any(|m| m.column.eq_ignore_ascii_case(h));
    let ignored: Vec<String> = known.header.iter().filter(|h| !h.is_empty() && !used(h)).cloned().collect();
    Ok(Resolved { plan, meanings: resolver.meanings, ignored, notes: resolver.notes })
}

struct Resolver<'a> {
    known: Known<'a>,
    /// Decimal mark of columns that do not say.
    mark: Option<Mark>,
    meanings: Vec<Meaning>,
    notes: Vec<Note>,
}

impl Resolver<'_> {
    fn table(&mut self, rows: &Rows, canonical: bool) -> Result<TablePlan, Why> {
        let names = |t: Table| t.columns().iter().map(|c| c.name).collect::<Vec<_>>().join(", ");
        let table = Table::by_name(&rows.table).ok_or_else(|| {
            let all: Vec<&str> = Table::ALL.iter().map(|t| t.name()).collect();
            Why::new(Code::Mapping, format!("no canonical table is called `{}`", rows.table), all.join(", "))
        })?;
        if let Some(name) = rows.columns.keys().find(|n| !table.columns().iter().any(|c| c.name == n.as_str())) {
            let reason = format!("`{table}` has no column `{name}`");
            return Err(Why::new(Code::Mapping, reason, format!("columns {}", names(table))));
        }
        let numeric = table.columns().iter().filter(|c| matches!(c.kind, Kind::Money | Kind::Number | Kind::Int));
        let fields: Vec<&Field> = numeric.filter_map(|c| rows.columns.get(c.name)).collect();
        self.mark = Some(self.common_mark(&fields, rows.decimal.as_deref(), canonical)?);
        let mut columns = Vec::new();
        for column in table.columns() {
            let from = match (rows.columns.get(column.name), column.name) {
                (Some(field), _) => self.origin(field, column.kind, &format!("{table}.{}", column.name))?,
                (None, "dataset") => match rows.dataset.as_deref().or(self.known.dataset) {
                    Some(name) => From::Value(name.to_owned()),
                    None => From::Absent,
                },
                (None, "currency") => {
                    let of_amount = rows.columns.values().find_map(|f| f.full().currency);
                    match rows.currency.clone().or(of_amount) {
                        Some(code) => From::Value(currency(&code)?.to_owned()),
                        None => From::Absent,
                    }
                }
                (None, name) if column.key && column.required && !canonical && name.ends_with("_id") => {
                    let text = format!("`{name}` is not mapped: it is derived from the other columns of the row");
                    self.note(Code::Mapping, text);
                    From::Derived
                }
                (None, "account_id") if column.required && rows.columns.contains_key("contact_id") => {
                    let text = "`account_id` is not mapped: each contact counts as its own account";
                    self.note(Code::Mapping, text.into());
                    self.origin(&rows.columns["contact_id"], column.kind, &format!("{table}.account_id"))?
                }
                (None, name) if column.required => {
                    let reason = format!("`{table}` needs a column `{name}`, which the file lacks");
                    return Err(Why::new(Code::MissingColumn, reason, format!("columns {}", names(table))));
                }
                (None, _) => From::Absent,
            };
            columns.push(Filled { column, from });
        }
        let places = if canonical { Places::Refuse } else { Places::Round };
        Ok(TablePlan { table, columns, places })
    }

    fn origin(&mut self, field: &Field, kind: Kind, meaning: &str) -> Result<From, Why> {
        let full = field.full();
        match (&full.from, &full.value) {
            (Some(_), None) => self.cell(&full, matches!(kind, Kind::Date | Kind::Time), meaning).map(From::Cell),
            (None, Some(toml::Value::String(text))) => Ok(From::Value(text.clone())),
            (None, Some(value)) => Ok(From::Value(value.to_string())),
            _ => {
                let reason = format!("the mapping of {meaning} has neither or both of `from` and `value`");
                Err(Why::new(Code::Mapping, reason, "one of them: a source column, or a value for every row"))
            }
        }
    }

    fn wide(&mut self, wide: &Wide) -> Result<WidePlan, Why> {
        let needs = |what: &str| {
            let reason = format!("the mapping of a wide table has no `{what}`");
            Why::new(Code::Mapping, reason, "date = \"<column>\", and at least one [kpi], [[channel]] or controls")
        };
        let date = wide.date.as_ref().ok_or_else(|| needs("date"))?;
        if wide.kpi.is_none() && wide.channel.is_empty() && wide.organic.is_empty() && wide.controls.is_empty() {
            return Err(needs("kpi"));
        }
        let mut numeric: Vec<&Field> = wide.controls.iter().chain(&wide.population).collect();
        numeric.extend(wide.kpi.iter().flat_map(|k| std::iter::once(&k.column).chain(&k.value_per_unit)));
        numeric.extend(wide.channel.iter().flat_map(|c| std::iter::once(&c.spend).chain(&c.exposure)));
        numeric.extend(wide.organic.iter().map(|o| &o.exposure));
        self.mark = Some(self.common_mark(&numeric, wide.decimal.as_deref(), false)?);

        let date = self.cell(&date.full(), true, "the period")?;
        let geo = wide.geo.as_ref().map(|f| self.cell(&f.full(), false, "the geo")).transpose()?;
        let population =
            wide.population.as_ref().map(|f| self.cell(&f.full(), false, "people in the geo")).transpose()?;
        let kpi = wide.kpi.as_ref().map(|k| {
            let unit = one_of(k.kind.as_deref().unwrap_or("revenue"), &["revenue", "count"])?;
            let cell = self.cell(&k.column.full(), false, &format!("KPI `{}` ({unit})", k.name))?;
            let per_unit = format!("revenue of one of KPI `{}`", k.name);
            let value_per_unit =
                k.value_per_unit.as_ref().map(|f| self.cell(&f.full(), false, &per_unit)).transpose()?;
            Ok(Kpi { name: k.name.clone(), unit, cell, value_per_unit })
        });
        let kpi = kpi.transpose()?;
        let mut channels = Vec::new();
        for c in &wide.channel {
            let spend = self.cell(&c.spend.full(), false, &format!("spend of channel `{}`", c.name))?;
            let exposure = format!("exposure of channel `{}`", c.name);
            let exposure = c.exposure.as_ref().map(|f| self.cell(&f.full(), false, &exposure)).transpose()?;
            let fine = exposure.is_none() && self.too_fine_for_cents(&spend);
            channels.push(Channel { name: c.name.clone(), spend, exposure, fine });
        }
        let mut organic = Vec::new();
        for o in &wide.organic {
            let meaning = format!("exposure of organic channel `{}`", o.name);
            organic.push((o.name.clone(), self.cell(&o.exposure.full(), false, &meaning)?));
        }
        let (mut controls, mut levels) = (Vec::new(), Vec::new());
        for name in &wide.levels {
            let full = FullField { from: Some(name.clone()), ..FullField::default() };
            levels.push(self.cell(&full, false, "one control for each word in it")?);
        }
        for field in &wide.controls {
            let cell = self.cell(&field.full(), false, "control")?;
            let words = |c: &&str| !is_blank(c) && real(c, cell.mark).is_err_and(|w| w.code == Code::NotANumber);
            if self.cells(cell.index).any(|c| words(&c)) && !self.cells(cell.index).any(|c| real(c, cell.mark).is_ok())
            {
                levels.push(cell);
            } else {
                controls.push((cell.name.clone(), cell));
            }
        }
        unique(channels.iter().map(|c| &c.name).chain(organic.iter().map(|o| &o.0)))?;
        let amounts = wide.channel.iter().find_map(|c| c.spend.full().currency);
        let code = match wide.currency.as_deref().or(amounts.as_deref()) {
            Some(code) => currency(code)?,
            None => {
                let code = currency(self.known.currency)?;
                self.note(Code::CurrencyAssumed, format!("no currency is named: amounts are taken as {code}"));
                code
            }
        };
        let dataset = self.known.dataset.map(str::to_owned).or_else(|| wide.dataset.clone());
        let dataset = dataset.unwrap_or_else(|| slug(self.known.stem));
        Ok(WidePlan {
            dataset,
            date,
            geo,
            population,
            kpi,
            channels,
            organic,
            controls,
            levels,
            currency: code.to_owned(),
        })
    }

    /// The source column of a field, with its style read off the sample.
    fn cell(&mut self, field: &FullField, dated: bool, meaning: &str) -> Result<Cell, Why> {
        let name = field.from.as_deref().unwrap_or_default();
        let index = self.index(name)?;
        let date = match (&field.format, dated) {
            (Some(format), _) => DateStyle::Custom(format.clone()),
            (None, true) => DateStyle::of(self.cells(index)).map_err(|mut why| {
                why.reason = format!("column `{name}`: {}", why.reason);
                why
            })?,
            _ => DateStyle::Iso,
        };
        let mark = match field.decimal.as_deref() {
            Some(text) => mark_named(text)?,
            None => self.mark.unwrap_or(Mark::Point),
        };
        let zone = field.timezone.as_deref().map(zone_named).transpose()?;
        let name = self.known.header[index].clone();
        self.meanings.push(Meaning { column: name.clone(), meaning: meaning.to_owned() });
        Ok(Cell { index, name, mark, time: TimeStyle { date, zone } })
    }

    fn index(&self, name: &str) -> Result<usize, Why> {
        let header = self.known.header;
        let exact: Vec<usize> = (0..header.len()).filter(|&i| header[i] == name).collect();
        let found = if exact.is_empty() {
            (0..header.len()).filter(|&i| header[i].eq_ignore_ascii_case(name)).collect()
        } else {
            exact
        };
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let names: Vec<&str> = header.iter().take(20).map(String::as_str).collect();
                let reason = format!("the file has no column `{name}`");
                Err(Why::new(Code::MissingColumn, reason, format!("one of its columns: {}", names.join(", "))))
            }
            many => {
                let places: Vec<String> = many.iter().map(|i| (i + 1).to_string()).collect();
                let reason =
                    format!("column `{name}` occurs {} times, as columns {}", many.len(), places.join(" and "));
                Err(Why::new(Code::DuplicateHeader, reason, "each needed column once; rename or remove the others"))
            }
        }
    }

    fn cells(&self, index: usize) -> impl Iterator<Item = &str> {
        self.known.sample.iter().filter_map(move |row| std::str::from_utf8(row.get(index)?).ok()).map(str::trim)
    }

    /// The decimal mark of all columns that do not name their own.
    fn common_mark(&self, fields: &[&Field], given: Option<&str>, canonical: bool) -> Result<Mark, Why> {
        if let Some(text) = given {
            return mark_named(text);
        }
        if self.known.typed {
            return Ok(Mark::Point);
        }
        let (mut points, mut commas, mut open) = (0usize, 0usize, None);
        for field in fields.iter().map(|f| f.full()).filter(|f| f.decimal.is_none()) {
            let Some(index) = field.from.as_deref().map(|n| self.index(n)).transpose()? else { continue };
            for cell in self.cells(index) {
                match Evidence::of(cell) {
                    Evidence::Point => points += 1,
                    Evidence::Comma => commas += 1,
                    Evidence::Either => open = open.or(Some((index, cell.to_owned()))),
                    Evidence::None => {}
                }
            }
        }
        match (points, commas, open) {
            // Canonical files promise the point.
            (0, 0, Some((index, cell))) if !canonical => Err(Why::new(
                Code::AmbiguousDecimal,
                format!(
                    "column `{}`: `{cell}` can be thousands or decimals, and no other number tells",
                    self.known.header[index]
                ),
                "a mapping with decimal = \".\" or decimal = \",\"",
            )),
            (p, c, _) if c > p => Ok(Mark::Comma),
            _ => Ok(Mark::Point),
        }
    }

    /// Whether rounding to cents would change the series by more than a thousandth.
    fn too_fine_for_cents(&self, cell: &Cell) -> bool {
        let (mut total, mut lost) = (0.0, 0.0);
        for text in self.cells(cell.index) {
            if let (Ok(x), Ok((c, _))) = (real(text, cell.mark), cents(text, cell.mark, Places::Round)) {
                total += x.abs();
                lost += (x - c as f64 / 100.0).abs();
            }
        }
        lost > total / 1_000.0
    }

    fn note(&mut self, code: Code, text: String) {
        self.notes.push(Note { code, count: 1, lines: Vec::new(), text });
    }
}

fn mark_named(text: &str) -> Result<Mark, Why> {
    match text {
        "." => Ok(Mark::Point),
        "," => Ok(Mark::Comma),
        _ => Err(Why::new(Code::Mapping, format!("decimal = \"{text}\""), "decimal = \".\" or decimal = \",\"")),
    }
}

fn zone_named(text: &str) -> Result<TimeZone, Why> {
    TimeZone::get(text).or_else(|_| TimeZone::posix(text)).map_err(|_| {
        let accepted = "a name such as Europe/Berlin (where this machine has the time zone database), or a POSIX rule such as CET-1CEST,M3.5.0,M10.5.0/3";
        Why::new(Code::Mapping, format!("timezone `{text}` is not known here"), accepted)
    })
}

fn unique<'n>(names: impl Iterator<Item = &'n String>) -> Result<(), Why> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if name.trim().is_empty() || !seen.insert(name) {
            let reason = format!("the channel name `{name}` is empty or used twice");
            return Err(Why::new(Code::Mapping, reason, "a name of its own for each paid and organic channel"));
        }
    }
    Ok(())
}

/// A dataset name from a file's: lower case, with `_` for what is not a letter or digit.
#[must_use]
pub fn slug(stem: &str) -> String {
    let mut out = String::new();
    for c in stem.chars().take(100) {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => out.push(c),
            _ if out.is_empty() || out.ends_with('_') => {}
            _ => out.push('_'),
        }
    }
    let out = out.trim_end_matches('_');
    if out.is_empty() { "dataset".into() } else { out.into() }
}
