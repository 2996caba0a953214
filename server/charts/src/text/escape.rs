//! What makes foreign text safe inside an SVG.

/// Escapes the five XML characters; call it on text that [`clean`] has passed.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Removes what XML 1.0 forbids and what turns reading order around (bidirectional overrides), and makes any run of
/// white space one blank, so that a name is one line of ordinary text.
#[must_use]
pub fn clean(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|c| if c.is_whitespace() && c != '\u{a0}' { ' ' } else { c })
        .filter(|c| !c.is_control() && !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
        .collect();
    kept.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_open_a_tag_or_leave_an_attribute() {
        assert_eq!(escape("<b>\"'&"), "&lt;b&gt;&quot;&#39;&amp;");
    }

    #[test]
    fn control_and_reversing_characters_go_and_words_stay() {
        assert_eq!(clean("Paid\u{0}\n search\u{202e} X "), "Paid search X");
        assert_eq!(clean("Überseehafen – 搜索"), "Überseehafen – 搜索");
    }
}
