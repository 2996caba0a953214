//! What a run says of each channel, lever and experiment, row by row.

use super::super::words;
use crate::analysis::summary::Summary;

/// With a proper minus.
pub fn minus(text: &str) -> String {
    text.replace('-', "−")
}

/// A verdict.
pub struct Row {
    /// Channel.
    pub channel: String,
    /// `better`, `unsure` or `worse`.
    pub mark: &'static str,
    /// `decidable`, `leaning`, `not decidable`.
    pub verdict: String,
    /// ROI, median and 90% interval.
    pub roi: String,
    /// Chance that it earns more than it costs.
    pub chance: String,
    /// Why, and what would decide it.
    pub because: String,
}

/// What a change of a lever does.
pub struct Lever {
    /// Name.
    pub name: String,
    /// Mean of the column.
    pub level: String,
    /// Change of the outcome by 10% more of it.
    pub tenth: String,
    /// Chance that more of it lowers the outcome.
    pub chance: String,
}

/// An experiment beside the model.
pub struct Experiment {
    /// Channel and window.
    pub what: String,
    /// Measured lift with its standard error.
    pub measured: String,
    /// The model's.
    pub model: String,
    /// `better` or `worse`.
    pub mark: &'static str,
}

/// Verdicts of all channels that have one.
pub fn verdicts(s: &Summary) -> Vec<Row> {
    let row = |c: &crate::analysis::summary::ChannelSummary| {
        let v = c.verdict.as_ref()?;
        Some(Row {
            channel: words::name(&c.channel),
            mark: match v.verdict.as_str() {
                "decidable" => "better",
                // Open is not bad: red is for what is lost.
                _ => "unsure",
            },
            verdict: v.verdict.replace('_', " "),
            roi: words::maybe(c.roi.as_ref()),
            chance: c.probability_profitable.map_or_else(|| "–".into(), words::percent),
            because: v.because.clone(),
        })
    };
    s.channels.iter().filter_map(row).collect()
}

/// Levers of the spec.
pub fn levers(s: &Summary) -> Vec<Lever> {
    let row = |l: &crate::analysis::summary::LeverSummary| {
        let percent = |x: f64| minus(&format!("{:+.1}%", 100.0 * x));
        let t = &l.per_tenth;
        Lever {
            name: words::name(&l.lever),
            level: words::plain(l.level),
            tenth: format!("{} ({} to {})", percent(t.p50), percent(t.p05), percent(t.p95)),
            chance: words::percent(l.probability_negative),
        }
    };
    s.levers.iter().map(row).collect()
}

/// Experiments that the fit used.
pub fn experiments(s: &Summary) -> Vec<Experiment> {
    let all = s.diagnostics.get("experiments").and_then(serde_json::Value::as_array);
    let row = |e: &serde_json::Value| {
        let number = |v: &serde_json::Value| v.as_f64().unwrap_or(0.0);
        let round = |x: f64| if x.abs() < 100.0 { format!("{x:.1}") } else { words::whole(x.round() as i64) };
        let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
        let period = crate::analysis::Period { from: text(&e["window"][0]), to: text(&e["window"][1]) };
        let m = &e["model"];
        Experiment {
            what: format!("{}, {}", words::name(&text(&e["channel"])), words::period(&period)),
            measured: minus(&format!("{} ± {}", round(number(&e["lift"])), round(number(&e["lift_se"])))),
            model: minus(&format!(
                "{} ({} to {})",
                round(number(&m["p50"])),
                round(number(&m["p05"])),
                round(number(&m["p95"]))
            )),
            mark: if number(&e["z"]).abs() > 2.5 { "worse" } else { "better" },
        }
    };
    all.into_iter().flatten().map(row).collect()
}

/// What the spec expected before the data, in a sentence.
pub fn prior(s: &Summary) -> Option<String> {
    let check = s.diagnostics.get("prior_check")?;
    let number = |at: &str| check.pointer(at).and_then(serde_json::Value::as_f64);
    let whole = |x: f64| words::whole(x.round() as i64);
    Some(format!(
        "Before the data, a period's outcome lay between {} and {} (90%), where {} to {} happened; channels together brought {} of it (90%: {} to {}).",
        whole(number("/outcome/p05")?),
        whole(number("/outcome/p95")?),
        whole(number("/observed/0")?),
        whole(number("/observed/2")?),
        words::percent(number("/media_share/p50")?),
        words::percent(number("/media_share/p05")?),
        words::percent(number("/media_share/p95")?),
    ))
}
