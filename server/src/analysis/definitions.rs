//! Every metric that is shown: its formula in words, its unit, who owns it and since which version it reads so.

use serde::Serialize;
use utoipa::ToSchema;

use super::meta::{Meta, Tabular};
use crate::export::{Kind, Table};

/// One metric.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Definition {
    /// Name as used in the API.
    pub metric: &'static str,
    /// Name as shown.
    pub label: &'static str,
    /// How it is computed.
    pub formula: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Which team answers for it.
    pub owner: &'static str,
    /// What it must not be taken for.
    pub caution: &'static str,
    /// Version of the definition.
    pub version: u32,
}

const fn row(
    metric: &'static str,
    label: &'static str,
    formula: &'static str,
    unit: &'static str,
    owner: &'static str,
    caution: &'static str,
) -> Definition {
    Definition { metric, label, formula, unit, owner, caution, version: 1 }
}

/// All of them, in the order shown.
pub const ALL: &[Definition] = &[
    row(
        "spend",
        "Spend",
        "Sum of amounts paid for a channel in the period; credits are netted",
        "currency",
        "marketing",
        "Booked when the medium ran, not when the invoice came",
    ),
    row(
        "contribution",
        "Contribution",
        "Outcome with the channel's spend minus outcome without it, by the marketing-mix model, carry-over from spend before the period included",
        "KPI unit",
        "marketing",
        "An estimate with an interval; it is not what attribution counts",
    ),
    row(
        "baseline",
        "Baseline",
        "Fitted outcome minus the contributions of all channels",
        "KPI unit",
        "marketing",
        "Holds everything that no channel of the model explains",
    ),
    row(
        "roas",
        "ROAS",
        "Incremental revenue / spend",
        "ratio",
        "marketing",
        "1.0 returns the spend as revenue, not as profit",
    ),
    row(
        "roi",
        "ROI",
        "(incremental gross margin - spend) / spend; on revenue where no margin is known, and then it says so",
        "ratio",
        "finance",
        "0 is break-even",
    ),
    row(
        "mroi",
        "Marginal ROI",
        "Return of the next unit of spend, spread as the spend was: (change of incremental gross margin - change of spend) / change of spend; 0 is break-even",
        "ratio",
        "marketing",
        "Decides where the next euro goes; ROI tells where the last ones went",
    ),
    row(
        "baseline_share",
        "Baseline share",
        "Baseline / fitted outcome",
        "share",
        "marketing",
        "Depends on how flexible the baseline may be",
    ),
    row(
        "attributed_value",
        "Attributed value",
        "Won revenue shared over the touches before it by the named rule or model, to the cent",
        "currency",
        "marketing",
        "Who was there, never what caused it",
    ),
    row(
        "unattributed",
        "Unattributed",
        "Won revenue of deals without an eligible touch",
        "currency",
        "sales",
        "Not zero is normal",
    ),
    row(
        "won_revenue",
        "Won revenue",
        "Sum of amounts of opportunities won, by closing date",
        "currency",
        "sales",
        "Bookings, not invoices",
    ),
    row("won_deals", "Won deals", "Number of opportunities won, by closing date", "count", "sales", ""),
    row(
        "pipeline",
        "Pipeline created",
        "Sum of amounts of opportunities, by creation date",
        "currency",
        "sales",
        "Whatever became of them",
    ),
    row(
        "inquiry",
        "Inquiries",
        "Entries into stage `inquiry`, by entry date; each begins a lead, whoever comes back begins another",
        "count",
        "marketing",
        "Not people: one contact may inquire more than once",
    ),
    row(
        "mql",
        "MQLs",
        "Leads that entered stage `mql`, by the date of their first entry",
        "count",
        "marketing",
        "A lead sent back is not counted again; a contact that inquires anew is another lead",
    ),
    row(
        "sql",
        "SQLs",
        "Leads that entered stage `sql`, by the date of their first entry",
        "count",
        "sales",
        "A lead sent back is not counted again; a contact that inquires anew is another lead",
    ),
    row(
        "stage_rate",
        "Stage rate",
        "Of those of a cohort that entered the stage, the share that has entered a later one so far",
        "share",
        "sales",
        "Young cohorts are not done yet",
    ),
    row(
        "r2",
        "R2",
        "1 - residual sum of squares / total sum of squares, on the data fitted",
        "ratio",
        "marketing",
        "A good fit says little about causes",
    ),
    row("mape", "MAPE", "Mean of |actual - fitted| / |actual|, on the data fitted", "share", "marketing", ""),
    row(
        "holdout_mape",
        "Holdout MAPE",
        "The same on the last weeks, forecast by a model that did not see them",
        "share",
        "marketing",
        "",
    ),
    row(
        "verdict",
        "Verdict",
        "Whether the data can carry a channel's number: decidable, leaning or not decidable, from the width of its interval, its tangle with \
         other channels and its sensitivity to the shape assumed",
        "word",
        "marketing",
        "Cannot see causes that are in no table",
    ),
    row(
        "health",
        "Health of a fit",
        "PASS, REVIEW or FAIL: the worst of its checks",
        "word",
        "marketing",
        "FAIL means that the numbers must not be used",
    ),
    row(
        "gain",
        "Gain of a plan",
        "Expected outcome of the recommended plan minus that of the current plan, at equal budgets",
        "KPI unit",
        "planning",
        "Holds inside the range of spend that was observed",
    ),
];

/// The definitions as an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Definitions {
    /// All metrics.
    pub data: Vec<Definition>,
    /// Data version only: definitions do not depend on data.
    pub meta: Meta,
}

/// The definitions as an answer.
#[must_use]
pub fn all(data_version: String) -> Definitions {
    Definitions { data: ALL.to_vec(), meta: Meta { data_version, ..Meta::default() } }
}

impl Tabular for Definitions {
    fn table(&self) -> Table {
        let text = Kind::Text;
        let columns = [
            ("metric", text),
            ("label", text),
            ("formula", text),
            ("metric_unit", text),
            ("owner", text),
            ("caution", text),
            ("version", Kind::Int),
        ];
        let mut table = Table::new("definitions", &columns);
        for d in &self.data {
            table.push(vec![
                d.metric.into(),
                d.label.into(),
                d.formula.into(),
                d.unit.into(),
                d.owner.into(),
                d.caution.into(),
                i64::from(d.version).into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}
