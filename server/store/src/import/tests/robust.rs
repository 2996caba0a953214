//! Whatever the bytes are, an import ends with a report.

use proptest::prelude::*;

use super::workbook::{n, t, xlsx};
use super::*;

/// Bytes that look enough like data to get past the first checks.
fn nearly_data() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("date".to_owned()),
        Just("channel,amount".to_owned()),
        Just("geo,population\n".to_owned()),
        Just("DATE,revenue,tv_S\n".to_owned()),
        Just("2026-01-05,".to_owned()),
        Just("1.234,56;\"".to_owned()),
        Just("\"\"\n\r\"".to_owned()),
        Just("\t-1e9|NaN\r".to_owned()),
        "[ -~]{0,12}",
        "\\PC{0,6}",
    ];
    let text = proptest::collection::vec(piece, 0..30).prop_map(|p| p.concat().into_bytes());
    prop_oneof![text, proptest::collection::vec(any::<u8>(), 0..400)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic_and_rows_add_up(bytes in nearly_data(), which in 0usize..4) {
        let dry = ImportOptions { dry_run: true, ..Desk::options() };
        let mapping = "kind = \"wide\"\ndate = \"date\"\ncontrols = [\"geo\"]\n";
        let options = match which {
            0 => ImportOptions { as_: "canonical:spend".parse().ok(), ..dry },
            1 => ImportOptions { mapping: Some(mapping.into()), ..dry },
            _ => dry,
        };
        let report = DESK.with(|desk| desk.give_with("x.csv", &bytes, &options));
        prop_assert!(report.rows_accepted + report.rows_rejected <= report.rows_read);
    }

    #[test]
    fn damaged_workbooks_and_mappings_never_panic(at in 0usize..2_000, byte in any::<u8>(), text in "\\PC{0,60}") {
        let row = format!("<row r=\"1\">{}{}</row><row r=\"2\">{}{}</row>", t("A1", "geo"), t("B1", "population"), t("A2", "x"), n("B2", "1"));
        let mut book = xlsx(&row);
        let place = at % book.len();
        book[place] ^= byte;
        let dry = ImportOptions { dry_run: true, ..Desk::options() };
        DESK.with(|desk| desk.give_with("x.xlsx", &book, &dry));
        let mapped = ImportOptions { mapping: Some(text), ..dry };
        DESK.with(|desk| desk.give_with("x.csv", "geo,population\na,1\n", &mapped));
    }
}

thread_local! {
    static DESK: Desk = Desk::new();
}
