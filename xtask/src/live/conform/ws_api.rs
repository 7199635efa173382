//! Checks requests and responses of the websocket API.

use binance_futures::{
    dynamic::ParamMap,
    parameters::JsonWriter,
    rate_limits::Usage,
    registry::Operation,
    ws::message::{ApiFailure, ApiResponse, RequestId},
};

use super::{
    commands::{compare_all, parse},
    compare::Declared,
    decode::decode,
    findings::{Findings, Problem},
};
use crate::json::Json;

/// A response: `result` belongs to the operation, the other fields are the same for all.
pub(super) fn response(
    operation: &'static Operation,
    declared: &Declared,
    text: &str,
) -> Result<Findings, Findings> {
    let envelope = parse(text)?;
    let response = ApiResponse::parse(text).map_err(|error| error.to_string())?;
    let mut findings = Findings::default();
    let mut encoded = vec![(
        "status".to_owned(),
        Json::Number(response.status.to_string()),
    )];
    if envelope.get("id").is_some() {
        encoded.push(("id".to_owned(), id(response.id.as_ref())));
    }
    match &response.result {
        Ok(result) => findings.extend(decode(operation, declared, result)?),
        Err(error) => encoded.push(("error".to_owned(), failure(error, &envelope))),
    }
    if response.result.is_ok() != (response.status == 200) {
        let text = format!("the status {} does not fit the result", response.status);
        findings.fail(Problem::Invalid, "status", text);
    }
    if let Some(limits) = envelope.get("rateLimits") {
        rate_limits(limits, &response, &mut findings);
    }
    let Json::Object(fields) = envelope else {
        return Err("not an object".to_owned().into());
    };
    let others = fields
        .into_iter()
        .filter(|(name, _)| name != "result" && name != "rateLimits");
    findings.extend(compare_all(
        &Json::Object(others.collect()),
        &Json::Object(encoded),
    ));
    Ok(findings)
}

fn id(id: Option<&RequestId>) -> Json {
    match id {
        Some(RequestId::Text(text)) => Json::Text(text.clone()),
        Some(RequestId::Number(number)) => Json::Number(number.to_string()),
        None => Json::Word("null".to_owned()),
    }
}

fn failure(failure: &ApiFailure, envelope: &Json) -> Json {
    let mut fields = vec![
        ("code".to_owned(), Json::Number(failure.code.to_string())),
        ("msg".to_owned(), Json::Text(failure.message.clone())),
    ];
    let times = [
        ("serverTime", failure.server_time),
        ("retryAfter", failure.retry_after),
    ];
    let data: Vec<_> = times
        .into_iter()
        .filter_map(|(name, time)| {
            let millis = time?.as_millis().to_string();
            Some((name.to_owned(), Json::Number(millis)))
        })
        .collect();
    if envelope
        .get("error")
        .and_then(|error| error.get("data"))
        .is_some()
    {
        fields.push(("data".to_owned(), Json::Object(data)));
    }
    Json::Object(fields)
}

/// Each reported limit must be in the usage, and each of its fields must be known.
fn rate_limits(limits: &Json, response: &ApiResponse<'_>, findings: &mut Findings) {
    let Json::List(limits) = limits else { return };
    for (index, limit) in limits.iter().enumerate() {
        let Json::Object(fields) = limit else {
            continue;
        };
        let known = ["rateLimitType", "interval", "intervalNum", "limit", "count"];
        for (name, value) in fields {
            if !known.contains(&name.as_str()) {
                findings.unknown(
                    format!("rateLimits[].{name}"),
                    format!("rateLimits[{index}].{name}: {value}"),
                );
            }
        }
        let usages = match limit.get("rateLimitType").and_then(Json::as_text) {
            Some("REQUEST_WEIGHT") => &response.usage.weight,
            Some("ORDERS") => &response.usage.orders,
            _ => {
                findings.unknown("rateLimits[]", format!("rateLimits[{index}]: {limit}"));
                continue;
            }
        };
        if !usages.iter().any(|usage| is_same(usage, limit)) {
            let text = format!("rateLimits[{index}]: {limit} was lost");
            findings.fail(Problem::Lost, "rateLimits[]", text);
        }
    }
}

fn is_same(usage: &Usage, limit: &Json) -> bool {
    let number = |name: &str| match limit.get(name) {
        Some(Json::Number(number)) => number.parse::<u64>().ok(),
        _ => None,
    };
    let unit = match limit.get("interval").and_then(Json::as_text) {
        Some("SECOND") => 1,
        Some("MINUTE") => 60,
        Some("HOUR") => 60 * 60,
        Some("DAY") => 24 * 60 * 60,
        _ => return false,
    };
    let seconds = number("intervalNum").and_then(|count| count.checked_mul(unit));
    seconds == Some(usage.interval.as_secs())
        && number("limit") == usage.limit
        && number("count") == Some(usage.count)
}

/// Parameters that the client adds to a request.
const ADDED_BY_CLIENT: [&str; 4] = ["apiKey", "timestamp", "signature", "recvWindow"];

/// A request of the websocket API: builds the operation's request from `params` and encodes it again.
pub(super) fn request(operation: &'static Operation, text: &str) -> Result<Findings, Findings> {
    let envelope = parse(text)?;
    let params = match envelope.get("params") {
        Some(Json::Object(fields)) => fields.clone(),
        None => Vec::new(),
        Some(_) => return Err("`params` is not an object".to_owned().into()),
    };
    if envelope.get("method").and_then(Json::as_text) != operation.ws_method {
        return Err(format!(
            "the method is not {}",
            operation.ws_method.unwrap_or_default()
        )
        .into());
    }
    let documented: Vec<_> = params
        .into_iter()
        .filter(|(name, _)| !ADDED_BY_CLIENT.contains(&name.as_str()))
        .collect();
    let documented = Json::Object(documented);
    let Some(build) = operation.build else {
        return Err("the operation has no request".to_owned().into());
    };
    let mut parameters =
        ParamMap::from_json(&documented.to_string()).map_err(|error| error.to_string())?;
    let request = build(&mut parameters);
    if let Err(problems) = parameters.finish() {
        return Err(problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
            .into());
    }
    let Some(request) = request else {
        return Err("the request cannot be built".to_owned().into());
    };
    let mut writer = JsonWriter::new(String::new());
    request.write_json(&mut writer);
    let encoded = writer.finish().map_err(|error| error.to_string())?;
    let encoded = parse(&encoded)?;
    Ok(compare_params(&documented, &encoded))
}

/// A parameter may be a string or a number, but its value must be the same.
fn compare_params(documented: &Json, encoded: &Json) -> Findings {
    let bare = |value: &Json| {
        value
            .as_text()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let mut findings = Findings::default();
    let (Json::Object(documented), Json::Object(encoded)) = (documented, encoded) else {
        return findings;
    };
    for (name, value) in documented {
        match encoded.iter().find(|(known, _)| known == name) {
            Some((_, encoded)) if bare(encoded) == bare(value) => {}
            Some((_, encoded)) => {
                let text = format!("{name}: {value} was encoded as {encoded}");
                findings.fail(Problem::Changed, name, text);
            }
            None => findings.fail(Problem::Lost, name, format!("{name}: {value} was lost")),
        }
    }
    for (name, value) in encoded {
        if !documented.iter().any(|(known, _)| known == name) {
            let text = format!("{name}: {value} was not in the payload");
            findings.fail(Problem::Added, name, text);
        }
    }
    findings
}
