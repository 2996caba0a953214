//! The best spend by channel at a fixed budget, within bounds and locks, never expected to return less than today's plan.

use serde::Serialize;

use super::evaluate::{Evaluation, Gain, evaluate};
use super::separable::{Piece, by_steps, dual, exchange, project, scaled, value};
use crate::mmm::interval::Interval;
use crate::response::CurveSet;

/// Least and most spend on one channel over the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Least, `>= 0`.
    pub lower: f64,
    /// Most, `>= lower`. The same as `lower` where the channel is locked.
    pub upper: f64,
}

/// Limits of every channel as multiples `low..=high` of its current spend.
#[must_use]
pub fn limits(curves: &CurveSet, low: f64, high: f64) -> Vec<Limit> {
    curves.curves.iter().map(|c| Limit { lower: low * c.current, upper: high * c.current }).collect()
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field}: {problem}; accepted: {accepted}")]
pub struct BudgetProblem {
    /// Field at fault: `budget`, or `bounds.CHANNEL`.
    pub field: String,
    /// What is wrong.
    pub problem: String,
    /// What would be accepted.
    pub accepted: String,
}

/// Which limit holds a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BindingSide {
    /// At its least: it would be cut further.
    Lower,
    /// At its most: it would be raised further.
    Upper,
    /// Locked: least and most are the same.
    Locked,
}

/// A limit that costs outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Binding {
    /// Channel.
    pub channel: String,
    /// Which limit.
    pub side: BindingSide,
    /// Outcome per unit of spend that loosening it would add at first, `>= 0` but for locks that could go either way.
    pub worth: f64,
}

/// One channel of the plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelPlan {
    /// Channel.
    pub channel: String,
    /// Spend as it was.
    pub current: f64,
    /// Spend recommended.
    pub recommended: f64,
    /// Least allowed.
    pub lower: f64,
    /// Most allowed.
    pub upper: f64,
    /// Outcome of the next unit of spend at the plan, mean.
    pub marginal: f64,
    /// Whether the recommended spend leaves the rates that were observed.
    pub extrapolated: bool,
}

/// A recommended plan with what vouches for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Allocation {
    /// Spend of the plan.
    pub budget: f64,
    /// Outcome of the current plan.
    pub current: Interval,
    /// Outcome of the recommended plan.
    pub recommended: Interval,
    /// The one less the other, draw by draw.
    pub gain: Gain,
    /// One a channel, in the order of the curves.
    pub channels: Vec<ChannelPlan>,
    /// Limits that cost outcome, costliest first.
    pub binding: Vec<Binding>,
    /// Outcome of one more unit of budget.
    pub shadow_price: f64,
    /// Largest violation of equal marginal returns, as a share of the shadow price.
    pub kkt_residual: f64,
    /// No plan within budget and limits is expected to return more than this (Lagrangian dual).
    pub upper_bound: f64,
    /// `(upper_bound - recommended.mean) / upper_bound`, `>= 0`.
    pub gap: f64,
}

/// The plan of highest expected outcome at `budget`, `limits` one a curve.
///
/// Candidates are the current plan (moved to the budget), the dual's plans, an exact plan in whole steps and an even split,
/// each improved until no shift of spend helps; the best is returned, so it is never below the current mix.
///
/// # Errors
/// [`BudgetProblem`] where limits are not numbers, cross, leave the curves, or cannot hold the budget.
pub fn optimize(curves: &CurveSet, budget: f64, limits: &[Limit]) -> Result<Allocation, BudgetProblem> {
    check(curves, budget, limits)?;
    let pieces = pieces(curves, limits);
    let current = curves.current();
    let (upper_bound, plans) = dual(&pieces, budget);
    let even = vec![budget / pieces.len() as f64; pieces.len()];
    let mut candidates = vec![scaled(&pieces, &current, budget), project(&pieces, &even, budget)];
    candidates.extend(plans.iter().map(|p| project(&pieces, p, budget)));
    candidates.push(project(&pieces, &by_steps(&pieces, budget), budget));
    let kept = candidates[0].clone();
    let mut best = (value(&pieces, &kept), kept);
    for candidate in candidates {
        let plan = exchange(&pieces, candidate);
        let v = value(&pieces, &plan);
        // A different plan must be better by more than rounding, or today's stands.
        if v > best.0 + 1e-12 * best.0.abs() {
            best = (v, plan);
        }
    }
    Ok(tell(curves, &pieces, &best.1, upper_bound.max(best.0)))
}

/// Today's mix at `budget` within `limits`, told as a plan: what is advised where the curves cannot be relied on.
///
/// # Errors
/// As [`optimize`].
pub fn keep(curves: &CurveSet, budget: f64, limits: &[Limit]) -> Result<Allocation, BudgetProblem> {
    check(curves, budget, limits)?;
    let pieces = pieces(curves, limits);
    let kept = scaled(&pieces, &curves.current(), budget);
    let upper_bound = dual(&pieces, budget).0.max(value(&pieces, &kept));
    Ok(tell(curves, &pieces, &kept, upper_bound))
}

