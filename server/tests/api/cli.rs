//! The command line as scripts meet it: the built binary, its exit codes and its JSON.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::app::{MAPPING, binary, broken_csv, weekly_csv};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("temp dir"))
    }

    fn run(&self, args: &[&str]) -> Output {
        let data = self.0.path().join("data");
        Command::new(binary()).arg("--data").arg(data).args(args).env_remove("TANDEM_DATA").output().expect("runs")
    }

    fn json(&self, args: &[&str]) -> Value {
        let out = self.run(args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stdout)))
    }

    fn code(&self, args: &[&str]) -> (i32, String) {
        let out = self.run(args);
        (out.status.code().unwrap_or(-1), String::from_utf8_lossy(&out.stderr).into_owned())
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("writes");
        path.display().to_string()
    }

    fn weekly(&self) {
        let (csv, mapping) = (self.file("weekly.csv", &weekly_csv()), self.file("weekly.toml", MAPPING));
        self.json(&["import", &csv, "--mapping", &mapping, "--json"]);
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_failed_fit_advises_no_change_unless_asked_for_one_anyway() {
    let folder = Folder::new();
    let (csv, mapping) = (folder.file("weekly.csv", &broken_csv(107)), folder.file("weekly.toml", MAPPING));
    folder.json(&["import", &csv, "--mapping", &mapping, "--json"]);
    folder.json(&["fit", "--kpi", "revenue", "--seed", "3", "--json"]);
    let moved = |plan: &Value| {
        let rows = plan["channels"].as_array().expect("channels");
        rows.iter().any(|c| (number(&c["recommended"]) / number(&c["current"]) - 1.0).abs() > 0.05)
    };
    let held = folder.json(&["optimize", "--json"]);
    assert!(!moved(&held) && held["held_back"].as_str().is_some_and(|r| r.contains("had not seen")), "{held}");
    let said = folder.run(&["optimize"]);
    let text = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    assert!(text.contains("no change is advised") && text.contains("--anyway"), "{text}");
    let anyway = folder.json(&["optimize", "--anyway", "--json"]);
    assert!(moved(&anyway) && anyway.get("held_back").is_none(), "{anyway}");
}

#[test]
fn import_fit_optimize_export_speak_the_documented_json() {
    let folder = Folder::new();
    folder.weekly();
    let fit = folder.json(&["fit", "--kpi", "revenue", "--seed", "3", "--json"]);
    for key in ["run", "data_version", "seconds", "kpi", "channels", "baseline_share", "fit", "diagnostics"] {
        assert!(!fit[key].is_null(), "{key} is missing");
    }
    for c in fit["channels"].as_array().expect("channels") {
        for figure in ["contribution", "roas", "roi", "mroi"] {
            let e = &c[figure];
            assert!(number(&e["p05"]) <= number(&e["p50"]) && number(&e["p50"]) <= number(&e["p95"]), "{figure}: {e}");
        }
    }
    let run = fit["run"].as_str().expect("run");
    let plan = folder.json(&["optimize", "--run", run, "--budget", "current", "--bounds", "0.5..1.5", "--json"]);
    assert!(plan.get("held_back").is_none(), "{plan}");
    assert!(
        number(&plan["recommended"]["outcome"]["mean"]) >= number(&plan["current"]["outcome"]["mean"]) * (1.0 - 1e-9)
    );
    assert!(number(&plan["gain"]["probability_positive"]) <= 1.0);
    let locked = folder.json(&["optimize", "--run", run, "--lock", "tv", "--channel", "search=0.9..1.1", "--json"]);
    for c in locked["channels"].as_array().expect("channels") {
        let (current, x) = (number(&c["current"]), number(&c["recommended"]));
        assert!((x - current).abs() <= 0.1 * current + 0.01, "{c}");
    }
    let csv = folder.run(&["export", "roi"]);
    assert!(String::from_utf8_lossy(&csv.stdout).starts_with("channel,kind,spend"));
    let sheet = folder.0.path().join("roi.xlsx");
    assert_eq!(folder.code(&["export", "roi", "--format", "xlsx", "--out", &sheet.display().to_string()]).0, 0);
    assert!(std::fs::read(&sheet).expect("a file").starts_with(b"PK"));
    assert_eq!(folder.json(&["check", "--json"])["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(folder.json(&["rebuild", "--json"])["batches"], 1);
}

#[test]
fn attribute_reads_a_path_table_and_credits_add_up() {
    let folder = Folder::new();
    let paths = folder.file(
        "paths.csv",
        "path;total_conversions;total_conversion_value;total_null\na > b > c;1;10.00;0\na;1;5.05;2\nb > a;2;7.10;1\n",
    );
    let answer =
        folder.json(&["attribute", "--paths", &paths, "--model", "first,last,linear,markov", "--order", "1", "--json"]);
    let models = answer["models"].as_array().expect("models");
    assert_eq!(
        models.iter().filter_map(|m| m["model"].as_str()).collect::<Vec<_>>(),
        ["first", "last", "linear", "markov"]
    );
    let cents = |v: &Value| (number(v) * 100.0).round() as i64;
    for m in models {
        let channels = m["channels"].as_array().expect("channels");
        let value: i64 = channels.iter().map(|c| cents(&c["value"])).sum::<i64>() + cents(&m["unattributed"]["value"]);
        assert_eq!((value, cents(&m["total"]["value"])), (2215, 2215), "{}", m["model"]);
        let conversions: f64 = channels.iter().map(|c| number(&c["conversions"])).sum();
        assert!((conversions - 4.0).abs() < 1e-6, "{}: {conversions}", m["model"]);
    }
    let first =
        &models[0]["channels"].as_array().expect("rows").iter().find(|c| c["channel"] == "a").expect("a")["value"];
    assert_eq!(cents(first), 1505);
    let (code, said) = folder.code(&["attribute", "--paths", &paths, "--model", "time_decay"]);
    assert!(code == 3 && said.contains("times of touches"), "{code}: {said}");
}

#[test]
fn exit_codes_tell_what_happened() {
    let folder = Folder::new();
    assert_eq!(folder.code(&["fit", "--kpi", "x"]).0, 4, "no data");
    assert_eq!(folder.code(&["import", "/nowhere.csv"]).0, 4);
    let bad = folder.file("bad.csv", "a,b\n1,2\n");
    let (code, said) = folder.code(&["import", &bad, "--yes"]);
    assert!(code == 3 && said.contains("bad.csv") && said.contains("mapping"), "{code}: {said}");
    assert_eq!(folder.code(&["import", &bad, "--as", "excel"]).0, 2);
    assert_eq!(folder.code(&["optimise"]).0, 2);
    assert_eq!(folder.code(&["optimize", "--bounds", "wide"]).0, 2);
    folder.weekly();
    assert_eq!(folder.code(&["fit", "--kpi", "profit"]).0, 4);
    let spec = folder.file("spec.toml", "sede = 1\n");
    let (code, said) = folder.code(&["fit", "--kpi", "revenue", "--spec", &spec]);
    assert!(code == 3 && said.contains("sede"), "{code}: {said}");
    assert_eq!(folder.code(&["optimize", "--run", "r_none"]).0, 4);
    let config = folder.file("tandem.toml", "[limits]\njson_byte = 1\n");
    let (code, said) = folder.code(&["serve", "--config", &config]);
    assert!(code == 2 && said.contains("json_byte"), "{code}: {said}");
}

#[test]
fn an_open_server_refuses_another_address_than_loopback() {
    let folder = Folder::new();
    let (code, said) = folder.code(&["serve", "--bind", "0.0.0.0:0"]);
    assert!(code == 2 && said.contains("without authentication"), "{code}: {said}");
}

#[test]
fn a_served_folder_answers_and_ends_in_peace_on_sigterm() {
    use std::io::{BufRead, BufReader, Read, Write};
    let folder = Folder::new();
    let mut server = Command::new(binary())
        .arg("--data")
        .arg(folder.0.path().join("data"))
        .args(["serve", "--bind", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("starts");
    let mut said = String::new();
    BufReader::new(server.stdout.take().expect("stdout")).read_line(&mut said).expect("a line");
    let address =
        said.split("http://").nth(1).and_then(|r| r.split_whitespace().next()).expect("an address").to_owned();
    let mut stream = std::net::TcpStream::connect(&address).expect("connects");
    write!(stream, "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("asks");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("answers");
    assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("\"ready\""), "{reply}");

    let (code, said) = folder.code(&["check"]);
    assert!(code == 1 && said.contains("in use"), "a second process is kept out: {code}: {said}");

    Command::new("kill").args(["-TERM", &server.id().to_string()]).status().expect("signals");
    let ended = server.wait().expect("ends");
    assert_eq!(ended.code(), Some(0));
}

#[test]
fn keys_are_made_listed_and_revoked() {
    let folder = Folder::new();
    let made = folder.json(&["keys", "add", "--name", "bi", "--role", "viewer", "--json"]);
    let (key, id) = (made["key"].as_str().expect("key"), made["id"].as_str().expect("id"));
    let listed = folder.json(&["keys", "list", "--json"]);
    assert!(!listed.to_string().contains(key) && listed[0]["id"] == id);
    assert_eq!(folder.code(&["keys", "revoke", id]).0, 0);
    assert_eq!(folder.code(&["keys", "revoke", "00000000"]).0, 4);
}

#[test]
fn the_spec_in_effect_can_be_printed_and_given_back() {
    let folder = Folder::new();
    let out = folder.run(&["fit", "--print-spec"]);
    let text = String::from_utf8(out.stdout).expect("UTF-8");
    assert!(out.status.success() && text.contains("[adstock]"), "{text}");
    folder.weekly();
    let spec = folder.file("spec.toml", &text);
    let fit = folder.json(&["fit", "--kpi", "revenue", "--spec", &spec, "--json"]);
    assert_eq!(fit["kpi"], "revenue");
}

#[test]
fn completions_are_printed_for_a_shell() {
    let out = Command::new(binary()).args(["completions", "bash"]).output().expect("runs");
    assert!(out.status.success() && String::from_utf8_lossy(&out.stdout).contains("_tandem"));
}

#[test]
fn the_public_national_set_is_imported_and_fitted() {
    let shared = std::env::var("TANDEM_SHARED_DATA").unwrap_or_else(|_| "../../shared/data".into());
    let file = Path::new(&shared).join("robyn_weekly.csv");
    if !file.is_file() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let folder = Folder::new();
    let report = folder.json(&["import", &file.display().to_string(), "--json"]);
    assert_eq!((&report["files"][0]["layout"], &report["files"][0]["rows_accepted"]), (&"robyn".into(), &208.into()));
    let fit = folder.json(&["fit", "--kpi", "revenue", "--seed", "1", "--json"]);
    let parts: f64 = fit["channels"].as_array().expect("rows").iter().map(|c| number(&c["contribution"]["mean"])).sum();
    let whole = number(&fit["fitted_total"]);
    assert!((parts + number(&fit["baseline"]["mean"]) - whole).abs() < 1e-6 * whole);
    assert!(number(&fit["fit"]["r2"]) > 0.85);
}

#[test]
fn wrong_input_is_answered_with_what_would_be_accepted() {
    let folder = Folder::new();
    let said = |args: &[&str], code: i32, words: &str| {
        let (found, text) = folder.code(args);
        assert!(found == code && text.contains(words), "{args:?} gave {found}: {text}");
    };
    for command in [&["fit", "--kpi", "x"][..], &["optimize"], &["keys", "list"], &["export", "roi"], &["check"]] {
        said(command, 4, "there are no data in");
    }
    assert!(!folder.0.path().join("data").exists(), "asking makes no folder");
    let own = folder.0.path().display().to_string();
    said(&["import", &own], 2, "is a folder; name the files in it");
    said(&["import", "no.csv"], 4, "there is no file no.csv");
    let text = folder.file("notes.txt", "hello");
    said(&["import", &text, "--mapping", "no.toml"], 4, "--mapping: there is no file no.toml");
    said(&["import", &text, "--as", "excel"], 2, "accepted: robyn, meridian");
    assert!(!folder.0.path().join("data").exists(), "wrong usage makes no folder");
    folder.weekly();
    said(&["fit"], 2, "--kpi NAME; there are revenue");
    said(&["fit", "--kpi", "profit"], 4, "there are revenue");
    said(&["fit", "--kpi", "revenue", "--spec", &own], 2, "is a folder; a file is needed");
    said(&["fit", "--kpi", "revenue", "--seed", "-1"], 2, "-1");
    said(&["optimize"], 3, "no model was fitted yet");
    said(&["optimize", "--run", "r_1"], 4, "nothing was fitted yet");
    let run = folder.json(&["fit", "--kpi", "revenue", "--json"])["run"].as_str().expect("run").to_owned();
    said(&["optimize", "--run", "r_1"], 4, &format!("no run `r_1`; the newest: {run}"));
    for budget in ["-5", "0", "lots"] {
        said(&["optimize", "--budget", budget], 2, "write an amount above 0");
    }
    for bounds in ["-1..1", "2..1", "half"] {
        said(&["optimize", "--bounds", bounds], 2, "write LO..HI as multiples of current spend");
    }
    said(&["optimize", "--lock", "radio"], 3, "there are search, tv");
    said(&["serve", "--bind", "8080"], 2, "for example 127.0.0.1:8080");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = taken.local_addr().expect("an address").to_string().replace("127.0.0.1", "localhost");
    said(&["serve", "--bind", &at], 1, "another program listens there");
    let file = folder.file("file", "");
    let out = Command::new(binary()).args(["--data", &file, "import", &text]).output().expect("runs");
    assert!(String::from_utf8_lossy(&out.stderr).contains("is a file; --data names a folder"));
}

#[test]
fn ridge_says_what_of_the_spec_it_does_not_use() {
    let folder = Folder::new();
    folder.weekly();
    let spec = folder.file(
        "spec.toml",
        "[sampler]\nchains = 2\n[[channel]]\nname = \"tv\"\nalpha = { dist = \"beta\", a = 2.0, b = 2.0 }\n",
    );
    let notes = |args: &[&str]| {
        let out = folder.run(args);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    let told = notes(&["fit", "--kpi", "revenue", "--spec", &spec]);
    assert!(told.contains("Ridge does not use the priors of tv and `[sampler]` of the spec"), "{told}");
    assert!(!notes(&["fit", "--kpi", "revenue"]).contains("does not use"));
}
