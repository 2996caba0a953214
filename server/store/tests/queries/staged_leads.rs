//! `staged_leads.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn a_lead_counts_once_at_its_first_entry_with_its_account() {
    let (_dir, store) = restated();
    let stage = |name: &str| seen_at(2).text("stage", name);
    assert_eq!(rows(&store, &text::STAGED_LEADS, &stage("inquiry")), ["acme|2026-01-06", "bolt|2026-01-14"]);
    assert_eq!(rows(&store, &text::STAGED_LEADS, &stage("sal")), [""; 0], "nobody entered it");
}
