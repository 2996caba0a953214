//! Cumulative incidence of an event beside another end, with those that have not ended yet taken out when they leave.

use super::endings::{End, Ending};

/// Share that has had the event in the end (Aalen-Johansen, two ends), and the time by which half of those had it.
/// `endings` in order of time.
pub(super) fn incidence(endings: &[Ending], weight: &dyn Fn(u32) -> f64) -> (f64, Option<f64>) {
    let mut at_risk: f64 = endings.iter().map(|e| weight(e.account)).sum();
    let (mut open, mut had) = (1.0, 0.0);
    let mut path: Vec<(i32, f64)> = Vec::new();
    for same in endings.chunk_by(|a, b| a.time == b.time) {
        let of = |end: End| same.iter().filter(|e| e.end == end).map(|e| weight(e.account)).sum::<f64>();
        let (event, other) = (of(End::Event), of(End::Other));
        if at_risk > 1e-12 {
            had += open * event / at_risk;
            open *= (1.0 - (event + other) / at_risk).max(0.0);
            path.push((same[0].time, had));
        }
        at_risk -= event + other + of(End::Open);
    }
    let half = path.iter().find(|p| p.1 >= 0.5 * had).filter(|_| had > 0.0).map(|p| f64::from(p.0));
    (had, half)
}
