//! Draws and quantiles of priors.

use rand::Rng;
use rand_distr::Distribution;
use statrs::distribution::{ContinuousCDF, Normal as StatNormal};
use statrs::function::erf::erf;

use super::Prior;

impl Prior {
    /// One draw.
    pub fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let normal = |rng: &mut R| -> f64 { rand_distr::StandardNormal.sample(rng) };
        match *self {
            Prior::Normal { mean, sd } => mean + sd * normal(rng),
            Prior::LogNormal { mu, sigma } => (mu + sigma * normal(rng)).exp(),
            Prior::HalfNormal { sd } => (sd * normal(rng)).abs(),
            Prior::TruncNormal { .. } => {
                let u: f64 = rand_distr::StandardUniform.sample(rng);
                self.quantile(u)
            }
            Prior::Beta { a, b } => {
                let (x, y) = (gamma_draw(a, rng), gamma_draw(b, rng));
                x / (x + y)
            }
            Prior::Gamma { shape, rate } => gamma_draw(shape, rng) / rate,
            Prior::Uniform { low, high } => {
                let u: f64 = rand_distr::StandardUniform.sample(rng);
                low + (high - low) * u
            }
        }
    }

    /// The `p` quantile, `0 < p < 1`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let p = p.clamp(1e-12, 1.0 - 1e-12);
        let standard = |p: f64| StatNormal::standard().inverse_cdf(p);
        match *self {
            Prior::Normal { mean, sd } => mean + sd * standard(p),
            Prior::LogNormal { mu, sigma } => (mu + sigma * standard(p)).exp(),
            Prior::HalfNormal { sd } => sd * standard(0.5 + 0.5 * p),
            Prior::TruncNormal { mean, sd, low, high } => {
                let phi = |x: f64| 0.5 * (1.0 + erf((x - mean) / (sd * std::f64::consts::SQRT_2)));
                let (a, b) = (phi(low), if high.is_finite() { phi(high) } else { 1.0 });
                (mean + sd * standard((a + p * (b - a)).clamp(1e-15, 1.0 - 1e-15))).clamp(low, high)
            }
            Prior::Beta { a, b } => statrs::distribution::Beta::new(a, b).map_or(f64::NAN, |d| d.inverse_cdf(p)),
            Prior::Gamma { shape, rate } => {
                statrs::distribution::Gamma::new(shape, rate).map_or(f64::NAN, |d| d.inverse_cdf(p))
            }
            Prior::Uniform { low, high } => low + (high - low) * p,
        }
    }
}

/// `Gamma(shape, 1)`; the shape was checked to be positive.
fn gamma_draw<R: Rng + ?Sized>(shape: f64, rng: &mut R) -> f64 {
    rand_distr::Gamma::new(shape, 1.0).map_or(f64::NAN, |g| g.sample(rng))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::super::tests::ALL;

    #[test]
    fn draws_follow_the_quantiles() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for prior in ALL {
            let mut draws: Vec<f64> = (0..20_000).map(|_| prior.draw(&mut rng)).collect();
            draws.sort_by(f64::total_cmp);
            for p in [0.1, 0.5, 0.9] {
                let q = prior.quantile(p);
                let share = draws.partition_point(|d| *d <= q) as f64 / draws.len() as f64;
                assert!((share - p).abs() < 0.015, "{prior:?} p {p}: {share}");
            }
        }
    }
}
