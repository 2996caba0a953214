//! `superseded.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn a_batch_counts_the_earlier_records_that_it_replaced_over_all_tables() {
    let (_dir, store) = restated();
    assert_eq!(rows(&store, &text::SUPERSEDED, &seen_at(2)), ["3",]);
    let before = seen_at(1);
    assert_eq!(rows(&store, &text::SUPERSEDED, &before), ["0"], "as of the first batch");
}
