//! Example calls for the docs of requests and topics.
//!
//! A call has the values of the spec's `example`. Without an example, it has the required parameters only. Their values are those that
//! other requests of the product show for the same parameter, or plausible values of the type.

use heck::ToUpperCamelCase;

use super::values;
use crate::{
    check::Scope,
    ir::{
        Constructing, ExampleCall, ExampleValue, NamePart, NameValue, PublicPath, PublicType,
        Setter,
    },
    spec::{
        Base, Constructor, Field, Home, Operation, Parameter, Product, Rule, Shape, Text, Topic,
        Type, types,
    },
};

/// The example call of an operation.
pub(super) fn call(scope: &Scope<'_>, product: &Product, operation: &Operation) -> ExampleCall {
    let example = Example {
        scope,
        product,
        operation,
    };
    let named = example.constructor();
    let arguments: Vec<&Parameter> = match named {
        Some(constructor) => constructor
            .takes
            .iter()
            .filter_map(|name| example.parameter(&name.value))
            .collect(),
        None => operation
            .parameters
            .iter()
            .filter(|parameter| is_required(parameter))
            .collect(),
    };
    let is_set_elsewhere = |parameter: &Parameter| {
        let wire = &parameter.field.wire.value;
        let mut sets = named.iter().flat_map(|named| &named.sets);
        let mut taken = arguments.iter();
        sets.any(|(name, _)| name.value == *wire)
            || taken.any(|argument| argument.field.wire.value == *wire)
    };
    let setters = operation
        .parameters
        .iter()
        .filter(|parameter| !is_set_elsewhere(parameter))
        .filter_map(|parameter| {
            Some(Setter {
                name: parameter.field.name.clone(),
                value: example.written(parameter)?,
            })
        });
    let path = if operation.rest.is_some() {
        PublicPath::Product
    } else {
        PublicPath::WsApi
    };
    ExampleCall {
        request: PublicType {
            name: operation.head.name.value.clone(),
            path,
        },
        constructor: named.map_or(Constructing::New, |named| {
            Constructing::Named(named.name.value.clone())
        }),
        arguments: arguments
            .iter()
            .map(|parameter| example.value_of(parameter))
            .collect(),
        setters: setters.collect(),
        is_sent: operation.rest.is_some(),
    }
}

/// The call that creates a topic, with its required parameters only.
pub(super) fn topic(scope: &Scope<'_>, product: &Product, topic: &Topic) -> ExampleCall {
    let arguments = topic
        .parameters
        .iter()
        .filter(|parameter| is_required(parameter))
        .map(|parameter| {
            let text = topic_value(scope, product, parameter);
            value(scope, &parameter.field.ty, &text)
        });
    ExampleCall {
        request: PublicType {
            name: topic.head.name.value.clone(),
            path: PublicPath::Streams,
        },
        constructor: Constructing::New,
        arguments: arguments.collect(),
        setters: Vec::new(),
        is_sent: false,
    }
}

/// The name of the topic that the example call creates. Its optional parts are absent.
pub(super) fn topic_name(
    scope: &Scope<'_>,
    product: &Product,
    topic: &Topic,
    parts: &[NamePart],
) -> String {
    let value = |part: &NameValue| {
        let mut parameters = topic.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.field.name == part.field)?;
        let text = topic_value(scope, product, parameter);
        Some(if part.is_lowercase {
            text.to_ascii_lowercase()
        } else {
            text
        })
    };
    parts
        .iter()
        .filter_map(|part| match part {
            NamePart::Text(text) => Some(text.clone()),
            NamePart::Value(part) => value(part),
            NamePart::Optional(_) => None,
        })
        .collect()
}

/// The value of a topic's parameter in the example.
fn topic_value(scope: &Scope<'_>, product: &Product, parameter: &Parameter) -> String {
    plausible(scope, product, &parameter.field, &parameter.rules)
}

struct Example<'a> {
    scope: &'a Scope<'a>,
    product: &'a Product,
    operation: &'a Operation,
}

