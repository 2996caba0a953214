//! Path data.

use super::number;

/// SVG path data under construction.
#[derive(Debug, Clone, Default)]
pub struct Path(String);

impl Path {
    /// A line through `points`; empty for none.
    #[must_use]
    pub fn line(points: &[(f64, f64)]) -> Path {
        let mut path = Path::default();
        for (i, &(x, y)) in points.iter().enumerate() {
            path.0.push(if i == 0 { 'M' } else { 'L' });
            path.0 += &number(x);
            path.0.push(' ');
            path.0 += &number(y);
        }
        path
    }

    /// A closed band: along `upper`, back along `lower`.
    #[must_use]
    pub fn band(upper: &[(f64, f64)], lower: &[(f64, f64)]) -> Path {
        let ring: Vec<_> = upper.iter().chain(lower.iter().rev()).copied().collect();
        Path::line(&ring).closed()
    }

    /// Closes the last part.
    #[must_use]
    pub fn closed(mut self) -> Path {
        if !self.0.is_empty() {
            self.0.push('Z');
        }
        self
    }

    /// Adds another part.
    #[must_use]
    pub fn and(mut self, other: &Path) -> Path {
        self.0 += &other.0;
        self
    }

    /// A ribbon of height `width` from the left point to the right one (upper edges), level at both ends.
    #[must_use]
    pub fn flow(left: (f64, f64), right: (f64, f64), width: f64) -> Path {
        let mid = number((left.0 + right.0) / 2.0);
        let (x0, x1, w) = (number(left.0), number(right.0), width);
        let (a, b, c, d) = (number(left.1), number(right.1), number(right.1 + w), number(left.1 + w));
        Path(format!("M{x0} {a}C{mid} {a} {mid} {b} {x1} {b}L{x1} {c}C{mid} {c} {mid} {d} {x0} {d}Z"))
    }

    /// The `d` attribute.
    #[must_use]
    pub fn data(&self) -> &str {
        &self.0
    }
}
