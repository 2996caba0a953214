//! What an estimator gave: draws, and what it says of itself in the words and shapes of a summary.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use serde_json::{Value, json};
use tandem_models::health::Health;
use tandem_models::mmm::answers::Answers;
use tandem_models::mmm::contributions::Contributions;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::diagnostics::{Diagnostics, diagnose};
use tandem_models::mmm::posterior::Posterior;
use tandem_models::mmm::ridge::{self, RidgeError, RidgeFit};
use tandem_models::mmm::sample::{self, Cancel, SampleError, Sampled, Step};
use tandem_models::mmm::verdict::{ChannelVerdict, Verdicts, verdicts};

use super::error::{AnalysisError, Result};
use super::mmm::Progress;
use super::request::Estimator;
use super::summary::Verdict;

/// A fit by one of the estimators.
pub(super) enum Fitted {
    /// Ridge with bootstrap draws.
    Ridge(Box<RidgeFit>),
    /// A sampled posterior with its diagnostics and verdicts.
    Bayes(Box<(Sampled, Diagnostics, Verdicts)>),
}

/// A verdict with the channel that it is on.
pub(super) struct Judged {
    pub(super) channel: String,
    pub(super) verdict: Verdict,
}

/// Fits a design.
///
/// # Errors
/// Those of the estimator; `Cancelled` when `stop` was raised.
pub(super) fn fit(
    estimator: Estimator,
    design: &Arc<Design>,
    progress: &Progress<'_>,
    stop: &AtomicBool,
) -> Result<Fitted> {
    match estimator {
        Estimator::Ridge => {
            let go_on = |done: f64| {
                progress(0.05 + 0.85 * done, "ridge");
                !stop.load(Ordering::Relaxed)
            };
            let fit = ridge::fit(design, &go_on).map_err(|e| match e {
                RidgeError::Cancelled => AnalysisError::Cancelled,
                other => AnalysisError::Model(other.to_string()),
            })?;
            Ok(Fitted::Ridge(Box::new(fit)))
        }
        Estimator::Bayes => {
            let sampled = sampled(design, progress, stop)?;
            progress(0.6, "diagnostics");
            let mut diagnostics = diagnose(&sampled);
            let judged = judged(&sampled, &diagnostics, progress, stop)?;
            diagnostics.health = judged.health(&diagnostics, design);
            Ok(Fitted::Bayes(Box::new((sampled, diagnostics, judged))))
        }
    }
}

/// Draws alone, without diagnostics and verdicts.
///
/// # Errors
/// As [`fit`].
pub(super) fn draws(
    estimator: Estimator,
    design: &Arc<Design>,
    progress: &Progress<'_>,
    stop: &AtomicBool,
) -> Result<Posterior> {
    match estimator {
        Estimator::Bayes => Ok(sampled(design, progress, stop)?.posterior),
        Estimator::Ridge => match fit(estimator, design, progress, stop)? {
            Fitted::Ridge(fit) => Ok(fit.posterior),
            Fitted::Bayes(all) => Ok(all.0.posterior),
        },
    }
}

fn sampled(design: &Arc<Design>, progress: &Progress<'_>, stop: &AtomicBool) -> Result<Sampled> {
    let cancel = Cancel::new();
    let told = |step: Step| {
        progress(0.05 + 0.55 * step.done as f64 / step.total.max(1) as f64, "sampling");
        if stop.load(Ordering::Relaxed) {
            cancel.cancel();
        }
    };
    sample::fit_design(design.clone(), design.spec.spec().seed, &told, &cancel).map_err(refused)
}

pub(super) fn refused(error: SampleError) -> AnalysisError {
    match error {
        SampleError::Cancelled => AnalysisError::Cancelled,
        SampleError::Spec { key, problem, accepted } => {
            AnalysisError::rejected(format!("spec.{key}"), format!("{problem}; accepted: {accepted}"))
        }
        other => AnalysisError::Model(other.to_string()),
    }
}

fn judged(sampled: &Sampled, told: &Diagnostics, progress: &Progress<'_>, stop: &AtomicBool) -> Result<Verdicts> {
    let cancel = Cancel::new();
    let go_on = |done: f64| {
        progress(0.65 + 0.25 * done, "verdicts");
        if stop.load(Ordering::Relaxed) {
            cancel.cancel();
        }
    };
    let spec = sampled.posterior.design.spec.spec();
    verdicts(sampled, told, spec.verdict.refits, spec.seed, &go_on, &cancel).map_err(refused)
}