impl<'a> Example<'a> {
    fn parameter(&self, wire: &str) -> Option<&'a Parameter> {
        let mut parameters = self.operation.parameters.iter();
        parameters.find(|parameter| parameter.field.wire.value == wire)
    }

    /// The name and the alternatives of a parameter that is a choice.
    fn choice<'f>(&self, field: &'f Field) -> Option<(&'f str, &'a [Field])> {
        match &field.ty.base {
            Base::Name(name) => Some((name, self.scope.choice(field)?)),
            _ => None,
        }
    }

    /// The constructor that fits the values of the spec. Without values, the first one.
    fn constructor(&self) -> Option<&'a Constructor> {
        let mut constructors = self.operation.constructors.iter();
        if self.operation.example.is_empty() {
            return constructors.next();
        }
        constructors.find(|constructor| {
            let (mut takes, mut sets) = (constructor.takes.iter(), constructor.sets.iter());
            let is_written = |name: &Text| {
                let parameter = self.parameter(&name.value);
                parameter.is_some_and(|taken| self.written(taken).is_some())
            };
            let is_set = |(name, value): &(Text, Text)| {
                let example = &self.operation.example;
                value_in(example, &name.value).is_some_and(|written| written == value.value)
            };
            takes.all(is_written) && sets.all(is_set)
        })
    }

    /// The value that the spec gives a parameter.
    fn written(&self, parameter: &Parameter) -> Option<ExampleValue> {
        let example = &self.operation.example;
        let field = &parameter.field;
        if field.ty.json_requests().is_some() {
            // A batch shows the example of the request that it contains.
            return is_required(parameter).then(|| self.value_of(parameter));
        }
        let Some((choice, alternatives)) = self.choice(field) else {
            let text = value_in(example, &field.wire.value)?;
            return Some(value(self.scope, &field.ty, text));
        };
        alternatives.iter().find_map(|alternative| {
            let text = value_in(example, &alternative.wire.value)?;
            Some(self.choose(choice, alternatives, alternative, text))
        })
    }

    /// The value of a parameter that the call must have.
    fn value_of(&self, parameter: &Parameter) -> ExampleValue {
        let field = &parameter.field;
        if let Some(other) = field.ty.json_requests() {
            let calls = self.product.operation(other).map(|other| {
                let scope = Scope::of_head(self.scope.spec, self.product, &other.head);
                ExampleValue::Call(Box::new(call(&scope, self.product, other)))
            });
            return ExampleValue::Array(calls.into_iter().collect());
        }
        if let Some(value) = self.written(parameter) {
            return value;
        }
        match self.choice(field) {
            Some((choice, alternatives @ [alternative, ..])) => {
                let text = plausible(self.scope, self.product, alternative, &[]);
                self.choose(choice, alternatives, alternative, &text)
            }
            _ => value(
                self.scope,
                &field.ty,
                &plausible(self.scope, self.product, field, &parameter.rules),
            ),
        }
    }

    /// One of a choice: the value itself if it converts into the choice, otherwise its variant.
    fn choose(
        &self,
        choice: &str,
        alternatives: &[Field],
        alternative: &Field,
        text: &str,
    ) -> ExampleValue {
        let value = value(self.scope, &alternative.ty, text);
        let is_plain = matches!(
            value,
            ExampleValue::Text(_) | ExampleValue::Integer(_) | ExampleValue::Decimal(_)
        );
        if is_plain && self.converts(alternatives, alternative) {
            return value;
        }
        let value = match value {
            ExampleValue::Array(items) => ExampleValue::Vec(
                items
                    .into_iter()
                    .map(|item| match item {
                        ExampleValue::Text(_) => ExampleValue::Converted(Box::new(item)),
                        item => item,
                    })
                    .collect(),
            ),
            value if needs_conversion(&alternative.ty) => ExampleValue::Converted(Box::new(value)),
            value => value,
        };
        ExampleValue::Choice(
            public_type(self.scope, choice),
            alternative.name.to_upper_camel_case(),
            Box::new(value),
        )
    }

    /// Whether a text or number can only be this alternative, so that it converts into the choice.
    fn converts(&self, alternatives: &[Field], alternative: &Field) -> bool {
        let is_text =
            |field: &Field| values::rust(self.scope, &field.ty).is_ok_and(|rust| rust.is_text());
        let is_like = |other: &&Field| {
            if is_text(alternative) {
                is_text(other)
            } else {
                other.ty.base == alternative.ty.base
            }
        };
        alternatives.iter().filter(is_like).count() == 1
    }
}

fn is_required(parameter: &Parameter) -> bool {
    !parameter.field.optional && !matches!(parameter.field.ty.base, Base::Constant(_))
}

/// A value for a field that the spec gives no value.
fn plausible(scope: &Scope<'_>, product: &Product, field: &Field, rules: &[Rule]) -> String {
    // The start and the end of a range must fit each other.
    let is_time = matches!(&field.ty.base, Base::Name(name) if name == "Timestamp");
    let elsewhere = (!is_time).then(|| shown_elsewhere(scope, product, field));
    elsewhere
        .flatten()
        .unwrap_or_else(|| allowed(rules, &usual(scope, field)))
}

