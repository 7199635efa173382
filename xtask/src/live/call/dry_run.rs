//! What would be sent, without sending it.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use xtask::output::print;

use super::{
    encode::{MASK, encode},
    request::NamedRequest,
};
use crate::{json::Json, target::Target};

/// Prints one request for people.
pub(super) fn one(named: &NamedRequest, target: &Target) -> Result<ExitCode> {
    let (method, path, query) = encode(named)?;
    let base_url = target.base_url(named.operation.product)?;
    let mut text = format!(
        "{method} {base_url}{path}\nquery: {query}\nbody: none, all parameters are in the query\n"
    );
    if named.request.metadata().security.needs_key() {
        text.push_str(&format!("header: X-MBX-APIKEY: {MASK}\n"));
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints one JSON object for each line of a file, in the order of the lines.
pub(super) fn lines(file: &Path) -> Result<ExitCode> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut out = BufWriter::new(io::stdout().lock());
    for result in results(&bytes) {
        writeln!(out, "{result}")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The result of each line: the request, or an error.
fn results(bytes: &[u8]) -> impl Iterator<Item = Value> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let lines = text.strip_suffix(b"\n").unwrap_or(text);
    let count = if text.is_empty() { 0 } else { usize::MAX };
    lines
        .split(|byte| *byte == b'\n')
        .take(count)
        .map(|line| result(line).unwrap_or_else(|error| json!({ "error": format!("{error:#}") })))
}

/// Some editors put these bytes at the start of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn result(line: &[u8]) -> Result<Value> {
    let line = str::from_utf8(line).context("the line is not UTF-8")?;
    if line.trim().is_empty() {
        bail!("the line is empty");
    }
    let call = Json::parse(line).context("the line is not JSON")?;
    let text = |key: &str| {
        call.get(key)
            .and_then(Json::as_text)
            .ok_or_else(|| anyhow!("the line has no string `{key}`"))
    };
    let fields = match call.get("params") {
        None => &[],
        Some(Json::Word(word)) if word == "null" => &[],
        Some(Json::Object(fields)) => fields.as_slice(),
        Some(_) => bail!("`params` is not an object"),
    };
    let named = NamedRequest::by_path(text("product")?, text("method")?, text("path")?, fields)?;
    let (method, path, query) = encode(&named)?;
    Ok(json!({ "method": method.as_str(), "path": path, "query": query, "body": "" }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::results;

    fn queries(text: &[u8]) -> Vec<Result<String, String>> {
        let without_timestamp = |query: &str| {
            let (before, _) = query.split_once("timestamp=").unwrap_or((query, ""));
            before.to_owned()
        };
        results(text)
            .map(|result| match result["query"].as_str() {
                Some(query) => Ok(without_timestamp(query)),
                None => Err(result["error"].as_str().unwrap().to_owned()),
            })
            .collect()
    }

    #[test]
    fn each_line_has_a_result_even_if_it_is_invalid() {
        let text = b"\xEF\xBB\xBF{\"product\":\"usdm\",\"method\":\"GET\",\"path\":\"/fapi/v1/time\"}\n\n\xff\nnonsense\n\
            {\"product\":\"usdm\",\"method\":\"GET\",\"path\":\"/fapi/v1/depth\",\"params\":null}\n\
            {\"product\":\"usdm\",\"method\":\"GET\",\"path\":\"/fapi/v1/depth\",\"params\":{\"symbol\":\"\"}}\n";
        let found = queries(text);
        assert_eq!(found.len(), 6);
        assert_eq!(found[0], Ok(String::new()));
        for (result, start) in found.iter().skip(1).zip([
            "the line is empty",
            "the line is not UTF-8",
            "the line is not JSON",
            "the parameters of usdm::Depth (GET /fapi/v1/depth) are invalid",
            "parameter `symbol` is empty",
        ]) {
            assert!(
                result.as_ref().unwrap_err().starts_with(start),
                "{result:?}"
            );
        }
        assert_eq!(queries(b""), []);
    }

    #[test]
    fn values_are_strings_or_numbers_and_keep_their_digits() {
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
