//! Milestone models: which touch holds which of the account's milestones, and what each position weighs.

use super::policy::Eligible;
use super::rules::share_by_count;
use super::settings::CustomWeights;
use crate::domain::journey::{EXTRA_MILESTONES, Entry, Journey};

/// Milestones in the order of the funnel: first touch, lead, six extra stages, opportunity, closing.
const STAGES: usize = 4 + EXTRA_MILESTONES;

/// The touch (index into the eligible path) that holds each milestone; `None` = the stage was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stages([Option<usize>; STAGES]);

impl Stages {
    /// Finds the touches.
    ///
    /// The first touch is the account's earliest. A stage entered by a known contact goes to that contact's last touch
    /// up to then, else to the account's; the opportunity and the closing go to the account's last touch up to then.
    /// A stage entered before any touch holds none and counts as skipped.
    #[must_use]
    pub fn of(journey: &Journey, path: &[Eligible]) -> Self {
        let last = |at_us: i64, contact: Option<u32>| {
            path.iter().rposition(|e| e.touch.at_us <= at_us && contact.is_none_or(|c| c == e.touch.contact))
        };
        let entered = |e: Entry| last(e.at_us, e.contact).or_else(|| last(e.at_us, None));
        let mut all = [None; STAGES];
        all[0] = (!path.is_empty()).then_some(0);
        all[1] = journey.milestones.lead.and_then(entered);
        for (slot, entry) in all[2..].iter_mut().zip(journey.milestones.extra) {
            *slot = entry.and_then(entered);
        }
        all[STAGES - 2] = journey.milestones.opportunity.and_then(|e| last(e.at_us, None));
        all[STAGES - 1] = last(journey.end_us, None);
        Stages(all)
    }

    /// The touch holding the first touch, lead creation, opportunity creation and closing.
    #[must_use]
    pub fn main(&self) -> [Option<usize>; 4] {
        [self.0[0], self.0[1], self.0[STAGES - 2], self.0[STAGES - 1]]
    }
}

