//! Topics of market streams.

use std::cmp::Reverse;

use super::{
    Lowering, docs,
    error::{Expect, Result},
    example, values,
};
use crate::{
    check::{Scope, positions},
    ir::{
        AnyTopic, CadenceBy, CadenceRule, NamePart, NameValue, NumberKind, OptionalPart, Position,
        PositionField, PositionNumber, ProductOf, Topic, TopicVariant,
    },
    spec::{self, Base, Cadence, Parameter, Part, Rule, Shape, Type},
};

impl<'a> Lowering<'a> {
    pub(super) fn topic(
        &mut self,
        scope: &Scope<'a>,
        product: &'a spec::Product,
        topic: &'a spec::Topic,
    ) -> Result<Topic> {
        let event = values::value(scope, &topic.event)?;
        let position = topic.position.as_ref();
        let position = position.map(|fields| self::position(scope, &topic.event, fields));
        let parts = name_parts(scope, topic)?;
        Ok(Topic {
            name: topic.head.name.value.clone(),
            product: product.name.value.clone(),
            product_id: product.id.clone(),
            docs: docs::topic(topic, &event.rust),
            example: example::topic(scope, product, topic),
            example_name: example::topic_name(scope, product, topic, &parts),
            group: topic.group.as_ref().map(|group| group.value.clone()),
            cadence: cadence(scope, topic)?,
            template: topic.template.value.clone(),
            parts,
            parameters: self.parameters(scope, &topic.head.path, &topic.parameters)?,
            continuity: topic.continuity,
            position: position.transpose()?,
            products: products(scope, topic)?,
            event,
            event_type: event_type(scope, &topic.event),
        })
    }
}

/// How the product of an element is found, if the topic has elements of several.
fn products(scope: &Scope<'_>, topic: &spec::Topic) -> Result<Option<ProductOf>> {
    let mut fields = Vec::new();
    let mut tells = None;
    for path in &topic.products {
        let (field, ty) = position_field(scope, &topic.event, path)?;
        fields.push(field);
        tells.get_or_insert(ty);
    }
    let Some(ty) = tells else {
        return Ok(None);
    };
    let known = enum_values(scope, ty);
    let known = known.or_missing(|| format!("the enum of `{ty}`"))?;
    let (mut variants, mut others) = (Vec::new(), Vec::new());
    for value in known {
        let is_own = |product: &&spec::Product| {
            let mut own = product.symbol_type.iter();
            own.any(|own| own.value == value.wire.value)
        };
        match scope.spec.products.iter().find(is_own) {
            Some(product) => variants.push((value.name.clone(), product.id.clone())),
            None => others.push(value.name.clone()),
        }
    }
    Ok(Some(ProductOf {
        fields,
        ty: values::rust(
            scope,
            &Type {
                empties: Vec::new(),
                ..ty.clone()
            },
        )?,
        variants,
        others,
    }))
}

/// The values of an enum.
fn enum_values<'a>(scope: &Scope<'a>, ty: &Type) -> Option<&'a [spec::EnumValue]> {
    let Base::Name(name) = &ty.base else {
        return None;
    };
    match &scope.resolve(name)?.def.shape {
        Shape::Enum { values, .. } => Some(values),
        _ => None,
    }
}

/// The constant in the field `e` of an event, or of each event of a list.
fn event_type(scope: &Scope<'_>, event: &Type) -> Option<String> {
    let (_, fields) = positions::event_fields(scope, event)?;
    let field = fields.iter().find(|field| field.wire.value == "e")?;
    match &field.ty.base {
        Base::Constant(value) => Some(value.clone()),
        _ => None,
    }
}

fn cadence(scope: &Scope<'_>, topic: &spec::Topic) -> Result<CadenceRule> {
    let usual = topic.cadence.usual;
    let Some((by, values)) = &topic.cadence.by else {
        return Ok(CadenceRule { usual, by: None });
    };
    let mut parameters = topic.parameters.iter();
    let field = &parameters
        .find(|parameter| parameter.field.wire.value == by.value)
        .or_missing(|| format!("the parameter `{}`", by.value))?
        .field;
    let known =
        enum_values(scope, &field.ty).or_missing(|| format!("the enum of `{}`", by.value))?;
    let variant = |(value, cadence): &(spec::Text, Cadence)| {
        let mut known = known.iter();
        let variant = known.find(|known| known.wire.value == value.value);
        let variant = variant.or_missing(|| format!("the value `{}`", value.value))?;
        Ok((variant.name.clone(), *cadence))
    };
    let variants: Result<Vec<(String, Cadence)>> = values.iter().map(variant).collect();
    Ok(CadenceRule {
        usual,
        by: Some(CadenceBy {
            field: field.name.clone(),
            ty: values::rust(scope, &field.ty)?,
            variants: variants?,
        }),
    })
}

/// The enum over the topics of a product, if it has topics.
pub(super) fn any_topic(spec: &spec::Spec, product: &spec::Product) -> Result<Option<AnyTopic>> {
    if product.topics.is_empty() {
        return Ok(None);
    }
    let variants = product.topics.iter().map(|topic| TopicVariant {
        name: topic.head.name.value.clone(),
        module: topic.head.id.value.clone(),
        docs: docs::variant(&topic.head),
    });
    let topics: Result<Vec<(Specificity, String)>> = product
        .topics
        .iter()
        .map(|topic| {
            Ok((
                specificity(&name_parts(
                    &Scope::of_head(spec, product, &topic.head),
                    topic,
                )?),
                topic.head.name.value.clone(),
            ))
        })
        .collect();
    let mut topics = topics?;
    topics.sort_by(|(a, _), (b, _)| b.cmp(a));
    Ok(Some(AnyTopic {
        product: product.name.value.clone(),
        title: product.title.clone(),
        variants: variants.collect(),
        parse_order: topics.into_iter().map(|(_, name)| name).collect(),
    }))
}

