//! What would be sent, without sending it.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow, bail};
use binance_futures::{
    clock::{Clock, SystemClock},
    environment::Environment,
    error::InvalidRequest,
    parameters::QueryWriter,
    request::Method,
};
use serde_json::{Value, json};

use super::{Chosen, send};
use crate::json::Json;

/// Stands for what only the holder of the secret can make, and for the key.
const MASK: &str = "***";

/// Prints one call for people.
pub(super) fn one(chosen: &Chosen, environment: Option<&Environment>) -> Result<ExitCode> {
    let (method, path, query) = parts(chosen)?;
    let host = match environment {
        Some(environment) => send::host(chosen.operation.product, environment)?,
        None => "http://127.0.0.1:<port>".into(),
    };
    let mut text = format!(
        "{method} {host}{path}\nquery: {query}\nbody: none, every parameter stands in the query\n"
    );
    if chosen.request.metadata().security.needs_key() {
        text.push_str(&format!("header: X-MBX-APIKEY: {MASK}\n"));
    }
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints one object for each line of a file, in order.
pub(super) fn lines(file: &Path) -> Result<ExitCode> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut out = BufWriter::new(io::stdout().lock());
    for answer in answers(&bytes) {
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// One answer for each line, whatever stands in it.
fn answers(bytes: &[u8]) -> impl Iterator<Item = Value> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let lines = text.strip_suffix(b"\n").unwrap_or(text);
    let count = if text.is_empty() { 0 } else { usize::MAX };
    lines.split(|byte| *byte == b'\n').take(count).map(|line| {
        line_parts(line).unwrap_or_else(|error| json!({ "error": format!("{error:#}") }))
    })
}

/// What some editors put before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn line_parts(line: &[u8]) -> Result<Value> {
    let line = str::from_utf8(line).context("the line is not UTF-8")?;
    if line.trim().is_empty() {
        bail!("the line is empty");
    }
    let call = Json::parse(line).context("the line is not JSON")?;
    let text = |key: &str| {
        call.get(key)
            .and_then(Json::as_text)
            .ok_or_else(|| anyhow!("the line has no text `{key}`"))
    };
    let members = match call.get("params") {
        None => &[],
        Some(Json::Word(word)) if word == "null" => &[],
        Some(Json::Object(members)) => members.as_slice(),
        Some(_) => bail!("`params` is not an object"),
    };
    let chosen = Chosen::by_path(text("product")?, text("method")?, text("path")?, members)?;
    let (method, path, query) = parts(&chosen)?;
    Ok(json!({ "method": method.as_str(), "path": path, "query": query, "body": "" }))
}

/// Method, path and query as the client would send them, with the signature masked.
pub(super) fn parts(chosen: &Chosen) -> Result<(Method, &'static str, String)> {
    let (method, path) = chosen
        .request
        .rest()
        .context("it goes over the websocket API only")?;
    let mut writer = QueryWriter::new();
    chosen.request.write_query(&mut writer);
    // What is refused before it is sent is no dry run either.
    if let Some(name) = writer.first_empty() {
        bail!(
            "parameter `{name}` is empty, or holds an empty text: leave it out, or give it a value"
        );
    }
    let mut query = writer.into_string();
    if query.len() > InvalidRequest::LONGEST_URL {
        bail!(
            "the parameters take {} bytes, more than a URL holds",
            query.len()
        );
    }
    if chosen.request.metadata().security.is_signed() {
        let now = SystemClock.now().as_millis();
        let own = if query.is_empty() {
            String::new()
        } else {
            format!("{query}&")
        };
        let window = chosen
            .recv_window
            .map(|window| format!("recvWindow={window}&"))
            .unwrap_or_default();
        query = format!("{own}{window}timestamp={now}&signature={MASK}");
    }
    Ok((method, path, query))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "what panics here has failed")]

    use super::answers;

    fn queries(text: &[u8]) -> Vec<Result<String, String>> {
        let masked = |query: &str| {
            let (own, _) = query.split_once("timestamp=").unwrap_or((query, ""));
            own.to_owned()
        };
        answers(text)
            .map(|answer| match answer["query"].as_str() {
                Some(query) => Ok(masked(query)),
                None => Err(answer["error"].as_str().unwrap().to_owned()),
            })
            .collect()
    }

    #[test]
    fn each_line_has_its_answer_whatever_stands_in_it() {
        let text = b"\xEF\xBB\xBF{\"product\":\"usdm\",\"method\":\"GET\",\"path\":\"/fapi/v1/time\"}\n\n\xff\nnonsense\n\
            {\"product\":\"usdm\",\"method\":\"GET\",\"path\":\"/fapi/v1/depth\",\"params\":null}\n\
            {\"product\":\"usdm\",\"method\":\"GET\",\"path\":\"/fapi/v1/depth\",\"params\":{\"symbol\":\"\"}}\n";
        let found = queries(text);
        assert_eq!(found.len(), 6);
        assert_eq!(found[0], Ok(String::new()));
        for (answer, begins) in found.iter().skip(1).zip([
            "the line is empty",
            "the line is not UTF-8",
            "the line is not JSON",
            "usdm::Depth (GET /fapi/v1/depth) does not fit",
            "parameter `symbol` is empty",
        ]) {
            assert!(
                answer.as_ref().unwrap_err().starts_with(begins),
                "{answer:?}"
            );
        }
        assert_eq!(queries(b""), []);
    }

    #[test]
    fn values_are_text_or_json_and_keep_their_digits() {
        let line = |params: &str| {
            format!(
                r#"{{"product":"usdm","method":"POST","path":"/fapi/v1/order","params":{params}}}"#
            )
        };
        for params in [
            r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.10","recvWindow":"5000"}"#,
            r#"{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":0.10,"recvWindow":5000}"#,
        ] {
            assert_eq!(
                queries(line(params).as_bytes()),
                [Ok(
                    "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.10&recvWindow=5000&".to_owned()
                )]
            );
        }
    }
}
