//! What a sampled fit's diagnostics mean for its health; all of their wording in one place.

use super::{Diagnostics, Knots};
use crate::health::{Check, Finding, Health, Status};

fn found(check: Check, status: Status, channels: Vec<String>, message: String) -> Finding {
    Finding::new(check, status, message).on(channels)
}

/// Judges what was measured; `knots` says whether more of them may be advised.
#[must_use]
pub fn judge(d: &Diagnostics, weeks: &[String], knots: &Knots) -> Health {
    let mut out = Vec::new();
    convergence(d, &mut out);
    fit(d, knots, &mut out);
    let b = &d.negative_baseline;
    if b.probability_total > 0.5 || b.share_of_periods > 0.25 {
        out.push(found(
            Check::Baseline,
            Status::Fail,
            vec![],
            format!(
                "The baseline is below 0 in {:.0}% of periods: channels are given more than there was. {} Or tighten the effect priors.",
                100.0 * b.share_of_periods,
                knots.advice("Widen the baseline (trend, knots, controls).")
            ),
        ));
    } else if b.share_of_periods > 0.05 {
        out.push(found(
            Check::Baseline,
            Status::Review,
            vec![],
            format!(
                "The baseline is below 0 in {:.0}% of periods; some channel is given too much.",
                100.0 * b.share_of_periods
            ),
        ));
    }
    influence(d, weeks, &mut out);
    for pair in d.collinear.iter().take(3) {
        out.push(found(Check::Collinearity, Status::Review, vec![pair.a.clone(), pair.b.clone()], format!(
            "{} and {} move together (correlation {:.2}): the data split their joint effect badly. Vary one without the other, or run an experiment on one.",
            pair.a, pair.b, pair.correlation
        )));
    }
    let mostly: Vec<&super::PriorShift> = d.prior_shifts.iter().filter(|s| s.prior_weight > 0.8).collect();
    if !mostly.is_empty() {
        let names: Vec<String> = mostly.iter().map(|s| s.channel.clone()).collect();
        out.push(found(
            Check::Prior,
            Status::Review,
            names.clone(),
            format!(
                "The data hardly moved what was assumed of {}: {} is mostly the prior.",
                names.join(", "),
                if names.len() == 1 { "the number" } else { "each number" }
            ),
        ));
    }
    for e in d.experiments.iter().filter(|e| e.z.abs() > 2.5) {
        out.push(found(Check::Experiment, Status::Review, vec![e.channel.clone()], format!(
            "The model does not agree with the experiment on {} of {} to {}: it says {:.4}, measured was {:.4} (standard error {:.4}). One of the two is off; check the test's dates, geos and spend.",
            e.channel, e.window[0], e.window[1], e.model.mean, e.lift, e.lift_se
        )));
    }
    Health::of(out)
}

fn convergence(d: &Diagnostics, out: &mut Vec<Finding>) {
    if let Some(c) = &d.chains {
        let worst = |limit: f64| c.rhat > limit || !c.rhat.is_finite();
        if worst(1.05) || c.ess_bulk < 100.0 {
            out.push(found(Check::Convergence, Status::Fail, vec![], format!(
                "The chains have not converged: R-hat {:.3} ({}), {:.0} independent draws. Run longer (`sampler.tune`, `sampler.draws`).",
                c.rhat, c.worst, c.ess_bulk
            )));
        } else if worst(1.01) || c.ess_bulk < 400.0 || c.ess_tail < 400.0 {
            out.push(found(Check::Convergence, Status::Review, vec![], format!(
                "Few independent draws: R-hat {:.3} ({}), {:.0} in the middle and {:.0} in the tails. Raise `sampler.draws` before reading small differences.",
                c.rhat, c.worst, c.ess_bulk, c.ess_tail
            )));
        }
        let share = c.divergences as f64 / c.draws as f64;
        if share > 0.01 {
            out.push(found(Check::Sampler, Status::Fail, vec![], format!(
                "{} of {} trajectories diverged: part of the posterior was not visited. Raise `sampler.target_accept` to 0.95.",
                c.divergences, c.draws
            )));
        } else if c.divergences > 0 {
            out.push(found(
                Check::Sampler,
                Status::Review,
                vec![],
                format!(
                    "{} of {} trajectories diverged. Raise `sampler.target_accept` to 0.95 and compare.",
                    c.divergences, c.draws
                ),
            ));
        }
        if c.at_max_depth as f64 > 0.02 * c.draws as f64 {
            out.push(found(Check::Sampler, Status::Review, vec![], format!(
                "{} of {} trajectories were cut off at the depth limit; raise `sampler.max_depth` or simplify the model.",
                c.at_max_depth, c.draws
            )));
        }
    }
}

