//! Lookups: whether what was sent with a request is enough to ask what became of it.

use super::{
    Scope,
    operations::{named_operation, parameter_names},
};
use crate::{
    problem::{Problems, nearest},
    spec::{Base, Field, Lookup, Operation, Product, Shape, Spec, types},
};

/// Every lookup asks with what only asks, by what was sent, and knows the numbers of its errors.
pub(super) fn answerable(spec: &Spec, problems: &mut Problems) {
    for product in &spec.products {
        for operation in &product.operations {
            if let Some(lookup) = &operation.lookup {
                one(spec, product, operation, lookup, problems);
            }
        }
    }
}

fn one(
    spec: &Spec,
    product: &Product,
    operation: &Operation,
    lookup: &Lookup,
    problems: &mut Problems,
) {
    numbers(spec, product, lookup, problems);
    let (ask, by) = (&lookup.ask, &lookup.by);
    if operation.asks() {
        let what = format!(
            "`{}` only asks: there is nothing to learn",
            operation.head.id.value
        );
        problems.add(ask.place, what, "take the lookup away");
        return;
    }
    let sent = Sent::of(spec, product, operation);
    let value = sent.find(&by.value);
    if value.is_none() {
        let names = parameter_names(spec, product, operation);
        let what = format!(
            "the lookup names a parameter `{}` that is not there",
            by.value
        );
        let hint = nearest(&by.value, names.iter().map(String::as_str)).map_or_else(
            || "name the parameter whose value is looked up".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        problems.add(by.place, what, hint);
    }
    let rest = |operation: &&Operation| operation.rest.is_some();
    let Some(question) = product.operation(&ask.value).filter(rest) else {
        named_operation(ask, spec, product, problems);
        return;
    };
    if !question.asks() {
        let what = format!("`{}` may change something", ask.value);
        problems.add(
            ask.place,
            what,
            "ask with a GET that may be sent again: nobody knows how often it must be",
        );
        return;
    }
    if let Some(value) = value {
        enough(spec, product, question, &sent, value, lookup, problems);
    }
}

/// The numbers by which it says that there is no such thing are numbers of the product.
fn numbers(spec: &Spec, product: &Product, lookup: &Lookup, problems: &mut Problems) {
    // What a file that cannot be read describes is not known.
    if spec.lost.contains("spec/errors.yaml") {
        return;
    }
    let lender = product.errors_of.as_ref().map(|other| other.value.as_str());
    let known: Vec<String> = spec
        .errors
        .iter()
        .filter(|error| {
            error.holds_in(&product.id) || lender.is_some_and(|other| error.holds_in(other))
        })
        .map(|error| error.code.to_string())
        .collect();
    for (code, place) in &lookup.absent {
        let text = code.to_string();
        if !known.contains(&text) {
            let hint = nearest(&text, known.iter().map(String::as_str)).map_or_else(
                || "describe it in spec/errors.yaml".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let what = format!("`{}` knows no error {text}", product.id);
            problems.add(*place, what, hint);
        }
    }
}

/// Each of the question's required parameters can be made of what was sent, the value asked for among them.
fn enough(
    spec: &Spec,
    product: &Product,
    question: &Operation,
    sent: &Sent<'_>,
    value: &Field,
    lookup: &Lookup,
    problems: &mut Problems,
) {
    let (ask, by) = (&lookup.ask, &lookup.by);
    let scope = Scope::of_head(spec, product, &question.head);
    let arguments = arguments(&scope, question, sent, value);
    // What cannot be read, or is not declared, is reported as such.
    let mut parts = arguments
        .iter()
        .flat_map(|argument| [argument.parameter, argument.value]);
    if parts.any(|field| is_unclear(&scope, field)) || matches!(value.ty.base, Base::Broken) {
        return;
    }
    if !arguments
        .iter()
        .any(|argument| argument.made_of == Some(by.value.as_str()))
    {
        let what = format!(
            "`{}` has no required parameter that takes `{}`",
            ask.value, by.value
        );
        let hint = format!(
            "it takes one of the same name, or the only one that is a {}",
            value.ty
        );
        problems.add(by.place, what, hint);
        return;
    }
    for argument in &arguments {
        let wire = &argument.parameter.wire.value;
        match argument.made_of {
            None => problems.add(
                ask.place,
                format!("`{}` needs `{wire}`, which was not sent", ask.value),
                "ask with what needs only parameters that both have",
            ),
            Some(_) if !is_text_or_number(&scope, argument.value) => problems.add(
                ask.place,
                format!(
                    "`{}` needs `{wire}`, which is {} and cannot be made of text",
                    ask.value, argument.value.ty
                ),
                "ask with what needs only scalars and enums",
            ),
            Some(_) => {}
        }
    }
}

fn is_text_or_number(scope: &Scope<'_>, field: &Field) -> bool {
    let Base::Name(name) = &field.ty.base else {
        return false;
    };
    match scope.resolve(name).map(|found| &found.def.shape) {
        Some(shape) => matches!(shape, Shape::Enum { .. }),
        None => name != "Empty",
    }
}

fn is_unclear(scope: &Scope<'_>, field: &Field) -> bool {
    match &field.ty.base {
        Base::Broken => true,
        Base::Name(name) => match scope.resolve(name) {
            Some(found) => found.def.broken,
            None => !types::is_scalar(name),
        },
        _ => false,
    }
}

/// What is sent with a request whose fate is to be learned.
pub(crate) struct Sent<'a>(Vec<&'a Field>);

impl<'a> Sent<'a> {
    pub(crate) fn of(spec: &'a Spec, product: &'a Product, operation: &'a Operation) -> Self {
        let scope = Scope::of_head(spec, product, &operation.head);
        let parameters = operation.parameters.iter();
        Self(
            parameters
                .flat_map(|parameter| scope.sent(&parameter.field))
                .collect(),
        )
    }

    pub(crate) fn find(&self, wire: &str) -> Option<&'a Field> {
        let mut fields = self.0.iter().copied();
        fields.find(|field| field.wire.value == wire)
    }
}

