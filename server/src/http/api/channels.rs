//! `/channels` and `/kpis`: what there is.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::Answer;
use crate::analysis::listings::{self, Channels, Kpis};
use crate::app::App;

/// All channels with spend, exposure and extent.
#[utoipa::path(get, path = "/api/v1/channels", tag = "data", responses((status = 200, body = Channels)))]
pub async fn list(app: web::Data<App>, req: HttpRequest) -> Answer {
    answer::figures(&app, &req, None, |app| listings::channels(&app.store)).await
}

/// All outcomes that a model can be fitted to.
#[utoipa::path(get, path = "/api/v1/kpis", tag = "data", responses((status = 200, body = Kpis)))]
pub async fn kpis(app: web::Data<App>, req: HttpRequest) -> Answer {
    answer::figures(&app, &req, None, |app| listings::kpis(&app.store)).await
}
