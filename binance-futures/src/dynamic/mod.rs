//! Requests built from parameters by name, and the descriptions of operations, for tools and test servers.

mod operation;
mod params;
mod problem;
mod suggest;
#[cfg(test)]
#[cfg(all(feature = "usdm", feature = "coinm"))]
mod tests;

pub use operation::{
    AnyRequest, Build, FieldInfo, Kind, Operation, ParameterInfo, WeightRule, build_both,
    build_rest, build_ws_api, reencode, reencode_response,
};
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use operation::{field, parameter};
pub(crate) use params::choice_from_params;
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use params::from_params;
pub use params::{ChoiceNames, FromParams, ParamMap};
pub use problem::{Problem, ProblemKind};
pub use suggest::{similar, suggest};
