//! A rectangle in px, y downwards.

/// A rectangle in px, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// At least 0.
    pub width: f64,
    /// At least 0.
    pub height: f64,
}

impl Rect {
    /// From its edges; an edge past its opposite gives an empty rectangle.
    #[must_use]
    pub fn edges(left: f64, top: f64, right: f64, bottom: f64) -> Rect {
        Rect { x: left, y: top, width: (right - left).max(0.0), height: (bottom - top).max(0.0) }
    }

    /// Right edge.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Bottom edge.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Smaller by so much at each edge.
    #[must_use]
    pub fn inset(&self, left: f64, top: f64, right: f64, bottom: f64) -> Rect {
        Rect::edges(self.x + left, self.y + top, self.right() - right, self.bottom() - bottom)
    }

    /// Whether the two share area (touching edges do not count).
    #[must_use]
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether `other` lies wholly inside, edges included.
    #[must_use]
    pub fn holds(&self, other: &Rect) -> bool {
        other.x >= self.x && other.y >= self.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }

    /// Whether the point lies inside.
    #[must_use]
    pub fn has(&self, point: (f64, f64)) -> bool {
        point.0 >= self.x && point.0 <= self.right() && point.1 >= self.y && point.1 <= self.bottom()
    }
}
