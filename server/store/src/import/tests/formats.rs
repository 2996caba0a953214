//! Spreadsheets and Parquet files, and what is wrong with some of them.

use std::sync::Arc;

use duckdb::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;

use super::workbook::{n, t, xlsx, zip};
use super::*;
use crate::schema::Table;

fn sheet() -> String {
    let head = format!("<row r=\"1\">{}</row>", t("A1", "Budget 2026"));
    let names = format!("<row r=\"3\">{}{}{}</row>", t("A3", "date"), t("B3", "channel"), t("C3", "amount"));
    let one = format!("<row r=\"4\">{}{}{}</row>", t("A4", "2026-01-05"), t("B4", "tv"), n("C4", "1234.5"));
    let bad = format!("<row r=\"6\">{}{}{}</row>", t("A6", "2026-01-12"), t("B6", "tv"), t("C6", "lots"));
    let two = format!("<row r=\"7\">{}{}{}</row>", t("A7", "2026-01-19"), t("B7", "tv"), n("C7", "0.29"));
    format!("{head}{names}{one}{bad}{two}")
}

#[test]
fn a_workbook_is_read_with_its_own_row_numbers() {
    let desk = Desk::new();
    let report = desk.give("spend.xlsx", xlsx(&sheet()));
    assert_eq!((counts(&report), report.format), ((2, 1), "xlsx"));
    assert_eq!((report.rejects[0].line, report.rejects[0].code), (6, Code::NotANumber));
    assert_eq!(desk.column(Table::Spend, "amount_minor"), ["123450", "29"]);
    assert!(note(&report, Code::Preamble).is_some());
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_opened() {
    let filling = vec![b' '; 40 << 20];
    let bomb = zip(&[("[Content_Types].xml", b"<Types/>".as_slice()), ("xl/worksheets/sheet1.xml", &filling)]);
    assert!(bomb.len() < 1 << 20);
    let report = Desk::new().give("spend.xlsx", bomb);
    let (code, reason) = problem(&report);
    assert!(code == Code::ZipBomb && reason.contains("times its size"), "{reason}");
    let caps = crate::import::Caps { unpacked_bytes: 500, ..Default::default() };
    let small = ImportOptions { caps, ..Desk::options() };
    let report = Desk::new().give_with("spend.xlsx", xlsx(&sheet()), &small);
    assert_eq!(problem(&report).0, Code::ZipBomb);
}

#[test]
fn a_sheet_that_repeats_a_long_text_fills_no_disk() {
    let row = |r: usize| format!("<row r=\"{r}\">{}</row>", t(&format!("A{r}"), &"x".repeat(2_000)));
    let rows: String = (1..=40).map(row).collect();
    let caps = crate::import::Caps { unpacked_bytes: 90_000, ..Default::default() };
    let report = Desk::new().give_with("geos.xlsx", xlsx(&rows), &ImportOptions { caps, ..Desk::options() });
    // All parts together unpack to less than the cap, and so does the text: refused for what it is.
    assert_eq!(problem(&report).0, Code::UnknownLayout);
    let mut copy = crate::import::read::sheet::CsvCopy::new(&crate::import::Caps { unpacked_bytes: 5_000, ..caps });
    crate::import::read::sheet::SheetSink::begin(&mut copy, "s", &[]).expect("begins");
    let long = csv::StringRecord::from(vec!["x".repeat(2_000)]);
    let taken = (0..40).take_while(|_| crate::import::read::sheet::SheetSink::row(&mut copy, &long).is_ok()).count();
    assert_eq!(taken, 2, "5,000 bytes hold two rows of 2,002");
}

#[test]
fn a_declared_size_is_not_believed() {
    let mut book = zip(&[("xl/worksheets/sheet1.xml", vec![b' '; 40 << 20].as_slice())]);
    // The unpacked size in the directory: claim one byte.
    let at = book.windows(4).rposition(|w| w == b"PK\x01\x02").expect("a directory") + 24;
    book[at..at + 4].copy_from_slice(&1u32.to_le_bytes());
    assert_eq!(problem(&Desk::new().give("spend.xlsx", book)).0, Code::ZipBomb);
}

#[test]
fn a_cell_far_out_costs_no_memory_and_is_refused() {
    let far = format!("<row r=\"1\">{}</row><row r=\"1048576\">{}</row>", t("A1", "geo"), t("XFD1048576", "x"));
    assert_eq!(problem(&Desk::new().give("geos.xlsx", xlsx(&far))).0, Code::TooManyColumns);
    for broken in [b"PK\x03\x04".to_vec(), xlsx(&sheet())[..700].to_vec(), zip(&[("a", b"b".as_slice())])] {
        assert_eq!(problem(&Desk::new().give("geos.xlsx", broken)).0, Code::Unreadable);
    }
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).expect("columns");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("schema");
    writer.write(&batch).expect("rows");
    writer.into_inner().expect("file")
}

#[test]
fn canonical_parquet_is_read_with_typed_times_and_amounts() {
    let desk = Desk::new();
    let times = TimestampMicrosecondArray::from(vec![Some(1_767_607_200_000_000), None]).with_timezone("+00:00");
    let bytes = parquet(vec![
        ("touch_id", Arc::new(StringArray::from(vec!["1", "2"]))),
        ("contact_id", Arc::new(StringArray::from(vec!["c", "c"]))),
        ("channel", Arc::new(StringArray::from(vec!["web", "web"]))),
        ("touched_at", Arc::new(times)),
    ]);
    let report = desk.give("touches.parquet", &bytes);
    assert_eq!((counts(&report), report.format), ((1, 1), "parquet"));
    assert_eq!((report.rejects[0].line, report.rejects[0].code), (3, Code::EmptyCell));
    assert_eq!(desk.column(Table::Touches, "touched_at_us"), ["1767607200000000"]);
    let money = parquet(vec![
        ("date", Arc::new(StringArray::from(vec!["2026-01-05", "2026-01-12"]))),
        ("channel", Arc::new(StringArray::from(vec!["tv", "tv"]))),
        ("amount", Arc::new(Float64Array::from(vec![0.1 + 0.2, f64::NAN]))),
    ]);
    let desk = Desk::new();
    let report = desk.give("spend.parquet", money);
    assert_eq!((counts(&report), report.rejects[0].code), ((1, 1), Code::NotFinite));
    assert_eq!(desk.column(Table::Spend, "amount_minor"), ["30"]);
    let cut = Desk::new().give("touches.parquet", &bytes[..bytes.len() - 9]);
    assert_eq!(problem(&cut).0, Code::Unreadable);
}
