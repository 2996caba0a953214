//! `currencies.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn a_currency_is_listed_once_however_many_tables_state_it() {
    let (_dir, store) = restated();
    assert_eq!(rows(&store, &text::CURRENCIES, &seen_at(2)), ["EUR", "USD",]);
    let before = seen_at(1);
    assert_eq!(rows(&store, &text::CURRENCIES, &before), [""; 0], "as of the first batch");
}
