//! `touch_names.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn channels_and_campaigns_come_in_order_of_name_with_their_touches() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::TOUCH_NAMES, &seen_at(2)),
        ["event|c2|1", "mail||2", "search|c1|2", "webinar|c3|1",]
    );
    let before = seen_at(1);
    assert_eq!(
        rows(&store, &text::TOUCH_NAMES, &before),
        ["event|c2|1", "mail||3", "search|c1|2"],
        "as of the first batch"
    );
}
