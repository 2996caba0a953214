//! One line of a path table to one weighted path, quickly and with a reason for every refusal.

use memchr::memchr;
use rustc_hash::FxHashMap;

use super::columns::{Column, Columns};
use crate::attribution::paths::Paths;

/// Longest channel name, bytes.
const MAX_NAME: usize = 512;

/// A row left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Line in the file, 1 = header.
    pub line: u64,
    /// Why.
    pub reason: RejectReason,
}

/// Why a row was left out, with what would be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RejectReason {
    /// Wrong number of columns.
    #[error("the row does not have as many columns as the header")]
    Columns,
    /// A touch without a name, as in `a > > b`.
    #[error("a touch of the path has no name; write channels split by ` > `, or an empty path for none")]
    EmptyTouch,
    /// A NUL or other control character, or bytes that are not UTF-8.
    #[error("a channel name holds a control character or is not UTF-8")]
    NotText,
    /// A name beyond the limit.
    #[error("a channel name is longer than 512 bytes")]
    LongName,
    /// A quote inside the path or one never closed.
    #[error("a quote is not closed or stands inside a path; quote a whole field or nothing")]
    Quote,
    /// A count below 0.
    #[error("a count is negative; counts are whole numbers from 0 to 4294967295")]
    NegativeCount,
    /// A count that is not a whole number in range.
    #[error("a count is not a whole number from 0 to 4294967295")]
    Count,
    /// A value below 0.
    #[error("the conversion value is negative; values are amounts of 0 or more")]
    NegativeValue,
    /// A value that is no amount.
    #[error("the conversion value is not an amount such as 1234.50 (at most 90000000000000)")]
    Value,
    /// Value without a conversion to carry it.
    #[error("the row has a conversion value but no conversion")]
    ValueWithoutConversion,
}

/// What one thread made of one piece of the file; channels are numbered within the piece.
pub(super) struct Piece<'a> {
    pub names: Vec<&'a str>,
    pub paths: Paths,
    pub unattributed_conversions: u64,
    pub unattributed_value_minor: i64,
    pub nulls_without_touch: u64,
    pub rounded_values: u64,
    pub rejects: Vec<Reject>,
    pub lines: u64,
    index: FxHashMap<&'a [u8], u32>,
}

#[derive(Default)]
struct Numbers {
    conversions: u32,
    nulls: u32,
    value_minor: i64,
    rounded: bool,
}

impl<'a> Piece<'a> {
    /// Parses whole lines. Line numbers of rejects are relative to the piece, 1 = its first line.
    pub fn parse(mut bytes: &'a [u8], columns: Columns) -> Self {
        let mut piece = Piece {
            names: Vec::new(),
            paths: Paths::new(),
            unattributed_conversions: 0,
            unattributed_value_minor: 0,
            nulls_without_touch: 0,
            rounded_values: 0,
            rejects: Vec::new(),
            lines: 0,
            index: FxHashMap::default(),
        };
        while !bytes.is_empty() {
            piece.lines += 1;
            let (line, rest) = split_at_byte(bytes, b'\n');
            bytes = rest;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            if let Err(reason) = piece.row(line, columns) {
                piece.paths.abandon();
                piece.rejects.push(Reject { line: piece.lines, reason });
            }
        }
        piece
    }

    fn row(&mut self, line: &'a [u8], columns: Columns) -> Result<(), RejectReason> {
        let mut numbers = Numbers::default();
        let mut rest = Some(line);
        let mut path: &[u8] = b"";
        for i in 0..columns.count {
            let (field, after) = field(rest.ok_or(RejectReason::Columns)?, columns.separator)?;
            rest = after;
            match columns.kind(i) {
                Column::Path => path = field,
                Column::Conversions => numbers.conversions = count(field)?,
                Column::Null => numbers.nulls = count(field)?,
                Column::Value => (numbers.value_minor, numbers.rounded) = amount(field)?,
                Column::Other => {}
            }
        }
        if rest.is_some() {
            return Err(RejectReason::Columns);
        }
        if numbers.conversions == 0 && numbers.value_minor != 0 {
            return Err(RejectReason::ValueWithoutConversion);
        }
        self.touches(path)?;
        self.rounded_values += u64::from(numbers.rounded);
        if self.paths.open_touches() == 0 {
            self.unattributed_conversions += u64::from(numbers.conversions);
            self.unattributed_value_minor += numbers.value_minor;
            self.nulls_without_touch += u64::from(numbers.nulls);
        } else {
            self.paths.close(numbers.conversions, numbers.nulls, numbers.value_minor);
        }
        Ok(())
    }

    fn touches(&mut self, path: &'a [u8]) -> Result<(), RejectReason> {
        let mut rest = path.trim_ascii();
        if rest.is_empty() {
            return Ok(());
        }
        loop {
            let at = memchr(b'>', rest);
            let name = trim_spaces(&rest[..at.unwrap_or(rest.len())]);
            let channel = match self.index.get(name) {
                Some(&known) => known,
                None => self.new_name(name)?,
            };
            self.paths.touch(channel);
            match at {
                Some(at) => rest = &rest[at + 1..],
                None => return Ok(()),
            }
        }
    }

