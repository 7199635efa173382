//! Requests built from parameters by name, and the descriptions of operations, for tools and test servers.

mod operation;
mod params;

pub use operation::{
    AnyRequest, Build, FieldInfo, Kind, Operation, ParameterInfo, WeightRule, build_both,
    build_rest, build_ws_api, reencode, reencode_event, reencode_response,
};
pub(crate) use operation::{field, parameter};
pub use params::{ChoiceNames, FromParams, ParamMap, Problem, ProblemKind};
pub(crate) use params::{choice_from_params, from_params};
