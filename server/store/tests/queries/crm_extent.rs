//! `crm_extent.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn kpis_of_the_crm_are_counted_once_a_lead_and_by_the_restated_amount() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::CRM_EXTENT, &seen_at(2)),
        [
            "inquiry|-|2|2|2026-01-06|2026-01-14|3.0",
            "mql|-|1|1|2026-02-17|2026-02-17|1.0",
            "pipeline|USD|2|2|2026-01-10|2026-01-21|1850.01",
            "sql|-|1|1|2026-01-16|2026-01-16|1.0",
            "won_deals|USD|1|1|2026-02-04|2026-02-04|1.0",
            "won_revenue|USD|1|1|2026-02-04|2026-02-04|1100.01",
        ]
    );
}
