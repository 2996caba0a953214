//! What can be wrong with imported data: one closed list of codes, and the three shapes that carry them.

use serde::{Deserialize, Serialize};

/// The kind of trouble, stable across releases; reports, the API and tests name troubles by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The file starts with a byte-order mark.
    ByteOrderMark,
    /// The text was not UTF-8 and was converted.
    Converted,
    /// Lines end in more than one way.
    MixedLineEnds,
    /// A quote is opened and never closed.
    UnclosedQuote,
    /// A cell is larger than the cap.
    CellTooLarge,
    /// A text cell holds a NUL byte.
    NulByte,
    /// A column name occurs twice.
    DuplicateHeader,
    /// More columns than the cap.
    TooManyColumns,
    /// More rows than the cap.
    TooManyRows,
    /// More bytes than the cap.
    TooLarge,
    /// A compressed file that unpacks to far more than it should.
    ZipBomb,
    /// The file cannot be read as what its name says.
    Unreadable,
    /// No header line, or nothing below it.
    Empty,
    /// The header is of no known layout and no mapping was given.
    UnknownLayout,
    /// A needed column is absent.
    MissingColumn,
    /// A column that nobody asked for, kept out.
    IgnoredColumn,
    /// The mapping file is wrong.
    Mapping,
    /// A row has another number of fields than the header.
    FieldCount,
    /// A needed cell is empty.
    EmptyCell,
    /// A cell that should hold a number does not.
    NotANumber,
    /// NaN or an infinity.
    NotFinite,
    /// `1.234`: thousands or decimals?
    AmbiguousDecimal,
    /// A number written with the other decimal mark.
    WrongDecimal,
    /// A number or amount out of range.
    OutOfRange,
    /// An amount with more than two places.
    TooManyPlaces,
    /// Amounts were rounded to the cent.
    Rounded,
    /// Negative spend, taken as a credit.
    Credit,
    /// A cell that should hold a date or time does not.
    NotADate,
    /// `03/04/2026`: March or April?
    AmbiguousDate,
    /// A year outside 1990..=2100.
    YearOutOfRange,
    /// A local time that the clocks skipped.
    DaylightGap,
    /// A local time that the clocks showed twice.
    DaylightFold,
    /// A week 53 in a year that has 52.
    NoWeek53,
    /// A year with a week 53 was read.
    Week53,
    /// Weeks are missing between the first and the last.
    MissingPeriods,
    /// A word outside the closed list of a column.
    NotInList,
    /// Not an ISO 4217 code.
    NotACurrency,
    /// An amount in another currency, with no rate to convert it.
    CurrencyWithoutRate,
    /// No currency is written anywhere; the reporting currency was taken.
    CurrencyAssumed,
    /// Not an e-mail address.
    NotAnEmail,
    /// A win dated after now.
    FutureWin,
    /// A stage was jumped over.
    SkippedStage,
    /// A later stage was entered before an earlier one.
    ReversedStage,
    /// The same key twice in one file; the last row wins.
    DuplicateKey,
    /// Totals lines were left out.
    TotalsRow,
    /// Lines above the header were left out.
    Preamble,
    /// The file was imported before.
    AlreadyImported,
    /// Exact spend kept as exposure because amounts are only a few cents.
    FineSpend,
    /// E-mail addresses were hashed.
    EmailsHashed,
    /// A text column of names became one control per name.
    LevelsToControls,
    /// Exposure without spend was read as an organic channel.
    OrganicChannel,
}

/// Why a value, row or file is refused: what is wrong, and what would be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The kind.
    pub code: Code,
    /// What is wrong, naming the value.
    pub reason: String,
    /// What would be accepted.
    pub accepted: String,
}

impl Why {
    /// Puts the three parts together.
    pub fn new(code: Code, reason: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), accepted: accepted.into() }
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; accepted: {}", self.reason, self.accepted)
    }
}

/// One row that was left out, and why; the others of its file go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// File name as the user gave it.
    pub file: String,
    /// Line in the file (row in a sheet or Parquet file), counted from 1, the header included.
    pub line: u64,
    /// The column at fault, where it is one.
    pub column: Option<String>,
    /// The cell, shortened; never an e-mail address.
    pub value: Option<String>,
    /// The kind.
    pub code: Code,
    /// What is wrong.
    pub reason: String,
    /// What would be accepted.
    pub accepted: String,
}

/// Something worth knowing that stopped nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The kind.
    pub code: Code,
    /// How often it was met.
    pub count: u64,
    /// First lines where it was met, at most five; empty where it concerns the whole file.
    pub lines: Vec<u64>,
    /// One sentence with the numbers in it.
    pub text: String,
}

/// A cell as shown in reports: at most 60 characters, and no e-mail addresses.
#[must_use]
pub fn shown(cell: &str) -> String {
    if cell.contains('@') {
        return "(hidden: may hold an e-mail address)".into();
    }
    let mut out: String =
        cell.chars().take(60).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if cell.chars().nth(60).is_some() {
        out.push('…');
    }
    out
}
