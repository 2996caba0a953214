//! Events of a job reach their listener while the job runs, and a listener that was cut off misses nothing.

use std::future::poll_fn;
use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::test::TestRequest;
use serde_json::json;

use crate::app::{TestApp, import_weekly, local};

/// An answer that is read as it comes.
struct Listening {
    body: BoxBody,
    text: String,
}

impl Listening {
    async fn to(app: &TestApp, at: &str, after: Option<u64>) -> Self {
        let mut request = local(TestRequest::get().uri(&format!("{at}/events")));
        if let Some(id) = after {
            request = request.insert_header(("last-event-id", id.to_string()));
        }
        Self { body: app.open(request).await, text: String::new() }
    }

    /// The next event as number, kind and data; `None` at the end.
    async fn next(&mut self) -> Option<(u64, String, serde_json::Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|l| l.strip_prefix(name)).map(str::to_owned);
                let told = field("id: ").and_then(|id| {
                    Some((id.parse().ok()?, field("event: ")?, serde_json::from_str(&field("data: ")?).ok()?))
                });
                self.text = rest.to_owned();
                match told {
                    Some(told) => return Some(told),
                    None => continue,
                }
            }
            let piece = poll_fn(|cx| Pin::new(&mut self.body).poll_next(cx)).await?;
            self.text.push_str(&String::from_utf8_lossy(&piece.unwrap_or_else(|e| panic!("body: {e}"))));
        }
    }
}

#[actix_web::test]
async fn progress_arrives_while_the_fit_runs_and_a_cut_listener_continues_where_it_was() {
    let app = TestApp::empty();
    import_weekly(&app.data.store, app.data.store.path());
    let reply = app.post("/api/v1/model-runs", &json!({"kpi": "revenue", "seed": 5})).await;
    let at = reply.header("location").to_owned();
    let id = at.rsplit('/').next().expect("id").to_owned();
    let running = || !app.data.jobs.get(&id).expect("a job").status.is_final();

    let mut first = Listening::to(&app, &at, None).await;
    let mut seen = Vec::new();
    let (last, done) = loop {
        let (number, kind, data) = first.next().await.expect("progress comes before the end");
        seen.push(number);
        if kind == "progress" {
            break (number, data["done"].as_f64().expect("a share"));
        }
        assert_ne!(data["status"], "done", "the end came without progress");
    };
    assert!(running() && done < 1.0, "told when it was over: {done}");
    drop(first);

    let mut second = Listening::to(&app, &at, Some(last)).await;
    let mut end = None;
    while let Some((number, _, data)) = second.next().await {
        assert!(seen.last().is_some_and(|last| *last < number), "{number} after {seen:?}");
        seen.push(number);
        end = Some(data);
    }
    assert_eq!(end.expect("more events")["status"], "done");
    assert!(!running());

    let after_the_end = seen.last().copied();
    assert!(Listening::to(&app, &at, after_the_end).await.next().await.is_none(), "the stream must not hang");
    let mut stranger = Listening::to(&app, &at, Some(9_999)).await;
    assert_eq!(stranger.next().await.map(|(number, ..)| number), Some(1), "a number of an earlier process");
}
