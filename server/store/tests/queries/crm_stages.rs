//! `crm_stages.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn who_inquires_again_is_another_lead() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::CRM_STAGES, &seen_at(2).text("stage", "inquiry")),
        ["north|2026-01-06|1", "north|2026-01-07|1", "south|2026-01-14|1"]
    );
    let before = seen_at(1).text("stage", "inquiry");
    assert_eq!(
        rows(&store, &text::CRM_STAGES, &before),
        ["north|2026-01-06|1", "south|2026-01-14|1"],
        "as of the first batch"
    );
}
