//! One account's or contact's way to one outcome: touches in time, milestones, and how it ended.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Microseconds in a day, the unit of policies against the unit of event times.
pub const DAY_US: i64 = 86_400_000_000;

/// Campaign index of a touch that belongs to no known campaign.
pub const NO_CAMPAIGN: u32 = u32::MAX;

/// One contact meeting one campaign on one channel at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Index into the channel [`Interner`].
    pub channel: u32,
    /// Index into the campaign [`Interner`], or [`NO_CAMPAIGN`].
    pub campaign: u32,
    /// Event time, microseconds since 1970-01-01 UTC.
    pub at_us: i64,
    /// Which contact of the journey; only equality within one journey has a meaning.
    pub contact: u32,
}

/// How a journey ended. "Won" is the outcome that was asked about: closed-won, or reaching a stage such as `sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Reached, worth `value_minor` minor units (revenue or margin; 0 where only the count matters).
    Won {
        /// Minor units of the report's currency.
        value_minor: i64,
    },
    /// Closed without it.
    Lost,
    /// Not decided at the end of the data: censored, never counted as lost.
    Open,
}

/// When a stage was entered, and by whom where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Entry time, microseconds since 1970-01-01 UTC.
    pub at_us: i64,
    /// The contact who entered it (same numbering as [`Touch::contact`]); `None` for the account as a whole.
    pub contact: Option<u32>,
}

/// Most stages beside lead, opportunity and closing that a custom model may put weight on.
pub const EXTRA_MILESTONES: usize = 6;

/// The account's milestones before closing; closing itself is [`Journey::end_us`]. Absent = the stage was skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Milestones {
    /// Lead creation: the earliest over the account's contacts.
    pub lead: Option<Entry>,
    /// Further stages between lead and opportunity, in the order of the funnel; by convention `[mql, sal, sql, ..]`.
    pub extra: [Option<Entry>; EXTRA_MILESTONES],
    /// Creation of the opportunity.
    pub opportunity: Option<Entry>,
}

/// Which entry counts when a stage was left and entered again (a boomerang).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reentry {
    /// The first entry: later ones are the sales team's bookkeeping.
    #[default]
    First,
    /// The last entry before the outcome: what came before ended in a way out.
    Last,
}

impl Reentry {
    /// The entry that counts among all entries of one stage, those after `end_us` left out. Ties go to the earlier given.
    #[must_use]
    pub fn pick(self, entries: &[Entry], end_us: i64) -> Option<Entry> {
        let inside = entries.iter().filter(|e| e.at_us <= end_us);
        match self {
            Reentry::First => inside.min_by_key(|e| e.at_us).copied(),
            Reentry::Last => inside.rev().max_by_key(|e| e.at_us).copied(),
        }
    }
}

/// One outcome with the touches that may share it. An account with several deals has one journey a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// The resampling unit: the account (or contact) key, hashed or numbered; equal for all its journeys.
    pub unit: u64,
    /// Names the outcome to people: an index the caller understands (the deal); 0 where it has none.
    pub deal: u64,
    /// Touches, ascending by time with a stable tie-break. Out-of-order input is sorted before any credit.
    pub touches: Vec<Touch>,
    /// How it ended.
    pub outcome: Outcome,
    /// Time of the outcome (closing), or the end of the data for open journeys; microseconds since 1970-01-01 UTC.
    pub end_us: i64,
    /// Stages on the way.
    pub milestones: Milestones,
}

impl Journey {
    /// An empty open journey, to be filled and reused by a stream.
    #[must_use]
    pub fn empty() -> Self {
        Journey {
            unit: 0,
            deal: 0,
            touches: Vec::new(),
            outcome: Outcome::Open,
            end_us: 0,
            milestones: Milestones::default(),
        }
    }

    /// Back to [`Journey::empty`], keeping the buffer of touches.
    pub fn clear(&mut self) {
        self.touches.clear();
        *self = Journey { touches: std::mem::take(&mut self.touches), ..Journey::empty() };
    }
}

/// Whose journeys follow: what a query knows of an account beside its touches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Party<'a> {
    /// Account id.
    pub account: &'a str,
    /// Region of the account, where known.
    pub region: Option<&'a str>,
    /// Segment of the account, where known.
    pub segment: Option<&'a str>,
    /// Ids of its contacts, by [`Touch::contact`].
    pub contacts: &'a [String],
}

/// The resampling unit of an account or contact: FNV-1a of its id, so that it does not depend on which others there are.
#[must_use]
pub fn unit_of(id: &str) -> u64 {
    id.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01B3))
}

/// Takes journeys one by one as a query streams them; the journey is only borrowed, so its buffers can be reused.
pub trait JourneySink {
    /// Says whose journeys come next. Most sinks need not know.
    fn party(&mut self, _party: Party<'_>) {}

    /// Takes the next journey. Journeys of one unit should follow each other (order by account), but need not.
    fn journey(&mut self, journey: &Journey);
}

impl<F: FnMut(&Journey)> JourneySink for F {
    fn journey(&mut self, journey: &Journey) {
        self(journey);
    }
}

/// Names numbered in the order they are first seen: channels, campaigns.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    names: Vec<String>,
    index: FxHashMap<String, u32>,
}

impl Interner {
    /// No names yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The index of `name`, given now if it is new. At most `u32::MAX` names.
    pub fn intern(&mut self, name: &str) -> u32 {
        if let Some(&i) = self.index.get(name) {
            return i;
        }
        let i = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), i);
        i
    }

    /// The index of a name already seen.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u32> {
        self.index.get(name).copied()
    }

    /// The name at `index`; `None` for an index never given (and so for [`NO_CAMPAIGN`]).
    #[must_use]
    pub fn name(&self, index: u32) -> Option<&str> {
        self.names.get(index as usize).map(String::as_str)
    }

    /// All names by index.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl<S: AsRef<str>> FromIterator<S> for Interner {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut all = Interner::new();
        names.into_iter().for_each(|n| {
            all.intern(n.as_ref());
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_as_first_seen_and_stay() {
        let mut names: Interner = ["Email", "Search", "Email"].into_iter().collect();
        assert_eq!((names.len(), names.intern("Search"), names.intern("Webinar")), (2, 1, 2));
        assert_eq!((names.name(2), names.name(NO_CAMPAIGN), names.get("Direct")), (Some("Webinar"), None, None));
    }

    #[test]
    fn a_stage_entered_again_counts_by_the_policy_and_never_after_the_outcome() {
        let at = |at_us| Entry { at_us, contact: None };
        let entries = [at(5), at(2), at(9), at(30)];
        assert_eq!(Reentry::First.pick(&entries, 10), Some(at(2)));
        assert_eq!(Reentry::Last.pick(&entries, 10), Some(at(9)));
        assert_eq!(Reentry::Last.pick(&entries, 1), None);
    }

    #[test]
    fn a_cleared_journey_is_empty_and_keeps_its_buffer() {
        let mut j = Journey::empty();
        j.touches = Vec::with_capacity(64);
        j.touches.push(Touch { channel: 1, campaign: NO_CAMPAIGN, at_us: 3, contact: 0 });
        (j.unit, j.outcome) = (7, Outcome::Lost);
        j.clear();
        assert_eq!(j, Journey::empty());
        assert!(j.touches.capacity() >= 64);
    }
}
