//! Requests built from parameters by name, and the descriptions of operations.

#[cfg(feature = "registry")]
mod operation;
mod params;
mod problem;
#[cfg(any(feature = "usdm", feature = "coinm"))]
mod stored;
#[cfg(feature = "registry")]
mod suggest;
#[cfg(test)]
#[cfg(all(feature = "registry", feature = "usdm", feature = "coinm"))]
mod tests;

#[cfg(feature = "registry")]
pub use operation::{
    AnyRequest, Build, FieldInfo, Kind, Operation, ParameterInfo, WeightRule, build_both,
    build_rest, build_ws_api, reencode, reencode_response,
};
#[cfg(all(feature = "registry", any(feature = "usdm", feature = "coinm")))]
pub(crate) use operation::{field, parameter};
pub(crate) use params::choice_from_params;
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use params::from_params;
pub use params::{ChoiceNames, FromParams, ParamMap};
pub use problem::{Problem, ProblemKind};
#[cfg(any(feature = "usdm", feature = "coinm"))]
pub(crate) use stored::{deserialize, serialize};
#[cfg(feature = "registry")]
pub use suggest::{similar, suggest};
