//! The canonical tables the simulator writes, with the columns and names of `docs/formats.md`.

/// What a column holds and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text; empty = absent.
    Text,
    /// `YYYY-MM-DDTHH:MM:SSZ`; Parquet timestamp in microseconds, UTC.
    Time,
    /// `YYYY-MM-DD`; Parquet date.
    Date,
    /// Cents; written with two places; Parquet decimal(18, 2).
    Amount,
    /// A whole number.
    Count,
    /// A floating number.
    Number,
    /// `true` or `false`.
    Flag,
}

/// A canonical table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Accounts,
    Contacts,
    Campaigns,
    Spend,
    Touches,
    StageEvents,
    Opportunities,
    OpportunityContacts,
    Activities,
    Controls,
    Geos,
    Experiments,
    Targets,
    Feedback,
}

impl Table {
    /// Every table, in the order of writing.
    pub(crate) const ALL: [Table; 14] = [
        Table::Accounts,
        Table::Contacts,
        Table::Campaigns,
        Table::Spend,
        Table::Touches,
        Table::StageEvents,
        Table::Opportunities,
        Table::OpportunityContacts,
        Table::Activities,
        Table::Controls,
        Table::Geos,
        Table::Experiments,
        Table::Targets,
        Table::Feedback,
    ];

    /// File name without ending.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Table::Accounts => "accounts",
            Table::Contacts => "contacts",
            Table::Campaigns => "campaigns",
            Table::Spend => "spend",
            Table::Touches => "touches",
            Table::StageEvents => "stage_events",
            Table::Opportunities => "opportunities",
            Table::OpportunityContacts => "opportunity_contacts",
            Table::Activities => "activities",
            Table::Controls => "controls",
            Table::Geos => "geos",
            Table::Experiments => "experiments",
            Table::Targets => "targets",
            Table::Feedback => "feedback",
        }
    }

    /// Names and kinds of the columns, in order.
    #[rustfmt::skip]
    pub(crate) fn columns(self) -> &'static [(&'static str, Kind)] {
        use Kind::{Amount, Count, Date, Flag, Number, Text, Time};
        match self {
            Table::Accounts => &[("account_id", Text), ("name", Text), ("domain", Text), ("industry", Text), ("segment", Text), ("region", Text)],
            Table::Contacts => &[("contact_id", Text), ("account_id", Text), ("email", Text), ("title", Text), ("region", Text), ("created_at", Time), ("lead_source", Text), ("owner_id", Text)],
            Table::Campaigns => &[("campaign_id", Text), ("name", Text), ("channel", Text), ("region", Text), ("starts_on", Date), ("ends_on", Date), ("budget", Amount), ("currency", Text)],
            Table::Spend => &[("date", Date), ("channel", Text), ("campaign_id", Text), ("geo", Text), ("amount", Amount), ("currency", Text), ("impressions", Count), ("clicks", Count)],
            Table::Touches => &[("touch_id", Text), ("contact_id", Text), ("account_id", Text), ("channel", Text), ("campaign_id", Text), ("touched_at", Time), ("kind", Text)],
            Table::StageEvents => &[("event_id", Text), ("contact_id", Text), ("account_id", Text), ("opportunity_id", Text), ("stage", Text), ("entered_at", Time)],
            Table::Opportunities => &[("opportunity_id", Text), ("account_id", Text), ("name", Text), ("amount", Amount), ("gross_margin", Amount), ("currency", Text), ("created_at", Time), ("closed_at", Time), ("status", Text), ("owner_id", Text), ("region", Text)],
            Table::OpportunityContacts => &[("opportunity_id", Text), ("contact_id", Text), ("role", Text), ("is_primary", Flag)],
            Table::Activities => &[("activity_id", Text), ("contact_id", Text), ("account_id", Text), ("opportunity_id", Text), ("owner_id", Text), ("kind", Text), ("occurred_at", Time)],
            Table::Controls => &[("date", Date), ("name", Text), ("geo", Text), ("value", Number)],
            Table::Geos => &[("geo", Text), ("population", Count)],
            Table::Experiments => &[("experiment_id", Text), ("channel", Text), ("kind", Text), ("starts_on", Date), ("ends_on", Date), ("geos", Text), ("lift", Number), ("lift_se", Number), ("unit", Text), ("factor", Number), ("usual_spend", Amount), ("read_until", Date)],
            Table::Targets => &[("target_id", Text), ("team", Text), ("kpi", Text), ("period_start", Date), ("period_end", Date), ("value", Number), ("unit", Text)],
            Table::Feedback => &[("feedback_id", Text), ("contact_id", Text), ("owner_id", Text), ("verdict", Text), ("reason", Text), ("given_at", Time)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `docs/formats.md`, so that the simulator cannot drift from what an import understands.
    #[test]
    fn columns_are_those_of_the_documented_tables() {
        let page = std::fs::read_to_string("../docs/formats.md").expect("docs/formats.md");
        for table in Table::ALL {
            let row = page.lines().find(|l| l.starts_with(&format!("| `{}` |", table.name())));
            let row = row.unwrap_or_else(|| panic!("{} is not documented", table.name()));
            for (column, _) in table.columns() {
                let documented = ["`", "*`", "?`", "?*`"].iter().any(|end| row.contains(&format!("`{column}{end}")));
                assert!(documented, "{}.{column}", table.name());
            }
        }
    }
}
