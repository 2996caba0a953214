//! `channels.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn a_channel_adds_up_its_spend_and_touches_over_both_tables() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::CHANNELS, &seen_at(2)),
        [
            "main|event|-|0|0|-|-|-|1|2026-01-12|2026-01-12|-|-",
            "main|mail|-|0|0|-|-|-|2|2026-01-12|2026-01-13|-|-",
            "main|search|EUR|1|62000|-|1000|7|2|2026-01-05|2026-02-09|2026-01-05|2026-02-09",
            "main|webinar|-|0|0|-|-|-|1|2026-01-02|2026-01-02|-|-",
        ]
    );
}
