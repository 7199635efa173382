//! Requests.

use super::{
    Lowering, docs,
    error::{Expect, Result},
    example, lookup, values,
};
use crate::{
    check::Scope,
    ir::{
        Constructor, Preset, PresetField, Request, RequestWeight, RestEndpoint, Scalar, WeightStep,
    },
    spec::{self, Base, Operation, Shape, Type, Weight, Word},
};

impl<'a> Lowering<'a> {
    pub(super) fn request(
        &mut self,
        scope: &Scope<'a>,
        product: &'a spec::Product,
        operation: &'a Operation,
    ) -> Result<Request> {
        let head = &operation.head;
        let response = values::value(scope, &operation.response)?;
        let constructors: Result<Vec<Constructor>> = operation
            .constructors
            .iter()
            .map(|constructor| self::constructor(scope, operation, constructor))
            .collect();
        Ok(Request {
            name: head.name.value.clone(),
            product: product.name.value.clone(),
            product_id: product.id.clone(),
            docs: docs::operation(product, operation, &response.rust),
            rest: operation.rest.as_ref().map(|call| RestEndpoint {
                method: call.method,
                path: call.path.value.clone(),
            }),
            ws_method: operation.ws_api.as_ref().map(|method| method.value.clone()),
            security: operation.security,
            is_idempotent: operation.repeatable,
            is_read_only: operation.is_read_only(),
            bucket: operation.bucket.as_ref().map(|name| name.value.clone()),
            orders: operation.orders,
            lookup: lookup::lookup(scope, product, operation)?,
            remedies: remedies(operation)?,
            reads_history: reads_history(operation),
            weight: weight(scope, operation)?,
            ws_weight: operation.ws_weight.map(|(weight, _)| weight),
            parameters: self.parameters(scope, &head.path, &operation.parameters)?,
            constructors: constructors?,
            example: example::call(scope, product, operation),
            response,
        })
    }
}

/// Whether the parameters of a read-only operation bound a time window.
fn reads_history(operation: &Operation) -> bool {
    let has = |name: &str| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|parameter| parameter.field.wire.value == name)
    };
    operation.is_read_only() && has("startTime") && has("endTime")
}

fn remedies(operation: &Operation) -> Result<Vec<(i64, String)>> {
    let remedies = operation.remedies.iter().map(|(code, remedy)| {
        let code = code.value.parse().ok();
        let code = code.or_missing(|| "an error code".to_owned())?;
        Ok((code, remedy.value.clone()))
    });
    let mut remedies = remedies.collect::<Result<Vec<_>>>()?;
    remedies.sort_by_key(|(code, _)| *code);
    Ok(remedies)
}

/// The parameter of that name on the wire.
fn find<'a>(operation: &'a Operation, wire: &str) -> Option<&'a spec::Parameter> {
    let mut parameters = operation.parameters.iter();
    parameters.find(|parameter| parameter.field.wire.value == wire)
}

fn parameter<'a>(operation: &'a Operation, wire: &str) -> Result<&'a spec::Parameter> {
    find(operation, wire).or_missing(|| format!("the parameter `{wire}`"))
}

fn weight(scope: &Scope<'_>, operation: &Operation) -> Result<RequestWeight> {
    Ok(match &operation.weight {
        Weight::Fixed(weight) => RequestWeight::Fixed(*weight),
        Weight::Unknown => RequestWeight::Fixed(1),
        Weight::ByPresence { by, given, absent } => {
            let (field, chosen) = match find(operation, &by.value) {
                Some(parameter) => (parameter.field.name.clone(), None),
                None => {
                    let (field, variant) = values::chosen(scope, operation, &by.value)?;
                    (field, Some(variant))
                }
            };
            RequestWeight::ByPresence {
                field,
                chosen,
                given: *given,
                absent: *absent,
            }
        }
        Weight::Steps { by, steps, absent } => {
            let parameter = parameter(operation, &by.value)?;
            RequestWeight::Steps {
                field: parameter.field.name.clone(),
                optional: parameter.field.optional,
                default: parameter
                    .default
                    .as_ref()
                    .and_then(|default| default.value.parse().ok()),
                absent: *absent,
                steps: steps
                    .iter()
                    .map(|(up_to, weight)| WeightStep {
                        up_to: *up_to,
                        weight: *weight,
                    })
                    .collect(),
            }
        }
    })
}

fn constructor(
    scope: &Scope<'_>,
    operation: &Operation,
    constructor: &spec::Constructor,
) -> Result<Constructor> {
    let sets: Result<Vec<PresetField>> = constructor
        .sets
        .iter()
        .map(|(target, value)| {
            let field = &parameter(operation, &target.value)?.field;
            Ok(PresetField {
                field: field.name.clone(),
                value: preset(scope, &field.ty, &value.value)?,
            })
        })
        .collect();
    let takes: Result<Vec<String>> = constructor
        .takes
        .iter()
        .map(|name| Ok(parameter(operation, &name.value)?.field.name.clone()))
        .collect();
    Ok(Constructor {
        name: constructor.name.value.clone(),
        docs: docs::constructor(constructor),
        sets: sets?,
        takes: takes?,
    })
}

fn preset(scope: &Scope<'_>, ty: &Type, value: &str) -> Result<Preset> {
    let rust = values::rust(scope, ty)?;
    let Base::Name(name) = &ty.base else {
        return Ok(Preset::Text(rust, value.to_owned()));
    };
    if let Some(Shape::Enum { values, .. }) = scope.resolve(name).map(|found| &found.def.shape) {
        let mut values = values.iter();
        if let Some(variant) = values.find(|variant| variant.wire.value == value) {
            return Ok(Preset::Variant(rust, variant.name.clone()));
        }
    }
    Ok(match (Scalar::of_word(name), value.parse()) {
        (Some(Scalar::Bool), _) => Preset::Flag(value == "true"),
        (Some(scalar), Ok(integer)) if scalar.is_integer() => Preset::Integer(integer),
        _ => Preset::Text(rust, value.to_owned()),
    })
}
