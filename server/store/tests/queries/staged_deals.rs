//! `staged_deals.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn deals_come_with_their_fate_and_as_they_were_known_then() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::STAGED_DEALS, &seen_at(2)),
        [
            "acme|2026-01-10|2026-01-15|lost|-|5000",
            "acme|2026-01-20|2026-02-04|won|USD|110001",
            "bolt|2026-01-21|-|open|-|70000",
        ]
    );
    assert_eq!(
        rows(&store, &text::STAGED_DEALS, &seen_at(1))[1],
        "acme|2026-01-20|2026-02-04|won|-|100001",
        "as of the first batch"
    );
}
