//! The embedded fonts (Inter, OFL) and the width of a line set in them.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Inter Regular, latin subset.
pub const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.otf");
/// Inter SemiBold, latin subset.
pub const SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.otf");
/// The `font-family` of every figure; the embedded font first.
pub const FAMILY: &str = "Inter, system-ui, sans-serif";

/// Font weight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Weight {
    /// 400.
    #[default]
    Regular,
    /// 600.
    SemiBold,
}

impl Weight {
    /// The CSS weight.
    #[must_use]
    pub const fn css(self) -> &'static str {
        match self {
            Weight::Regular => "400",
            Weight::SemiBold => "600",
        }
    }
}

/// Advances in em of every character that one font holds.
struct Advances(HashMap<char, f64>);

impl Advances {
    fn of(font: &'static [u8]) -> Advances {
        let mut map = HashMap::new();
        if let Ok(face) = ttf_parser::Face::parse(font, 0) {
            let em = f64::from(face.units_per_em());
            for table in face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables) {
                table.codepoints(|code| {
                    if let Some((c, glyph)) = char::from_u32(code).and_then(|c| Some((c, face.glyph_index(c)?))) {
                        map.insert(c, f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / em);
                    }
                });
            }
        }
        Advances(map)
    }
}

fn advances(weight: Weight) -> &'static Advances {
    static TABLES: [OnceLock<Advances>; 2] = [OnceLock::new(), OnceLock::new()];
    match weight {
        Weight::Regular => TABLES[0].get_or_init(|| Advances::of(REGULAR)),
        Weight::SemiBold => TABLES[1].get_or_init(|| Advances::of(SEMI_BOLD)),
    }
}

/// The width of `text` in px at `size` px.
///
/// The sum of advances, without kerning (which only tightens). A character that the font lacks is counted as a full em,
/// which is what a CJK or fallback glyph takes at most.
#[must_use]
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let table = advances(weight);
    text.chars().map(|c| table.0.get(&c).copied().unwrap_or(1.0)).sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_words_measure_wider() {
        assert!(width("WWWW", 12.0, Weight::Regular) > width("iiii", 12.0, Weight::Regular) * 2.0);
        assert!(width("Revenue", 12.0, Weight::SemiBold) > width("Revenue", 12.0, Weight::Regular));
        let (one, two) = (width("ROI", 10.0, Weight::Regular), width("ROI", 20.0, Weight::Regular));
        assert!((two - 2.0 * one).abs() < 1e-9);
    }

    #[test]
    fn the_font_holds_the_signs_that_figures_use() {
        let table = advances(Weight::Regular);
        assert!("−–…·×→€£%~".chars().all(|c| table.0.contains_key(&c)));
        assert!(!table.0.contains_key(&'预'), "a latin subset, so that other scripts are measured as a full em");
    }
}
