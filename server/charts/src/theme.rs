//! Every colour and type size that a figure may use, for light, dark and page-switched grounds.

use serde::{Deserialize, Serialize};

/// Which ground a figure is drawn for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// White card, dark text.
    #[default]
    Light,
    /// Dark card, light text.
    Dark,
    /// Colours as CSS custom properties (see [`Tokens::css`]), so that one inline SVG follows the page's own switch
    /// between light and dark. PNG needs real colours, and takes light for this one.
    Page,
}

/// The colours of one theme, as SVG paint values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// The card a figure stands on.
    pub card: &'static str,
    /// Titles and labels.
    pub text: &'static str,
    /// Subtitles, axes, source line; 4.5:1 or more on the card.
    pub quiet: &'static str,
    /// Grid lines.
    pub grid: &'static str,
    /// Zero and break-even lines; 3:1 or more on the card.
    pub axis: &'static str,
    /// The quiet area of the baseline in stacked figures.
    pub baseline: &'static str,
    /// Categories 1-6, in channel order; 3:1 or more on the card.
    pub categories: [&'static str; 6],
    /// All channels after the sixth.
    pub other: &'static str,
    /// A change for the better (always beside a shape and a word).
    pub better: &'static str,
    /// A change for the worse.
    pub worse: &'static str,
    /// A change that cannot be told from none.
    pub unsure: &'static str,
}

const LIGHT: Tokens = Tokens {
    card: "#FFFFFF",
    text: "#1F2937",
    quiet: "#4B5563",
    grid: "#E5E7EB",
    axis: "#6B7280",
    baseline: "#D5DAE1",
    categories: ["#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1"],
    other: "#7B8494",
    better: "#1B7F5C",
    worse: "#B42318",
    unsure: "#6B7280",
};

const DARK: Tokens = Tokens {
    card: "#111827",
    text: "#E5E7EB",
    quiet: "#9CA3AF",
    grid: "#1F2937",
    axis: "#9CA3AF",
    baseline: "#2B3646",
    categories: ["#7FA6E8", "#4FD1C5", "#E58AC0", "#FF9F6B", "#C9CDD3", "#B89CF0"],
    other: "#828B9A",
    better: "#4ADE80",
    worse: "#F87171",
    unsure: "#9CA3AF",
};

const PAGE: Tokens = Tokens {
    card: "var(--chart-card)",
    text: "var(--chart-text)",
    quiet: "var(--chart-quiet)",
    grid: "var(--chart-grid)",
    axis: "var(--chart-axis)",
    baseline: "var(--chart-baseline)",
    categories: [
        "var(--chart-1)",
        "var(--chart-2)",
        "var(--chart-3)",
        "var(--chart-4)",
        "var(--chart-5)",
        "var(--chart-6)",
    ],
    other: "var(--chart-other)",
    better: "var(--chart-better)",
    worse: "var(--chart-worse)",
    unsure: "var(--chart-unsure)",
};

impl Theme {
    /// The colours of this theme.
    #[must_use]
    pub const fn tokens(self) -> &'static Tokens {
        match self {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
            Theme::Page => &PAGE,
        }
    }
}

impl Tokens {
    /// The colour of the channel at `index` of the store's channel order; all after the sixth share one.
    #[must_use]
    pub fn category(&self, index: usize) -> &'static str {
        self.categories.get(index).copied().unwrap_or(self.other)
    }

    /// Name and value of every token, in a stable order.
    #[must_use]
    pub fn named(&self) -> Vec<(&'static str, &'static str)> {
        let mut all = vec![
            ("card", self.card),
            ("text", self.text),
            ("quiet", self.quiet),
            ("grid", self.grid),
            ("axis", self.axis),
            ("baseline", self.baseline),
            ("other", self.other),
            ("better", self.better),
            ("worse", self.worse),
            ("unsure", self.unsure),
        ];
        all.extend(["1", "2", "3", "4", "5", "6"].into_iter().zip(self.categories));
        all
    }

    /// The custom properties that [`Theme::Page`] figures read, as CSS declarations: put them in `:root` for light and
    /// in the dark selector for dark.
    #[must_use]
    pub fn css(&self) -> String {
        self.named().iter().map(|(name, value)| format!("--chart-{name}:{value};")).collect()
    }
}

/// The channel index from which on colours are shared and stacked series are summed as "Other".
pub const CATEGORIES: usize = 6;

/// Type sizes in px: title, label, small label (subtitle, axis), source line.
pub mod type_size {
    /// The finding.
    pub const TITLE: f64 = 16.0;
    /// Names and values at the marks.
    pub const LABEL: f64 = 13.0;
    /// Subtitle, axes, notes.
    pub const SMALL: f64 = 12.0;
    /// Run, data version, as of.
    pub const SOURCE: f64 = 11.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(hex: &str) -> f64 {
        let part = |i: usize| f64::from(u8::from_str_radix(&hex[i..i + 2], 16).expect("hex colour")) / 255.0;
        let linear = |c: f64| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(part(1)) + 0.7152 * linear(part(3)) + 0.0722 * linear(part(5))
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn marks_stand_at_three_to_one_and_words_at_four_and_a_half() {
        for theme in [Theme::Light, Theme::Dark] {
            let t = theme.tokens();
            let marks = t.categories.iter().chain([&t.other, &t.axis, &t.better, &t.worse, &t.unsure]);
            for colour in marks {
                // #F46A25 on white is 3.00 to two places; the threshold is the standard's 3:1.
                assert!(contrast(colour, t.card) >= 3.0, "{theme:?} {colour} {:.3}", contrast(colour, t.card));
            }
            for colour in [t.text, t.quiet] {
                assert!(contrast(colour, t.card) >= 4.5, "{theme:?} {colour}");
            }
        }
        assert!(contrast("#E5E7EB", "#FFFFFF") < 3.0, "the measure can fail");
    }

    #[test]
    fn neighbours_in_a_stack_differ() {
        for theme in [Theme::Light, Theme::Dark] {
            let t = theme.tokens();
            for (i, a) in t.categories.iter().enumerate() {
                assert!(t.categories[i + 1..].iter().all(|b| a != b) && *a != t.other);
            }
        }
    }

    #[test]
    fn a_page_figure_finds_every_property_it_reads() {
        let css = Theme::Dark.tokens().css();
        for (_, value) in Theme::Page.tokens().named() {
            let property = value.trim_start_matches("var(").trim_end_matches(')');
            assert!(css.contains(&format!("{property}:#")), "{property}");
        }
    }
}
