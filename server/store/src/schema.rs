//! The canonical tables of `docs/formats.md` as closed lists of typed columns, and how each column is stored.

use std::sync::Arc;

use duckdb::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::{Deserialize, Serialize};

/// What a column holds, and with it how it is stored in the lake and in the projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text, stored as it is.
    Text,
    /// One of a closed list of words, stored as text.
    Enum(&'static [&'static str]),
    /// A calendar date, stored as `<name>_day` (days since 1970-01-01) and `<name>_week` (Monday weeks, `Day::week`), both INT.
    Date,
    /// A moment, stored as `<name>_us` (UTC microseconds since 1970, BIGINT), `<name>_day` and `<name>_week` (INT).
    Time,
    /// An amount, stored as `<name>_minor`, BIGINT cents.
    Money,
    /// A real number, stored as DOUBLE.
    Number,
    /// A whole number, stored as BIGINT.
    Int,
    /// True or false.
    Bool,
}

/// One column of a canonical table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in CSV and Parquet files.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a row without it is rejected.
    pub required: bool,
    /// Whether it belongs to the key: a later row with the same key supersedes the earlier one.
    pub key: bool,
    /// What an absent or empty value means, where that is not "unknown". Key columns never hold NULL.
    pub default: Option<&'static str>,
}

impl Column {
    /// Names and Arrow types of the columns that hold this one in storage, in order.
    #[must_use]
    pub fn storage(&self) -> Vec<(String, DataType)> {
        let n = self.name;
        match self.kind {
            Kind::Text | Kind::Enum(_) => vec![(n.to_owned(), DataType::Utf8)],
            Kind::Date => vec![(format!("{n}_day"), DataType::Int32), (format!("{n}_week"), DataType::Int32)],
            Kind::Time => vec![
                (format!("{n}_us"), DataType::Int64),
                (format!("{n}_day"), DataType::Int32),
                (format!("{n}_week"), DataType::Int32),
            ],
            Kind::Money => vec![(format!("{n}_minor"), DataType::Int64)],
            Kind::Number => vec![(n.to_owned(), DataType::Float64)],
            Kind::Int => vec![(n.to_owned(), DataType::Int64)],
            Kind::Bool => vec![(n.to_owned(), DataType::Boolean)],
        }
    }

    /// Whether its storage columns may hold NULL.
    #[must_use]
    pub fn nullable(&self) -> bool {
        !(self.required || self.key || self.default.is_some())
    }
}

const fn req(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: true, key: false, default: None }
}
const fn opt(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: false, key: false, default: None }
}
const fn key(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: true, key: true, default: None }
}
const fn key_or(name: &'static str, default: &'static str) -> Column {
    Column { name, kind: Kind::Text, required: false, key: true, default: Some(default) }
}

/// The stages a contact or deal may enter, in funnel order.
pub const STAGES: &[&str] = &["inquiry", "mql", "sal", "sql", "opportunity", "won", "lost"];
/// The geo of rows that name none.
pub const NATIONAL: &str = "national";
/// The dataset of rows that name none.
pub const MAIN: &str = "main";

const DATASET: Column = key_or("dataset", MAIN);
const GEO: Column = key_or("geo", NATIONAL);

macro_rules! tables {
    ($($(#[$doc:meta])* $variant:ident = $name:literal : [$($column:expr),* $(,)?];)*) => {
        /// A canonical table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Table { $($(#[$doc])* $variant,)* }

        impl Table {
            /// Every table, in the order of `docs/formats.md`.
            pub const ALL: &'static [Table] = &[$(Table::$variant,)*];

            /// Name in files, SQL and messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Table::$variant => $name,)* }
            }

            /// Its columns in storage order; `dataset` comes first and belongs to every key.
            #[must_use]
            pub const fn columns(self) -> &'static [Column] {
                match self { $(Table::$variant => { const C: &[Column] = &[DATASET, $($column),*]; C })* }
            }
        }
    };
}

use Kind::{Bool, Date, Enum, Int, Money, Number, Text, Time};