fn pieces<'a>(curves: &'a CurveSet, limits: &[Limit]) -> Vec<Piece<'a>> {
    let each = curves.curves.iter().zip(limits);
    each.map(|(curve, l)| Piece { at: Box::new(|x| curve.mean_at(x)), lower: l.lower, upper: l.upper }).collect()
}

fn check(curves: &CurveSet, budget: f64, limits: &[Limit]) -> Result<(), BudgetProblem> {
    let problem = |field: &str, problem: String, accepted: String| {
        Err(BudgetProblem { field: field.to_owned(), problem, accepted })
    };
    if limits.len() != curves.curves.len() || limits.is_empty() {
        let n = curves.curves.len();
        return problem(
            "bounds",
            format!("{} limits for {n} paid channels", limits.len()),
            format!("{n} limits, at least one"),
        );
    }
    for (curve, l) in curves.curves.iter().zip(limits) {
        let field = format!("bounds.{}", curve.channel);
        if !(l.lower.is_finite() && l.upper.is_finite() && l.lower >= 0.0 && l.lower <= l.upper) {
            return problem(&field, format!("{} to {}", l.lower, l.upper), "0 <= lower <= upper".into());
        }
        if l.upper > curve.reach() * (1.0 + 1e-9) {
            let accepted = format!("at most {:.2}, as far as the curve was computed", curve.reach());
            return problem(&field, format!("upper bound {:.2} is beyond the response curve", l.upper), accepted);
        }
    }
    let (least, most): (f64, f64) = limits.iter().fold((0.0, 0.0), |(a, b), l| (a + l.lower, b + l.upper));
    let slack = 1e-9 * most.abs();
    if !budget.is_finite() || budget < least - slack || budget > most + slack {
        let accepted = format!("{least:.2} to {most:.2}, the sums of the lower and the upper bounds");
        return problem("budget", format!("{budget:.2} cannot be spent within the bounds"), accepted);
    }
    Ok(())
}

/// Puts a plan into words and figures.
fn tell(curves: &CurveSet, pieces: &[Piece<'_>], plan: &[f64], upper_bound: f64) -> Allocation {
    let told: Evaluation = evaluate(curves, plan);
    let current = evaluate(curves, &curves.current());
    let near = |x: f64, y: f64, p: &Piece<'_>| (x - y).abs() <= 1e-7 * (p.upper - p.lower).max(1e-12 * p.upper);
    let locked = |p: &Piece<'_>| p.upper - p.lower <= 1e-9 * p.upper.abs();
    let low = |i: usize| near(plan[i], pieces[i].lower, &pieces[i]);
    let high = |i: usize| near(plan[i], pieces[i].upper, &pieces[i]);
    let n = pieces.len();
    let free: Vec<f64> =
        (0..n).filter(|&i| !locked(&pieces[i]) && !low(i) && !high(i)).map(|i| told.marginal[i]).collect();
    let movable = (0..n).filter(|&i| !locked(&pieces[i]));
    // With nothing between its limits the price may be anything from the best that could be raised to the worst that could
    // be cut; one more unit of budget would go to the best.
    let shadow_price = if free.is_empty() {
        movable.clone().filter(|&i| !high(i)).map(|i| told.marginal[i]).fold(0.0, f64::max)
    } else {
        free.iter().sum::<f64>() / free.len() as f64
    };
    let violation = movable
        .map(|i| match (low(i), high(i)) {
            (true, _) => (told.marginal[i] - shadow_price).max(0.0),
            (_, true) => (shadow_price - told.marginal[i]).max(0.0),
            _ => (told.marginal[i] - shadow_price).abs(),
        })
        .fold(0.0, f64::max);
    let mut binding: Vec<Binding> = (0..n)
        .filter_map(|i| {
            let over = told.marginal[i] - shadow_price;
            let (side, worth) = match (locked(&pieces[i]), low(i), high(i)) {
                (true, ..) => (BindingSide::Locked, over.abs()),
                (_, true, _) => (BindingSide::Lower, -over),
                (_, _, true) => (BindingSide::Upper, over),
                _ => return None,
            };
            Some(Binding { channel: curves.curves[i].channel.clone(), side, worth })
        })
        .collect();
    binding.sort_by(|a, b| b.worth.total_cmp(&a.worth));
    let channels = curves
        .curves
        .iter()
        .enumerate()
        .map(|(i, curve)| ChannelPlan {
            channel: curve.channel.clone(),
            current: curve.current,
            recommended: plan[i],
            lower: pieces[i].lower,
            upper: pieces[i].upper,
            marginal: told.marginal[i],
            extrapolated: curve.outside(plan[i]),
        })
        .collect();
    Allocation {
        budget: told.spend,
        current: current.outcome,
        recommended: told.outcome,
        gain: told.gain,
        channels,
        binding,
        shadow_price,
        kkt_residual: if shadow_price.abs() > 0.0 { violation / shadow_price.abs() } else { violation },
        upper_bound,
        gap: ((upper_bound - told.outcome.mean) / upper_bound.abs().max(1e-300)).max(0.0),
    }
}
