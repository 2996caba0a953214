//! Which touches of a journey are eligible: lookback, direct traffic, repeats. Applied in this order before any model.

use serde::{Deserialize, Serialize};

use crate::domain::journey::{DAY_US, Journey, Reentry, Touch};

/// How repeated touches of one channel count. `D A B B C D C C` becomes:
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    /// `D A B B C D C C`: every touch counts.
    #[default]
    Identity,
    /// `D A B C D C`: a run of one channel is one exposure, at the time of its first touch.
    Exposure,
    /// `D A B C`: only the first touch of each channel.
    First,
    /// `D2 A1 B2 C3`: the first touch of each channel, weighing as many touches as there were.
    Frequency,
}

/// What happens to direct traffic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectTraffic {
    /// A channel like any other.
    #[default]
    Keep,
    /// Left out, unless the journey has nothing else.
    RemoveIfNotAll,
    /// Left out at the end of the journey, unless the journey has nothing else.
    RemoveIfLastAndNotAll,
}

/// Whose touches belong to an outcome of an account. Read by the query that builds journeys, not by the models.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountMapping {
    /// All contacts of the account.
    #[default]
    AllContacts,
    /// Contacts with a role in the deal; all contacts where the deal names none.
    ContactRoles,
    /// The primary contact of the deal; contacts with a role, then all, where there is none.
    PrimaryRole,
}

/// The written policies of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Days before the outcome in which a touch is eligible, both ends included; `None` = no limit. Default 365.
    pub lookback_days: Option<u32>,
    /// Repeated touches.
    pub repeats: Repeats,
    /// Direct traffic.
    pub direct: DirectTraffic,
    /// Names of the channels that are direct traffic. Default `Direct`, compared without letter case.
    pub direct_channels: Vec<String>,
    /// Whose touches count.
    pub mapping: AccountMapping,
    /// Which entry of a stage counts when it was entered again.
    pub reentry: Reentry,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            lookback_days: Some(365),
            repeats: Repeats::Identity,
            direct: DirectTraffic::Keep,
            direct_channels: vec!["Direct".into()],
            mapping: AccountMapping::AllContacts,
            reentry: Reentry::First,
        }
    }
}

impl Policy {
    /// Whether a path without times passes unchanged: every touch counts and direct traffic stays.
    #[must_use]
    pub fn keeps_paths(&self) -> bool {
        self.repeats == Repeats::Identity && self.direct == DirectTraffic::Keep
    }

    /// For each channel whether it is direct traffic.
    #[must_use]
    pub fn direct_flags(&self, channels: &[String]) -> Vec<bool> {
        channels.iter().map(|c| self.direct_channels.iter().any(|d| d.eq_ignore_ascii_case(c))).collect()
    }
}

/// A touch that may take credit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eligible {
    /// The touch.
    pub touch: Touch,
    /// How many touches it stands for: 1, or more under [`Repeats::Frequency`].
    pub count: u32,
}

/// Applies the policy to journeys one after the other, reusing its buffers.
#[derive(Debug, Clone)]
pub struct Filter {
    policy: Policy,
    direct: Vec<bool>,
    kept: Vec<Eligible>,
    slot: Vec<u32>,
}

impl Filter {
    /// For channels numbered as in `channels`.
    #[must_use]
    pub fn new(policy: &Policy, channels: &[String]) -> Self {
        let direct = policy.direct_flags(channels);
        Filter { policy: policy.clone(), slot: vec![0; direct.len()], direct, kept: Vec::new() }
    }

    /// Whether `channel` is direct traffic; channels added after [`Filter::new`] are not.
    #[must_use]
    pub fn is_direct(&self, channel: u32) -> bool {
        self.direct.get(channel as usize).copied().unwrap_or(false)
    }

    /// The eligible touches, ascending by time; touches after the outcome are out. Empty = the outcome is unattributed.
    ///
    /// Touches out of order are sorted by time, equal times staying in the order given.
    pub fn apply(&mut self, journey: &Journey) -> &[Eligible] {
        self.kept.clear();
        let from = self.policy.lookback_days.map_or(i64::MIN, |d| journey.end_us.saturating_sub(i64::from(d) * DAY_US));
        let inside = journey.touches.iter().filter(|t| t.at_us >= from && t.at_us <= journey.end_us);
        self.kept.extend(inside.map(|&touch| Eligible { touch, count: 1 }));
        if !self.kept.is_sorted_by_key(|e| e.touch.at_us) {
            self.kept.sort_by_key(|e| e.touch.at_us);
        }
        self.drop_direct();
        self.merge_repeats();
        &self.kept
    }

    fn drop_direct(&mut self) {
        if self.policy.direct == DirectTraffic::Keep {
            return;
        }
        let direct = &self.direct;
        let is = |e: &Eligible| direct.get(e.touch.channel as usize).copied().unwrap_or(false);
        let Some(last_other) = self.kept.iter().rposition(|e| !is(e)) else { return };
        match self.policy.direct {
            DirectTraffic::Keep => {}
            DirectTraffic::RemoveIfNotAll => self.kept.retain(|e| !is(e)),
            DirectTraffic::RemoveIfLastAndNotAll => self.kept.truncate(last_other + 1),
        }
    }

