//! What an MQL is worth, told after one year of data, against what the same leads had brought two years later.

use std::collections::HashMap;

use tandem_models::domain::period::Day;
use tandem_models::mmm::staged::{Fate, Stages, lead_value};
use tandem_store::{AsOf, PanelRequest, Store};

/// One company's.
pub struct Value {
    /// Told after a year: p05, mean, p95.
    told: [f64; 3],
    /// Won after a year over leads of that year: immaturity ignored.
    naive: f64,
    /// Won by the same leads in the end.
    truth: f64,
}

/// Won revenue per lead of the leads that entered up to `until`, from what is known at `stages.last`: of an account's leads
/// the last before a deal has it.
fn won_per_lead(stages: &Stages, until: i32) -> f64 {
    let mut deals: HashMap<u32, Vec<(i32, f64)>> = HashMap::new();
    for d in &stages.deals {
        let won = matches!(d.fate, Fate::Won(day) if day <= stages.last);
        deals.entry(d.account).or_default().push((d.opened, if won { d.amount } else { 0.0 }));
    }
    deals.values_mut().for_each(|d| d.sort_by_key(|d| d.0));
    let mut leads: HashMap<u32, Vec<i32>> = HashMap::new();
    stages.leads.iter().for_each(|l| leads.entry(l.account).or_default().push(l.entered));
    let (mut sum, mut count) = (0.0, 0);
    for (account, mut days) in leads {
        days.sort_unstable();
        for (i, &day) in days.iter().enumerate().filter(|(_, day)| **day <= until) {
            let next = days.get(i + 1).copied().unwrap_or(i32::MAX);
            count += 1;
            let own = deals.get(&account).and_then(|d| d.iter().find(|d| d.0 >= day));
            sum += own.filter(|d| d.0 < next).map_or(0.0, |d| d.1);
        }
    }
    sum / f64::from(count)
}

/// Of the company in `store`.
pub fn value(store: &Store, seed: u64) -> Value {
    let panel = store.panel_with_notes(&PanelRequest { kpi: "mql".into(), ..PanelRequest::default() }).unwrap();
    let first = panel.panel.periods[0].0;
    let last = panel.panel.periods.last().unwrap().0 + 6;
    let year = first + 363;
    let ask = |day: i32| store.stages(&panel.dataset, "mql", Day(day), AsOf::Latest).unwrap();
    let (young, old) = (ask(year), ask(last));
    let told = lead_value(&young, 1000, seed).unwrap().value;
    Value { told: [told.p05, told.mean, told.p95], naive: won_per_lead(&young, year), truth: won_per_lead(&old, year) }
}

/// As Markdown.
pub fn print(values: &[Value]) {
    let n = values.len() as f64;
    let covered = values.iter().filter(|v| v.told[0] <= v.truth && v.truth <= v.told[2]).count();
    let below = values.iter().filter(|v| v.naive < v.told[0]).count();
    let mean = |of: &dyn Fn(&Value) -> f64| values.iter().map(of).sum::<f64>() / n;
    println!(
        "\n| value of an MQL after one year of data, {} companies | over what the same leads brought | inside 90% |",
        values.len()
    );
    println!("|---|---|---|");
    println!("| censored, as `staged` | {:.2} | {covered} |", mean(&|v| v.told[1] / v.truth));
    println!("| won so far over leads so far | {:.2} | {} |", mean(&|v| v.naive / v.truth), values.len() - below);
}
