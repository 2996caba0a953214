//! Spreadsheets with typed cells: numbers are numbers, days are days, words are never formulas.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::table::{Cell, Kind, Table};

/// The tables as one workbook, a sheet each. The same tables give the same bytes.
///
/// # Errors
/// A sheet name or cell that the format cannot hold.
pub fn write(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed time of creation keeps the bytes the same; when the figures were made stands in the table's own facts.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_author("Tandem").set_creation_datetime(&made));
    for table in tables {
        fill(book.add_worksheet(), table)?;
    }
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    sheet.set_name(sheet_name(&table.name))?;
    let bold = Format::new().set_bold();
    for (at, header) in table.headers().enumerate() {
        sheet.write_string_with_format(0, at as u16, header, &bold)?;
    }
    let formats: Vec<Format> = table.columns.iter().map(|c| format_of(c.kind)).collect();
    for (at, row) in table.rows.iter().enumerate() {
        let line = at as u32 + 1;
        for (column, cell) in row.iter().enumerate() {
            put(sheet, line, column as u16, cell, &formats[column])?;
        }
        for (offset, (_, value)) in table.facts.iter().enumerate() {
            sheet.write_string(line, (table.columns.len() + offset) as u16, value)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofit();
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => return Ok(()),
        Cell::Text(text) => sheet.write_string(row, column, text)?,
        Cell::Int(n) => sheet.write_number_with_format(row, column, *n as f64, format)?,
        Cell::Number(x) => sheet.write_number_with_format(row, column, *x, format)?,
        Cell::Money(amount) => sheet.write_number_with_format(row, column, amount.to_f64(), format)?,
        Cell::Bool(yes) => sheet.write_boolean(row, column, *yes)?,
        Cell::Date(day) => {
            let (year, month, date) = day.to_civil();
            let date = ExcelDateTime::from_ymd(year as u16, month as u8, date as u8)?;
            sheet.write_datetime_with_format(row, column, &date, format)?
        }
    };
    Ok(())
}

fn format_of(kind: Kind) -> Format {
    let format = Format::new();
    match kind {
        Kind::Text | Kind::Bool => format,
        Kind::Int => format.set_num_format("#,##0"),
        Kind::Money => format.set_num_format("#,##0.00"),
        Kind::Date => format.set_num_format("yyyy-mm-dd"),
        Kind::Number(0) => format.set_num_format("#,##0"),
        Kind::Number(decimals) => format.set_num_format(format!("#,##0.{}", "0".repeat(usize::from(decimals)))),
    }
}

/// At most 31 characters and none that the format refuses.
fn sheet_name(name: &str) -> String {
    let clean: String = name.chars().map(|c| if "[]:*?/\\'".contains(c) { '-' } else { c }).take(31).collect();
    if clean.is_empty() { "Sheet".into() } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tandem_models::domain::money::Cents;

    #[test]
    fn the_same_table_gives_the_same_bytes_and_another_does_not() {
        let mut table = Table::new("roi/by:channel", &[("channel", Kind::Text), ("spend", Kind::Money)]);
        table.push(vec!["=1+1".into(), Cents(12_345).into()]);
        let first = write(std::slice::from_ref(&table)).expect("writes");
        assert_eq!(first, write(std::slice::from_ref(&table)).expect("writes"));
        assert!(first.starts_with(b"PK"));
        table.push(vec!["tv".into(), Cents(1).into()]);
        assert_ne!(first, write(&[table]).expect("writes"));
    }
}
