//! `staged_leads.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn each_inquiry_begins_a_lead_of_its_account() {
    let (_dir, store) = restated();
    let stage = |name: &str| seen_at(2).text("stage", name);
    assert_eq!(
        rows(&store, &text::STAGED_LEADS, &stage("inquiry")),
        ["acme|2026-01-06", "acme|2026-01-07", "bolt|2026-01-14"]
    );
    assert_eq!(rows(&store, &text::STAGED_LEADS, &stage("mql")), ["bolt|2026-02-17"]);
    assert_eq!(rows(&store, &text::STAGED_LEADS, &stage("sal")), [""; 0], "nobody entered it");
}
