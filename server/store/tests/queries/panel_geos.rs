//! `panel_geos.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn every_geo_comes_with_its_people() {
    let (_dir, store) = restated();
    assert_eq!(rows(&store, &text::PANEL_GEOS, &seen_at(2)), ["north|100.0", "south|300.0",]);
    let before = seen_at(1);
    assert_eq!(rows(&store, &text::PANEL_GEOS, &before), [""; 0], "as of the first batch");
}
