//! Traps of the file itself: encodings, line ends, quotes, sizes, headers.

use super::*;

const ROWS: &str = "geo,population\nBayern,13000000\nMünchen,1500000\n";
const NAMES: [&str; 2] = ["Bayern", "München"];

fn geos(desk: &Desk) -> Vec<String> {
    desk.column(crate::schema::Table::Geos, "geo")
}

#[test]
fn a_byte_order_mark_is_taken_off_and_said() {
    let desk = Desk::new();
    let report = desk.give("geos.csv", format!("\u{feff}{ROWS}"));
    assert_eq!((counts(&report), geos(&desk)), ((2, 0), NAMES.map(str::to_owned).to_vec()));
    assert!(note(&report, Code::ByteOrderMark).is_some_and(|n| n.text.contains("UTF-8")));
    let plain = Desk::new();
    assert_eq!(note(&plain.give("geos.csv", ROWS), Code::ByteOrderMark), None);
}

#[test]
fn utf16_is_read_in_both_orders_with_and_without_a_mark() {
    let units: Vec<u16> = ROWS.encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
    let files = [
        ([b"\xff\xfe".as_slice(), &little].concat(), "UTF-16LE"),
        ([b"\xfe\xff".as_slice(), &big].concat(), "UTF-16BE"),
        (little, "UTF-16LE"),
        (big, "UTF-16BE"),
    ];
    for (bytes, name) in files {
        let desk = Desk::new();
        let report = desk.give("geos.csv", bytes);
        assert_eq!((counts(&report), geos(&desk)), ((2, 0), NAMES.map(str::to_owned).to_vec()));
        assert!(note(&report, Code::Converted).is_some_and(|n| n.text.contains(name)), "{name}");
    }
}

#[test]
fn latin1_is_converted_and_said() {
    let desk = Desk::new();
    let bytes: Vec<u8> = ROWS.chars().map(|c| c as u8).collect();
    let report = desk.give("geos.csv", bytes);
    assert_eq!((counts(&report), geos(&desk)), ((2, 0), NAMES.map(str::to_owned).to_vec()));
    assert!(note(&report, Code::Converted).is_some_and(|n| n.text.contains("windows-1252")));
    assert_eq!(note(&Desk::new().give("geos.csv", ROWS), Code::Converted), None);
}

#[test]
fn mixed_line_ends_are_all_line_ends_and_line_numbers_stay_right() {
    let desk = Desk::new();
    let report = desk.give("geos.csv", "geo,population\r\nA,1\nB,2\rC,3\r\n\nD,x\n");
    assert_eq!(counts(&report), (3, 1));
    assert_eq!(geos(&desk), ["A", "B", "C"]);
    assert_eq!(report.rejects[0].line, 6, "line 5 is empty");
    assert!(note(&report, Code::MixedLineEnds).is_some_and(|n| n.text.contains("1 CR;")), "{:?}", report.notes);
    let same = Desk::new().give("geos.csv", "geo,population\r\nA,1\r\nD,x\r\n");
    assert_eq!((note(&same, Code::MixedLineEnds), same.rejects[0].line), (None, 3));
}

#[test]
fn an_unclosed_quote_costs_its_line_and_no_other() {
    for (text, line) in [("geo,population\nA,1\n\"B,2\nC,3\nD,4\n", 3), ("geo,population\nA,1\nC,3\nD,4\n\"B,2", 5)] {
        let desk = Desk::new();
        let report = desk.give("geos.csv", text);
        assert_eq!(counts(&report), (3, 1), "{text}");
        assert_eq!(geos(&desk), ["A", "C", "D"]);
        assert_eq!((report.rejects[0].code, report.rejects[0].line), (Code::UnclosedQuote, line));
    }
    // A quote that opens on line 3 and is closed by the one that opens on line 5.
    let desk = Desk::new();
    let report = desk.give("geos.csv", "geo,population\nA,1\n\"B,2\nC,3\n\"D\",4\nE,5\n");
    assert_eq!((counts(&report), geos(&desk)), ((4, 1), ["A", "C", "D", "E"].map(str::to_owned).to_vec()));
    let fine = Desk::new().give("geos.csv", "geo,population\n\"A\nB\",1\nC,x\n");
    assert_eq!((counts(&fine), fine.rejects[0].line), ((1, 1), 4), "a closed quote may hold a line end");
}

