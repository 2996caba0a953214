//! Breaking a text into lines that fit a width.

use super::font::{Weight, width};

/// A text set in lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The lines, at least one.
    pub lines: Vec<String>,
    /// Whether words were cut, so that the whole belongs into a `<title>`.
    pub shortened: bool,
}

/// Shortens `text` with an ellipsis to at most `room` px.
#[must_use]
pub fn shorten(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while let Some(_dropped) = kept.pop() {
        let line = format!("{}…", kept.iter().collect::<String>().trim_end());
        if width(&line, size, weight) <= room {
            return line;
        }
    }
    String::new()
}

/// Whether a line may not break between two words: a number stays with what it counts.
fn glued(before: &str, after: &str) -> bool {
    let ends_in_digit = before.ends_with(|c: char| c.is_ascii_digit());
    let is_scale = matches!(before, "k" | "M" | "B");
    let letters: String = after.chars().filter(|c| c.is_alphabetic()).collect();
    let is_unit = matches!(letters.as_str(), "k" | "M" | "B") && after.len() <= 2
        || (letters.len() == 3 && letters.chars().all(|c| c.is_ascii_uppercase()));
    (ends_in_digit || is_scale) && is_unit
}

/// Words and the pieces of words after which a line may break.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        if out.last().is_some_and(|last| glued(last.rsplit(' ').next().unwrap_or(last), word)) {
            if let Some(last) = out.last_mut() {
                last.push(' ');
                last.push_str(word);
            }
        } else {
            out.push(word.to_owned());
        }
    }
    out
}

/// Cuts one over-long word where a reader would: after `_`, `-`, `/`, `.`, else between any two characters.
fn head_of(word: &str, size: f64, weight: Weight, room: f64) -> usize {
    let (mut best, mut soft, mut sum) = (0, 0, 0.0);
    for (at, c) in word.char_indices() {
        sum += width(c.encode_utf8(&mut [0; 4]), size, weight);
        if sum > room {
            break;
        }
        best = at + c.len_utf8();
        if matches!(c, '_' | '-' | '/' | '.' | '·') {
            soft = best;
        }
    }
    if soft > 0 { soft } else { best }
}

/// Sets `text` in at most `max_lines` lines of at most `room` px; the last line is shortened when more would be needed.
#[must_use]
pub fn wrap(text: &str, size: f64, weight: Weight, room: f64, max_lines: usize) -> Wrapped {
    let fits = |line: &str| width(line, size, weight) <= room;
    let mut words: std::collections::VecDeque<String> = pieces(text).into();
    let mut lines: Vec<String> = Vec::new();
    while let Some(first) = words.pop_front() {
        if lines.len() + 1 >= max_lines {
            let rest = words.iter().fold(first, |line, word| format!("{line} {word}"));
            let last = shorten(&rest, size, weight, room);
            let shortened = last != rest;
            lines.push(last);
            return Wrapped { lines, shortened };
        }
        let mut line = first;
        if !fits(&line) {
            let cut = head_of(&line, size, weight, room).max(line.chars().next().map_or(1, char::len_utf8));
            words.push_front(line.split_off(cut));
        }
        while let Some(next) = words.front() {
            let longer = format!("{line} {next}");
            // A piece that was just cut off a long word must not come back onto its own line.
            if !fits(&longer) || line.ends_with(['_', '-', '/']) {
                break;
            }
            line = longer;
            words.pop_front();
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    Wrapped { lines, shortened: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_stays_with_its_unit() {
        let w = wrap("We missed by 527 k EUR: leads", 12.0, Weight::Regular, 100.0, 9);
        assert!(w.lines.iter().any(|l| l.contains("527 k EUR:")), "{:?}", w.lines);
    }

    #[test]
    fn what_does_not_fit_is_shortened_and_said() {
        let w = wrap("alpha beta gamma delta epsilon zeta", 12.0, Weight::Regular, 70.0, 2);
        assert_eq!(w.lines.len(), 2);
        assert!(w.shortened && w.lines[1].ends_with('…'));
        assert!(!wrap("alpha", 12.0, Weight::Regular, 70.0, 2).shortened);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_room(text in "\\PC{0,80}", room in 20.0f64..300.0, lines in 1usize..4) {
            let w = wrap(&text, 12.0, Weight::Regular, room, lines);
            prop_assert!(w.lines.len() <= lines);
            for line in &w.lines {
                prop_assert!(width(line, 12.0, Weight::Regular) <= room + 1e-9, "{line:?}");
            }
        }
    }
}
