//! The kernel compiled three times: for any CPU, and with AVX2 or AVX-512 where the CPU has it. No instruction that rounds
//! differently is used (no fused multiply-add), so all give the same bits.

use super::density::{Density, Reject};

/// Runs `$call` on the best kernel this CPU can run.
macro_rules! best {
    ($density:ident, $($argument:ident : $kind:ty),* => $inline:ident -> $out:ty) => {{
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
            fn widest(density: &mut Density, $($argument: $kind),*) -> $out {
                density.$inline($($argument),*)
            }
            #[target_feature(enable = "avx2")]
            fn wide(density: &mut Density, $($argument: $kind),*) -> $out {
                density.$inline($($argument),*)
            }
            let has_512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw");
            if has_512 {
                // SAFETY: the features were just found on this CPU
                return unsafe { widest($density, $($argument),*) };
            }
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the feature was just found on this CPU
                return unsafe { wide($density, $($argument),*) };
            }
        }
        $density.$inline($($argument),*)
    }};
}

/// Log density and gradient.
pub fn evaluate(density: &mut Density, z: &[f64], grad: &mut [f64]) -> Result<f64, Reject> {
    best!(density, z: &[f64], grad: &mut [f64] => evaluate_inline -> Result<f64, Reject>)
}

/// The residual before the linear block, left in the density's rows.
pub fn residual(density: &mut Density, z: &[f64]) -> Result<(), Reject> {
    best!(density, z: &[f64] => residual_inline -> Result<(), Reject>)
}
