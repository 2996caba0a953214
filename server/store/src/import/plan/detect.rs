//! Which layout a header is: a canonical table, Robyn, Meridian, or nothing known.

use std::collections::BTreeMap;

use super::mapping::{Field, Mapping, Rows};
use super::wide_layouts::{meridian, robyn};
use crate::import::trouble::{Code, Why};
use crate::schema::Table;

/// A layout given on the command line or in a request, instead of looking at the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// Robyn's wide table.
    Robyn,
    /// Meridian's wide table, national or geo.
    Meridian,
    /// A canonical table.
    Canonical(Table),
}

impl std::str::FromStr for As {
    type Err = Why;

    fn from_str(text: &str) -> Result<Self, Why> {
        let wrong = || {
            let tables: Vec<&str> = Table::ALL.iter().map(|t| t.name()).collect();
            let accepted = format!("robyn, meridian, or canonical: and one of {}", tables.join(", "));
            Why::new(Code::UnknownLayout, format!("no layout is called `{text}`"), accepted)
        };
        match text {
            "robyn" => Ok(Self::Robyn),
            "meridian" => Ok(Self::Meridian),
            _ => text.strip_prefix("canonical:").and_then(Table::by_name).map(Self::Canonical).ok_or_else(wrong),
        }
    }
}

/// A layout: its name as reports show it, and the mapping it amounts to.
#[derive(Debug, Clone)]
pub struct Layout {
    /// `robyn`, `meridian`, `canonical:<table>` or `mapping`.
    pub name: String,
    /// What it means.
    pub mapping: Mapping,
}

/// Finds the layout of a header; `None` where it is not known.
#[must_use]
pub fn recognise(header: &[String]) -> Option<Layout> {
    let has = |name: &str| header.iter().any(|h| h.eq_ignore_ascii_case(name));
    let known = |t: &Table| t.columns().iter().filter(|c| has(c.name)).count();
    let table = Table::ALL
        .iter()
        .filter(|t| t.columns().iter().all(|c| !c.required || has(c.name)))
        // An id alone among strangers says little: `account_id` occurs in many files that are no list of accounts.
        .filter(|t| known(t) >= 2 || header.len() == 1)
        // Of two tables that fit, the one with more required columns says more about the file.
        .max_by_key(|t| (t.columns().iter().filter(|c| c.required).count(), known(t)));
    // `geos` fits any wide table with a population: wide layouts go first where they have spend.
    if let Some(layout) = wide(header).filter(|_| table.is_none_or(|t| *t == Table::Geos)) {
        return Some(layout);
    }
    table.map(|t| canonical(*t, header))
}

fn wide(header: &[String]) -> Option<Layout> {
    let found = robyn(header).map(|w| ("robyn", w)).or_else(|| meridian(header).map(|w| ("meridian", w)));
    found.map(|(name, w)| Layout { name: name.into(), mapping: Mapping::Wide(w) })
}

/// The layout that was asked for.
///
/// # Errors
/// Where the header lacks what that layout needs.
pub fn as_given(given: As, header: &[String]) -> Result<Layout, Why> {
    let missing = |needs: &str| {
        Why::new(Code::MissingColumn, format!("the header lacks {needs}"), format!("a header with {needs}"))
    };
    let (name, found, needs) = match given {
        As::Robyn => ("robyn", robyn(header), "a `DATE` column and at least one `<channel>_S` column"),
        As::Meridian => ("meridian", meridian(header), "a `time` column and at least one `<channel>_spend` column"),
        As::Canonical(table) => return Ok(canonical(table, header)),
    };
    found.map(|w| Layout { name: name.into(), mapping: Mapping::Wide(w) }).ok_or_else(|| missing(needs))
}

fn canonical(table: Table, header: &[String]) -> Layout {
    let columns: BTreeMap<String, Field> = table
        .columns()
        .iter()
        .filter_map(|c| {
            let source = header.iter().find(|h| h.eq_ignore_ascii_case(c.name))?;
            Some((c.name.to_owned(), Field::Name(source.clone())))
        })
        .collect();
    let rows = Rows { table: table.name().into(), dataset: None, decimal: None, currency: None, columns };
    Layout { name: format!("canonical:{table}"), mapping: Mapping::Table(rows) }
}

/// The message for a header of no known layout: what was found, and the nearest canonical table.
#[must_use]
pub fn unknown(header: &[String]) -> Why {
    let has = |name: &str| header.iter().any(|h| h.eq_ignore_ascii_case(name));
    let nearest = Table::ALL
        .iter()
        .map(|t| {
            let required: Vec<&str> = t.columns().iter().filter(|c| c.required).map(|c| c.name).collect();
            let missing: Vec<&str> = required.iter().copied().filter(|n| !has(n)).collect();
            (t, required.len() - missing.len(), missing)
        })
        .filter(|(_, found, missing)| *found >= 2 && *found > missing.len())
        .max_by_key(|(_, found, missing)| (*found, usize::MAX - missing.len()));
    let shown: Vec<&str> = header.iter().take(12).map(String::as_str).collect();
    let more = if header.len() > 12 { format!(" and {} more", header.len() - 12) } else { String::new() };
    let hint = nearest.map_or(String::new(), |(t, _, missing)| {
        format!("; the nearest is canonical `{t}`, which also needs {}", missing.join(", "))
    });
    let reason = format!("the columns ({}{more}) are of no known layout{hint}", shown.join(", "));
    Why::new(Code::UnknownLayout, reason, "a mapping file (--mapping FILE.toml, see docs/formats.md), or --as LAYOUT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(header: &str) -> Option<String> {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        recognise(&header).map(|l| l.name)
    }

    #[test]
    fn every_canonical_table_is_known_by_its_required_and_by_all_its_columns() {
        for table in Table::ALL {
            let all: Vec<&str> = table.columns().iter().map(|c| c.name).collect();
            assert_eq!(name(&all.join(",")), Some(format!("canonical:{table}")));
            let required: Vec<&str> = table.columns().iter().filter(|c| c.required).map(|c| c.name).collect();
            assert_eq!(name(&required.join(",")), Some(format!("canonical:{table}")));
        }
    }

    #[test]
    fn a_header_of_nothing_known_names_the_nearest_table() {
        assert_eq!(name("date_week,y,x1,x2"), None);
        let header: Vec<String> = ["touch_id", "contact_id", "channel", "when"].map(str::to_owned).to_vec();
        let why = unknown(&header);
        assert!(why.reason.contains("`touches`") && why.reason.contains("touched_at"), "{}", why.reason);
        assert!("canonical:nothing".parse::<As>().is_err());
        assert_eq!("canonical:spend".parse(), Ok(As::Canonical(Table::Spend)));
    }
}
