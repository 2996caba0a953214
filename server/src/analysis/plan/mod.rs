//! Plans over the response curves of a run: the best one within limits, and what any given one is expected to return.

mod answer;
mod request;

use std::sync::Arc;

use tandem_models::optimizer::{self, Allocation, BindingSide, BudgetProblem, Evaluation, Limit};
use tandem_models::response::CurveSet;
use tandem_store::Store;

pub use answer::{Gain, Outcome, PlanAnswer, PlanChannel};
pub use request::{Bound, Budget, PlanRequest};

use super::curves;
use super::error::{AnalysisError, Result};
use super::meta::Meta;
use super::runs;
use super::saved;
use super::summary::Summary;
use crate::app::App;

/// Farthest that bounds may go: beyond it a curve is nothing but its prior.
const FARTHEST: f64 = 10.0;

/// What a plan is made from.
struct Ground<'a> {
    summary: &'a Summary,
    curves: &'a CurveSet,
    now: String,
}

/// Finds the best plan.
///
/// # Errors
/// `NotFound` for runs and channels, `Rejected` for budgets and bounds that cannot be.
pub fn optimize(store: &Store, request: &PlanRequest) -> Result<PlanAnswer> {
    let run = runs::resolve(store, request.run.as_deref(), request.kpi.as_deref())?;
    let summary = runs::summary(store, &run.id)?;
    let posterior = || saved::posterior(&store.run_dir(&run.id)).map(Arc::new);
    let curves = curves::of_run(store, &run.id, reach(request)?, posterior)?;
    best(&Ground { summary: &summary, curves: &curves, now: store.data_version() }, request)
}

/// The same with summary and curves kept by the server.
///
/// # Errors
/// As [`optimize`].
pub fn optimize_cached(app: &App, request: &PlanRequest) -> Result<PlanAnswer> {
    with_ground(app, request, best)
}

/// What the model expects of `request.spend`; channels left out stay as they are.
///
/// # Errors
/// `NotFound` for runs and channels, `Rejected` for spend that cannot be.
pub fn evaluate_cached(app: &App, request: &PlanRequest) -> Result<PlanAnswer> {
    with_ground(app, request, judge)
}

fn with_ground(
    app: &App,
    request: &PlanRequest,
    ask: fn(&Ground<'_>, &PlanRequest) -> Result<PlanAnswer>,
) -> Result<PlanAnswer> {
    let run = runs::resolve(&app.store, request.run.as_deref(), request.kpi.as_deref())?;
    let summary = app.summary(&run.id)?;
    let reach = reach(request)?;
    let curves: Arc<CurveSet> = app.cache.get(&format!("curves\n{}\n{reach}", run.id), || {
        curves::of_run(&app.store, &run.id, reach, || app.posterior(&run.id))
    })?;
    ask(&Ground { summary: &summary, curves: &curves, now: app.store.data_version() }, request)
}

fn reach(request: &PlanRequest) -> Result<f64> {
    let most = request.channels.values().map(|b| b.high).fold(request.bounds.high, f64::max);
    if most > FARTHEST {
        let message =
            format!("{most} times today's spend is beyond what any curve can tell; at most {FARTHEST} is accepted");
        return Err(AnalysisError::rejected("bounds", message));
    }
    Ok(curves::USUAL_REACH.max(most))
}

impl Ground<'_> {
    fn place(&self, field: &str, name: &str) -> Result<usize> {
        self.curves.curves.iter().position(|c| c.channel == name).ok_or_else(|| {
            let names: Vec<&str> = self.curves.curves.iter().map(|c| c.channel.as_str()).collect();
            AnalysisError::rejected(field, format!("there is no paid channel `{name}`; there are {}", names.join(", ")))
        })
    }

    fn limits(&self, request: &PlanRequest) -> Result<Vec<Limit>> {
        let mut limits = optimizer::limits(self.curves, request.bounds.low, request.bounds.high);
        for (name, bound) in &request.channels {
            let at = self.place("channels", name)?;
            let current = self.curves.curves[at].current;
            limits[at] = Limit { lower: bound.low * current, upper: bound.high * current };
        }
        for name in &request.lock {
            let at = self.place("lock", name)?;
            let current = self.curves.curves[at].current;
            limits[at] = Limit { lower: current, upper: current };
        }
        Ok(limits)
    }

    fn meta(&self) -> Meta {
        Meta { unit: Some(self.summary.outcome_unit.clone()), ..self.summary.meta(&self.now) }
    }
}

