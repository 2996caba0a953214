//! The header of a path table: which column is which, and what separates them.

/// A column of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// `path`.
    Path,
    /// `total_conversions`.
    Conversions,
    /// `total_conversion_value`, may be absent.
    Value,
    /// `total_null`, may be absent.
    Null,
    /// Anything else: kept out.
    Other,
}

impl Column {
    fn named(name: &str) -> Column {
        match name.to_ascii_lowercase().as_str() {
            "path" => Column::Path,
            "total_conversions" | "conversions" => Column::Conversions,
            "total_conversion_value" | "conversion_value" | "value" => Column::Value,
            "total_null" | "null" | "nulls" => Column::Null,
            _ => Column::Other,
        }
    }
}

/// A header that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the header `{found}` {problem}; it should be like `path;total_conversions;total_conversion_value;total_null` (separated by `;`, `,` or tab, in any order, the last two optional)"
)]
pub struct HeaderError {
    found: String,
    problem: String,
}

/// Most columns a table may have.
pub(super) const MAX_COLUMNS: usize = 64;

/// What each column is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub separator: u8,
    pub count: usize,
    kinds: [Column; MAX_COLUMNS],
}

impl Columns {
    /// Reads the first line, without its line break.
    pub fn of_header(line: &[u8]) -> Result<Self, HeaderError> {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii();
        let text = String::from_utf8_lossy(line);
        let refuse = |problem: String| {
            Err(HeaderError {
                found: text.chars().take(120).filter(|c| !c.is_control() || *c == '\t').collect(),
                problem,
            })
        };
        let separator = [b';', b'\t', b','].into_iter().find(|s| line.contains(s)).unwrap_or(b';');
        let names: Vec<&str> = text.split(char::from(separator)).map(|n| n.trim().trim_matches('"').trim()).collect();
        if names.len() > MAX_COLUMNS {
            return refuse(format!("has {} columns, more than {MAX_COLUMNS}", names.len()));
        }
        let mut kinds = [Column::Other; MAX_COLUMNS];
        for (i, name) in names.iter().enumerate() {
            let kind = Column::named(name);
            if kind != Column::Other && kinds[..i].contains(&kind) {
                return refuse(format!("names `{name}` twice"));
            }
            kinds[i] = kind;
        }
        for (kind, name) in [(Column::Path, "path"), (Column::Conversions, "total_conversions")] {
            if !kinds.contains(&kind) {
                return refuse(format!("lacks the column `{name}`"));
            }
        }
        let count = names.len();
        Ok(Columns { separator, count, kinds })
    }

    /// What column `i` is.
    pub fn kind(&self, i: usize) -> Column {
        self.kinds.get(i).copied().unwrap_or(Column::Other)
    }
}
