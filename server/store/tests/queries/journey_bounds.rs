//! `journey_bounds.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn accounts_drawn_are_accounts_of_touches_in_order() {
    let (_dir, store) = restated();
    let drawn = rows(&store, &text::JOURNEY_BOUNDS, &seen_at(2));
    assert_eq!(drawn.iter().filter(|a| !["acme", "bolt", "calm"].contains(&a.as_str())).count(), 0);
    assert!(drawn.is_sorted());
}