tables! {
    /// Companies.
    Accounts = "accounts": [key("account_id", Text), opt("name", Text), opt("domain", Text), opt("industry", Text),
        opt("segment", Text), opt("region", Text), opt("parent_id", Text)];
    /// People in companies.
    Contacts = "contacts": [key("contact_id", Text), opt("account_id", Text), opt("email", Text), opt("title", Text),
        opt("region", Text), opt("created_at", Time), opt("lead_source", Text), opt("owner_id", Text)];
    /// Campaigns, each on one channel.
    Campaigns = "campaigns": [key("campaign_id", Text), req("name", Text), req("channel", Text), opt("region", Text),
        opt("starts_on", Date), opt("ends_on", Date), opt("budget", Money), opt("currency", Text)];
    /// Money and exposure by day or week. Credits are negative. Organic channels have exposure and an amount of 0.
    Spend = "spend": [key("date", Date), key("channel", Text), key_or("campaign_id", ""), GEO, req("amount", Money),
        opt("currency", Text), opt("impressions", Int), opt("clicks", Int), opt("exposure", Number)];
    /// One contact meeting one campaign at one time.
    Touches = "touches": [key("touch_id", Text), req("contact_id", Text), opt("account_id", Text), req("channel", Text),
        opt("campaign_id", Text), req("touched_at", Time), opt("kind", Text)];
    /// A contact or deal entering a stage.
    StageEvents = "stage_events": [key("event_id", Text), opt("contact_id", Text), req("account_id", Text),
        opt("opportunity_id", Text), req("stage", Enum(STAGES)), req("entered_at", Time)];
    /// Deals. `gross_margin` is an amount of money, like `amount`.
    Opportunities = "opportunities": [key("opportunity_id", Text), req("account_id", Text), opt("name", Text),
        req("amount", Money), opt("gross_margin", Money), opt("currency", Text), req("created_at", Time),
        opt("closed_at", Time), req("status", Enum(&["open", "won", "lost"])), opt("owner_id", Text), opt("region", Text)];
    /// The people who take part in a deal.
    OpportunityContacts = "opportunity_contacts": [key("opportunity_id", Text), key("contact_id", Text), opt("role", Text),
        opt("is_primary", Bool)];
    /// What sales did.
    Activities = "activities": [key("activity_id", Text), opt("contact_id", Text), opt("account_id", Text),
        opt("opportunity_id", Text), req("owner_id", Text), req("kind", Enum(&["call", "email", "meeting"])),
        req("occurred_at", Time)];
    /// Aggregated KPI series.
    Outcomes = "outcomes": [key("date", Date), key("kpi", Text), GEO, req("value", Number),
        req("unit", Enum(&["revenue", "count"])), opt("value_per_unit", Number), opt("currency", Text)];
    /// Series that move the outcome and are not media.
    Controls = "controls": [key("date", Date), key("name", Text), GEO, req("value", Number)];
    /// People per geo.
    Geos = "geos": [key("geo", Text), req("population", Number)];
    /// Finished lift experiments. `unit` names what `lift` and `lift_se` are counted in; `factor` is spend in the test over
    /// spend without it, `usual_spend` the latter as an amount, `read_until` the last day whose outcome was counted.
    Experiments = "experiments": [key("experiment_id", Text), req("channel", Text),
        req("kind", Enum(&["holdout", "scale", "switchback"])), req("starts_on", Date), req("ends_on", Date),
        opt("geos", Text), req("lift", Number), req("lift_se", Number), req("unit", Text), opt("factor", Number),
        opt("usual_spend", Money), opt("read_until", Date)];
    /// What a team set out to reach.
    Targets = "targets": [key("target_id", Text), req("team", Text), req("kpi", Text), req("period_start", Date),
        req("period_end", Date), req("value", Number), req("unit", Text)];
    /// Units of the reporting currency for one unit of `currency`.
    FxRates = "fx_rates": [key("date", Date), key("currency", Text), req("rate", Number)];
    /// Finance's own entries.
    Ledger = "ledger": [key("entry_id", Text), req("date", Date), opt("account_id", Text), req("amount", Money),
        opt("currency", Text), req("kind", Text)];
    /// What sales said about a lead.
    Feedback = "feedback": [key("feedback_id", Text), req("contact_id", Text), req("owner_id", Text),
        req("verdict", Enum(&["accepted", "rejected"])), opt("reason", Text), req("given_at", Time)];
}

impl Table {
    /// Finds a table by its name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Table> {
        Table::ALL.iter().copied().find(|t| t.name() == name)
    }

    /// Storage columns of the key, in order.
    #[must_use]
    pub fn key(self) -> Vec<String> {
        // A date's week follows from its day, so the first storage column identifies the value.
        self.columns().iter().filter(|c| c.key).map(|c| c.storage()[0].0.clone()).collect()
    }

    /// The Arrow schema of a batch of this table in storage: what [`crate::Writer::append`] accepts.
    #[must_use]
    pub fn arrow_schema(self) -> SchemaRef {
        let fields = self.columns().iter().flat_map(|c| {
            c.storage().into_iter().map(|(name, kind)| Field::new(name, kind, c.nullable())).collect::<Vec<_>>()
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_key_beyond_its_dataset_and_unique_storage_names() {
        for table in Table::ALL {
            assert!(table.key().len() >= 2, "{table}");
            let schema = table.arrow_schema();
            let mut names: Vec<_> = schema.fields().iter().map(|f| f.name().clone()).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), schema.fields().len(), "{table}");
            assert!(
                table.key().iter().all(|k| !schema.field_with_name(k).expect("key column").is_nullable()),
                "{table}"
            );
            assert_eq!(Table::by_name(table.name()), Some(*table));
        }
        assert_eq!(Table::by_name("no_such_table"), None);
    }

    #[test]
    fn a_time_is_stored_as_microseconds_day_and_week() {
        let schema = Table::Touches.arrow_schema();
        for (name, kind) in [
            ("touched_at_us", DataType::Int64),
            ("touched_at_day", DataType::Int32),
            ("touched_at_week", DataType::Int32),
        ] {
            assert_eq!(schema.field_with_name(name).map(|f| f.data_type().clone()).ok(), Some(kind));
        }
    }
}
