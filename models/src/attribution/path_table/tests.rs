//! Path tables: what is understood, and the stated outcome of every kind of garbage.

use super::*;
use crate::attribution::paths::Path;
use proptest::prelude::*;

const HEADER: &str = "path;total_conversions;total_conversion_value;total_null\n";

fn table(rows: &str) -> PathTable {
    parse(format!("{HEADER}{rows}").as_bytes()).expect("a table")
}

fn reasons(rows: &str) -> Vec<(u64, RejectReason)> {
    table(rows).rejects.into_iter().map(|r| (r.line, r.reason)).collect()
}

#[test]
fn rows_become_weighted_paths_and_channels_are_numbered_by_first_appearance() {
    let t = table("Email > Search > Email;2;10.5;7\nDisplay;0;0;3\n");
    assert_eq!(t.channels.names(), ["Email", "Search", "Display"]);
    let want = Path { channels: &[0, 1, 0], conversions: 2, nulls: 7, value_minor: 1050, unit: None };
    assert_eq!((t.paths.get(0), t.paths.len(), t.rejected), (want, 2, 0));
}

#[test]
fn separators_orders_quotes_and_line_ends_of_other_tools_are_understood() {
    for text in [
        "\u{feff}path;total_conversions;total_conversion_value;total_null\r\na > b;1;2.00;3\r\n",
        "total_null,\"path\",extra,total_conversion_value,total_conversions\n3,\"a > b\",x,2,1.0",
        "PATH\ttotal_conversions\ttotal_conversion_value\ttotal_null\n a>b \t1\t2e0\t3\n\n",
    ] {
        let t = parse(text.as_bytes()).expect("a table");
        let want = Path { channels: &[0, 1], conversions: 1, nulls: 3, value_minor: 200, unit: None };
        assert_eq!((t.paths.len(), t.paths.get(0), t.rejects), (1, want, vec![]), "{text}");
    }
    let t = parse(b"path;total_conversions\na;4").expect("a table without value and nulls");
    assert_eq!(t.paths.totals(), (4, 0, 0));
}

#[test]
fn a_header_that_is_not_one_is_refused_with_what_it_should_be() {
    for (text, says) in [
        ("", "no header"),
        ("a;b;c\n", "lacks the column `path`"),
        ("path;value\n", "lacks the column `total_conversions`"),
        ("path;path;total_conversions\n", "`path` twice"),
        ("path > x > y", "lacks the column"),
    ] {
        let error = parse(text.as_bytes()).map(|_| ()).expect_err(text).to_string();
        assert!(error.contains(says) && error.contains("path;total_conversions"), "{error}");
    }
}

#[test]
fn conversions_without_touches_are_unattributed_and_stay_in_the_total() {
    let t = table(";3;9.99;5\n \t ;1;;2\na;1;1;0\n");
    assert_eq!((t.unattributed_conversions, t.unattributed_value_minor, t.nulls_without_touch), (4, 999, 7));
    assert_eq!((t.paths.len(), t.rejected), (1, 0));
}

#[test]
fn every_wrong_row_is_left_out_with_its_line_and_reason_and_good_rows_stay() {
    use RejectReason as R;
    let rows = "a > > b;1;1;1\n\
                >;1;1;1\n\
                a;-1;1;1\n\
                a;1;1;-4\n\
                a;1;-0.5;1\n\
                a;1.5;1;1\n\
                a;x;1;1\n\
                a;5000000000;1;1\n\
                a;1;1,5;1\n\
                a;1;nan;1\n\
                a;0;7;1\n\
                a;1;1\n\
                a;1;1;1;1\n\
                \"a > b;1;1;1\n\
                a > \"b\";1;1;1\n\
                good > one;1;1;1\n\
                a\0b;1;1;1\n";
    let want = [
        R::EmptyTouch,
        R::EmptyTouch,
        R::NegativeCount,
        R::NegativeCount,
        R::NegativeValue,
        R::Count,
        R::Count,
        R::Count,
        R::Value,
        R::Value,
        R::ValueWithoutConversion,
        R::Columns,
        R::Columns,
        R::Quote,
        R::Quote,
    ];
    let mut want: Vec<(u64, R)> = want.into_iter().zip(2u64..).map(|(r, n)| (n, r)).collect();
    want.push((18, R::NotText));
    assert_eq!(reasons(rows), want);
    let t = table(rows);
    assert_eq!((t.paths.len(), t.channels.name(t.paths.get(0).channels[0])), (1, Some("good")));
}

#[test]
fn bytes_that_are_not_text_and_endless_names_are_refused() {
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.extend_from_slice(b"a\xFF;1;1;1\n");
    bytes.extend_from_slice(format!("{};1;1;1\n", "n".repeat(513)).as_bytes());
    let reasons: Vec<RejectReason> = parse(&bytes).expect("a table").rejects.iter().map(|r| r.reason).collect();
    assert_eq!(reasons, [RejectReason::NotText, RejectReason::LongName]);
}

#[test]
fn values_beyond_two_places_are_rounded_half_away_and_counted() {
    let t = table("a;1;0.005;0\na;1;1.004999;0\na;1;2.10000;0\na;1;3.1;0\n");
    let values: Vec<i64> = t.paths.iter().map(|p| p.value_minor).collect();
    assert_eq!((values, t.rounded_values), (vec![1, 100, 210, 310], 2));
}

#[test]
fn a_million_distinct_channels_are_read() {
    let rows: String = (0..1_000_000).map(|i| format!("c{i};1;0;0\n")).collect();
    let t = table(&rows);
    assert_eq!((t.channels.len(), t.channels.name(999_999)), (1_000_000, Some("c999999")));
}

#[test]
fn a_path_of_a_million_touches_is_read() {
    let t = table(&format!("{};1;1;0\n", ["a", "b"].repeat(500_000).join(" > ")));
    assert_eq!((t.paths.touches(), t.channels.len()), (1_000_000, 2));
}

proptest! {
    #[test]
    fn any_cut_into_blocks_gives_the_same_table(
        rows in prop::collection::vec((prop::collection::vec(0u8..9, 0..6), 0u32..5, 0u32..5), 0..40),
        size in 1usize..80,
        ended in any::<bool>(),
    ) {
        let mut text = HEADER.to_owned();
        for (path, c, n) in &rows {
            let names: Vec<String> = path.iter().map(|p| format!("ch{p}")).collect();
            text.push_str(&format!("{};{c};{};{n}\n", names.join(" > "), if *c > 0 { "1.25" } else { "" }));
        }
        if !ended {
            text.pop();
        }
        let whole = parse(text.as_bytes());
        // A size told wrongly changes only how much room is made.
        let mut reader = PathTableReader::sized(3 * text.len() as u64);
        for block in text.as_bytes().chunks(size) {
            reader.block(block).expect("a block");
        }
        let (a, b) = (whole.expect("whole"), reader.finish().expect("blocks"));
        prop_assert_eq!(a.channels.names(), b.channels.names());
        prop_assert!(a.paths.iter().eq(b.paths.iter()));
        prop_assert_eq!(a.paths.len() , rows.iter().filter(|r| !r.0.is_empty()).count());
        prop_assert_eq!(a.unattributed_conversions, b.unattributed_conversions);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), headed in any::<bool>()) {
        let mut all = if headed { HEADER.as_bytes().to_vec() } else { Vec::new() };
        all.extend(bytes);
        let _ = parse(&all);
    }
}