/// Writes the weight of each touch into `out` (zeros on entry, one per touch of `path`); they sum to 1.
///
/// One touch may hold several positions and takes their sum. A skipped stage stacks on the next one the model weighs,
/// the last resort being the closing touch. Without other touches the weight of the rest is shared over the milestones
/// in proportion to theirs.
pub fn milestone_weights(stages: &Stages, weights: &CustomWeights, path: &[Eligible], out: &mut [f64]) {
    let mut wanted = [0.0; STAGES];
    (wanted[0], wanted[1]) = (weights.first, weights.lead);
    wanted[2..STAGES - 2].copy_from_slice(&weights.extra);
    (wanted[STAGES - 2], wanted[STAGES - 1]) = (weights.opportunity, weights.closed);

    let mut carried = 0.0;
    for (i, &w) in wanted.iter().enumerate() {
        let closing = i == STAGES - 1;
        match stages.0[i] {
            Some(touch) if w > 0.0 || (closing && carried > 0.0) => {
                out[touch] += w + carried;
                carried = 0.0;
            }
            _ => carried += w,
        }
    }
    let held: Vec<bool> = out.iter().map(|&w| w > 0.0).collect();
    share_by_count(path, out, weights.rest, |i| !held[i]);
    // Where no other touch took the rest, scaling to 1 shares it over the milestones in proportion.
    let sum: f64 = out.iter().sum();
    out.iter_mut().for_each(|w| *w /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::rules::Rule;
    use crate::attribution::{ModelKind, Settings};
    use crate::domain::journey::{DAY_US, Milestones, NO_CAMPAIGN, Outcome, Touch};
    use crate::domain::period::Day;

    const NAMES: [&str; 6] = ["AdWords", "Organic", "Webinar", "Facebook", "Yahoo", "Email"];

    fn us(y: i32, m: u32, d: u32) -> i64 {
        i64::from(Day::from_civil(y, m, d).0) * DAY_US
    }

    /// The worked example: person A (0) and person B (1) of one account.
    fn example() -> Journey {
        let seen = [
            (3, 1, us(2019, 8, 26)),
            (0, 0, us(2019, 9, 1)),
            (1, 0, us(2019, 11, 20)),
            (4, 1, us(2020, 2, 20)),
            (2, 0, us(2020, 3, 4)),
            (5, 1, us(2020, 5, 1)),
        ];
        let touch = |(channel, contact, at_us)| Touch { channel, campaign: NO_CAMPAIGN, at_us, contact };
        Journey {
            touches: seen.map(touch).to_vec(),
            outcome: Outcome::Won { value_minor: 100_000_00 },
            end_us: us(2020, 5, 6),
            milestones: Milestones {
                lead: Some(Entry { at_us: us(2019, 11, 20), contact: Some(0) }),
                opportunity: Some(Entry { at_us: us(2020, 3, 7), contact: None }),
                ..Milestones::default()
            },
            ..Journey::empty()
        }
    }

    fn path(journey: &Journey) -> Vec<Eligible> {
        journey.touches.iter().map(|&touch| Eligible { touch, count: 1 }).collect()
    }

    fn weights(kind: ModelKind, journey: &Journey) -> Vec<f64> {
        let mut out = Vec::new();
        let rule = Rule::of(kind, &Settings::default());
        rule.into_iter().for_each(|r| r.weights(journey, &path(journey), |_| false, &mut out));
        out.iter().map(|w| (w * 1e9).round() / 1e9).collect()
    }

    #[test]
    fn the_worked_account_has_its_four_milestones() {
        let journey = example();
        let held = Stages::of(&journey, &path(&journey)).main();
        let names = held.map(|i| i.map(|i| NAMES[journey.touches[i].channel as usize]));
        assert_eq!(names, [Some("Facebook"), Some("Organic"), Some("Webinar"), Some("Email")]);
    }

    #[test]
    fn the_lead_touch_is_the_leads_own_and_not_a_colleagues_later_one() {
        let mut journey = example();
        journey.milestones.lead = Some(Entry { at_us: us(2020, 2, 25), contact: Some(0) });
        let own = Stages::of(&journey, &path(&journey)).main()[1];
        journey.milestones.lead = Some(Entry { at_us: us(2020, 2, 25), contact: None });
        let anyone = Stages::of(&journey, &path(&journey)).main()[1];
        assert_eq!((own, anyone), (Some(2), Some(3)));
    }

    #[test]
    fn shares_of_the_worked_account() {
        let journey = example();
        // Facebook, AdWords, Organic, Yahoo, Webinar, Email
        assert_eq!(weights(ModelKind::UHalves, &journey), [0.5, 0.0, 0.5, 0.0, 0.0, 0.0]);
        assert_eq!(weights(ModelKind::UWithRest, &journey), [0.4, 0.05, 0.4, 0.05, 0.05, 0.05]);
        let third = 0.033333333;
        assert_eq!(weights(ModelKind::W, &journey), [0.3, third, 0.3, third, 0.3, third]);
        assert_eq!(weights(ModelKind::FullPath, &journey), [0.225, 0.05, 0.225, 0.05, 0.225, 0.225]);
        assert_eq!(weights(ModelKind::Custom, &journey), weights(ModelKind::FullPath, &journey), "default weights");
    }

    #[test]
    fn without_other_touches_the_rest_is_shared_over_the_milestones() {
        let mut journey = example();
        journey.touches.retain(|t| [3, 1, 2].contains(&t.channel));
        assert_eq!(weights(ModelKind::W, &journey), [0.333333333; 3]);
        let mut journey = example();
        journey.touches.retain(|t| [3, 1, 2, 5].contains(&t.channel));
        assert_eq!(weights(ModelKind::FullPath, &journey), [0.25; 4]);
    }

    #[test]
    fn a_skipped_stage_stacks_on_the_next() {
        let mut journey = example();
        journey.milestones.lead = None;
        let w = weights(ModelKind::W, &journey);
        assert_eq!((w[0], w[4]), (0.3, 0.6));
        journey.milestones.opportunity = None;
        let w = weights(ModelKind::W, &journey);
        assert_eq!((w[0], w[4], w[5]), (0.3, 0.025, 0.6), "both stack on the closing touch");
    }

    #[test]
    fn a_stage_entered_before_any_touch_is_skipped() {
        let mut journey = example();
        journey.milestones.lead = Some(Entry { at_us: us(2018, 1, 1), contact: Some(0) });
        assert_eq!(weights(ModelKind::UHalves, &journey), [0.5, 0.0, 0.0, 0.0, 0.0, 0.5]);
    }

    #[test]
    fn one_touch_holds_every_position() {
        let mut journey = example();
        journey.touches.truncate(1);
        for kind in [ModelKind::UHalves, ModelKind::UWithRest, ModelKind::W, ModelKind::FullPath] {
            assert_eq!(weights(kind, &journey), [1.0], "{kind}");
        }
    }

    #[test]
    fn a_custom_model_may_weigh_extra_stages_only() {
        let mut journey = example();
        journey.milestones.extra[2] = Some(Entry { at_us: us(2020, 2, 28), contact: None });
        let custom = CustomWeights {
            first: 0.0,
            lead: 0.0,
            extra: [0.0, 0.0, 3.0, 0.0, 0.0, 0.0],
            opportunity: 1.0,
            closed: 0.0,
            rest: 0.0,
        };
        let mut out = Vec::new();
        Rule::Milestones(custom).weights(&journey, &path(&journey), |_| false, &mut out);
        assert_eq!(out, [0.0, 0.0, 0.0, 0.75, 0.25, 0.0]);
    }
}
