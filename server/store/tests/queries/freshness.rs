//! `freshness.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn each_dated_table_says_how_much_it_holds_and_how_many_weeks_have_nothing() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::FRESHNESS, &seen_at(2)),
        [
            "controls|main|2|2026-01-05|2026-01-12|2|2|2",
            "ledger|main|1|2026-02-20|2026-02-20|1|1|2",
            "opportunities|main|3|2026-01-10|2026-02-04|2|3|2",
            "outcomes|main|2|2026-01-05|2026-01-12|2|2|2",
            "spend|main|6|2026-01-05|2026-02-09|6|6|2",
            "stage_events|main|7|2026-01-06|2026-02-17|5|7|2",
            "touches|main|6|2026-01-02|2026-01-14|3|3|2",
        ]
    );
}