/// The value that a request of the product shows for a parameter of the same name and type.
fn shown_elsewhere(scope: &Scope<'_>, product: &Product, field: &Field) -> Option<String> {
    product.operations.iter().find_map(|operation| {
        let text = value_in(&operation.example, &field.wire.value)?;
        let scope = Scope::of_head(scope.spec, product, &operation.head);
        let mut sent = operation
            .parameters
            .iter()
            .flat_map(|parameter| scope.sent(&parameter.field));
        let same =
            |other: &Field| other.wire.value == field.wire.value && other.ty.base == field.ty.base;
        sent.any(same).then(|| text.to_owned())
    })
}

fn value_in<'a>(example: &'a [(Text, Text)], wire: &str) -> Option<&'a str> {
    let (_, value) = example.iter().find(|(name, _)| name.value == wire)?;
    Some(&value.value)
}

/// A usual value of a field's type.
fn usual(scope: &Scope<'_>, field: &Field) -> String {
    let Base::Name(name) = &field.ty.json_items().unwrap_or(&field.ty).base else {
        return "123".to_owned();
    };
    if let Some(Shape::Enum { values, .. }) = scope.resolve(name).map(|found| &found.def.shape)
        && let Some(first) = values.first()
    {
        return first.wire.value.clone();
    }
    match name.as_str() {
        "bool" => "true",
        "Decimal" => "0.002",
        "Timestamp" if field.name.starts_with("end") => "1700003600000",
        "Timestamp" => "1700000000000",
        "Symbol" => "BTCUSDT",
        "Pair" => "BTCUSD",
        "Asset" => "USDT",
        "ClientOrderId" => "entry-7",
        _ => "123",
    }
    .to_owned()
}

/// The value, or one that the rules allow if they say what to take instead.
fn allowed(rules: &[Rule], value: &str) -> String {
    let is_outside = |minimum: &str, maximum: &str| {
        let [value, minimum, maximum] = [value, minimum, maximum].map(str::parse::<f64>);
        match (value, minimum, maximum) {
            (Ok(value), Ok(minimum), Ok(maximum)) => value < minimum || value > maximum,
            _ => false,
        }
    };
    for rule in rules {
        match rule {
            Rule::OneOf(values) => {
                if let Some(first) = values.first() {
                    return first.value.clone();
                }
            }
            Rule::Range(Some(minimum), maximum) => {
                let maximum = maximum.as_deref().unwrap_or("inf");
                if is_outside(minimum, maximum) {
                    return minimum.clone();
                }
            }
            Rule::Range(None, Some(maximum)) if is_outside("-inf", maximum) => {
                return maximum.clone();
            }
            _ => {}
        }
    }
    value.to_owned()
}

/// Whether the argument of a choice's variant is not yet of its type.
fn needs_conversion(ty: &Type) -> bool {
    matches!(&ty.base, Base::Name(name) if types::is_text(name) || name == "Timestamp")
}

fn value(scope: &Scope<'_>, ty: &Type, text: &str) -> ExampleValue {
    if let Some(item) = ty.json_items() {
        let items = text.split(',').map(|part| value(scope, item, part.trim()));
        return ExampleValue::Array(items.collect());
    }
    let Base::Name(name) = &ty.base else {
        return ExampleValue::Text(text.to_owned());
    };
    if let Some(Shape::Enum { values, .. }) = scope.resolve(name).map(|found| &found.def.shape)
        && let Some(variant) = values.iter().find(|variant| variant.wire.value == text)
    {
        return ExampleValue::Variant(public_type(scope, name), variant.name.clone());
    }
    match (name.as_str(), text.parse()) {
        ("bool", _) => ExampleValue::Flag(text == "true"),
        ("Decimal", _) => ExampleValue::Decimal(text.to_owned()),
        (name, Ok(integer)) if !types::is_text(name) => ExampleValue::Integer(integer),
        _ => ExampleValue::Text(text.to_owned()),
    }
}

/// Where users import a declared type from.
fn public_type(scope: &Scope<'_>, name: &str) -> PublicType {
    let path = match scope.resolve(name).map(|found| found.home) {
        Some(Home::Shared(_)) => PublicPath::Prelude,
        _ => PublicPath::Product,
    };
    PublicType {
        name: name.to_owned(),
        path,
    }
}
