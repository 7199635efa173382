//! Products, operations and parameters by the names that a user types.

mod suggestions;
mod verb;

use anyhow::{Result, bail};
use binance_futures::registry::{Operation, operations};
use xtask::suggest::{question, suggest};

pub(crate) use suggestions::{by_path, suggestions};

/// Returns the products, in the order of the registry.
pub(crate) fn products() -> Vec<&'static str> {
    let mut products: Vec<&str> = operations().map(|operation| operation.product).collect();
    products.dedup();
    products
}

/// Fails for an unknown product, and names the nearest one.
pub(crate) fn check_product(product: &str) -> Result<()> {
    let products = products();
    if products.contains(&product) {
        return Ok(());
    }
    let near = suggest(product, products.iter().map(|product| (product, *product)));
    bail!(
        "unknown product `{product}`: {}",
        question(&near).unwrap_or_else(|| format!("there are {}", products.join(" and ")))
    );
}

/// Returns the operations with an id, a Rust name or an alias, best first.
///
/// Several operations can share an alias. Ids and Rust names take precedence, then the aliases that are listed first.
pub(crate) fn by_name(name: &str, among: &[&'static Operation]) -> Vec<&'static Operation> {
    let rank = |operation: &Operation| {
        if operation.id == name || operation.name == name {
            return Some(0);
        }
        let alias = operation.aliases.iter().position(|alias| *alias == name)?;
        Some(alias + 1)
    };
    let mut ranked: Vec<_> = among
        .iter()
        .filter_map(|operation| Some((rank(operation)?, *operation)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, operation)| operation).collect()
}

/// Returns `usdm::NewOrder (POST /fapi/v1/order)` or `usdm::AggTrades (<symbol>@aggTrade)`.
pub(crate) fn title(operation: &Operation) -> String {
    let Operation { product, name, .. } = operation;
    match address(operation) {
        Some(address) => format!("{product}::{name} ({address})"),
        None => format!("{product}::{name}"),
    }
}

/// Returns `POST /fapi/v1/order`, or the template of a topic.
fn address(operation: &Operation) -> Option<String> {
    if let Some(template) = operation.stream {
        return Some(template.to_owned());
    }
    Some(format!("{} {}", operation.method?, operation.path?))
}

/// Asks which of several operations is meant. Returns an empty text without operations.
pub(crate) fn ask(found: &[&'static Operation]) -> String {
    match found {
        [] => String::new(),
        [one] => format!(
            ": did you mean `{}` ({})?",
            one.id,
            address(one).unwrap_or_default()
        ),
        several => format!(": did you mean one of these?{}", list(several)),
    }
}

/// A line for each operation.
pub(crate) fn list(found: &[&'static Operation]) -> String {
    let width = found.iter().map(|operation| operation.id.len()).max();
    let width = width.unwrap_or_default();
    found
        .iter()
        .map(|operation| {
            let address = address(operation).unwrap_or_default();
            format!("\n  {:width$}  {address}", operation.id)
        })
        .collect()
}

/// The message for a parameter that an operation does not have.
pub(crate) fn unknown_parameter(name: &str, operation: &Operation) -> String {
    let names = operation.parameters.iter().map(|parameter| parameter.name);
    match question(&suggest(name, names.map(|name| (name, name)))) {
        Some(question) => format!("`{name}` is unknown: {question}"),
        None => format!("`{name}` is unknown"),
    }
}

/// The message for an option that a command does not have.
pub(crate) fn unknown_option(option: &str, options: &[&str]) -> String {
    let names = options
        .iter()
        .map(|option| (option.trim_start_matches('-'), *option));
    let near = question(&suggest(option.trim_start_matches('-'), names));
    let near = near.map_or_else(String::new, |near| format!(": {near}"));
    format!("unknown option `{option}`{near}")
}