/// How a required parameter of a question is made.
pub(crate) struct Argument<'a> {
    /// The parameter.
    pub(crate) parameter: &'a Field,
    /// What its value is: one of a choice, or the parameter itself.
    pub(crate) value: &'a Field,
    /// The parameter that was sent with that value, by its name on the wire.
    pub(crate) made_of: Option<&'a str>,
}

/// The question's required parameters in their order, with what they are made of.
///
/// The value asked for goes where its name stands, else where alone its type stands; all else goes by its name.
pub(crate) fn arguments<'a>(
    scope: &Scope<'a>,
    question: &'a Operation,
    sent: &Sent<'a>,
    value: &'a Field,
) -> Vec<Argument<'a>> {
    let required = || {
        let fields = question
            .parameters
            .iter()
            .map(|parameter| &parameter.field)
            .filter(|field| !field.optional && !matches!(field.ty.base, Base::Constant(_)));
        fields.map(|field| (field, scope.sent(field)))
    };
    let fields = || required().flat_map(|(_, fields)| fields);
    let by_name = fields().find(|field| field.wire.value == value.wire.value);
    let mut by_type = fields()
        .filter(|field| sent.find(&field.wire.value).is_none())
        .filter(|field| matches!(&field.ty.base, Base::Name(_)) && field.ty.base == value.ty.base);
    let receiver = by_name.or_else(|| by_type.next().filter(|_| by_type.next().is_none()));
    required()
        .map(|(parameter, fields)| {
            let takes_it = |field: &&Field| receiver.is_some_and(|it| std::ptr::eq(it, *field));
            let of_value = fields.iter().find(takes_it);
            let of_same_name = || {
                let mut fields = fields.iter();
                fields.find_map(|field| Some((field, sent.find(&field.wire.value)?)))
            };
            let made = of_value.map(|field| (field, value)).or_else(of_same_name);
            Argument {
                parameter,
                value: made.map_or(parameter, |(field, _)| field),
                made_of: made.map(|(_, of)| of.wire.value.as_str()),
            }
        })
        .collect()
}
