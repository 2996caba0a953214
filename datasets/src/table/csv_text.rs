//! Rows as CSV text.

use std::fmt::Write as _;

use super::{Column, Kind, Rows};
use crate::calendar::DateNames;

/// The rows as CSV lines without a header.
pub(super) fn encode(rows: &Rows, dates: &DateNames) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::with_capacity(rows.len * 80));
    let kinds = rows.table.columns();
    let mut cell = String::new();
    for i in 0..rows.len {
        for (column, (_, kind)) in rows.columns.iter().zip(kinds) {
            cell.clear();
            let text = match column {
                Column::Text { data, ends } => {
                    let from = if i == 0 { 0 } else { ends[i - 1] as usize };
                    &data[from..ends[i] as usize]
                }
                Column::Whole(values) => {
                    if let Some(v) = values[i] {
                        push_whole(*kind, v, dates, &mut cell);
                    }
                    &cell
                }
                Column::Number(values) => {
                    // Writing into a String cannot fail.
                    let _ = write!(cell, "{}", values[i]);
                    &cell
                }
                Column::Flag(values) => {
                    if values[i] {
                        "true"
                    } else {
                        "false"
                    }
                }
            };
            writer.write_field(text)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

fn push_whole(kind: Kind, value: i64, dates: &DateNames, out: &mut String) {
    let _ = match kind {
        Kind::Time => {
            dates.push_time(value as i32, out);
            Ok(())
        }
        Kind::Date => {
            out.push_str(dates.day(value as i32));
            Ok(())
        }
        Kind::Amount => {
            write!(out, "{}{}.{:02}", if value < 0 { "-" } else { "" }, value.abs() / 100, value.abs() % 100)
        }
        _ => write!(out, "{value}"),
    };
}
