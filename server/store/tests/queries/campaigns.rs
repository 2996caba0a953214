//! `campaigns.sql`.

use tandem_store::queries::text;
use tandem_store::schema::Table;

use crate::common::{columns, import};
use crate::company::{restated, rows, seen_at};

#[test]
fn the_newest_name_of_a_campaign_is_its_name() {
    let (_dir, store) = restated();
    let named = |name: &str| {
        let row = columns().text("campaign_id", &["c1"]).text("name", &[name]).text("channel", &["search"]);
        import(&store, name, &[row.of(Table::Campaigns)]);
    };
    named("Brand");
    named("Brand EMEA");
    assert_eq!(rows(&store, &text::CAMPAIGNS, &seen_at(3)), ["c1|Brand|search"]);
    assert_eq!(rows(&store, &text::CAMPAIGNS, &seen_at(4)), ["c1|Brand EMEA|search"]);
}
