//! `reconciliation.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn won_deals_stand_beside_the_ledger_by_day_and_currency() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::RECONCILIATION, &seen_at(2)),
        ["2026-02-04|USD|110001|60000|1|0|0", "2026-02-20|EUR|0|0|0|90000|1",]
    );
    let before = seen_at(1);
    assert_eq!(
        rows(&store, &text::RECONCILIATION, &before),
        ["2026-02-04|-|100001|60000|1|0|0"],
        "as of the first batch"
    );
}
