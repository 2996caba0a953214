//! `crm_deals.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn deals_count_as_created_on_one_day_and_as_won_on_another() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::CRM_DEALS, &seen_at(2)),
        [
            "north|2026-01-10|-|0|0|0|0|5000|1",
            "north|2026-01-20|USD|0|0|0|0|110001|1",
            "north|2026-02-04|USD|110001|1|60000|110001|0|0",
            "south|2026-01-21|-|0|0|0|0|70000|1",
        ]
    );
}
