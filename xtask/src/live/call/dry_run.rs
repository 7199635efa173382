//! What would be sent, without sending it.

use std::{
    fs,
    path::Path,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, anyhow};
use binance_futures::{parameters::QueryWriter, request::Method};
use serde_json::{Value, json};

use super::{Chosen, Environment, send};
use crate::json::Json;

/// Stands for what only the holder of the secret can make, and for the key.
const MASK: &str = "***";

/// Prints one call for people.
pub(super) fn one(chosen: &Chosen, environment: Environment) -> Result<ExitCode> {
    let (method, path, query) = parts(chosen)?;
    let host =
        send::host(chosen.operation.product, environment)?.unwrap_or("http://127.0.0.1:<port>");
    println!("{method} {host}{path}");
    println!("query: {query}");
    println!("body: none, every parameter stands in the query");
    if chosen.request.details().security.needs_key() {
        println!("header: X-MBX-APIKEY: {MASK}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints one object for each line of a file, in order.
pub(super) fn lines(file: &Path) -> Result<ExitCode> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let answer =
            line_parts(line).unwrap_or_else(|error| json!({ "error": format!("{error:#}") }));
        println!("{answer}");
    }
    Ok(ExitCode::SUCCESS)
}

fn line_parts(line: &str) -> Result<Value> {
    let call = Json::parse(line).context("the line is not JSON")?;
    let text = |key: &str| {
        call.get(key)
            .and_then(Json::as_text)
            .ok_or_else(|| anyhow!("the line has no text `{key}`"))
    };
    let params = call
        .get("params")
        .cloned()
        .unwrap_or(Json::Object(Vec::new()));
    let Json::Object(members) = &params else {
        return Err(anyhow!("`params` is not an object"));
    };
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    let chosen = Chosen::by_path(
        text("product")?,
        text("method")?,
        text("path")?,
        &params.to_string(),
        &names,
    )?;
    let (method, path, query) = parts(&chosen)?;
    Ok(json!({ "method": method.as_str(), "path": path, "query": query, "body": "" }))
}

/// Method, path and query as the client would send them, with the signature masked.
fn parts(chosen: &Chosen) -> Result<(Method, &'static str, String)> {
    let (method, path) = chosen
        .request
        .rest()
        .context("it goes over the websocket API only")?;
    let mut writer = QueryWriter::new();
    chosen.request.write_query(&mut writer);
    let mut query = writer.into_string();
    if chosen.request.details().security.is_signed() {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_millis());
        let and = if query.is_empty() { "" } else { "&" };
        query.push_str(&format!("{and}timestamp={now}&signature={MASK}"));
    }
    Ok((method, path, query))
}
