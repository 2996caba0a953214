//! CSV, RFC 4180, UTF-8; words that a spreadsheet would take for a formula are disarmed, numbers never touched.

use super::table::{Cell, Kind, Table, fixed};

/// The table as CSV bytes.
///
/// # Errors
/// Those of the writer, which for memory do not happen.
pub fn write(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    out.write_record(table.headers())?;
    for row in &table.rows {
        let cells = row.iter().zip(&table.columns).map(|(cell, column)| render(cell, column.kind));
        out.write_record(cells.chain(table.facts.iter().map(|(_, value)| guard(value))))?;
    }
    out.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

/// One cell as text.
#[must_use]
pub fn render(cell: &Cell, kind: Kind) -> String {
    match (cell, kind) {
        (Cell::Empty, _) => String::new(),
        (Cell::Text(text), _) => guard(text),
        (Cell::Int(n), _) => n.to_string(),
        (Cell::Number(x), Kind::Number(decimals)) => fixed(*x, decimals),
        (Cell::Number(x), _) => fixed(*x, 2),
        (Cell::Money(amount), _) => amount.to_decimal().to_string(),
        (Cell::Date(day), _) => day.to_string(),
        (Cell::Bool(yes), _) => yes.to_string(),
    }
}

/// Text with an apostrophe before what a spreadsheet would run: `= + - @`, tab and carriage return.
#[must_use]
pub fn guard(text: &str) -> String {
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tandem_models::domain::money::Cents;

    #[test]
    fn formulas_in_words_are_disarmed_and_negative_numbers_are_not() {
        let mut table = Table::new("t", &[("name", Kind::Text), ("amount", Kind::Money), ("x", Kind::Number(3))]);
        table.push(vec!["=cmd|' /C calc'!A0".into(), Cents(-150).into(), (-0.5).into()]);
        table.push(vec!["plain, \"quoted\"".into(), Cell::Empty, f64::NAN.into()]);
        table.facts.push(("currency".into(), "EUR".into()));
        let text = String::from_utf8(write(&table).expect("writes")).expect("utf-8");
        assert_eq!(
            text,
            "name,amount,x,currency\r\n'=cmd|' /C calc'!A0,-1.50,-0.500,EUR\r\n\"plain, \"\"quoted\"\"\",,,EUR\r\n"
        );
    }

    #[test]
    fn every_leading_sign_that_runs_is_guarded() {
        for wrong in ["=1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert!(guard(wrong).starts_with('\''), "{wrong:?}");
        }
        assert_eq!(guard("a=1"), "a=1");
    }
}
