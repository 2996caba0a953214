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

    /// A cubic from `from` to `to` whose tangents are vertical, as ribbons between levels use.
    #[must_use]
    pub fn ribbon(from: ((f64, f64), (f64, f64)), to: ((f64, f64), (f64, f64))) -> Path {
        let ((a, ay), (b, _)) = from;
        let ((c, cy), (d, _)) = to;
        let mid = (ay + cy) / 2.0;
        let n = number;
        Path(format!(
            "M{} {}C{} {} {} {} {} {}L{} {}C{} {} {} {} {} {}Z",
            n(a),
            n(ay),
            n(a),
            n(mid),
            n(c),
            n(mid),
            n(c),
            n(cy),
            n(d),
            n(cy),
            n(d),
            n(mid),
            n(b),
            n(mid),
            n(b),
            n(ay)
        ))
    }

    /// The `d` attribute.
    #[must_use]
    pub fn data(&self) -> &str {
        &self.0
    }
}