    fn merge_repeats(&mut self) {
        match self.policy.repeats {
            Repeats::Identity => {}
            Repeats::Exposure => self.kept.dedup_by_key(|e| e.touch.channel),
            Repeats::First | Repeats::Frequency => {
                let frequency = self.policy.repeats == Repeats::Frequency;
                let mut n = 0;
                for i in 0..self.kept.len() {
                    let e = self.kept[i];
                    let c = e.touch.channel as usize;
                    if c >= self.slot.len() {
                        self.slot.resize(c + 1, 0);
                    }
                    // `slot` holds one more than the place of the channel's first touch; 0 = not seen in this journey.
                    match self.slot[c] {
                        0 => {
                            self.kept[n] = e;
                            n += 1;
                            self.slot[c] = n as u32;
                        }
                        at if frequency => self.kept[at as usize - 1].count += 1,
                        _ => {}
                    }
                }
                self.kept.truncate(n);
                self.kept.iter().for_each(|e| self.slot[e.touch.channel as usize] = 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journey::{NO_CAMPAIGN, Outcome};

    fn journey(path: &str) -> Journey {
        let touch = |(i, c): (usize, char)| Touch {
            channel: "ABCD".find(c).map_or(9, |n| n as u32),
            campaign: NO_CAMPAIGN,
            at_us: i as i64 * DAY_US,
            contact: 0,
        };
        let touches: Vec<Touch> = path.chars().enumerate().map(touch).collect();
        let end_us = touches.last().map_or(0, |t| t.at_us);
        Journey { touches, end_us, outcome: Outcome::Won { value_minor: 100 }, ..Journey::empty() }
    }

    fn filter(change: impl Fn(&mut Policy)) -> Filter {
        let mut policy = Policy { direct_channels: vec!["d".into()], ..Policy::default() };
        change(&mut policy);
        Filter::new(&policy, &["A", "B", "C", "D"].map(String::from))
    }

    fn read(kept: &[Eligible]) -> String {
        let one = |e: &Eligible| {
            let name = &"ABCD"[e.touch.channel as usize..=e.touch.channel as usize];
            if e.count > 1 { format!("{name}{}", e.count) } else { name.to_owned() }
        };
        kept.iter().map(one).collect()
    }

    #[test]
    fn repeats_follow_the_worked_example() {
        let cases = [
            (Repeats::Identity, "DABBCDCC"),
            (Repeats::Exposure, "DABCDC"),
            (Repeats::First, "DABC"),
            (Repeats::Frequency, "D2AB2C3"),
        ];
        for (repeats, want) in cases {
            let mut f = filter(|p| p.repeats = repeats);
            assert_eq!(read(f.apply(&journey("DABBCDCC"))), want);
            assert_eq!(read(f.apply(&journey("DABBCDCC"))), want, "a second journey must not see the first");
        }
    }

    #[test]
    fn direct_traffic_goes_only_beside_other_touches() {
        let cases = [
            (DirectTraffic::Keep, "DADBDD", "DADBDD"),
            (DirectTraffic::RemoveIfNotAll, "DADBDD", "AB"),
            (DirectTraffic::RemoveIfNotAll, "DD", "DD"),
            (DirectTraffic::RemoveIfLastAndNotAll, "DADBDD", "DADB"),
            (DirectTraffic::RemoveIfLastAndNotAll, "DD", "DD"),
        ];
        for (direct, path, want) in cases {
            assert_eq!(read(filter(|p| p.direct = direct).apply(&journey(path))), want, "{direct:?} {path}");
        }
    }

    #[test]
    fn lookback_holds_both_ends_and_touches_after_the_outcome_are_out() {
        let mut j = journey("ABCDABCD");
        j.end_us = 5 * DAY_US;
        assert_eq!(read(filter(|p| p.lookback_days = Some(3)).apply(&j)), "CDAB");
        assert_eq!(read(filter(|p| p.lookback_days = None).apply(&j)), "ABCDAB");
        j.end_us = -1;
        assert_eq!(read(filter(|_| {}).apply(&j)), "");
    }

    #[test]
    fn touches_out_of_order_are_sorted_by_time() {
        let mut j = journey("ABCD");
        j.touches.swap(0, 3);
        assert_eq!(read(filter(|_| {}).apply(&j)), "ABCD");
    }

    #[test]
    fn a_channel_unknown_when_the_filter_was_made_is_a_channel_like_any_other() {
        let mut j = journey("AB");
        j.touches[1].channel = 7;
        let kept: Vec<u32> = filter(|p| p.repeats = Repeats::First).apply(&j).iter().map(|e| e.touch.channel).collect();
        assert_eq!(kept, [0, 7]);
    }
}