    #[cold]
    fn new_name(&mut self, name: &'a [u8]) -> Result<u32, RejectReason> {
        if name.is_empty() {
            return Err(RejectReason::EmptyTouch);
        }
        if name.len() > MAX_NAME {
            return Err(RejectReason::LongName);
        }
        let text = std::str::from_utf8(name).map_err(|_| RejectReason::NotText)?;
        if text.chars().any(char::is_control) {
            return Err(RejectReason::NotText);
        }
        if text.contains('"') {
            return Err(RejectReason::Quote);
        }
        let channel = self.names.len() as u32;
        self.names.push(text);
        self.index.insert(name, channel);
        Ok(channel)
    }
}

/// The bytes before the first `byte` and those after it.
fn split_at_byte(bytes: &[u8], byte: u8) -> (&[u8], &[u8]) {
    match memchr(byte, bytes) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[]),
    }
}

/// The next field, its quotes taken off, and what follows its separator.
fn field(line: &[u8], separator: u8) -> Result<(&[u8], Option<&[u8]>), RejectReason> {
    if let Some(quoted) = line.strip_prefix(b"\"") {
        let end = quoted.iter().position(|&b| b == b'"').ok_or(RejectReason::Quote)?;
        return match quoted[end + 1..].split_first() {
            None => Ok((&quoted[..end], None)),
            Some((&s, rest)) if s == separator => Ok((&quoted[..end], Some(rest))),
            Some(_) => Err(RejectReason::Quote),
        };
    }
    Ok(match memchr(separator, line) {
        Some(at) => (&line[..at], Some(&line[at + 1..])),
        None => (line, None),
    })
}

fn trim_spaces(mut name: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = name {
        name = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = name {
        name = rest;
    }
    name
}

/// A count; empty is 0, and a fraction of zeros (`3.0`, as data frames write) is dropped.
fn count(field: &[u8]) -> Result<u32, RejectReason> {
    let mut n: u64 = 0;
    let mut digits = field.trim_ascii();
    if digits.first() == Some(&b'-') {
        let zero = digits[1..].iter().all(|b| matches!(b, b'0' | b'.')) && digits.len() > 1;
        return if zero { Ok(0) } else { Err(RejectReason::NegativeCount) };
    }
    if let Some(point) = digits.iter().position(|&b| b == b'.') {
        if point == 0 || digits[point + 1..].iter().any(|&b| b != b'0') {
            return Err(RejectReason::Count);
        }
        digits = &digits[..point];
    }
    for &b in digits {
        let d = b.wrapping_sub(b'0');
        if d > 9 {
            return Err(RejectReason::Count);
        }
        n = n * 10 + u64::from(d);
        if n > u64::from(u32::MAX) {
            return Err(RejectReason::Count);
        }
    }
    Ok(n as u32)
}

/// An amount in minor units and whether it was rounded to two places, half away from zero; empty is 0.
fn amount(field: &[u8]) -> Result<(i64, bool), RejectReason> {
    let text = field.trim_ascii();
    let mut minor: i64 = 0;
    let mut places: Option<u32> = None;
    let (mut rounded, mut up) = (false, false);
    for (i, &b) in text.iter().enumerate() {
        match b {
            b'0'..=b'9' => {
                let d = i64::from(b - b'0');
                match places {
                    Some(2..) => {
                        if places == Some(2) {
                            up = d >= 5;
                        }
                        rounded |= d != 0;
                        places = Some(3);
                    }
                    _ => {
                        minor = minor * 10 + d;
                        if minor > 9_000_000_000_000_000 {
                            return Err(RejectReason::Value);
                        }
                        places = places.map(|p| p + 1);
                    }
                }
            }
            b'.' if places.is_none() && text.len() > 1 => places = Some(0),
            b'-' if i == 0 && text.len() > 1 && text[1].is_ascii_digit() => {
                return if text[1..].iter().all(|b| matches!(b, b'0' | b'.')) {
                    Ok((0, false))
                } else {
                    Err(RejectReason::NegativeValue)
                };
            }
            // `1e3` and the like: rare enough for the general way.
            b'e' | b'E' if i > 0 => return scientific(text),
            _ => return Err(RejectReason::Value),
        }
    }
    let scale = match places {
        None | Some(0) => 100,
        Some(1) => 10,
        _ => 1,
    };
    let minor = minor.checked_mul(scale).filter(|m| *m <= 9_000_000_000_000_000).ok_or(RejectReason::Value)?;
    Ok((minor + i64::from(up), rounded))
}

fn scientific(text: &[u8]) -> Result<(i64, bool), RejectReason> {
    let value: f64 = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()).ok_or(RejectReason::Value)?;
    if value < 0.0 {
        return Err(RejectReason::NegativeValue);
    }
    let minor = value * 100.0;
    if minor.is_nan() || minor > 9e15 {
        return Err(RejectReason::Value);
    }
    Ok((minor.round() as i64, (minor - minor.round()).abs() > 1e-6))
}
