//! A figure on a page: the same drawing by light and dark ground, for a wide and a narrow screen.

use super::scope::query;

/// Width drawn for a phone, pixels.
const NARROW: &str = "360";
/// Width inside a card that takes half a row, pixels: text keeps its size.
pub const HALF: u32 = 584;

/// A figure by its address.
pub struct Picture {
    path: String,
    pairs: Vec<(&'static str, String)>,
    width: Option<u32>,
    height: Option<u32>,
    /// What a reader who does not see it is told.
    pub alt: String,
    /// Address of the table behind it, without its ending.
    pub table: Option<String>,
}

impl Picture {
    /// The chart `name` with its parameters.
    #[must_use]
    pub fn chart(name: &str, pairs: Vec<(&'static str, String)>, alt: impl Into<String>) -> Self {
        Self::of(&format!("/api/v1/charts/{name}"), pairs, alt)
    }

    /// The drawing at `path`, without its ending.
    #[must_use]
    pub fn of(path: &str, pairs: Vec<(&'static str, String)>, alt: impl Into<String>) -> Self {
        Self { path: path.to_owned(), pairs, width: None, height: None, alt: alt.into(), table: None }
    }

    /// Drawn this wide on a wide screen instead of 760 pixels.
    #[must_use]
    pub fn wide(mut self, width: u32) -> Self {
        self.width = Some(width);
        self
    }

    /// This high on a wide screen, so that neighbours end on one line.
    #[must_use]
    pub fn tall(mut self, height: u32) -> Self {
        self.height = Some(height);
        self
    }

    /// Names the table behind it: a path without ending, and its parameters.
    #[must_use]
    pub fn table(mut self, path: &str) -> Self {
        self.table = Some(path.to_owned());
        self
    }

    fn at(&self, ending: &str, more: &[(&str, &str)]) -> String {
        let (width, height) = (self.width.map(|w| w.to_string()), self.height.map(|h| h.to_string()));
        let mut pairs: Vec<(&str, &str)> = self.pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        if let Some(width) = &width
            && !more.iter().any(|(key, _)| *key == "width")
        {
            pairs.push(("width", width));
            if let Some(height) = &height {
                pairs.push(("height", height));
            }
        }
        pairs.extend_from_slice(more);
        format!("{}.{ending}{}", self.path, query(&pairs))
    }

    /// On a light ground.
    #[must_use]
    pub fn light(&self) -> String {
        self.at("svg", &[])
    }

    /// On a dark ground.
    #[must_use]
    pub fn dark(&self) -> String {
        self.at("svg", &[("theme", "dark")])
    }

    /// Narrow, on a light ground.
    #[must_use]
    pub fn narrow(&self) -> String {
        self.at("svg", &[("width", NARROW)])
    }

    /// Narrow, on a dark ground.
    #[must_use]
    pub fn narrow_dark(&self) -> String {
        self.at("svg", &[("theme", "dark"), ("width", NARROW)])
    }

    /// As pixels, to be pasted into a presentation.
    #[must_use]
    pub fn png(&self) -> String {
        self.at("png", &[])
    }

    /// The table behind it in one form.
    #[must_use]
    pub fn data(&self, ending: &str) -> Option<String> {
        let pairs: Vec<(&str, &str)> = self
            .pairs
            .iter()
            .filter(|(key, _)| !matches!(*key, "measure" | "group"))
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        self.table.as_ref().map(|path| format!("{path}.{ending}{}", query(&pairs)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_drawing_has_four_addresses_and_one_table() {
        let p =
            Picture::chart("roi", vec![("run", "r1".into()), ("measure", "roas".into())], "ROI").table("/api/v1/roi");
        assert_eq!(p.light(), "/api/v1/charts/roi.svg?run=r1&measure=roas");
        assert_eq!(p.narrow_dark(), "/api/v1/charts/roi.svg?run=r1&measure=roas&theme=dark&width=360");
        assert_eq!(p.data("csv").as_deref(), Some("/api/v1/roi.csv?run=r1"));
        assert_eq!(p.wide(1100).tall(300).light(), "/api/v1/charts/roi.svg?run=r1&measure=roas&width=1100&height=300");
    }
}
