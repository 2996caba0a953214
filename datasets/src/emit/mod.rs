//! Writes a chunk of accounts with everything that happened to them.

pub(crate) mod exposure;
mod names;
mod people;
mod pipeline;
mod touches;
mod work;

use crate::luck::Luck;
use crate::market::Market;
use crate::table::{Rows, Table};
use crate::world::{CHUNK, World, fates};

pub(crate) use exposure::Exposure;

/// Rows of one chunk, one entry a table that accounts write to.
pub(crate) struct Chunk {
    pub(crate) accounts: Rows,
    pub(crate) contacts: Rows,
    pub(crate) touches: Rows,
    pub(crate) stages: Rows,
    pub(crate) deals: Rows,
    pub(crate) groups: Rows,
    pub(crate) activities: Rows,
    pub(crate) feedback: Rows,
}

impl Chunk {
    fn new() -> Self {
        Self {
            accounts: Rows::new(Table::Accounts),
            contacts: Rows::new(Table::Contacts),
            touches: Rows::new(Table::Touches),
            stages: Rows::new(Table::StageEvents),
            deals: Rows::new(Table::Opportunities),
            groups: Rows::new(Table::OpportunityContacts),
            activities: Rows::new(Table::Activities),
            feedback: Rows::new(Table::Feedback),
        }
    }

    /// All rows, in a fixed order of tables.
    pub(crate) fn into_rows(self) -> [Rows; 8] {
        [
            self.accounts,
            self.contacts,
            self.touches,
            self.stages,
            self.deals,
            self.groups,
            self.activities,
            self.feedback,
        ]
    }
}

/// The rows of chunk `n`: a pure function of the world, so that chunks may be made in any order.
pub(crate) fn chunk(market: &Market, luck: &Luck, world: &World, exposure: &Exposure, n: usize) -> Chunk {
    let mut out = Chunk::new();
    let first = n * CHUNK;
    let mut leads = world.chunks[n].as_slice();
    for i in first..(first + CHUNK).min(market.accounts.len()) {
        let own = leads.iter().take_while(|l| l.account as usize == i).count();
        let (mine, rest) = leads.split_at(own);
        leads = rest;
        let fates = fates(market, luck.seed, mine);
        let seen = touches::write(market, exposure, i as u32, mine, &fates, &mut out.touches);
        people::write(market, i as u32, &seen, &mut out);
        pipeline::write(market, i as u32, mine, &fates, &mut out);
        work::write(market, i as u32, mine, &fates, &mut out);
    }
    out
}