#[test]
fn a_cell_of_10_mb_is_refused_and_the_rows_around_it_go_in() {
    for quote in ["", "\""] {
        let desk = Desk::new();
        let cell = "x".repeat(10 << 20);
        let report = desk.give("geos.csv", format!("geo,population\nA,1\n{quote}{cell}{quote},2\nC,3\n"));
        assert_eq!((counts(&report), geos(&desk)), ((2, 1), ["A", "C"].map(str::to_owned).to_vec()));
        assert_eq!((report.rejects[0].code, report.rejects[0].line), (Code::CellTooLarge, 3));
        assert!(report.rejects[0].accepted.contains("1024 KiB"));
    }
    let large = format!("geo,population\n{},1\n", "x".repeat(1 << 20));
    assert_eq!(counts(&Desk::new().give("geos.csv", large)), (1, 0), "the cap itself is allowed");
}

#[test]
fn a_nul_byte_costs_its_row() {
    let desk = Desk::new();
    let report = desk.give("geos.csv", "geo,population\nA,1\nB\0,2\nC,3\n");
    assert_eq!((counts(&report), geos(&desk)), ((2, 1), ["A", "C"].map(str::to_owned).to_vec()));
    assert_eq!((report.rejects[0].code, report.rejects[0].line), (Code::NulByte, 3));
    assert!(report.rejects[0].reason.contains("`geo`"));
}

#[test]
fn a_needed_column_that_occurs_twice_is_refused_with_its_places() {
    let report = Desk::new().give("geos.csv", "geo,population,population\nA,1,2\n");
    let (code, reason) = problem(&report);
    assert!(code == Code::DuplicateHeader && reason.contains("columns 2 and 3"), "{reason}");
    let unneeded = Desk::new().give("geos.csv", "geo,population,x,x\nA,1,2,3\n");
    assert_eq!(counts(&unneeded), (1, 0), "columns that nobody reads may repeat");
}

#[test]
fn ten_thousand_columns_are_refused_with_the_bound() {
    let wide = |n: usize| {
        let names: Vec<String> = (0..n).map(|i| format!("c{i}")).collect();
        format!("geo,population,{}\nA,1{}\n", names.join(","), ",0".repeat(n))
    };
    let report = Desk::new().give("geos.csv", wide(9_998));
    let (code, reason) = problem(&report);
    assert!(code == Code::TooManyColumns && reason.contains("10000 columns"), "{reason}");
    assert_eq!(counts(&Desk::new().give("geos.csv", wide(900))), (1, 0));
}

#[test]
fn rows_with_too_few_or_too_many_fields_are_rejected_alone() {
    let report = Desk::new().give("geos.csv", "geo,population\nA,1\nB\nC,3,4\nD,5,\n");
    assert_eq!(counts(&report), (2, 2), "a trailing empty field does no harm");
    assert!(report.rejects.iter().all(|r| r.code == Code::FieldCount));
    assert_eq!(report.rejects.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn empty_files_and_files_of_another_kind_say_so() {
    let refused = |bytes: &[u8]| problem(&Desk::new().give("x.csv", bytes)).0;
    assert_eq!(refused(b""), Code::Empty);
    assert_eq!(refused(b"\n\n"), Code::Empty);
    assert_eq!(refused(b"geo,population\n"), Code::Empty);
    assert_eq!(refused(b"\x1f\x8b\x08\x00abc"), Code::Unreadable);
    assert_eq!(refused(b"PAR1abc"), Code::Unreadable);
    assert_eq!(refused(b"a,b\n1,2\n"), Code::UnknownLayout);
}
