//! How a mark is filled and stroked.

use super::number;

/// Fill and stroke of one mark.
#[derive(Debug, Clone, Copy, Default)]
pub struct Paint<'a> {
    fill: Option<&'a str>,
    stroke: Option<&'a str>,
    width: f64,
    dash: Option<&'a str>,
    opacity: Option<f64>,
    radius: f64,
    round: bool,
}

impl<'a> Paint<'a> {
    /// Filled, without a stroke.
    #[must_use]
    pub fn fill(colour: &'a str) -> Self {
        Paint { fill: Some(colour), ..Paint::default() }
    }

    /// Stroked, without a fill.
    #[must_use]
    pub fn stroke(colour: &'a str, width: f64) -> Self {
        Paint { stroke: Some(colour), width, ..Paint::default() }
    }

    /// Adds a stroke to a fill.
    #[must_use]
    pub fn with_stroke(mut self, colour: &'a str, width: f64) -> Self {
        self.stroke = Some(colour);
        self.width = width;
        self
    }

    /// Dashes, as SVG's `stroke-dasharray`.
    #[must_use]
    pub fn dash(mut self, pattern: &'a str) -> Self {
        self.dash = Some(pattern);
        self
    }

    /// Opacity of fill and stroke, 0..=1.
    #[must_use]
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = Some(opacity);
        self
    }

    /// Corner radius of a rectangle, px.
    #[must_use]
    pub fn radius(mut self, radius: f64) -> Self {
        self.radius = radius;
        self
    }

    /// Round line ends and joins.
    #[must_use]
    pub fn round(mut self) -> Self {
        self.round = true;
        self
    }

    /// The corner radius.
    #[must_use]
    pub fn corner(&self) -> f64 {
        self.radius
    }

    /// The SVG attributes, with a leading blank.
    #[must_use]
    pub fn attributes(&self) -> String {
        let mut out = format!(" fill=\"{}\"", self.fill.unwrap_or("none"));
        if let Some(stroke) = self.stroke {
            out += &format!(" stroke=\"{stroke}\" stroke-width=\"{}\"", number(self.width));
        }
        if let Some(dash) = self.dash {
            out += &format!(" stroke-dasharray=\"{dash}\"");
        }
        if let Some(opacity) = self.opacity {
            out += &format!(" opacity=\"{}\"", number(opacity));
        }
        if self.round {
            out += " stroke-linecap=\"round\" stroke-linejoin=\"round\"";
        }
        out
    }
}
