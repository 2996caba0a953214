//! Accounts and contacts.

use super::Chunk;
use super::names;
use crate::account::INDUSTRIES;
use crate::calendar::{DAY, Secs};
use crate::market::Market;
use crate::stream::{Purpose, Stream};

/// First sight of a contact: when and through which channel.
pub(crate) type FirstSeen = Option<(Secs, &'static str)>;

/// Writes account `i` and its contacts.
pub(super) fn write(market: &Market, i: u32, seen: &[FirstSeen], out: &mut Chunk) {
    let account = &market.accounts[i as usize];
    let region = market.company.regions[usize::from(account.region)].name;
    let (name, domain) = names::company(market.company.seed, i);
    let row = out.accounts.id("a", i, 6).text(&name).text(&domain);
    row.text(INDUSTRIES[usize::from(account.industry)]).text(account.segment.name()).text(region);
    let mut s = Stream::new(market.company.seed, Purpose::Text, u64::from(i), 1);
    for (local, seen) in seen.iter().enumerate() {
        let number = account.first_contact + local as u32;
        let (email, title) = names::person(&mut s, number, local, &domain);
        // Contacts nobody has met yet were bought or imported before the data begins.
        let listed = -DAY * (1 + s.below(400) as Secs) + s.below(DAY as usize) as Secs;
        let (created, source) = seen.unwrap_or((listed, "list_import"));
        let row = out.contacts.id("c", number, 7).id("a", i, 6).text(&email).text(title).text(region);
        row.time(created).text(source).id("r", account.rep, 3);
    }
}
