//! The mapping file: TOML that says which source column is which canonical column.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::import::trouble::{Code, Why};

/// A mapping file.
#[derive(Debug, Clone)]
pub enum Mapping {
    /// `kind = "wide"`
    Wide(Wide),
    /// `kind = "table"`
    Table(Rows),
}

/// One row a period (and geo), columns for spend, KPI and controls.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wide {
    /// Name of the dataset; the file's name where absent.
    pub dataset: Option<String>,
    /// The date column.
    pub date: Option<Field>,
    /// The geo column.
    pub geo: Option<Field>,
    /// The population column.
    pub population: Option<Field>,
    /// Columns of controls.
    #[serde(default)]
    pub controls: Vec<Field>,
    /// Currency of all amounts.
    pub currency: Option<String>,
    /// Decimal mark of all numbers, `.` or `,`.
    pub decimal: Option<String>,
    /// The outcome.
    pub kpi: Option<KpiField>,
    /// Paid channels.
    #[serde(default)]
    pub channel: Vec<ChannelField>,
    /// Channels with exposure only.
    #[serde(default)]
    pub organic: Vec<OrganicField>,
    /// Columns of words, each word a control of its own; only layouts set it.
    #[serde(skip)]
    pub levels: Vec<String>,
}

/// One row a record of one canonical table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The canonical table.
    pub table: String,
    /// Dataset of all rows.
    pub dataset: Option<String>,
    /// Decimal mark of all numbers, `.` or `,`.
    pub decimal: Option<String>,
    /// Currency of all amounts.
    pub currency: Option<String>,
    /// Canonical column -> where it comes from.
    pub columns: BTreeMap<String, Field>,
}

/// Where a column comes from: a name, or a table with more to say.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Field {
    /// The source column.
    Name(String),
    /// The source column and how it is written, or a fixed value.
    Full(FullField),
}

/// The long form of [`Field`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullField {
    /// The source column.
    pub from: Option<String>,
    /// strftime format of dates and times.
    pub format: Option<String>,
    /// A value for every row, instead of a source column.
    pub value: Option<toml::Value>,
    /// `.` or `,`
    pub decimal: Option<String>,
    /// Currency of this amount.
    pub currency: Option<String>,
    /// Time zone of times without an offset, for example `Europe/Berlin`.
    pub timezone: Option<String>,
}

/// `[kpi]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KpiField {
    /// Name of the KPI.
    pub name: String,
    /// Its column.
    pub column: Field,
    /// `revenue` (default) or `count`.
    pub kind: Option<String>,
    /// Column of the revenue of one unit.
    pub value_per_unit: Option<Field>,
}

/// `[[channel]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelField {
    /// Name of the channel.
    pub name: String,
    /// Column of its spend.
    pub spend: Field,
    /// Column of its exposure.
    pub exposure: Option<Field>,
}

/// `[[organic]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganicField {
    /// Name of the channel.
    pub name: String,
    /// Column of its exposure.
    pub exposure: Field,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// The line and the key at fault, and which keys there are.
    pub fn parse(text: &str) -> Result<Self, Why> {
        let wrong = |e: toml::de::Error| {
            // The span of a key that nobody knows is that of the whole table, so such a key is looked up.
            let key = e.message().strip_prefix("unknown field `").and_then(|m| m.split('`').next());
            let at_key = key.and_then(|k| text.lines().position(|l| l.trim_start().starts_with(k)));
            let at_span = || e.span().map(|s| text.get(..s.start).unwrap_or(text).matches('\n').count());
            let line = at_key.or_else(at_span).map_or(String::new(), |n| format!(" in line {}", n + 1));
            let reason = format!("the mapping file is wrong{line}: {}", e.message());
            Why::new(Code::Mapping, reason, "a mapping as in docs/formats.md")
        };
        #[derive(Deserialize)]
        struct Kind {
            kind: Option<String>,
        }
        let kind: Kind = toml::from_str(text).map_err(wrong)?;
        // The key was read; blank it out in place, so that line numbers stay.
        let rest: String = text
            .split_inclusive('\n')
            .scan(false, |in_table, line| {
                *in_table |= line.trim_start().starts_with('[');
                let is_kind = !*in_table
                    && line.trim_start().strip_prefix("kind").is_some_and(|l| l.trim_start().starts_with('='));
                Some(if is_kind { "\n" } else { line })
            })
            .collect();
        match kind.kind.as_deref() {
            Some("wide") => toml::from_str(&rest).map(Self::Wide).map_err(wrong),
            Some("table") => toml::from_str(&rest).map(Self::Table).map_err(wrong),
            other => {
                let found = other.map_or("nothing".into(), |k| format!("`{k}`"));
                let reason = format!("the mapping file's `kind` is {found}");
                Err(Why::new(Code::Mapping, reason, "kind = \"wide\" or kind = \"table\""))
            }
        }
    }

    /// Names of the source columns that the mapping reads.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        match self {
            Self::Table(rows) => out.extend(rows.columns.values().filter_map(Field::source)),
            Self::Wide(w) => {
                let single = [&w.date, &w.geo, &w.population].into_iter().flatten();
                out.extend(single.chain(&w.controls).filter_map(Field::source));
                if let Some(kpi) = &w.kpi {
                    out.extend(
                        kpi.column.source().into_iter().chain(kpi.value_per_unit.iter().filter_map(Field::source)),
                    );
                }
                for channel in &w.channel {
                    out.extend(
                        channel.spend.source().into_iter().chain(channel.exposure.iter().filter_map(Field::source)),
                    );
                }
                out.extend(w.organic.iter().filter_map(|o| o.exposure.source()));
                out.extend(w.levels.iter().map(String::as_str));
            }
        }
        out
    }
}

impl Field {
    /// The source column, if there is one.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Full(full) => full.from.as_deref(),
        }
    }

    /// The long form.
    #[must_use]
    pub fn full(&self) -> FullField {
        match self {
            Self::Name(name) => FullField { from: Some(name.clone()), ..FullField::default() },
            Self::Full(full) => full.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_read_in_both_kinds() {
        let wide = Mapping::parse(
            "kind = \"wide\"\ndate = { from = \"week\", format = \"%d/%m/%Y\" }\n[kpi]\nname = \"revenue\"\ncolumn = \"y\"\nkind = \"count\"\n",
        );
        assert!(
            matches!(&wide, Ok(Mapping::Wide(w)) if w.kpi.as_ref().is_some_and(|k| k.kind.as_deref() == Some("count"))),
            "{wide:?}"
        );
        let table = "kind = \"table\"\ntable = \"stage_events\"\n[columns]\ncontact_id = \"mql_id\"\nstage = { value = \"mql\" }\n";
        assert_eq!(Mapping::parse(table).map(|m| m.sources().join(",")), Ok("mql_id".into()));
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let Err(why) = Mapping::parse("kind = \"wide\"\ndate = \"d\"\nchanel = 3\n") else {
            panic!("accepted a misspelt key")
        };
        assert!(why.reason.contains("line 3") && why.reason.contains("chanel"), "{}", why.reason);
        assert!(Mapping::parse("kind = \"tall\"").is_err_and(|w| w.reason.contains("tall")));
        assert!(Mapping::parse("date = 1").is_err_and(|w| w.reason.contains("nothing")));
    }
}
