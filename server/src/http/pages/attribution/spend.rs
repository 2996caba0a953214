//! The part of the page on spend: cost per stage, ROAS and CAC under one model.

use super::super::words;
use crate::analysis::attribution::returns::{ReturnRow, Returns};

/// A table of spend beside credit.
pub(super) struct Spend {
    pub model: String,
    pub period: String,
    pub rows: Vec<Vec<String>>,
    pub total: Vec<String>,
}

/// Heads of the columns after the channel.
pub(super) const HEADS: [&str; 8] = [
    "Spend",
    "Credited revenue",
    "ROAS",
    "CAC",
    "Cost per MQL",
    "Cost per SAL",
    "Cost per SQL",
    "Cost per opportunity",
];

/// What the page shows of spend; nothing where none was imported.
pub(super) fn spend(returns: &Returns) -> Option<Spend> {
    if returns.total.spend.0 == 0 {
        return None;
    }
    let period = returns.meta.period.as_ref().map(words::period).unwrap_or_default();
    let rows = returns.data.iter().map(|r| row(&words::name(&r.channel), r));
    let ends = [("Unattributed", &returns.unattributed)].map(|(name, r)| row(name, r));
    Some(Spend {
        model: returns.label.clone(),
        period,
        rows: rows.chain(ends).collect(),
        total: row("Total", &returns.total),
    })
}

fn row(name: &str, r: &ReturnRow) -> Vec<String> {
    let or = |x: Option<f64>, decimals: usize| x.map_or_else(|| "–".to_owned(), |x| shown(x, decimals));
    vec![
        name.to_owned(),
        words::cents(r.spend.0),
        words::cents(r.revenue.0),
        or(r.roas, 2),
        or(r.cac, 0),
        or(r.cost_per.mql, 0),
        or(r.cost_per.sal, 0),
        or(r.cost_per.sql, 0),
        or(r.cost_per.opportunity, 0),
    ]
}

fn shown(x: f64, decimals: usize) -> String {
    crate::export::text::thousands(&format!("{x:.decimals$}"))
}
