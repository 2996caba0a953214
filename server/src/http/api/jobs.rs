//! `/jobs`: long work, its progress as server-sent events, and its end.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use super::super::paging::{Page, PageQuery};
use crate::app::App;
use crate::jobs::job::Job;
use crate::jobs::live::{Event, Live};

/// A page of jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobList {
    /// Newest first.
    pub data: Vec<Job>,
    /// Where this page stands.
    pub page: Page,
}

/// All jobs, newest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(PageQuery), responses((status = 200, body = JobList)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, page: web::Query<PageQuery>) -> Answer {
    let (data, page) = page.cut(app.jobs.all()?)?;
    answer::json(&req, &JobList { data, page })
}

/// One job.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Job), (status = 404, body = ProblemBody)))]
pub async fn one(app: web::Data<App>, req: HttpRequest, id: web::Path<String>) -> Answer {
    answer::json(&req, &app.jobs.get(&id)?)
}

/// Cancels a waiting or running job.
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 202, body = Job), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn cancel(app: web::Data<App>, id: web::Path<String>) -> Answer {
    Ok(HttpResponse::Accepted().json(app.jobs.cancel(&id)?))
}

/// Events of a job until it ends; `Last-Event-ID` continues after a break.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/events", tag = "jobs",
    params(("id" = String, Path), ("Last-Event-ID" = Option<u64>, Header)),
    responses((status = 200, description = "text/event-stream of `progress` and `state`", content_type = "text/event-stream"),
              (status = 404, body = ProblemBody)))]
pub async fn events(app: web::Data<App>, req: HttpRequest, id: web::Path<String>) -> Answer {
    let job = app.jobs.get(&id)?;
    let header = req.headers().get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let after: u64 = header.unwrap_or(0);
    let live = app.jobs.live(&id);
    let stream = async_stream::stream! {
        match live {
            Some(live) => {
                let mut at = after;
                let mut changed = live.watch();
                loop {
                    for event in live.after(at) {
                        at = event.id;
                        yield Ok::<Bytes, actix_web::Error>(frame(&event));
                        if event.ends() {
                            return;
                        }
                    }
                    // Who has heard the end already comes back for nothing.
                    if live.is_over() {
                        return;
                    }
                    // A comment now and then keeps proxies from closing a quiet stream, and shows us a closed one.
                    match tokio::time::timeout(std::time::Duration::from_secs(15), changed.changed()).await {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) => return,
                        Err(_) => yield Ok(Bytes::from_static(b": still here\n\n")),
                    }
                }
            }
            // Of an earlier process only the record is left: its last state is the one event.
            None => yield Ok(frame(&last_state(&job))),
        }
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Compression would hold events back until a block is full.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .streaming(stream))
}

fn last_state(job: &Job) -> Event {
    let live = Live::default();
    live.say("state", serde_json::json!({"status": job.status.as_str(), "run": job.run, "error": job.error}));
    live.after(0).swap_remove(0)
}

fn frame(event: &Event) -> Bytes {
    Bytes::from(format!("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.kind, event.data))
}
