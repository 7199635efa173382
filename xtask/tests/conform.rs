//! `cargo xtask conform` on recordings and folders.

#![cfg(feature = "live")]
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

struct Run {
    success: bool,
    stdout: String,
    stderr: String,
}

/// Writes a file to a folder of the test.
fn write(test: &str, file: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test).join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

fn conform(options: &[&str], path: &Path) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_live"))
        .arg("conform")
        .args(options)
        .arg(path)
        .output()
        .unwrap();
    Run {
        success: output.status.success(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Checks a recording of one test.
fn record(test: &str, options: &[&str], text: &str) -> Run {
    conform(options, &write(test, "recording.jsonl", text))
}

/// The output without the folder of the test.
fn short(text: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).display().to_string();
    text.replace(&format!("{folder}/"), "")
}

const TRADE: &str = r#"{"e":"aggTrade","E":1700000000000,"s":"BTCUSDT","a":1,"p":"61250.10","q":"0.010","nq":"0.010","f":1,"l":2,"T":1700000000000,"m":true}"#;
const MARGIN_CALL: &str = r#"{"e":"listenKeyExpired","E":1700000000000,"listenKey":"hush"}"#;

#[test]
fn raw_and_combined_frames_and_objects_are_found() {
    let text = format!(
        "{TRADE}\n\n{}\n{}\n{}\n{}\n[]\n",
        format_args!(r#"{{"stream":"btcusdt@aggTrade","data":{TRADE}}}"#),
        format_args!(r#"{{"stream":"hush","data":{MARGIN_CALL}}}"#),
        format_args!(
            r#"{{"product":"usdm","kind":"streams","stream":"btcusdt@aggTrade","payload":{TRADE}}}"#
        ),
        format_args!(r#"{{"product":"usdm","payload":{MARGIN_CALL}}}"#),
    );
    let run = record("frames", &["--strict", "--product", "usdm"], &text);
    assert!(run.stdout.contains("5 passed, 1 failed"), "{}", run.stdout);
    assert_eq!(
        short(&run.stdout).lines().take(2).collect::<Vec<_>>(),
        [
            "frames/recording.jsonl:7",
            "    not a payload: it has no `payload`, no `stream` and `data`, and no `e`"
        ]
    );
    assert!(run.stderr.contains("7 lines, "), "{}", run.stderr);
    assert!(run.stderr.contains(" MB/s)"), "{}", run.stderr);
}

#[test]
fn frames_need_a_product() {
    let run = record("product", &[], TRADE);
    assert!(!run.success);
    assert!(
        run.stdout
            .contains("the product is not known: use --product usdm or --product coinm"),
        "{}",
        run.stdout
    );
    let run = record("product", &["--product", "usdn"], TRADE);
    assert!(!run.success);
    assert!(
        run.stderr.starts_with("unknown product `usdn`"),
        "{}",
        run.stderr
    );
}

#[test]
fn commands_and_replies_are_checked() {
    let text = [
        r#"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}"#,
        r#"{"result":null,"id":1}"#,
        r#"{"result":["btcusdt@aggTrade"],"id":2}"#,
        r#"{"method":"SET_PROPERTY","params":["combined",true],"id":3}"#,
        r#"{"code":2,"msg":"Invalid request","id":3}"#,
        r#"{"method":"GET_PROPERTY","params":["new"],"id":4}"#,
        r#"{"method":"SUBSCRIBE","params":["a@b"],"id":5,"new":1}"#,
        r#"{"kind":"streams","method":"GET_PROPERTY","payload":{"result":true,"id":6}}"#,
        r#"{"kind":"streams","method":"GET_PROPERTY","payload":{"result":null,"id":6}}"#,
    ];
    let run = record("commands", &["--strict"], &text.join("\n"));
    assert_eq!(
        short(&run.stdout),
        "commands/recording.jsonl:6\n    these parameters do not fit the command\n\
         commands/recording.jsonl:7\n    unknown new: 1\n\
         commands/recording.jsonl:9\n    not the result of GET_PROPERTY\n\
         skipped: 0 superseded, 0 of operations that the spec does not have\n6 passed, 3 failed\n"
    );
}

#[test]
fn the_result_of_a_documented_reply_fits_its_command() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("replies");
    let write = |file: &str, text: &str| write("replies", &format!("usdm/streams/{file}"), text);
    write("control_get_property.1.json", r#"{"result":true,"id":2}"#);
    write("control_subscribe.1.json", r#"{"result":true,"id":2}"#);
    write(
        "control_subscribe.request.1.json",
        r#"{"method":"UNSUBSCRIBE","params":[],"id":2}"#,
    );
    let run = conform(&["--strict"], &root);
    assert_eq!(
        run.stdout,
        "usdm/streams/control_subscribe.1.json\n    not the result of SUBSCRIBE\n\
         usdm/streams/control_subscribe.request.1.json\n    the method is not SUBSCRIBE\n\
         skipped: 0 superseded, 0 of operations that the spec does not have\n1 passed, 2 failed\n"
    );
}

#[test]
fn responses_of_the_websocket_api_are_checked() {
    let line = |payload: &str| {
        format!(
            r#"{{"product":"usdm","kind":"ws_api","method":"session.status","payload":{payload}}}"#
        )
    };
    let state = r#"{"apiKey":null,"authorizedSince":null,"connectedSince":1700000000000,"returnRateLimits":true,"serverTime":1700000000000}"#;
    let limit = |kind: &str| {
        format!(
            r#"{{"rateLimitType":"{kind}","interval":"MINUTE","intervalNum":1,"limit":2400,"count":2}}"#
        )
    };
    let text = [
        line(r#"{"id":"a","method":"session.status"}"#),
        line(&format!(
            r#"{{"id":"a","status":200,"result":{state},"rateLimits":[{}]}}"#,
            limit("REQUEST_WEIGHT")
        )),
        line(
            r#"{"id":1,"status":429,"error":{"code":-1003,"msg":"Slow down.","data":{"serverTime":1700000000000,"retryAfter":1700000000001}}}"#,
        ),
        line(&format!(
            r#"{{"id":"a","status":200,"result":{state},"rateLimits":[{}]}}"#,
            limit("NEW")
        )),
        line(&format!(
            r#"{{"id":"a","status":400,"result":{state},"new":1}}"#
        )),
        line(r#"{"id":"a","status":200}"#),
        r#"{"id":"a","status":200,"result":{}}"#.to_owned(),
    ];
    let run = record("ws_api", &["--strict"], &text.join("\n"));
    let expected = format!(
        "ws_api/recording.jsonl:4\n    unknown rateLimits[0]: {} (declare it in spec/usdm/ws_api/session_status.yaml)\n\
         ws_api/recording.jsonl:5\n    the status 400 does not fit the result\n    unknown new: 1 (declare it in spec/usdm/ws_api/session_status.yaml)\n\
         ws_api/recording.jsonl:6\n    not a response: it has neither a result nor an error\n\
         ws_api/recording.jsonl:7\n    a response of the websocket API does not name its operation: write {{\"kind\": \"ws_api\", \"method\": …, \"payload\": …}}",
        limit("NEW")
    );
    let printed = short(&run.stdout);
    assert!(printed.starts_with(&expected), "{printed}");
    assert!(printed.ends_with("3 passed, 4 failed\n"), "{printed}");
}

#[test]
fn bad_lines_are_reported_with_file_and_line() {
    let text = format!(
        "{TRADE}\n{TRADE}\nnot JSON\n{}\n{TRADE}\n{}",
        r#"{"stream":"btcusdt@newStream","data":{"e":"newEvent"}}"#,
        TRADE.get(..40).unwrap()
    );
    let run = record("bad", &["--product", "usdm"], &text);
    assert!(!run.success);
    let printed = short(&run.stdout);
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines[0], "bad/recording.jsonl:3");
    assert!(lines[1].starts_with("    not JSON: "), "{printed}");
    assert_eq!(lines[2], "bad/recording.jsonl:4");
    assert_eq!(
        lines[3],
        "    the spec has no such operation: product usdm, stream btcusdt@newStream, event newEvent; --only-known skips these payloads"
    );
    assert_eq!(lines[4], "bad/recording.jsonl:6");
    assert!(
        lines[5].starts_with("    not JSON: EOF ")
            && lines[5].ends_with(" (the last line is not complete: it has no line break)"),
        "{printed}"
    );
    assert_eq!(lines[7], "3 passed, 3 failed");

    let run = record("bad", &["--product", "usdm", "--only-known"], &text);
    assert!(
        run.stdout
            .contains("1 of operations that the spec does not have\n3 passed, 2 failed"),
        "{}",
        run.stdout
    );
}

#[test]
fn an_empty_recording_fails() {
    for text in ["", "\n\n"] {
        let run = record("empty", &[], text);
        assert!(!run.success);
        let printed = short(&run.stdout);
        assert!(
            printed.starts_with("empty/recording.jsonl:1\n    the file has no payloads\n"),
            "{printed}"
        );
    }
}

#[test]
fn no_listen_key_is_printed_as_the_name_of_a_stream() {
    let run = record(
        "secret",
        &["--product", "usdm"],
        r#"{"stream":"hush","data":{"e":"newEvent"}}"#,
    );
    assert!(
        run.stdout.contains("stream …, event newEvent"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("hush"), "{}", run.stdout);
}

#[test]
fn a_summary_counts_findings_by_operation_and_field() {
    let unknown = TRADE.replace("\"m\":true", "\"m\":true,\"new\":5");
    let wrong = TRADE.replace("\"61250.10\"", "\"many\"");
    let text = format!("{TRADE}\n{unknown}\n{wrong}\n{unknown}\n");
    let run = record(
        "summary",
        &["--product", "usdm", "--summary", "--strict"],
        &text,
    );
    let printed = short(&run.stdout);
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines.len(), 6, "{printed}");
    assert_eq!(
        lines[0],
        "usdm::AggTrades: unknown new, 2 times (declare it in spec/usdm/streams/agg_trades.yaml)"
    );
    assert_eq!(lines[1], "    summary/recording.jsonl:2: new: 5");
    assert_eq!(lines[2], "usdm::AggTrades: invalid p, 1 times");
    assert!(
        lines[3].starts_with("    summary/recording.jsonl:3: `p`: "),
        "{printed}"
    );
    assert_eq!(lines[5], "1 passed, 3 failed");

    let run = record("summary", &["--product=usdm", "--summary", "--json"], &text);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["groups"][0]["count"], 2);
    assert_eq!(report["groups"][0]["field"], "new");
}

#[test]
fn json_output_is_one_value() {
    let text = format!("{TRADE}\n{TRADE}\n");
    let run = record("json", &["--product", "usdm", "--json"], &text);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["payloads"][1]["operation"], "usdm::AggTrades");
    assert_eq!(report["payloads"][1]["passed"], true);
    assert_eq!(report["skipped"]["superseded"], 0);
}

/// A folder with a current payload, and a superseded one that lacks a field.
fn aged(test: &str, old: &str) -> PathBuf {
    let path = |file: &str| format!("usdm/rest/{file}");
    write(
        test,
        &path("commission_rate.1.json"),
        r#"{"symbol":"BTCUSDT","makerCommissionRate":"0.0002","takerCommissionRate":"0.0004","rpiCommissionRate":"0"}"#,
    );
    write(test, &path("commission_rate.2.json"), old);
    write(
        test,
        "index.json",
        r#"{"usdm/rest/commission_rate.1.json":{},"usdm/rest/commission_rate.2.json":{"superseded":true}}"#,
    );
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(test)
}

#[test]
fn superseded_payloads_are_a_check_of_their_own() {
    let old =
        r#"{"symbol":"BTCUSDT","makerCommissionRate":"2E-4","takerCommissionRate":"0.0004 "}"#;
    let run = conform(&["--superseded"], &aged("superseded", old));
    assert!(run.success, "{}", run.stdout);
    assert_eq!(
        run.stdout,
        "skipped: 1 current, 0 of operations that the spec does not have\n1 passed, 0 failed\n"
    );
    let run = conform(&["--superseded"], &aged("superseded_wrong", "{}"));
    assert!(!run.success);
    assert!(
        run.stdout
            .starts_with("usdm/rest/commission_rate.2.json\n    the field `symbol` is missing"),
        "{}",
        run.stdout
    );
    let run = conform(&["--strict"], &aged("superseded_wrong", "{}"));
    assert!(run.success, "{}", run.stdout);
}

#[test]
fn superseded_payloads_need_an_index() {
    let root = aged("no_index", "{}");
    fs::remove_file(root.join("index.json")).unwrap();
    let run = conform(&["--superseded"], &root);
    assert!(!run.success);
    assert!(
        run.stderr
            .contains("index.json marks no payload as superseded"),
        "{}",
        run.stderr
    );
    let run = record("superseded_line", &["--superseded"], TRADE);
    assert!(!run.success);
    assert!(
        run.stderr.contains("--superseded is for folders"),
        "{}",
        run.stderr
    );
}

#[test]
fn other_names_and_spellings_of_a_field_pass() {
    let line = |method: &str, path: &str, payload: &str| {
        format!(r#"{{"product":"coinm","method":"{method}","path":"{path}","payload":{payload}}}"#)
    };
    let text = [
        line(
            "GET",
            "/dapi/v2/leverageBracket",
            r#"[{"symbol":"BTCUSD_PERP","notionalCoef":1.5,"brackets":[{"bracket":1,"initialLeverage":125,"qtyCap":50,"qtyFloor":0,"maintMarginRatio":0.004,"cum":0}]}]"#,
        ),
        r#"{"product":"usdm","method":"GET","path":"/fapi/v1/symbolConfig","payload":[{"symbol":"BTCUSDT","marginType":"CROSSED","isAutoAddMargin":"false","leverage":21,"maxNotionalValue":" 1e6"}]}"#.to_owned(),
        r#"{"product":"usdm","method":"GET","path":"/fapi/v1/symbolConfig","payload":[{"symbol":"BTCUSDT","marginType":"CROSSED","isAutoAddMargin":1,"leverage":21,"maxNotionalValue":"1000000"}]}"#.to_owned(),
    ];
    let run = record("names", &["--strict"], &text.join("\n"));
    assert!(run.stdout.contains("3 passed, 0 failed"), "{}", run.stdout);
}

#[test]
fn help_lists_the_options() {
    let run = conform(&["--help"], Path::new(""));
    assert!(run.success);
    for option in ["--strict", "--superseded", "--only-known", "--product"] {
        assert!(run.stdout.contains(option), "{option}");
    }
}

/// Compresses a recording of one test, and checks it.
fn compressed(test: &str, options: &[&str], lines: &[String], length: Option<usize>) -> Run {
    let text = lines.join("\n") + "\n";
    let mut bytes = zstd::encode_all(text.as_bytes(), 3).unwrap();
    bytes.truncate(length.unwrap_or(bytes.len()));
    let path = write(test, "recording.jsonl.zst", "");
    fs::write(&path, bytes).unwrap();
    conform(options, &path)
}

const HEADER: &str = r#"{"format":"binance-futures-recording","version":1,"product":"usdm","environment":"testnet","run":1,"file":1}"#;

/// A recorded event of a topic.
fn recorded(stream: &str, data: &str) -> String {
    format!(r#"{{"received":1,"connection":1,"stream":"{stream}","data":{data}}}"#)
}

#[test]
fn recorded_events_are_checked_and_other_lines_are_skipped() {
    let lines = [
        HEADER.to_owned(),
        recorded("btcusdt@aggTrade", TRADE),
        r#"{"received":1,"notice":"gap","stream":"btcusdt@aggTrade","text":"an unknown number of events lost"}"#.to_owned(),
        recorded("btcusdt@aggTrade", &TRADE.replace("\"61250.10\"", "\"many\"")),
        "{\"received\":1}".to_owned(),
        recorded("btcusdt@aggTrade", TRADE),
    ];
    // The file names the product.
    let run = compressed("recorded", &["--strict"], &lines, None);
    assert!(!run.success);
    let printed = short(&run.stdout);
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines[0], "recorded/recording.jsonl.zst:4");
    assert!(lines[1].contains("`p`: "), "{printed}");
    assert_eq!(lines[2], "recorded/recording.jsonl.zst:5", "{printed}");
    assert!(lines[3].contains("missing"), "{printed}");
    assert_eq!(lines[5], "2 passed, 2 failed", "{printed}");
    assert!(
        run.stderr.contains("2 headers and notices skipped"),
        "{}",
        run.stderr
    );
}

#[test]
fn recording_that_ends_early_is_checked_up_to_its_end() {
    let mut lines = vec![HEADER.to_owned(), recorded("btcusdt@aggTrade", TRADE)];
    let run = compressed("whole", &[], &lines, None);
    assert!(run.success, "{}", run.stdout);
    // Two frames, of which the second one is cut.
    let first = zstd::encode_all((lines.join("\n") + "\n").as_bytes(), 3).unwrap();
    let mut second = zstd::encode_all(lines[1].as_bytes(), 3).unwrap();
    second.truncate(second.len() - 1);
    let path = write("early", "recording.jsonl.zst", "");
    fs::write(&path, [first, second].concat()).unwrap();
    let run = conform(&[], &path);
    assert!(run.success, "{}", run.stdout);
    assert!(run.stdout.contains("1 passed"), "{}", run.stdout);
    assert!(
        short(&run.stderr).contains("early/recording.jsonl.zst: the file ends early, after line 2"),
        "{}",
        run.stderr
    );
    // No event is left.
    let run = compressed("nothing", &[], &lines, Some(10));
    assert!(!run.success);
    assert!(
        short(&run.stdout)
            .starts_with("nothing/recording.jsonl.zst:1\n    the file has no payloads\n"),
        "{}",
        run.stdout
    );
    lines.remove(0);
    let run = compressed("headless", &[], &lines, None);
    assert!(
        run.stdout.contains("the recording has no header"),
        "{}",
        run.stdout
    );
}
