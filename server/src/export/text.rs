//! Tables for people at a terminal: words to the left, numbers to the right, thousands apart.

use super::csv::render;
use super::table::{Cell, Kind, Table};

/// The table as aligned lines, headers underlined.
#[must_use]
pub fn write(table: &Table) -> String {
    let body: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().zip(&table.columns).map(|(cell, column)| shown(cell, column.kind)).collect())
        .collect();
    let widths: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            body.iter().map(|row| row[at].chars().count()).chain([column.name.chars().count()]).max().unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    let line = |cells: &mut dyn Iterator<Item = &str>, out: &mut String| {
        let mut text = String::new();
        for (at, cell) in cells.enumerate() {
            let pad = widths[at].saturating_sub(cell.chars().count());
            let left = matches!(table.columns[at].kind, Kind::Text | Kind::Date | Kind::Bool);
            let gap = if at == 0 { "" } else { "  " };
            let (before, after) = if left { (0, pad) } else { (pad, 0) };
            text.push_str(&format!("{gap}{}{cell}{}", " ".repeat(before), " ".repeat(after)));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(&mut table.columns.iter().map(|c| c.name.as_str()), &mut out);
    let rules: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
    line(&mut rules.iter().map(String::as_str), &mut out);
    for row in &body {
        line(&mut row.iter().map(String::as_str), &mut out);
    }
    out
}

fn shown(cell: &Cell, kind: Kind) -> String {
    match cell {
        // A terminal runs no formulas, and control characters in a name must not reach it.
        Cell::Text(text) => text.chars().filter(|c| !c.is_control()).collect(),
        Cell::Empty => "-".into(),
        number @ (Cell::Int(_) | Cell::Number(_) | Cell::Money(_)) => thousands(&render(number, kind)),
        other => render(other, kind),
    }
}

/// `1234567.50` as `1,234,567.50`.
#[must_use]
pub fn thousands(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(w, r)| (w, Some(r)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_are_grouped() {
        let mut table = Table::new("t", &[("channel", Kind::Text), ("spend", Kind::Number(1))]);
        table.push(vec!["tv".into(), 1_234_567.25.into()]);
        table.push(vec!["a\u{1b}[31m".into(), (-3.0).into()]);
        let lines: Vec<String> = write(&table).lines().map(str::to_owned).collect();
        assert_eq!(lines[2], "tv       1,234,567.2");
        assert_eq!(lines[3], "a[31m           -3.0");
    }
}
