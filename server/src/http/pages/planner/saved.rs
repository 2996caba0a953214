//! Plans kept under a name, beside each other.

use super::super::words;
use super::ask::Ask;
use super::horizon::Horizon;
use super::{asked, query, told};
use crate::analysis::plan;
use crate::analysis::scenarios::{self, Draft, Scenario};
use crate::analysis::summary::Summary;
use crate::analysis::{AnalysisError, Result};
use crate::app::App;

/// Plans shown beside each other; the rest is in the API's list.
const SHOWN: usize = 8;

/// One kept plan.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Opens it in the planner.
    pub href: String,
    /// Money in it.
    pub total: String,
    /// Expected outcome.
    pub outcome: String,
    /// Gain over today.
    pub gain: String,
    /// How likely it beats today.
    pub chance: String,
    /// Who kept it, and when.
    pub by: String,
}

/// Kept plans that this run can judge, newest first.
pub fn rows(app: &App, s: &Summary, horizon: &Horizon) -> Result<Vec<Row>> {
    let all = scenarios::all(&app.store)?;
    // A plan of other channels, or one that a limit now forbids, is left to the API's list.
    Ok(all.iter().filter_map(|one| row(app, s, horizon, one).ok()).take(SHOWN).collect())
}

fn row(app: &App, s: &Summary, horizon: &Horizon, kept: &Scenario) -> Result<Row> {
    let request = plan::PlanRequest { run: Some(s.run.clone()), ..kept.draft.plan.clone() };
    let answer = plan::evaluate_cached(app, &request)?;
    let ask = Ask {
        locked: request.lock.iter().cloned().collect(),
        bounds: request.channels.iter().map(|(n, b)| (n.clone(), (b.low * 100.0, b.high * 100.0))).collect(),
        ..Ask::default()
    };
    let query = query(s, &ask, &answer, horizon);
    let t = told::told(&answer, s, horizon, query);
    Ok(Row {
        name: kept.draft.name.clone(),
        href: format!("/planner{}", t.query),
        total: t.total,
        outcome: t.plan,
        gain: format!("{} ({})", t.gain, t.range),
        chance: t.chance,
        by: format!("{}, {}", kept.by, words::day(&kept.created_at)),
    })
}

/// Keeps the plan of a form; answers with the address that shows it.
pub fn keep(app: &App, ask: &Ask, by: &str) -> Result<String> {
    let run = ask.scope.run(app)?.ok_or_else(|| AnalysisError::NoData("no model was fitted yet".into()))?;
    let s = app.summary(&run.id)?;
    let horizon = Horizon::of(&s);
    let answer = asked(app, &s, ask, &horizon)?;
    let mut plan = ask.request(&s, &horizon);
    plan.run = None;
    plan.kpi = Some(s.kpi.clone());
    plan.spend = answer.channels.iter().map(|c| (c.channel.clone(), c.recommended)).collect();
    let draft = Draft { name: ask.name.clone(), note: String::new(), plan };
    let made = scenarios::create(&app.store, &draft, by)?;
    Ok(format!("/planner{}&saved={}", query(&s, ask, &answer, &horizon), super::escape(&made.draft.name)))
}
