//! A small SVG writer that remembers where every text stands, so that overlap and overflow can be tested.

pub mod paint;
pub mod path;
pub mod scene;
pub mod shape;

pub use paint::Paint;
pub use path::Path;
pub use scene::{Anchor, Mark, Scene, TextBox, Type};

/// A coordinate with at most two decimals and no trailing zeros, the same on every machine.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        assert_eq!(
            ["12.5", "0", "3", "0"],
            [number(12.5), number(-0.001), number(3.0), number(f64::NAN)].map(|s| s).each_ref().map(|s| s.as_str())
        );
    }
}
