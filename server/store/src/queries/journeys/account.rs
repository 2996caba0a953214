//! The facts of one account, collected until the next account begins.

use super::contacts::Contacts;
use tandem_models::attribution::AccountMapping;
use tandem_models::domain::journey::{Entry, Milestones, Reentry, Touch};

/// How a deal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DealStatus {
    Open,
    Won,
    Lost,
}

impl DealStatus {
    pub fn of(text: &str) -> Self {
        match text {
            "won" => DealStatus::Won,
            "lost" => DealStatus::Lost,
            _ => DealStatus::Open,
        }
    }
}

#[derive(Debug)]
pub(super) struct Deal {
    pub id: String,
    pub status: DealStatus,
    pub created_us: i64,
    pub closed_us: Option<i64>,
    pub amount: i64,
    pub margin: Option<i64>,
}

/// An entry to one of the stages that milestones are made of.
#[derive(Debug)]
pub(super) struct Stage {
    name: &'static str,
    entry: Entry,
    deal: Option<String>,
}

/// Stages that journeys know, lead creation first; opening and closing come from the deal.
const STAGES: [&str; 5] = ["inquiry", "mql", "sal", "sql", "opportunity"];

impl Stage {
    pub fn of(name: &str, at_us: i64, contact: Option<u32>, deal: Option<&str>) -> Option<Self> {
        let name = STAGES.into_iter().find(|s| *s == name)?;
        Some(Stage { name, entry: Entry { at_us, contact }, deal: deal.map(str::to_owned) })
    }
}

#[derive(Debug)]
pub(super) struct Role {
    pub deal: String,
    pub contact: u32,
    pub primary: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct TouchFact {
    pub touch: Touch,
}

/// One account.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub id: String,
    pub deals: Vec<Deal>,
    pub stages: Vec<Stage>,
    pub roles: Vec<Role>,
    pub touches: Vec<TouchFact>,
    /// Ids of touches, one after the other, as the tie-break of equal times.
    touch_ids: String,
    touch_ends: Vec<u32>,
    /// Its people.
    pub contacts: Contacts,
    /// Region and segment, where the account itself was imported.
    pub region: Option<String>,
    pub segment: Option<String>,
}

impl Account {
    /// Starts the next account, keeping buffers.
    pub fn open(&mut self, id: &str) {
        self.id.clear();
        self.id.push_str(id);
        self.deals.clear();
        self.stages.clear();
        self.roles.clear();
        self.touches.clear();
        self.touch_ids.clear();
        self.touch_ends.clear();
        self.contacts.clear();
        self.region = None;
        self.segment = None;
    }

    pub fn add_touch(&mut self, touch: TouchFact, id: &str) {
        self.touches.push(touch);
        self.touch_ids.push_str(id);
        self.touch_ends.push(self.touch_ids.len() as u32);
    }

    /// Puts everything in an order that does not depend on how the engine delivered it.
    pub fn sort(&mut self) {
        let id = |i: usize| {
            let from = if i == 0 { 0 } else { self.touch_ends[i - 1] as usize };
            &self.touch_ids[from..self.touch_ends[i] as usize]
        };
        let compare = |a: usize, b: usize| {
            self.touches[a].touch.at_us.cmp(&self.touches[b].touch.at_us).then_with(|| id(a).cmp(id(b)))
        };
        if (1..self.touches.len()).any(|i| compare(i - 1, i).is_gt()) {
            let mut order: Vec<u32> = (0..self.touches.len() as u32).collect();
            order.sort_unstable_by(|&a, &b| compare(a as usize, b as usize));
            self.touches = order.iter().map(|&i| self.touches[i as usize]).collect();
        }
        self.deals.sort_by(|a, b| (a.created_us, &a.id).cmp(&(b.created_us, &b.id)));
        self.stages.sort_by_key(|s| s.entry.at_us);
    }

    /// Entries to a stage that belong to `deal`, or to no deal in particular.
    pub fn entries(&self, stage: &str, deal: Option<&str>) -> Vec<Entry> {
        let belongs = |s: &&Stage| s.name == stage && (deal.is_none() || s.deal.is_none() || s.deal.as_deref() == deal);
        self.stages.iter().filter(belongs).map(|s| s.entry).collect()
    }

    /// Contacts whose touches count for a deal; `None` = all.
    pub fn members(&self, deal: usize, mapping: AccountMapping) -> Option<Vec<u32>> {
        let of = |primary: bool| -> Vec<u32> {
            let deal = &self.deals[deal].id;
            self.roles.iter().filter(|r| r.deal == *deal && (r.primary || !primary)).map(|r| r.contact).collect()
        };
        let some = |members: Vec<u32>| (!members.is_empty()).then_some(members);
        match mapping {
            AccountMapping::AllContacts => None,
            AccountMapping::ContactRoles => some(of(false)),
            AccountMapping::PrimaryRole => some(of(true)).or_else(|| some(of(false))),
        }
    }

    /// Milestones before `end_us`, the opening from the deal itself; of one contact alone where one is named.
    pub fn milestones(&self, deal: Option<usize>, contact: Option<u32>, reentry: Reentry, end_us: i64) -> Milestones {
        let deal = deal.map(|d| &self.deals[d]);
        let pick = |stage: &str| {
            let mut entries = self.entries(stage, deal.map(|d| d.id.as_str()));
            entries.retain(|e| contact.is_none() || e.contact == contact);
            reentry.pick(&entries, end_us)
        };
        let mut milestones = Milestones { lead: pick("inquiry"), ..Milestones::default() };
        for (slot, stage) in milestones.extra.iter_mut().zip(["mql", "sal", "sql"]) {
            *slot = pick(stage);
        }
        milestones.opportunity = match deal {
            Some(deal) => Some(Entry { at_us: deal.created_us, contact: None }).filter(|e| e.at_us <= end_us),
            None => pick("opportunity"),
        };
        milestones
    }
}
