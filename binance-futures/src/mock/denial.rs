//! Why a request is not carried out, in the exchange's numbers.

use crate::dynamic::{Problem, ProblemKind};
use crate::error::Rejection;
use crate::request::Rule;

/// A refusal as it goes out, and what stands behind it for the log.
#[derive(Debug, Clone)]
pub(super) struct Denial {
    /// The HTTP status.
    pub(super) status: u16,
    /// What the body says.
    pub(super) refusal: Rejection,
    /// What the body does not say; empty where it says it all.
    pub(super) why: String,
    /// Seconds until another try makes sense.
    pub(super) retry_after: Option<u64>,
}

impl Denial {
    /// A refusal with status 400.
    pub(super) fn new(code: i64, message: impl Into<String>) -> Self {
        Self::with_status(400, code, message)
    }

    /// A refusal with another status.
    pub(super) fn with_status(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            refusal: Rejection {
                code,
                message: message.into(),
            },
            why: String::new(),
            retry_after: None,
        }
    }

    /// The same, with an explanation for the log.
    pub(super) fn because(self, why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            ..self
        }
    }

    /// Something that must be given is not, or is nothing.
    pub(super) fn missing(name: &str) -> Self {
        Self::new(
            -1102,
            format!("Mandatory parameter '{name}' was not sent, was empty/null, or malformed."),
        )
    }

    /// A value that its parameter does not take.
    pub(super) fn invalid(name: &str) -> Self {
        Self::new(
            -1130,
            format!("Data sent for parameter '{name}' is not valid."),
        )
    }

    /// A value that the parameter's type does not list: some types have a number of their own.
    pub(super) fn unlisted(name: &str, ty: &str, value: &str, listed: &[&str]) -> Self {
        let (code, message) = match ty {
            "TimeInForce" => (-1115, "Invalid timeInForce."),
            "OrderType" => (-1116, "Invalid orderType."),
            "Side" => (-1117, "Invalid side."),
            "KlineInterval" => (-1120, "Invalid interval."),
            "ResponseType" => (-1136, "Invalid newOrderRespType."),
            "PositionSide" => (-4060, "Invalid position side."),
            _ => return Self::invalid(name).because(no_word(name, value, listed)),
        };
        Self::new(code, message).because(no_word(name, value, listed))
    }

    /// Something that is wrong with a parameter.
    pub(super) fn of_problem(problem: &Problem) -> Self {
        let name = &problem.name;
        match &problem.kind {
            ProblemKind::Missing => Self::missing(name),
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
            .because(problem.to_string()),
            ProblemKind::Repeated | ProblemKind::Unknown { .. } | ProblemKind::ManyOf => {
                Self::invalid(name).because(problem.to_string())
            }
        }
    }

    /// A value that breaks a documented rule.
    pub(super) fn of_rule(name: &str, rule: Rule, why: String) -> Self {
        match rule {
            Rule::Text { .. } => Self::new(
                -1100,
                format!("Illegal characters found in parameter '{name}'; legal is {rule}."),
            ),
            Rule::Items { .. } if name == "batchOrders" => {
                Self::new(-4082, "Invalid number of batch place orders.")
            }
            _ => Self::invalid(name),
        }
        .because(why)
    }
}

fn no_word(name: &str, value: &str, listed: &[&str]) -> String {
    format!(
        "`{name}` is `{value}`, expected one of {}",
        listed.join(", ")
    )
}
