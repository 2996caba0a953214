//! How far a fit can be trusted, in facts with a mark and the reason for it.

use tandem_models::health::{Finding, Status};

use super::super::words;
use crate::analysis::summary::Summary;

/// One fact.
pub struct Fact {
    /// What is measured.
    pub label: &'static str,
    /// Its value.
    pub value: String,
    /// `better`, `worse` or `unsure`.
    pub mark: &'static str,
    /// What it means.
    pub why: String,
}

/// Above this a holdout error says that the model does not foresee weeks it has not seen.
const FAR: f64 = 0.25;

/// The facts of a run.
pub fn facts(s: &Summary) -> Vec<Fact> {
    let mut all = vec![Fact {
        label: "Variance explained, R²",
        value: format!("{:.3}", s.fit.r2),
        mark: if s.fit.r2 >= 0.6 { "better" } else { "unsure" },
        why: "in the weeks it was fitted on; a high value alone proves nothing".into(),
    }];
    if let Some(mape) = s.fit.mape {
        all.push(Fact {
            label: "Mean miss, fitted",
            value: words::percent(mape),
            mark: if mape <= FAR { "better" } else { "unsure" },
            why: "mean absolute error relative to the outcome".into(),
        });
    }
    all.push(match s.fit.holdout_mape {
        Some(held) => Fact {
            label: "Mean miss, held out",
            value: words::percent(held),
            mark: if held <= FAR { "better" } else { "worse" },
            why: format!("on the last {} periods, which a refit did not see", periods(s)),
        },
        None => Fact {
            label: "Mean miss, held out",
            value: "not measured".into(),
            mark: "unsure",
            why: "the series is too short, or the estimator holds nothing out".into(),
        },
    });
    all.push(Fact {
        label: "Baseline, without any channel",
        value: words::percent(s.baseline_share),
        mark: match s.baseline_share {
            b if b < 0.0 => "worse",
            b if b < 0.2 => "unsure",
            _ => "better",
        },
        why: if s.baseline_share < 0.0 {
            "of the outcome: marketing is credited with more than happened, so its returns mean nothing".into()
        } else {
            "of the outcome would have come without marketing".into()
        },
    });
    let decided = s.channels.iter().filter(|c| c.roi.is_some_and(|r| r.p05 > 0.0 || r.p95 < 0.0)).count();
    let paid = s.channels.iter().filter(|c| c.roi.is_some()).count();
    if paid > 0 {
        all.push(Fact {
            label: "Returns clear of break-even",
            value: format!("{decided} of {paid}"),
            mark: if 2 * decided >= paid { "better" } else { "unsure" },
            why: "their 90% interval of ROI lies on one side of 0, if the model holds".into(),
        });
    }
    all
}

fn periods(s: &Summary) -> String {
    let n = s.diagnostics.get("holdout_periods").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if n == 0 { "held-out".into() } else { n.to_string() }
}

/// One check that the model makes of itself.
pub struct Check {
    /// `better`, `worse` or `unsure`.
    pub mark: &'static str,
    /// A sentence for a reader who is no statistician.
    pub text: String,
}

/// The model's own checks, worst first; none where the estimator makes none.
pub fn checks(s: &Summary) -> Vec<Check> {
    let check = |f: &Finding| {
        let mark = match f.status {
            Status::Pass => "better",
            Status::Review => "unsure",
            Status::Fail => "worse",
        };
        Check { mark, text: f.message.clone() }
    };
    s.health.findings.iter().map(check).collect()
}

/// Names of what estimators tell of themselves, where the key does not say it.
const NAMES: &[(&str, &str)] = &[
    ("cv_rmse", "Cross-validated error, root mean square"),
    ("penalty", "Ridge penalty"),
    ("near_best", "Settings nearly as good as the best"),
    ("columns", "Columns of the design"),
    ("holdout_periods", "Periods held out"),
    ("negative_baseline", "Share of periods with a negative baseline"),
    ("at_max_depth", "Draws at the greatest tree depth"),
    ("gradients", "Gradients computed"),
];

/// What the estimator says of itself: numbers by name, and notes.
pub fn details(s: &Summary) -> (Vec<(String, String)>, Vec<String>) {
    let Some(map) = s.diagnostics.as_object() else { return (Vec::new(), Vec::new()) };
    let mut notes = Vec::new();
    let mut facts = vec![
        ("Wall time of the fit".to_owned(), format!("{:.1} s", s.seconds)),
        ("Program version".to_owned(), s.code_version.clone()),
    ];
    let worst = |key: &str, pick: fn(f64, f64) -> f64| numbers(&s.diagnostics, key).into_iter().reduce(pick);
    if let Some(r) = worst("rhat", f64::max) {
        facts.push(("Largest R-hat; below 1.01 the chains agree".into(), format!("{r:.4}")));
    }
    if let Some(n) = worst("ess_bulk", f64::min) {
        facts.push(("Smallest effective number of draws".into(), words::whole(n as i64)));
    }
    for (key, value) in map {
        match (key.as_str(), value) {
            ("notes", serde_json::Value::Array(all)) => notes.extend(all.iter().map(words::sentence)),
            // What has an inside is for the API; the checks have read it.
            (_, serde_json::Value::Array(_) | serde_json::Value::Object(_) | serde_json::Value::Null) => {}
            (key, value) => {
                let name = NAMES.iter().find(|(k, _)| *k == key).map(|(_, name)| (*name).to_owned());
                facts.push((name.unwrap_or_else(|| words::capital(&key.replace('_', " "))), words::sentence(value)));
            }
        }
    }
    (facts, notes)
}

/// Every number that stands under a key, however deep.
fn numbers(value: &serde_json::Value, key: &str) -> Vec<f64> {
    match value {
        serde_json::Value::Object(map) => map
            .iter()
            .flat_map(|(k, v)| match v.as_f64() {
                Some(x) if k == key => vec![x],
                _ => numbers(v, key),
            })
            .collect(),
        serde_json::Value::Array(all) => all.iter().flat_map(|v| numbers(v, key)).collect(),
        _ => Vec::new(),
    }
}