/// How much a pattern says about the names that match it. If all names of a pattern match another one too, it is the greater of the two.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Specificity {
    /// Characters of the text that every name contains.
    text: usize,
    /// Values without `_`, which could be taken for values of another type by their letters.
    words: usize,
    /// All values that every name contains.
    values: usize,
    /// Fewer optional parts are more specific.
    optional: Reverse<usize>,
}

fn specificity(parts: &[NamePart]) -> Specificity {
    let mut found = Specificity {
        text: 0,
        words: 0,
        values: 0,
        optional: Reverse(0),
    };
    for part in parts {
        match part {
            NamePart::Text(text) => found.text += text.chars().count(),
            NamePart::Value(value) => {
                found.values += 1;
                found.words += usize::from(value.is_word);
            }
            NamePart::Optional(_) => found.optional.0 += 1,
        }
    }
    found
}

/// The parts of a topic's name.
fn name_parts(scope: &Scope<'_>, topic: &spec::Topic) -> Result<Vec<NamePart>> {
    let part = |part: &Part| {
        Ok(match part {
            Part::Literal(text) => NamePart::Text(text.clone()),
            Part::Parameter(name) => NamePart::Value(name_value(scope, topic, name)?),
            Part::Optional(inner) => NamePart::Optional(optional_part(scope, topic, inner)?),
        })
    };
    topic.parts.iter().map(part).collect()
}

fn name_value(scope: &Scope<'_>, topic: &spec::Topic, name: &str) -> Result<NameValue> {
    let mut parameters = topic.parameters.iter();
    let parameter = parameters
        .find(|parameter| parameter.field.wire.value == name)
        .or_missing(|| format!("the parameter `{name}`"))?;
    Ok(NameValue {
        field: parameter.field.name.clone(),
        is_lowercase: has_type(parameter, &["Symbol", "Pair", "Asset"]),
        is_word: has_type(parameter, &["Pair", "Asset"]),
        listed: listed(scope, parameter),
    })
}

/// The accepted values of a parameter that is an enum.
fn listed(scope: &Scope<'_>, parameter: &Parameter) -> Vec<String> {
    let Some(values) = enum_values(scope, &parameter.field.ty) else {
        return Vec::new();
    };
    let mut rules = parameter.rules.iter();
    let one_of = rules.find_map(|rule| match rule {
        Rule::OneOf(values) => Some(values.iter().map(|value| value.value.clone()).collect()),
        _ => None,
    });
    one_of.unwrap_or_else(|| {
        values
            .iter()
            .map(|value| value.wire.value.clone())
            .collect()
    })
}

/// An optional part, which has exactly one parameter.
fn optional_part(scope: &Scope<'_>, topic: &spec::Topic, parts: &[Part]) -> Result<OptionalPart> {
    let (mut before, mut value, mut after) = (String::new(), None, String::new());
    for part in parts {
        match part {
            Part::Literal(text) if value.is_none() => before.push_str(text),
            Part::Literal(text) => after.push_str(text),
            Part::Parameter(name) => value = Some(name_value(scope, topic, name)?),
            // Optional parts do not nest.
            Part::Optional(_) => {}
        }
    }
    Ok(OptionalPart {
        before,
        value: value.or_missing(|| "the parameter of an optional part of the name".to_owned())?,
        after,
    })
}

fn has_type(parameter: &Parameter, names: &[&str]) -> bool {
    matches!(&parameter.field.ty.base, Base::Name(name) if names.contains(&name.as_str()))
}

fn position(scope: &Scope<'_>, event: &Type, fields: &spec::PositionFields) -> Result<Position> {
    let number = |name: &spec::Text| -> Result<PositionNumber> {
        let (field, ty) = position_field(scope, event, name)?;
        let is_time = matches!(&ty.base, Base::Name(name) if name == "Timestamp");
        Ok(PositionNumber {
            field,
            kind: if is_time {
                NumberKind::Time
            } else {
                NumberKind::Unsigned
            },
        })
    };
    let key: Result<Vec<PositionField>> = fields
        .key
        .iter()
        .map(|name| Ok(position_field(scope, event, name)?.0))
        .collect();
    Ok(Position {
        key: key?,
        first: fields.first.as_ref().map(number).transpose()?,
        last: number(&fields.last)?,
        previous: fields.previous.as_ref().map(number).transpose()?,
        period: match &fields.period {
            Some((start, closed)) => {
                let (closed, _) = position_field(scope, event, closed)?;
                Some((number(start)?, closed))
            }
            None => None,
        },
        within: fields.within,
    })
}

/// A field of an event, with its type.
fn position_field<'a>(
    scope: &Scope<'a>,
    event: &Type,
    path: &spec::Text,
) -> Result<(PositionField, &'a Type)> {
    let found = positions::walk(scope, event, &path.value).ok();
    let found = found.or_missing(|| format!("the field `{}` of the event", path.value))?;
    let (_, last) = found
        .last()
        .or_missing(|| format!("the name of a field in `{}`", path.value))?;
    let field = PositionField {
        path: found.iter().map(|(_, field)| field.name.clone()).collect(),
        optional: last.optional || !last.ty.empties.is_empty(),
    };
    Ok((field, &last.ty))
}