fn best(ground: &Ground<'_>, request: &PlanRequest) -> Result<PlanAnswer> {
    let limits = ground.limits(request)?;
    let budget = match request.budget {
        Budget::Current => ground.curves.current().iter().sum(),
        Budget::Amount(amount) => amount,
    };
    let held_back = ground.summary.health.holds_back().filter(|_| !request.anyway);
    let search = if held_back.is_some() { optimizer::keep } else { optimizer::optimize };
    let mut answer = told(ground, request, search(ground.curves, budget, &limits).map_err(refused)?);
    if let Some(reason) = held_back {
        answer.binding =
            vec![format!("today's mix is kept, because the fit cannot be relied on to improve it: {reason}")];
        answer.held_back = Some(reason.to_owned());
    }
    Ok(answer)
}

fn refused(p: BudgetProblem) -> AnalysisError {
    AnalysisError::rejected(p.field, format!("{}; accepted: {}", p.problem, p.accepted))
}

fn told(ground: &Ground<'_>, request: &PlanRequest, a: Allocation) -> PlanAnswer {
    let binding = a.binding.iter().filter(|b| b.worth > 0.0).map(|b| match b.side {
        BindingSide::Lower => format!("{} is at its least; it would be cut further", b.channel),
        BindingSide::Upper => format!("{} is at its most; it would be raised further", b.channel),
        BindingSide::Locked => format!("{} is locked", b.channel),
    });
    let channels = a.channels.iter().map(|c| PlanChannel {
        channel: c.channel.clone(),
        current: cents(c.current),
        recommended: c.recommended,
        lower: cents(c.lower),
        upper: cents(c.upper),
        marginal: c.marginal,
        locked: request.lock.contains(&c.channel),
        extrapolated: c.extrapolated,
    });
    let mut channels: Vec<PlanChannel> = channels.collect();
    to_the_cent(&mut channels, a.budget);
    PlanAnswer {
        run: ground.summary.run.clone(),
        kpi: ground.summary.kpi.clone(),
        unit: ground.summary.outcome_unit.clone(),
        currency: ground.summary.currency.clone(),
        budget: cents(a.budget),
        current: Outcome { outcome: a.current.into() },
        recommended: Outcome { outcome: a.recommended.into() },
        gain: Gain::from(a.gain),
        channels,
        binding: binding.collect(),
        held_back: None,
        shadow_price: Some(a.shadow_price),
        upper_bound: Some(a.upper_bound),
        gap: Some(a.gap),
        meta: ground.meta(),
    }
}

/// An amount of the plan, to the cent.
fn cents(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

/// Rounds recommended spend so that it adds up to the budget to the cent.
fn to_the_cent(channels: &mut [PlanChannel], budget: f64) {
    let weights: Vec<f64> = channels.iter().map(|c| c.recommended.max(0.0)).collect();
    let total = (budget * 100.0).round() as i64;
    if let Some(parts) = tandem_models::domain::money::split(total, &weights) {
        for (channel, part) in channels.iter_mut().zip(parts) {
            channel.recommended = part as f64 / 100.0;
        }
    }
}

fn judge(ground: &Ground<'_>, request: &PlanRequest) -> Result<PlanAnswer> {
    let mut plan = ground.curves.current();
    for (name, spend) in &request.spend {
        let at = ground.place("spend", name)?;
        if !(spend.is_finite() && *spend >= 0.0) {
            return Err(AnalysisError::rejected(format!("spend.{name}"), format!("is {spend}; 0 or more is accepted")));
        }
        let reach = ground.curves.curves[at].reach();
        if *spend > reach {
            let message = format!("is {spend:.2}; at most {reach:.2} is accepted, as far as the curve was computed");
            return Err(AnalysisError::rejected(format!("spend.{name}"), message));
        }
        plan[at] = *spend;
    }
    let limits = ground.limits(request)?;
    let e: Evaluation = optimizer::evaluate(ground.curves, &plan);
    let today = optimizer::evaluate(ground.curves, &ground.curves.current());
    let channels = ground.curves.curves.iter().enumerate().map(|(i, curve)| PlanChannel {
        channel: curve.channel.clone(),
        current: cents(curve.current),
        recommended: cents(plan[i]),
        lower: cents(limits[i].lower),
        upper: cents(limits[i].upper),
        marginal: e.marginal[i],
        locked: request.lock.contains(&curve.channel),
        extrapolated: e.extrapolated.contains(&curve.channel),
    });
    Ok(PlanAnswer {
        run: ground.summary.run.clone(),
        kpi: ground.summary.kpi.clone(),
        unit: ground.summary.outcome_unit.clone(),
        currency: ground.summary.currency.clone(),
        budget: cents(e.spend),
        current: Outcome { outcome: today.outcome.into() },
        recommended: Outcome { outcome: e.outcome.into() },
        gain: Gain::from(e.gain),
        channels: channels.collect(),
        binding: Vec::new(),
        held_back: None,
        shadow_price: None,
        upper_bound: None,
        gap: None,
        meta: ground.meta(),
    })
}
