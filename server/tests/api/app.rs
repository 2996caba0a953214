//! The server in this process over a data folder of its own, with the simulated sample imported and fitted once.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::from_fn;
use actix_web::{App as Actix, test, web};
use serde_json::Value;
use tandem::analysis::request::FitRequest;
use tandem::analysis::{ids, mmm};
use tandem::app::App;
use tandem::config::Config;
use tandem::http;
use tandem_store::import::ImportOptions;
use tandem_store::{Settings, Store};

/// A weekly table made here: two channels with a planted effect, so that tests know what to expect of it.
pub fn weekly_csv() -> String {
    let mut text = String::from("week,revenue,tv,search,holiday\n");
    let (mut carried, mut noise) = (0.0_f64, 1_u64);
    for t in 0..120_i32 {
        let day = tandem_models::domain::period::Day::from_civil(2023, 1, 2).0 + 7 * t;
        let tv = if t % 4 == 3 { 0.0 } else { 1000.0 + 400.0 * f64::from((t * 7) % 11) };
        let search = 600.0 + 150.0 * f64::from((t * 5) % 13);
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let jitter = (noise >> 33) as f64 / f64::from(u32::MAX) * 2.0 - 0.5;
        carried = 0.5 * carried + 0.5 * tv;
        let season = 1500.0 * (2.0 * std::f64::consts::PI * f64::from(t) / 52.18).sin();
        let holiday = i32::from(t % 52 == 50);
        let revenue = 30_000.0 + season + 2.5 * carried + 1.8 * search + 4000.0 * f64::from(holiday) + 600.0 * jitter;
        let day = tandem_models::domain::period::Day(day);
        text.push_str(&format!("{day},{revenue:.2},{tv:.2},{search:.2},{holiday}\n"));
    }
    text
}

/// The same company after `whole` weeks, when revenue falls to a fifth for a reason that no column tells.
pub fn broken_csv(whole: usize) -> String {
    let table = weekly_csv();
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    for line in lines.iter_mut().skip(1 + whole) {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let revenue: f64 = cells[1].parse().expect("revenue");
        cells[1] = format!("{:.2}", revenue / 5.0);
        *line = cells.join(",");
    }
    lines.join("\n") + "\n"
}

/// Mapping of [`weekly_csv`].
pub const MAPPING: &str = r#"
kind = "wide"
date = "week"
controls = ["holiday"]
currency = "EUR"
[kpi]
name = "revenue"
column = "revenue"
[[channel]]
name = "tv"
spend = "tv"
[[channel]]
name = "search"
spend = "search"
"#;

/// An answer, read whole.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }

    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", String::from_utf8_lossy(&self.body));
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The server over a folder.
pub struct TestApp {
    pub data: web::Data<App>,
    _folder: Option<tempfile::TempDir>,
}

impl TestApp {
    /// Over an empty folder.
    pub fn empty() -> Self {
        Self::with(Config::default(), None)
    }

    /// Over an empty folder under other settings, listening (as far as rules go) on `bind`.
    pub fn with(config: Config, bind: Option<SocketAddr>) -> Self {
        let folder = tempfile::tempdir().expect("temp dir");
        let store = Store::open(folder.path(), Settings::default()).expect("opens");
        Self { data: start(config, store, bind), _folder: Some(folder) }
    }

    /// Over an open store whose folder another holds.
    pub fn over(store: Store) -> Self {
        Self { data: start(Config::default(), store, None), _folder: None }
    }

    /// Over the weekly table, imported and fitted.
    pub fn fitted() -> Self {
        Self::fitted_on(&weekly_csv())
    }

    /// Over another table of the same columns and weeks, imported and fitted.
    pub fn fitted_on(csv: &str) -> Self {
        let app = Self::empty();
        import_table(&app.data.store, app.data.store.path(), csv);
        fit(&app.data.store);
        app
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: test::TestRequest) -> Reply {
        let res = self.call(request).await;
        let (status, headers) = (res.status(), res.headers().clone());
        let body = actix_web::body::to_bytes(res.into_body()).await.unwrap_or_else(|e| panic!("body: {e}"));
        Reply { status, headers, body: body.try_into_bytes().expect("bytes").to_vec() }
    }

    /// Sends a request and hands the answer's body over unread.
    pub async fn open(&self, request: test::TestRequest) -> BoxBody {
        self.call(request).await.into_body()
    }

    async fn call(&self, request: test::TestRequest) -> ServiceResponse<BoxBody> {
        let limits = self.data.config.limits.clone();
        let service = test::init_service(
            Actix::new()
                .app_data(self.data.clone())
                .wrap(from_fn(http::body::buffer))
                .wrap(from_fn(http::auth::guard))
                .wrap(from_fn(http::telemetry::measure))
                .wrap(from_fn(http::headers::set))
                .configure(move |cfg| http::routes(cfg, &limits)),
        )
        .await;
        service.call(request.to_request()).await.unwrap_or_else(|e| panic!("no answer: {e}")).map_into_boxed_body()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(local(test::TestRequest::get().uri(path))).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(local(test::TestRequest::post().uri(path).set_json(body))).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.data.jobs.stop();
    }
}

/// A request as a browser or program on this machine sends it.
pub fn local(request: test::TestRequest) -> test::TestRequest {
    request.insert_header(("Host", "127.0.0.1:8080"))
}

pub fn start(config: Config, store: Store, bind: Option<SocketAddr>) -> web::Data<App> {
    http::telemetry::install();
    let bind = bind.unwrap_or(config.server.bind);
    web::Data::new(App::new(config, store, bind).expect("starts"))
}

pub fn import_weekly(store: &Store, beside: &Path) {
    import_table(store, beside, &weekly_csv());
}

fn import_table(store: &Store, beside: &Path, csv: &str) {
    let file = beside.join("weekly.csv");
    std::fs::write(&file, csv).expect("writes");
    let options = ImportOptions { mapping: Some(MAPPING.into()), ..ImportOptions::default() };
    let report = store.import(&[file.into()], &options, &mut |_| ()).expect("imports");
    assert!(!report.any_refused(), "{report:?}");
    assert_eq!(report.files[0].rows_accepted, 120);
}

pub fn fit(store: &Store) -> String {
    let request = FitRequest { kpi: "revenue".into(), seed: Some(3), ..FitRequest::default() };
    let stop = AtomicBool::new(false);
    mmm::fit(store, &request, &ids::run(), "test", &|_, _| (), &stop).expect("fits").run
}

/// The binary under test.
pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_tandem"))
}
