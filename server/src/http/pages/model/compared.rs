//! Runs beside each other: what they say of each channel, and how far each can be trusted.

use super::super::words;
use super::short;
use crate::analysis::Result;
use crate::app::App;

/// Most runs beside each other.
const MOST: usize = 4;

/// A table with a column a run.
pub struct Compared {
    /// Runs.
    pub heads: Vec<String>,
    /// Rows: name and a cell a run.
    pub rows: Vec<(String, Vec<String>)>,
}

/// Compares runs by their figures.
///
/// # Errors
/// `NotFound` for a run without figures.
pub fn of(app: &App, ids: &[String]) -> Result<Compared> {
    let all = ids.iter().take(MOST).map(|id| app.summary(id)).collect::<Result<Vec<_>>>()?;
    let mut names: Vec<String> = Vec::new();
    for c in all.iter().flat_map(|s| &s.channels) {
        if !names.contains(&c.channel) {
            names.push(c.channel.clone());
        }
    }
    let row = |name: &str, cell: &dyn Fn(&crate::analysis::summary::Summary) -> String| {
        (name.to_owned(), all.iter().map(|s| cell(s)).collect())
    };
    let dash = || "–".to_owned();
    let mut rows = vec![
        row("Outcome", &|s| words::kpi(&s.kpi)),
        row("R²", &|s| format!("{:.3}", s.fit.r2)),
        row("Mean miss, held out", &|s| s.fit.holdout_mape.map_or_else(dash, words::percent)),
        row("Baseline share", &|s| words::percent(s.baseline_share)),
    ];
    for name in &names {
        rows.push(row(&format!("ROI, {}", words::name(name)), &|s| {
            words::maybe(s.channel(name).and_then(|c| c.roi.as_ref()))
        }));
    }
    let heads = all.iter().map(|s| format!("{} {}", s.estimator, short(&s.run))).collect();
    Ok(Compared { heads, rows })
}