/// A closed word of the models as it is written in JSON, in small letters.
fn word(value: &impl Serialize) -> String {
    let text = serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_lowercase));
    text.unwrap_or_default()
}

impl Fitted {
    pub(super) fn posterior(&self) -> &Posterior {
        match self {
            Fitted::Ridge(fit) => &fit.posterior,
            Fitted::Bayes(both) => &both.0.posterior,
        }
    }

    /// Lets the worth of a KPI unit vary as `values` do, and by channel as `of_channel` does.
    pub(super) fn set_worth(&mut self, values: &[f64], of_channel: &[Vec<f64>]) {
        match self {
            Fitted::Ridge(fit) => fit.posterior.set_worth(values, of_channel),
            Fitted::Bayes(all) => all.0.posterior.set_worth(values, of_channel),
        }
    }

    /// By channel, draws of what its prior is on; none for ridge.
    pub(super) fn effects(&self) -> &[Vec<f64>] {
        match self {
            Fitted::Ridge(_) => &[],
            Fitted::Bayes(all) => &all.0.effects,
        }
    }

    /// Error on periods that a refit had not seen.
    pub(super) fn holdout_mape(&self) -> Option<f64> {
        match self {
            Fitted::Ridge(fit) => fit.holdout.as_ref().and_then(ridge::Holdout::mape),
            Fitted::Bayes(all) => all.2.holdout.as_ref().map(|h| h.mape),
        }
    }

    pub(super) fn diagnostics(&self) -> Value {
        match self {
            Fitted::Ridge(fit) => json!({
                "penalty": fit.penalty,
                "cv_rmse": fit.cv_rmse,
                "near_best": fit.near_best,
                "columns": fit.columns,
                "holdout_periods": fit.holdout.as_ref().map_or(0, |h| h.actual.len()),
            }),
            Fitted::Bayes(both) => {
                let (sampled, told, judged) = &**both;
                let mut all = serde_json::to_value(told).unwrap_or_default();
                if let Some(map) = all.as_object_mut() {
                    // Told in the summary's own shape.
                    map.remove("health");
                    map.insert("gradients".into(), sampled.gradients().into());
                    map.insert("divergences".into(), sampled.divergences().into());
                    map.insert("verdicts".into(), serde_json::to_value(&judged.channels).unwrap_or_default());
                    map.insert("level".into(), serde_json::to_value(judged.level).unwrap_or_default());
                    map.insert("holdout".into(), serde_json::to_value(&judged.holdout).unwrap_or_default());
                }
                all
            }
        }
    }

    pub(super) fn health(&self, answers: &Answers, over_time: &Contributions) -> Health {
        match self {
            Fitted::Ridge(fit) => ridge::health(fit, over_time, answers),
            Fitted::Bayes(both) => both.1.health.clone(),
        }
    }

    /// Stretches `answers` to what is reported; a fit without refits keeps its own.
    pub(super) fn report(&self, answers: &mut Answers) {
        if let Fitted::Bayes(both) = self {
            both.2.report(answers);
        }
    }

    pub(super) fn verdicts(&self, answers: &Answers) -> Vec<Judged> {
        match self {
            Fitted::Ridge(fit) => ridge::verdicts(fit, answers)
                .into_iter()
                .map(|v| Judged {
                    channel: v.channel,
                    verdict: Verdict {
                        verdict: word(&v.decision),
                        because: v.because,
                        relative_width: v.relative_width,
                        inflation: v.inflation,
                        ..Verdict::default()
                    },
                })
                .collect(),
            Fitted::Bayes(both) => {
                let (_, told, judged) = &**both;
                judged.channels.iter().enumerate().map(|(c, v)| bayes_verdict(v, told, c)).collect()
            }
        }
    }
}

fn bayes_verdict(v: &ChannelVerdict, told: &Diagnostics, c: usize) -> Judged {
    Judged {
        channel: v.channel.clone(),
        verdict: Verdict {
            verdict: word(&v.decision),
            because: v.reasons.iter().chain(&v.would_decide).cloned().collect::<Vec<_>>().join(" "),
            relative_width: v.half_width,
            inflation: told.inflation.get(c).map_or(1.0, |i| i.factor),
            would_decide: v.would_decide.clone(),
            robustness: Some(v.robustness.to_zero),
            robustness_break_even: v.robustness.to_break_even,
            placebo: Some(v.regressed.foresight()),
            own: v.over_assumptions.map(|_| v.contribution.into()),
        },
    }
}
