//! The wording of verdicts, in one place.

use super::decide::{NARROW, WRONG};
use super::{Alternative, Assumption, ChannelVerdict, Decision, Level, Topic};
use crate::domain::panel::Panel;
use crate::mmm::diagnostics::{Diagnostics, Knots, Status};
use crate::mmm::interval::Interval;

/// A number as a person would say it: three digits.
fn short(x: f64) -> String {
    let size = x.abs();
    let (value, unit) = if size >= 1e9 {
        (x / 1e9, " billion")
    } else if size >= 1e6 {
        (x / 1e6, " million")
    } else if size >= 1e4 {
        (x / 1e3, " thousand")
    } else {
        (x, "")
    };
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}{unit}")
}

pub(super) fn unhealthy(d: &Diagnostics) -> String {
    let first = d.health.findings.iter().find(|f| f.status == Status::Fail);
    format!("The fit as a whole cannot be relied on: {}", first.map_or("see its health.", |f| f.message.as_str()))
}

pub(super) fn wide(own: &Interval) -> String {
    format!("The 90% interval runs from {} to {}: too wide for a size.", short(own.p05), short(own.p95))
}

pub(super) fn unseen(share: f64) -> String {
    format!(
        "It never rested: in its weakest weeks it still brings {:.0}% of what it brings on average, so its total rests on the \
         shape of the curve below anything that was spent.",
        100.0 * share
    )
}

pub(super) fn prior(weight: f64) -> String {
    format!(
        "{:.0}% of what remains uncertain was uncertain before the data: the number leans on its prior.",
        100.0 * weight
    )
}

/// An assumption as a reader would name it.
pub(super) fn named(a: Assumption) -> &'static str {
    match a {
        Assumption::FlexibleBaseline => "a baseline that may bend every quarter",
        Assumption::MonthlyBaseline => "a baseline that may bend every month",
        Assumption::SShape => "a curve that may be S-shaped",
        Assumption::OtherSaturation => "another saturation curve",
        Assumption::OtherCarryOver => "another shape of carry-over",
        Assumption::OtherNoise => "another distribution of the noise",
    }
}

/// What to write into the spec to have it.
pub(super) fn key(a: Assumption) -> &'static str {
    match a {
        Assumption::FlexibleBaseline => "raise `baseline.fourier` and `baseline.knots`",
        Assumption::MonthlyBaseline => "raise `baseline.knots`",
        Assumption::SShape => "`saturation.kind = \"hill\"` with `slope = \"free\"`",
        Assumption::OtherSaturation => "change `saturation.kind`",
        Assumption::OtherCarryOver => "change `adstock.kind`",
        Assumption::OtherNoise => "change `likelihood`",
    }
}

pub(super) fn moved(a: &Alternative) -> String {
    let way = if a.change > 0.0 { "up" } else { "down" };
    format!("With {} the number goes {way} by {:.0}%.", named(a.assumption), 100.0 * a.change.abs())
}

pub(super) fn better(a: &Alternative) -> String {
    format!(
        "With {} the model predicts better (by {} in log density), and the number changes by {:+.0}%.",
        named(a.assumption),
        short(a.elpd.value),
        100.0 * a.change
    )
}

pub(super) fn harm() -> String {
    "Left to themselves the data would give it a negative effect, which its prior rules out; give it a `normal` prior."
        .into()
}

pub(super) fn harm_elsewhere(harmful: &[String]) -> String {
    format!(
        "{} seems to do harm, which {} rules out; what is held back there is credited elsewhere.",
        harmful.join(", "),
        if harmful.len() == 1 { "its prior" } else { "their priors" }
    )
}

pub(super) fn worlds(wrong: usize, tried: usize) -> String {
    format!("In {wrong} of {tried} simulated worlds over the same spend the model missed the planted truth.")
}

pub(super) fn off(off: f64, tried: usize) -> String {
    format!(
        "In {tried} simulated worlds over the same spend the model was off by {:.0}% on average: what ran tells no size.",
        100.0 * off
    )
}

pub(super) fn placebo(z: f64) -> String {
    format!(
        "Spend of the coming weeks goes with today's outcome ({} standard errors), which no cause can: spend seems to follow demand.",
        short(z.abs())
    )
}

pub(super) fn placebo_elsewhere(ahead: &[String]) -> String {
    format!("Spend on {} seems to follow demand; what it is given too much, others get too little.", ahead.join(", "))
}

pub(super) fn bent(channels: &[String]) -> String {
    format!(
        "The curve of {} bends otherwise than the model's kind of curve can: sizes are off, here and where the rest is credited. Change `saturation.kind`, or let the slope be free.",
        channels.join(", ")
    )
}

pub(super) fn likelier(topic: Topic, weight: f64) -> String {
    let what = match topic {
        Topic::Baseline => "a baseline that bends more",
        Topic::Curve => "another kind of saturation curve",
        Topic::CarryOver => "another shape of carry-over",
        Topic::Noise => "another distribution of the noise",
    };
    format!("By how well it predicts, {what} is likelier than the one assumed ({:.0}%).", 100.0 * weight)
}

pub(super) fn outside(answer: &Interval, own: &Interval) -> String {
    format!(
        "Over assumptions that predict as well the 90% interval runs from {} to {}, the fit's own from {} to {}: what is assumed decides more than the data.",
        short(answer.p05),
        short(answer.p95),
        short(own.p05),
        short(own.p95)
    )
}

pub(super) fn level(level: &Level, knots: &Knots) -> String {
    format!(
        "From about {} on the outcome lies {} a period {}, and nothing in the model says why ({} standard errors): channels are credited with the difference. Mark what happened as an event, {}.",
        level.from,
        short(level.change.abs()),
        if level.change > 0.0 { "higher" } else { "lower" },
        short(level.z.abs()),
        match knots.against() {
            None => "add its cause as a control, or raise `baseline.knots`",
            Some(_) => "or add its cause as a control",
        }
    )
}

pub(super) fn no_refits() -> String {
    "Not tried under other assumptions: refits were switched off (`verdict.refits`).".into()
}

pub(super) fn good(v: &ChannelVerdict, tried: usize) -> String {
    let found = v.trials.iter().filter(|t| t.error <= WRONG).count().min(tried);
    format!(
        "Narrow, hardly prior, stable under other assumptions, and found again in {found} of {tried} simulated worlds."
    )
}

/// Periods of the experiment that is proposed.
const TEST: usize = 8;

/// How many more periods, or an experiment of what precision, would bring the half-width down to [`NARROW`].
pub(super) fn would_decide(v: &ChannelVerdict, own: &Interval, periods: usize, panel: &Panel) -> Option<String> {
    if v.decision == Decision::Decidable {
        return None;
    }
    let unit = if panel.period_days == 7 { "weeks" } else { "periods" };
    let wanted = NARROW * own.mean.abs() / 1.645;
    let mut parts = Vec::new();
    if v.half_width > NARROW {
        let more = periods as f64 * ((v.half_width / NARROW).powi(2) - 1.0);
        if more <= 3.0 * periods as f64 {
            parts.push(format!("about {:.0} more {unit} of varied spend", more.ceil()));
        }
    }
    if wanted > 0.0 && wanted.is_finite() {
        // precise enough by itself: what keeps a model from deciding is often not its noise
        let share = TEST as f64 / periods as f64;
        parts.push(format!(
            "an experiment that switches the channel off for {TEST} {unit} and measures the loss ({} {} expected) to a standard error of {}",
            short(own.mean * share),
            panel.kpi,
            short(wanted * share)
        ));
    }
    (!parts.is_empty()).then(|| format!("Would be decided by {}.", parts.join(", or by ")))
}
