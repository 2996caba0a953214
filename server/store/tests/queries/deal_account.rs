//! `deal_account.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn a_deal_is_found_by_its_id_with_its_account() {
    let (_dir, store) = restated();
    let found = |deal: &str| rows(&store, &text::DEAL_ACCOUNT, &seen_at(2).text("deal", deal));
    assert_eq!(found("o1"), ["acme|-|USD|won"]);
    assert_eq!(found("o9"), [""; 0]);
}