fn fit(d: &Diagnostics, knots: &Knots, out: &mut Vec<Finding>) {
    let p = &d.predictive;
    for check in &p.checks {
        let off = check.p.min(1.0 - check.p);
        if check.statistic == "autocorrelation" {
            if off < 0.01 && check.observed.abs() > 0.5 {
                out.push(found(Check::Residuals, Status::Fail, vec![], format!(
                    "What the model leaves over runs on from week to week (autocorrelation {:.2}): the baseline misses a movement that channels may be credited with. {}",
                    check.observed,
                    knots.advice("Add `baseline.knots`, season or the missing control.")
                )));
            } else if off < 0.02 && check.observed.abs() > 0.15 {
                out.push(found(
                    Check::Residuals,
                    Status::Review,
                    vec![],
                    format!(
                        "What the model leaves over runs on from week to week (autocorrelation {:.2}). {}",
                        check.observed,
                        knots.advice("Try `baseline.knots` and see whether effects move.")
                    ),
                ));
            }
        } else if off < 0.005 {
            out.push(found(
                Check::Fit,
                Status::Review,
                vec![],
                format!(
                    "The model does not reproduce the {} of the outcome (predictive p {:.3}).{}",
                    check.statistic,
                    check.p,
                    match (check.statistic.as_str(), p.pareto_k.len()) {
                        ("mean", _) => String::new(),
                        (_, 1) => " Try `likelihood = \"student_t\"`, or mark the events.".to_owned(),
                        // noise that geos share adds up over them, and the model takes it for independent
                        (what, _) if (what == "smallest") == (check.p > 0.5) => {
                            format!(
                                " Geos move together beyond the baseline. {}",
                                knots.advice("Raise `baseline.knots`.")
                            )
                        }
                        _ => " All geos together vary less than the noise of each would make them: intervals are wide."
                            .to_owned(),
                    }
                ),
            ));
        }
    }
    if p.r2 < 0.3 {
        out.push(found(
            Check::Fit,
            Status::Review,
            vec![],
            format!(
                "The model explains {:.0}% of the outcome's movement; most of what moves it is not in the data.",
                100.0 * p.r2.max(0.0)
            ),
        ));
    }
}

fn influence(d: &Diagnostics, weeks: &[String], out: &mut Vec<Finding>) {
    let k = &d.predictive.pareto_k;
    let mut strong: Vec<(f64, usize)> =
        k.iter().flat_map(|geo| geo.iter().enumerate()).filter(|(_, k)| **k > 0.7).map(|(t, k)| (*k, t)).collect();
    strong.sort_by(|a, b| b.0.total_cmp(&a.0));
    if strong.is_empty() {
        return;
    }
    let mut named: Vec<&str> = Vec::new();
    for (_, t) in &strong {
        if let Some(week) = weeks.get(*t).filter(|w| !named.contains(&w.as_str())) {
            named.push(week);
        }
    }
    named.truncate(3);
    let status = if strong.len() as f64 > 0.05 * k.iter().map(Vec::len).sum::<usize>() as f64 {
        Status::Fail
    } else {
        Status::Review
    };
    out.push(found(Check::Influence, status, vec![], format!(
        "{} observation{} decide{} much of the fit (Pareto k above 0.7), first of all {}. Check them for errors, or mark the event.",
        strong.len(),
        if strong.len() == 1 { "" } else { "s" },
        if strong.len() == 1 { "s" } else { "" },
        named.join(", ")
    )));
}
