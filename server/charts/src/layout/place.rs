//! Labels at points: the nearest free place around each, with a leader line when it is far.

use super::Rect;

/// A label that wants to stand near a point.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// The mark it names.
    pub point: (f64, f64),
    /// Width of the label, px.
    pub width: f64,
    /// Height of the label, px.
    pub height: f64,
}

/// Places each label (earlier ones choose first) inside `bounds`, clear of other labels, of `taken` areas and, as far as
/// possible, of `ink` (points of drawn curves). `None` for a label that found no free place.
#[must_use]
pub fn place(wishes: &[Wish], taken: &[Rect], ink: &[(f64, f64)], bounds: Rect) -> Vec<Option<Rect>> {
    let mut blocked: Vec<Rect> = taken.to_vec();
    // No label may cover another label's mark.
    let dots: Vec<Rect> =
        wishes.iter().map(|w| Rect { x: w.point.0 - 5.0, y: w.point.1 - 5.0, width: 10.0, height: 10.0 }).collect();
    wishes
        .iter()
        .map(|wish| {
            let mut best: Option<(f64, Rect)> = None;
            for ring in [9.0, 18.0, 30.0, 46.0, 66.0, 90.0] {
                for step in 0..12 {
                    let angle = (f64::from(step) - 2.0) * std::f64::consts::PI / 6.0;
                    let (dx, dy) = (angle.cos(), angle.sin());
                    let x = wish.point.0 + dx * ring + (dx - 1.0) / 2.0 * wish.width;
                    let y = wish.point.1 + dy * ring + (dy - 1.0) / 2.0 * wish.height;
                    let area = Rect { x, y, width: wish.width, height: wish.height };
                    if !bounds.holds(&area) || blocked.iter().chain(&dots).any(|b| b.overlaps(&area)) {
                        continue;
                    }
                    let grown = area.inset(-3.0, -2.0, -3.0, -2.0);
                    let crossed = ink.iter().filter(|p| grown.has(**p)).count() as f64;
                    let cost = ring + crossed * 12.0 + f64::from(step) * 0.01;
                    if best.is_none_or(|(c, _)| cost < c) {
                        best = Some((cost, area));
                    }
                }
            }
            let found = best.map(|(_, area)| area);
            blocked.extend(found);
            found
        })
        .collect()
}

/// The point of `area` nearest to `point`, where a leader line ends.
#[must_use]
pub fn nearest(area: &Rect, point: (f64, f64)) -> (f64, f64) {
    (point.0.clamp(area.x, area.right()), point.1.clamp(area.y, area.bottom()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: Rect = Rect { x: 0.0, y: 0.0, width: 600.0, height: 300.0 };

    proptest! {
        #[test]
        fn labels_never_overlap_whatever_their_marks(points in prop::collection::vec((0.0f64..600.0, 0.0f64..300.0, 20.0f64..120.0), 1..14)) {
            let wishes: Vec<_> = points.iter().map(|&(x, y, width)| Wish { point: (x, y), width, height: 14.0 }).collect();
            let placed: Vec<Rect> = place(&wishes, &[], &[], BOUNDS).into_iter().flatten().collect();
            for (i, a) in placed.iter().enumerate() {
                prop_assert!(BOUNDS.holds(a));
                prop_assert!(placed[i + 1..].iter().all(|b| !a.overlaps(b)));
            }
        }
    }

    #[test]
    fn a_label_goes_where_the_curve_is_not() {
        let ink: Vec<_> = (0..200).map(|i| (200.0 + f64::from(i), 150.0 - f64::from(i) * 0.6)).collect();
        let wish = Wish { point: (200.0, 150.0), width: 80.0, height: 14.0 };
        let area = place(&[wish], &[], &ink, BOUNDS)[0].expect("an empty canvas has room");
        assert!(!ink.iter().any(|p| area.has(*p)));
    }

    #[test]
    fn a_label_larger_than_the_canvas_finds_no_place() {
        assert!(place(&[Wish { point: (9.0, 9.0), width: 900.0, height: 14.0 }], &[], &[], BOUNDS)[0].is_none());
    }
}
