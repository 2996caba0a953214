//! Figures of an effect: counts, money and returns.

use serde::Serialize;

use crate::tally::{Tally, Totals};

/// Counts and money; amounts in EUR.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Inquiries.
    pub inquiries: i64,
    /// Leads that became an MQL (first entry).
    pub mqls: i64,
    /// Leads that became an SQL (first entry).
    pub sqls: i64,
    /// Opportunities opened.
    pub opportunities: i64,
    /// Opportunities won.
    pub won_deals: i64,
    /// Amount of the opportunities opened.
    pub pipeline: f64,
    /// Amount of the opportunities won.
    pub won_revenue: f64,
    /// Gross margin of the opportunities won.
    pub gross_margin: f64,
}

/// Returns on spend; `None` (absent) without spend.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Returns {
    /// Incremental won revenue / spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roas: Option<f64>,
    /// (Incremental gross margin - spend) / spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roi: Option<f64>,
    /// The same for the last tenth added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mroi: Option<f64>,
}

/// How much sales capacity held back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Capacity {
    /// Reps of all regions.
    pub reps: u32,
    /// Leads a rep can take up in a week.
    pub leads_per_rep_week: u32,
    /// Leads handed to sales within the data.
    pub handed_over: u64,
    /// Of these, taken up only after a week or more.
    pub waited_a_week_or_more: u64,
    /// Of these, never taken up.
    pub given_up: u64,
    /// What would be won on top if every lead were taken up at once.
    pub lost_to_capacity: Figures,
}

/// An effect averaged over worlds with other luck.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Expected {
    /// Worlds averaged.
    pub worlds: usize,
    /// Mean incremental MQLs.
    pub mqls: f64,
    /// Mean incremental SQLs.
    pub sqls: f64,
    /// Mean incremental won deals.
    pub won_deals: f64,
    /// Mean incremental won revenue, EUR.
    pub won_revenue: f64,
    /// Its standard error over worlds.
    pub won_revenue_se: f64,
    /// Mean incremental gross margin, EUR.
    pub gross_margin: f64,
    /// Mean incremental won revenue with what comes after the data, EUR.
    pub eventual_won_revenue: f64,
    /// Returns of the means.
    #[serde(flatten)]
    pub returns: Returns,
    /// Returns of the means with what comes after the data.
    pub eventual: Returns,
}

impl Figures {
    pub(crate) fn of(t: &Totals) -> Self {
        Self {
            inquiries: t.inquiries,
            mqls: t.mqls,
            sqls: t.sqls,
            opportunities: t.opportunities,
            won_deals: t.deals,
            pipeline: t.pipeline as f64 / 100.0,
            won_revenue: t.revenue as f64 / 100.0,
            gross_margin: t.margin as f64 / 100.0,
        }
    }
}

impl Returns {
    /// Returns of an effect on `spend` cents; `gained` = margin gained by an extra spend, both in cents.
    pub(crate) fn of(effect: &Totals, spend: i64, gained: Option<(i64, i64)>) -> Self {
        let over = |gain: f64, cost: i64| (cost > 0).then(|| gain / cost as f64);
        Self {
            roas: over(effect.revenue as f64, spend),
            roi: over((effect.margin - spend) as f64, spend),
            mroi: gained.and_then(|(margin, extra)| over((margin - extra) as f64, extra)),
        }
    }
}

impl Expected {
    /// Means over worlds of (as it was, without, with a tenth more and what that cost); `None` without worlds.
    pub(crate) fn of(worlds: impl Iterator<Item = (Tally, Tally, Option<(Tally, i64)>)>, spend: i64) -> Option<Self> {
        let worlds: Vec<_> = worlds.collect();
        let n = worlds.len();
        if n == 0 {
            return None;
        }
        let sum = |of: fn(&Tally) -> Totals| worlds.iter().fold(Totals::default(), |s, w| s + (of(&w.0) - of(&w.1)));
        // The gain of a tenth more, summed over worlds, against its cost in all of them.
        let gain = |of: fn(&Tally) -> Totals| {
            worlds.iter().try_fold((0, 0), |(margin, cost), w| {
                w.2.as_ref().map(|(more, extra)| (margin + (of(more) - of(&w.0)).margin, cost + extra))
            })
        };
        let (near, far) = (sum(Tally::in_data), sum(Tally::eventual));
        let mean = |x: i64| x as f64 / n as f64;
        let revenue: Vec<f64> = worlds.iter().map(|w| (w.0.in_data() - w.1.in_data()).revenue as f64 / 100.0).collect();
        let centre = mean(near.revenue) / 100.0;
        let variance = revenue.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (n.max(2) - 1) as f64;
        Some(Self {
            worlds: n,
            mqls: mean(near.mqls),
            sqls: mean(near.sqls),
            won_deals: mean(near.deals),
            won_revenue: centre,
            won_revenue_se: (variance / n as f64).sqrt(),
            gross_margin: mean(near.margin) / 100.0,
            eventual_won_revenue: mean(far.revenue) / 100.0,
            returns: Returns::of(&near, spend * n as i64, gain(Tally::in_data)),
            eventual: Returns::of(&far, spend * n as i64, gain(Tally::eventual)),
        })
    }
}
