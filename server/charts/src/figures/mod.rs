//! The figures, one a file.

pub mod contributions;
pub mod response_curve;
pub mod roi;
mod rows;

pub use contributions::Contributions;
pub use response_curve::ResponseCurve;
pub use roi::Roi;
