//! `funnel.sql`.

use tandem_store::queries::text;

use crate::company::{restated, seen_at, unordered};

#[test]
fn a_contact_has_the_first_time_of_each_stage_and_the_channel_of_its_accounts_first_touch() {
    let (_dir, store) = restated();
    assert_eq!(
        unordered(&store, &text::FUNNEL, &seen_at(2).int("by_account", 0).int("with_channel", 1)),
        ["-|south|2026-01-14|2026-02-17|-|-|-|-|-", "webinar|north|2026-01-06|-|-|2026-01-16|2026-01-20|2026-02-04|-",]
    );
}
