//! Which operation is meant, and the typed request of it.

use anyhow::{Result, bail};
use binance_futures::{
    dynamic::ParamMap,
    registry::{AnyRequest, Kind, Operation, operations},
    request::Security,
};

use crate::json::Json;

/// An operation with a request made of the given parameters.
pub(crate) struct Chosen {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// The request.
    pub(crate) request: Box<dyn AnyRequest>,
    /// How long the exchange takes it, in milliseconds.
    pub(crate) recv_window: Option<u64>,
}

/// Parameters that the sender adds.
const SENDERS: [&str; 2] = ["timestamp", "signature"];

/// The parameter that every signed call takes.
const RECV_WINDOW: &str = "recvWindow";

impl Chosen {
    /// By id, alias, Rust name or `METHOD /path`, with parameters as text.
    pub(crate) fn by_name(
        product: &str,
        name: &str,
        parameters: &[(String, String)],
    ) -> Result<Self> {
        let members = parameters
            .iter()
            .map(|(name, value)| (name.clone(), Json::Text(value.clone())));
        Self::of(&find(product, name)?, &members.collect::<Vec<_>>())
    }

    /// By method and path, with parameters as the members of a JSON object.
    pub(crate) fn by_path(
        product: &str,
        method: &str,
        path: &str,
        members: &[(String, Json)],
    ) -> Result<Self> {
        Self::of(&find(product, &format!("{method} {path}"))?, members)
    }

    /// Of operations that share a name, the one that takes exactly these parameters.
    fn of(found: &[&'static Operation], members: &[(String, Json)]) -> Result<Self> {
        if let Some((name, _)) = members
            .iter()
            .find(|(name, _)| SENDERS.contains(&name.as_str()))
        {
            bail!("`{name}` is added when the request is sent: leave it out");
        }
        let mut closest: Option<(usize, String)> = None;
        for operation in found {
            match Self::fitting(operation, members) {
                Ok(chosen) => return Ok(chosen),
                Err(problems)
                    if closest
                        .as_ref()
                        .is_none_or(|(count, _)| problems.len() < *count) =>
                {
                    let list = problems.join("\n  ");
                    closest = Some((
                        problems.len(),
                        format!(
                            "{} does not fit:\n  {list}\nit takes {}",
                            title(operation),
                            takes(operation)
                        ),
                    ));
                }
                Err(_) => {}
            }
        }
        let (_, message) = closest.unwrap_or_default();
        bail!("{message}");
    }

    fn fitting(
        operation: &'static Operation,
        members: &[(String, Json)],
    ) -> Result<Self, Vec<String>> {
        let is_signed = operation.security.is_some_and(Security::is_signed);
        let (window, own): (Vec<_>, Vec<_>) = members
            .iter()
            .cloned()
            .partition(|(name, _)| is_signed && name == RECV_WINDOW);
        let recv_window = match window.as_slice() {
            [] => None,
            [(_, Json::Text(text) | Json::Number(text))] if text.parse::<u64>().is_ok() => {
                text.parse().ok()
            }
            _ => {
                return Err(vec![format!(
                    "`{RECV_WINDOW}` is one number of milliseconds"
                )]);
            }
        };
        // Text of the command line is the value itself; in JSON it stands in quotes, which the reader of JSON takes off.
        let given = ParamMap::from_json(&Json::Object(own).to_string())
            .map_err(|error| vec![error.to_string()])?;
        let request = build(operation, given)?;
        Ok(Self {
            operation,
            request,
            recv_window,
        })
    }
}

fn build(
    operation: &'static Operation,
    mut given: ParamMap,
) -> Result<Box<dyn AnyRequest>, Vec<String>> {
    let Some(build) = operation.build else {
        return Err(vec!["it takes no request".to_owned()]);
    };
    let built = build(&mut given);
    if let Err(problems) = given.finish() {
        return Err(problems.iter().map(ToString::to_string).collect());
    }
    let Some(request) = built else {
        return Err(vec!["the request cannot be made".to_owned()]);
    };
    request
        .check()
        .map_err(|invalid| vec![invalid.to_string()])?;
    Ok(request)
}

/// `usdm::NewOrder (POST /fapi/v1/order)`
pub(crate) fn title(operation: &Operation) -> String {
    match (operation.method, operation.path) {
        (Some(method), Some(path)) => format!(
            "{}::{} ({method} {path})",
            operation.product, operation.name
        ),
        _ => format!("{}::{}", operation.product, operation.name),
    }
}

fn takes(operation: &Operation) -> String {
    if operation.parameters.is_empty() {
        return "no parameters".to_owned();
    }
    let list: Vec<String> = operation
        .parameters
        .iter()
        .map(|parameter| {
            format!(
                "{}{}: {}",
                parameter.name,
                if parameter.required { "" } else { "?" },
                parameter.ty
            )
        })
        .collect();
    list.join(", ")
}

fn find(product: &str, name: &str) -> Result<Vec<&'static Operation>> {
    let mut products: Vec<&str> = operations().map(|operation| operation.product).collect();
    products.dedup();
    if !products.contains(&product) {
        bail!(
            "there is no product `{product}`: there are {}",
            products.join(" and ")
        );
    }
    let of_product = || {
        operations()
            .filter(|operation| operation.product == product && operation.kind == Kind::Rest)
    };
    let found: Vec<_> = match name.split_once(' ') {
        Some((method, path)) => {
            let fits = |operation: &Operation| {
                operation.path == Some(path.trim())
                    && operation
                        .method
                        .is_some_and(|known| known.as_str().eq_ignore_ascii_case(method))
            };
            of_product().filter(|operation| fits(operation)).collect()
        }
        None => {
            // Its own names go before those it shares with others, such as what the websocket API calls it.
            let place = |operation: &Operation| {
                if operation.id == name || operation.name == name {
                    return Some(0);
                }
                let at = operation.aliases.iter().position(|alias| *alias == name)?;
                Some(at + 1)
            };
            let mut found: Vec<_> = of_product()
                .filter_map(|operation| Some((place(operation)?, operation)))
                .collect();
            found.sort_by_key(|(place, _)| *place);
            let mut found: Vec<&'static Operation> =
                found.into_iter().map(|(_, operation)| operation).collect();
            if let Some(first) = found.first().copied() {
                found.retain(|other| (other.method, other.path) == (first.method, first.path));
            }
            found
        }
    };
    if found.is_empty() {
        let names = of_product().flat_map(|operation| {
            std::iter::once(operation.id).chain(operation.aliases.iter().copied())
        });
        let near = nearest(name, names)
            .map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
        bail!("{product} has no operation `{name}`{near}\n`cargo xtask list` shows them all");
    }
    Ok(found)
}

fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}
