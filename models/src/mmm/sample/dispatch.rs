//! The kernel compiled twice: for any CPU, and with AVX2 where the CPU has it. No instruction that rounds differently is
//! used, so both give the same bits.

use super::density::{Density, Reject};

/// Log density and gradient by the best kernel this CPU can run.
pub fn evaluate(density: &mut Density, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the feature was just found on this CPU
            return unsafe { wide(density, z, grad) };
        }
    }
    density.evaluate_inline(z, grad)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn wide(density: &mut Density, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
    density.evaluate_inline(z, grad)
}
