//! Rejections: the exchange's error code, message and HTTP status for a request that it does not execute.

use serde::Serialize;

use crate::dynamic::{Problem, ProblemKind};
use crate::parameters::Rule;

/// A rejection: what the response contains, and a detail for the log.
#[derive(Debug, Clone)]
pub(in crate::mock) struct Rejection {
    /// HTTP status.
    pub(in crate::mock) status: u16,
    /// Error code. 0 when the body is not a JSON error.
    pub(in crate::mock) code: i64,
    /// Error message in the body.
    pub(in crate::mock) message: String,
    /// Explanation that is only logged, not sent. Empty when the message says everything.
    pub(in crate::mock) detail: String,
    /// Value of the `Retry-After` header, in seconds.
    pub(in crate::mock) retry_after: Option<u64>,
}

/// The JSON object of an error.
#[derive(Serialize)]
pub(in crate::mock) struct ErrorObject<'a> {
    code: i64,
    msg: &'a str,
}

impl Rejection {
    /// A rejection with status 400.
    pub(in crate::mock) fn new(code: i64, message: impl Into<String>) -> Self {
        Self::with_status(400, code, message)
    }

    /// A rejection with another status.
    pub(in crate::mock) fn with_status(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            detail: String::new(),
            retry_after: None,
        }
    }

    /// Sets the explanation for the log.
    pub(in crate::mock) fn with_detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }

    /// A required parameter is absent, empty or malformed.
    pub(in crate::mock) fn missing_parameter(name: &str) -> Self {
        Self::new(
            -1102,
            format!("Mandatory parameter '{name}' was not sent, was empty/null, or malformed."),
        )
    }

    /// A parameter does not accept the value.
    pub(in crate::mock) fn invalid_parameter(name: &str) -> Self {
        Self::new(
            -1130,
            format!("Data sent for parameter '{name}' is not valid."),
        )
    }

    /// A symbol is not listed.
    pub(in crate::mock) fn unknown_symbol(symbol: &str) -> Self {
        Self::new(-1121, "Invalid symbol.").with_detail(format!("`{symbol}` is not listed"))
    }

    /// An enum parameter has a value that its type does not list. Some types have their own error code.
    pub(in crate::mock) fn unlisted_value(
        name: &str,
        ty: &str,
        value: &str,
        listed: &[&str],
    ) -> Self {
        let rejection = match ty {
            "TimeInForce" => Self::new(-1115, "Invalid timeInForce."),
            "OrderType" => Self::new(-1116, "Invalid orderType."),
            "Side" => Self::new(-1117, "Invalid side."),
            "KlineInterval" => Self::new(-1120, "Invalid interval."),
            "ResponseType" => Self::new(-1136, "Invalid newOrderRespType."),
            "PositionSide" => Self::new(-4060, "Invalid position side."),
            _ => Self::invalid_parameter(name),
        };
        rejection.with_detail(format!(
            "`{name}` is `{value}`, expected one of {}",
            listed.join(", ")
        ))
    }

    /// The rejection for a problem with a parameter.
    pub(in crate::mock) fn from_problem(problem: &Problem) -> Self {
        let name = &problem.name;
        match &problem.kind {
            ProblemKind::Missing => Self::missing_parameter(name),
            ProblemKind::NoneOf => {
                let names = name.split(", ").map(|name| format!("'{name}'"));
                let names = names.collect::<Vec<_>>().join(" or ");
                Self::new(
                    -1102,
                    format!("Param {names} must be sent, but both were empty/null!"),
                )
            }
            ProblemKind::Malformed { expected, .. } => Self::new(
                -1100,
                format!("Illegal characters found in parameter '{name}'; legal is {expected}."),
            )
            .with_detail(problem.to_string()),
            ProblemKind::ManyOf => {
                let name = name.rsplit(", ").next().unwrap_or(name);
                Self::new(-1106, format!("Parameter '{name}' sent when not required."))
            }
            ProblemKind::Repeated | ProblemKind::Unknown { .. } => {
                Self::invalid_parameter(name).with_detail(problem.to_string())
            }
        }
    }

    /// The rejection for a value that breaks a rule of the spec.
    pub(in crate::mock) fn from_rule(name: &str, rule: Rule, detail: String) -> Self {
        match rule {
            Rule::Text { .. } => Self::new(
                -1100,
                format!("Illegal characters found in parameter '{name}'; legal is {rule}."),
            ),
            Rule::OneOf(_) if name == "limit" => {
                Self::new(-4021, format!("'{name}' is not valid: it must be {rule}."))
            }
            Rule::Items { .. } if name == "batchOrders" => {
                Self::new(-4082, "Invalid number of batch place orders.")
            }
            _ => Self::invalid_parameter(name),
        }
        .with_detail(detail)
    }

    /// Returns the JSON object of the error.
    pub(in crate::mock) fn error_object(&self) -> ErrorObject<'_> {
        ErrorObject {
            code: self.code,
            msg: &self.message,
        }
    }
}
