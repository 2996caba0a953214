//! `changed_accounts.sql`.

use tandem_store::queries::text;

use crate::common::{columns, import};
use crate::company::{restated, rows, seen_at};
use tandem_store::schema::Table;

#[test]
fn accounts_of_rows_that_came_or_were_replaced_are_named_and_no_others() {
    let (_dir, store) = restated();
    let after = |after: i64, seen: i64| rows(&store, &text::CHANGED_ACCOUNTS, &seen_at(seen).int("after", after));
    assert_eq!(after(1, 2), ["acme", "-"], "rates of exchange concern everyone");
    assert_eq!(after(0, 1), ["a1", "a2", "acme", "b1", "bolt", "c1", "calm"], "the first batch: all, contacts too");
    assert_eq!(after(2, 2), [""; 0]);
    let moved = columns().text("contact_id", &["b1"]).text("account_id", &["calm"]);
    import(&store, "c", &[moved.of(Table::Contacts)]);
    assert_eq!(after(2, 3), ["b1", "bolt", "calm"], "the account it was in, and the one it is in");
}
