//! A request built from parameters by name.

use anyhow::{Result, bail};
use binance_futures::{
    dynamic::{ParamMap, Problem, ProblemKind},
    registry::{AnyRequest, Operation, build},
    request::Security,
};

use super::find::find;
use crate::{
    json::Json,
    names::{title, unknown_parameter},
};

/// An operation and a request of it.
pub(super) struct NamedRequest {
    pub(super) operation: &'static Operation,
    pub(super) request: Box<dyn AnyRequest>,
    /// The receive window in milliseconds, if given.
    pub(super) recv_window: Option<u64>,
}

/// Parameters that the client adds to signed requests.
pub(super) const ADDED_BY_CLIENT: [&str; 2] = ["timestamp", "signature"];

/// The parameter that every signed request accepts.
pub(super) const RECV_WINDOW: &str = "recvWindow";

impl NamedRequest {
    /// Builds the request of an operation by its name, with parameters as text.
    pub(super) fn by_name(
        product: &str,
        name: &str,
        parameters: &[(String, String)],
    ) -> Result<Self> {
        let fields = parameters
            .iter()
            .map(|(name, value)| (name.clone(), Json::Text(value.clone())));
        Self::build_first(&find(product, name)?, &fields.collect::<Vec<_>>())
    }

    /// Builds the request of a method and path, with parameters as the fields of a JSON object.
    pub(super) fn by_path(
        product: &str,
        method: &str,
        path: &str,
        fields: &[(String, Json)],
    ) -> Result<Self> {
        Self::build_first(&find(product, &format!("{method} {path}"))?, fields)
    }

    /// Builds the request of the first operation that accepts exactly these parameters.
    ///
    /// Otherwise, the error is that of the operation with the fewest problems.
    fn build_first(found: &[&'static Operation], fields: &[(String, Json)]) -> Result<Self> {
        if let Some((name, _)) = fields
            .iter()
            .find(|(name, _)| ADDED_BY_CLIENT.contains(&name.as_str()))
        {
            bail!("the client adds `{name}`: remove it");
        }
        let mut fewest: Option<(&Operation, Vec<String>)> = None;
        for operation in found {
            match Self::build(operation, fields) {
                Ok(request) => return Ok(request),
                Err(problems) => {
                    if fewest
                        .as_ref()
                        .is_none_or(|(_, fewest)| problems.len() < fewest.len())
                    {
                        fewest = Some((operation, problems));
                    }
                }
            }
        }
        let Some((operation, problems)) = fewest else {
            bail!("no operation was found");
        };
        bail!(
            "the parameters of {} are invalid:\n  {}\n`cargo xtask call {} {} --help` lists its parameters",
            title(operation),
            problems.join("\n  "),
            operation.product,
            operation.id
        );
    }

    fn build(
        operation: &'static Operation,
        fields: &[(String, Json)],
    ) -> Result<Self, Vec<String>> {
        let is_signed = operation.security.is_some_and(Security::is_signed);
        let (window, fields): (Vec<_>, Vec<_>) = fields
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
                    "`{RECV_WINDOW}` must be one number of milliseconds"
                )]);
            }
        };
        let parameters = ParamMap::from_json(&Json::Object(fields).to_string())
            .map_err(|error| vec![error.to_string()])?;
        let request = checked(operation, parameters)?;
        Ok(Self {
            operation,
            request,
            recv_window,
        })
    }
}

/// Builds a request and checks the rules of its parameters.
fn checked(
    operation: &'static Operation,
    parameters: ParamMap,
) -> Result<Box<dyn AnyRequest>, Vec<String>> {
    let request = build(operation, parameters).map_err(|problems| {
        if problems.is_empty() {
            return vec!["the operation has no request".to_owned()];
        }
        let texts = problems.iter().map(|problem| describe(problem, operation));
        texts.collect()
    })?;
    request
        .check()
        .map_err(|invalid| vec![invalid.to_string()])?;
    Ok(request)
}

/// The text of a problem. For an unknown parameter, it names the most similar ones.
fn describe(problem: &Problem, operation: &Operation) -> String {
    let name = &problem.name;
    let is_unknown = matches!(
        problem.kind,
        ProblemKind::Unknown {
            parameter_of: None,
            ..
        }
    );
    if !is_unknown || name.contains('[') {
        return problem.to_string();
    }
    unknown_parameter(name, operation)
}

#[cfg(test)]
mod tests {
    use super::NamedRequest;

    fn error(name: &str, parameters: &[(&str, &str)]) -> String {
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        match NamedRequest::by_name("usdm", name, &parameters) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn only_the_nearest_name_is_suggested_for_an_unknown_parameter() {
        assert_eq!(
            error(
                "new_order",
                &[
                    ("symbol", "BTCUSDT"),
                    ("side", "BUY"),
                    ("type", "MARKET"),
                    ("qty", "1")
                ]
            ),
            "the parameters of usdm::NewOrder (POST /fapi/v1/order) are invalid:\n  \
             `qty` is unknown: did you mean `quantity`?\n\
             `cargo xtask call usdm new_order --help` lists its parameters"
        );
    }

    #[test]
    fn a_parameter_of_another_operation_of_the_path_names_that_operation() {
        assert_eq!(
            error("mark_prices", &[("symbol", "BTCUSDT")]),
            "the parameters of usdm::MarkPrices (GET /fapi/v1/premiumIndex) are invalid:\n  \
             `symbol` is a parameter of `mark_price`\n\
             `cargo xtask call usdm mark_prices --help` lists its parameters"
        );
    }

    #[test]
    fn parameters_of_the_client_are_rejected() {
        assert_eq!(
            error("depth", &[("symbol", "BTCUSDT"), ("timestamp", "1")]),
            "the client adds `timestamp`: remove it"
        );
        assert!(
            error("balance", &[("recvWindow", "long")])
                .contains("`recvWindow` must be one number of milliseconds")
        );
    }

    #[test]
    fn the_parameters_decide_between_operations_of_one_path() {
        assert_eq!(error("ticker_price", &[("symbol", "BTCUSDT")]), "");
        assert_eq!(error("GET /fapi/v2/ticker/price", &[]), "");
        assert_eq!(
            error("GET /fapi/v2/ticker/price", &[("symbol", "BTCUSDT")]),
            ""
        );
    }
}
