//! The kernel compiled several times, for the widest vectors the CPU has. No instruction that rounds differently is used,
//! so all of them give the same bits.

use super::density::{Density, Reject};

/// Log density and gradient by the best kernel this CPU can run.
pub fn evaluate(density: &mut Density, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
            // SAFETY: the features were just found on this CPU
            return unsafe { wide(density, z, grad) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above
            return unsafe { middle(density, z, grad) };
        }
    }
    density.evaluate_inline(z, grad)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2")]
fn wide(density: &mut Density, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
    density.evaluate_inline(z, grad)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn middle(density: &mut Density, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
    density.evaluate_inline(z, grad)
}
