//! From answers to figures: which numbers go where. The drawing itself is in `tandem-charts`.

mod caption;
mod run;

use tandem_charts::AnyFigure;

use crate::analysis::summary::Summary;
use crate::analysis::{AnalysisError, Result};

pub use caption::{estimate, unit};
pub use run::{contributions, response_curve, roi};
