//! A small company that sells to three accounts.

use tandem_store::Store;
use tandem_store::schema::Table;

use super::{columns, import, mondays, store, weekly_spend};

/// Two accounts: `acme` wins a deal of 1,000.01 and loses another, `bolt` has an open one, `calm` only touches.
pub fn company() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let accounts = columns().text("account_id", &["acme", "bolt", "calm"]).text("region", &["north", "south", "north"]);
    let contacts =
        columns().text("contact_id", &["a1", "a2", "b1", "c1"]).text("account_id", &["acme", "acme", "bolt", "calm"]);
    let touches = columns()
        .text("touch_id", &["t1", "t2", "t3", "t4", "t5", "t6"])
        .text("contact_id", &["a1", "a2", "a1", "b1", "c1", "a2"])
        .text("channel", &["search", "mail", "event", "mail", "search", "mail"])
        .text("campaign_id", &["c1", "", "c2", "", "c1", ""])
        .time("touched_at", &["2026-01-05", "2026-01-12", "2026-01-12", "2026-01-13", "2026-01-14", "2026-03-01"]);
    let deals = columns()
        .text("opportunity_id", &["o1", "o2", "o3"])
        .text("account_id", &["acme", "acme", "bolt"])
        .money("amount", &[100_001, 5_000, 70_000])
        .maybe_money("gross_margin", &[Some(60_000), None, None])
        .time("created_at", &["2026-01-20", "2026-01-10", "2026-01-21"])
        .time("closed_at", &["2026-02-04", "2026-01-15", ""])
        .text("status", &["won", "lost", "open"])
        .text("region", &["north", "north", "south"]);
    let stages = columns()
        .text("event_id", &["e1", "e2", "e3", "e4", "e5", "e6"])
        .text("contact_id", &["a1", "a1", "a1", "b1", "b1", "a1"])
        .text("account_id", &["acme", "acme", "acme", "bolt", "bolt", "acme"])
        .text("stage", &["inquiry", "sql", "won", "inquiry", "mql", "opportunity"])
        .time("entered_at", &["2026-01-06", "2026-01-16", "2026-02-04", "2026-01-14", "2026-02-17", "2026-01-20"]);
    let roles = columns()
        .text("opportunity_id", &["o1", "o1"])
        .text("contact_id", &["a1", "a2"])
        .flag("is_primary", &[false, true]);
    import(
        &store,
        "a",
        &[
            accounts.of(Table::Accounts),
            contacts.of(Table::Contacts),
            touches.of(Table::Touches),
            deals.of(Table::Opportunities),
            stages.of(Table::StageEvents),
            roles.of(Table::OpportunityContacts),
            weekly_spend("search", &mondays("2026-01-05", 6), &[10_000; 6]),
        ],
    );
    (dir, store)
}
