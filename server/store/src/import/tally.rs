//! Counts of what was met row by row, turned into notes with numbers at the end.

use std::collections::BTreeMap;

use super::trouble::{Code, Note};

/// Lines kept per kind.
const LINES: usize = 5;

/// Counts by kind.
#[derive(Debug, Default)]
pub struct Tally {
    met: BTreeMap<Code, Met>,
}

#[derive(Debug, Default)]
struct Met {
    count: u64,
    lines: Vec<u64>,
    cents: i128,
    example: String,
}

impl Tally {
    /// Counts one meeting on a line.
    pub fn hit(&mut self, code: Code, line: u64) {
        self.add(code, line, 0, "");
    }

    /// Counts one meeting with an amount to add up, and a word for the first.
    pub fn add(&mut self, code: Code, line: u64, cents: i64, example: &str) {
        let met = self.met.entry(code).or_default();
        met.count += 1;
        met.cents += i128::from(cents);
        if met.lines.len() < LINES && met.lines.last() != Some(&line) {
            met.lines.push(line);
        }
        if met.example.is_empty() {
            example.clone_into(&mut met.example);
        }
    }

    /// Sets a count found otherwise; 0 leaves no note.
    pub fn set(&mut self, code: Code, count: u64, example: &str) {
        if count > 0 {
            self.met.insert(code, Met { count, example: example.to_owned(), ..Met::default() });
        }
    }

    /// How often a kind was met.
    #[must_use]
    pub fn count(&self, code: Code) -> u64 {
        self.met.get(&code).map_or(0, |m| m.count)
    }

    /// One note a kind.
    #[must_use]
    pub fn notes(self) -> Vec<Note> {
        let note = |(code, met): (Code, Met)| {
            let text = sentence(code, &met);
            Note { code, count: met.count, lines: met.lines, text }
        };
        self.met.into_iter().map(note).collect()
    }
}

fn plural(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

fn sentence(code: Code, met: &Met) -> String {
    let n = met.count;
    let amount = || {
        let (sign, cents) = (if met.cents < 0 { "-" } else { "" }, met.cents.unsigned_abs());
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    };
    match code {
        Code::Credit => {
            let what = plural(n, "negative spend is taken as a credit", "negative spends are taken as credits");
            format!("{what}, {} in total", amount())
        }
        Code::Rounded => plural(n, "amount was rounded to the cent", "amounts were rounded to the cent"),
        Code::FutureWin => plural(n, "win is dated in the future", "wins are dated in the future"),
        Code::DuplicateKey => {
            let what = plural(n, "row repeats a key of this file", "rows repeat a key of this file");
            format!("{what} (first `{}`); the last row of each key wins", met.example)
        }
        Code::TotalsRow => plural(n, "totals line was left out", "totals lines were left out"),
        Code::DaylightFold => {
            let what = plural(n, "local time occurred twice", "local times occurred twice");
            format!("{what} when daylight saving ended; the earlier moment was taken")
        }
        Code::EmailsHashed => {
            let what = plural(n, "e-mail address was hashed", "e-mail addresses were hashed");
            format!("{what}; the addresses themselves are not kept")
        }
        Code::EmptyCell => {
            let what = plural(
                n,
                "empty spend or exposure cell was taken as 0",
                "empty spend or exposure cells were taken as 0",
            );
            format!("{what} (first in `{}`)", met.example)
        }
        Code::SkippedStage => {
            let what = plural(n, "contact or deal skips a stage", "contacts or deals skip a stage");
            format!("{what} between two others (most often `{}`)", met.example)
        }
        Code::ReversedStage => {
            let what = plural(n, "contact or deal enters", "contacts or deals enter");
            format!("{what} a later stage before an earlier one (first {})", met.example)
        }
        Code::Week53 => {
            let what = plural(n, "date is given as week 53", "dates are given as week 53");
            format!("{what}, which its year has")
        }
        _ => plural(n, "row", "rows"),
    }
}
