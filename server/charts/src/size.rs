//! The canvas of a figure, in CSS pixels.

use serde::{Deserialize, Serialize};

/// Width and height in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Size {
    /// Width; figures switch to the phone layout below 520.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Size {
    /// 760 x 380, for pages and mail.
    pub const DEFAULT: Size = Size { width: 760.0, height: 380.0 };
    /// 360 x 400, for a phone.
    pub const PHONE: Size = Size { width: 360.0, height: 400.0 };

    /// A canvas of `width` x `height`, brought into what can hold a figure: 240..=4000 by 200..=4000.
    #[must_use]
    pub fn new(width: f64, height: f64) -> Size {
        let within = |v: f64, low: f64| if v.is_finite() { v.clamp(low, 4000.0) } else { low };
        Size { width: within(width, 240.0), height: within(height, 200.0) }
    }

    /// Whether the phone layout is used.
    #[must_use]
    pub fn is_narrow(self) -> bool {
        self.width < 520.0
    }
}

impl Default for Size {
    fn default() -> Size {
        Size::DEFAULT
    }
}
