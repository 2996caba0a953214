//! Answers as they are reported: 90% intervals stretched to hold what other assumptions say that predict as well.

use super::Verdicts;
use crate::mmm::answers::{Answers, ChannelAnswer};
use crate::mmm::interval::Interval;

impl Verdicts {
    /// Stretches the 90% intervals of contribution, share, caused outcome, ROAS, ROI and cost per unit of every channel, as
    /// far as [`super::ChannelVerdict::reported`] stretches its contribution. Means, medians and the middle half stay the
    /// fit's own, so that what added up still does; so do mROI and the total, which no refit was asked for. `answers` must be
    /// over the whole panel.
    pub fn report(&self, answers: &mut Answers) {
        for answer in &mut answers.channels {
            if let Some(verdict) = self.channels.iter().find(|v| v.channel == answer.channel) {
                let (own, reported) = (verdict.contribution, verdict.reported());
                stretch(answer, reported.p05 - own.p05, reported.p95 - own.p95);
            }
        }
    }
}

/// Moves the ends by `low <= 0` and `high >= 0` KPI units of contribution.
fn stretch(a: &mut ChannelAnswer, low: f64, high: f64) {
    let by = |i: &mut Interval, unit: f64| {
        i.p05 += low * unit;
        i.p95 += high * unit;
    };
    let contribution = a.contribution.mean;
    if contribution <= 0.0 || a.incremental.mean <= 0.0 {
        // without a positive mean there is no telling what a unit of contribution is in money
        by(&mut a.contribution, 1.0);
        return;
    }
    // what the media causes grows as what is booked in the window
    let caused = a.incremental.mean / contribution;
    let share = a.share.mean / contribution;
    by(&mut a.contribution, 1.0);
    by(&mut a.share, share);
    if let Some(roas) = &mut a.roas {
        by(roas, roas.mean / contribution);
    }
    if let Some(roi) = &mut a.roi {
        by(roi, (roi.mean + 1.0) / contribution);
    }
    let spend = a.spend;
    if let Some(cost) = &mut a.cost_per_unit {
        let turned = |cost: f64, by: f64| spend / (spend / cost + by * caused).max(1e-6 * spend);
        (cost.p05, cost.p95) = (turned(cost.p05, high), turned(cost.p95, low));
    }
    by(&mut a.incremental, caused);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::panel::ChannelKind;

    fn interval(mean: f64, half: f64) -> Interval {
        Interval { mean, p05: mean - half, p25: mean, p50: mean, p75: mean, p95: mean + half }
    }

    fn told() -> ChannelAnswer {
        ChannelAnswer {
            channel: "a".into(),
            kind: ChannelKind::Paid,
            spend: 50.0,
            contribution: interval(100.0, 20.0),
            share: interval(0.1, 0.02),
            carried_in: 0.0,
            carried_out: 0.0,
            incremental: interval(100.0, 20.0),
            roas: Some(interval(2.0, 0.4)),
            roi: Some(interval(1.0, 0.4)),
            mroi: Some(interval(0.5, 0.4)),
            cost_per_unit: Some(Interval { p05: 50.0 / 120.0, p95: 50.0 / 80.0, ..interval(0.5, 0.0) }),
            probability_profitable: Some(1.0),
        }
    }

    #[test]
    fn every_answer_is_stretched_in_its_own_unit_and_means_stay() {
        let mut a = told();
        stretch(&mut a, -10.0, 30.0);
        let near = |x: f64, y: f64| (x - y).abs() < 1e-9;
        assert!(near(a.contribution.p05, 70.0) && near(a.contribution.p95, 150.0) && near(a.contribution.mean, 100.0));
        assert!(near(a.share.p05, 0.07) && near(a.share.p95, 0.15));
        let (roas, roi) = (a.roas.unwrap_or_default(), a.roi.unwrap_or_default());
        assert!(near(roas.p05, 1.4) && near(roas.p95, 3.0) && near(roas.mean, 2.0));
        assert!(near(roi.p05, 0.4) && near(roi.p95, 2.0) && near(roi.mean, 1.0));
        let cost = a.cost_per_unit.unwrap_or_default();
        assert!(near(cost.p95, 50.0 / 70.0) && near(cost.p05, 50.0 / 150.0), "{cost:?}");
        assert_eq!(a.mroi, told().mroi);
    }

    #[test]
    fn where_assumptions_agree_nothing_moves() {
        let mut a = told();
        stretch(&mut a, 0.0, 0.0);
        let cost = |a: &ChannelAnswer| a.cost_per_unit.map_or(0.0, |c| c.p95);
        assert!((cost(&a) - cost(&told())).abs() < 1e-12);
        a.cost_per_unit = told().cost_per_unit;
        assert_eq!(a, told());
    }
}
