//! Topics of market streams.

use std::cmp::Reverse;

use super::{Lowering, docs, empty, record_fields, values};
use crate::{
    check::Scope,
    ir::{
        AnyTopic, NamePart, NameValue, OptionalPart, Position, PositionField, Topic, TopicVariant,
    },
    spec::{self, Base, Continuity, Parameter, Part, Type},
};

impl<'a> Lowering<'a> {
    pub(super) fn topic(
        &mut self,
        scope: &Scope<'a>,
        product: &spec::Product,
        topic: &'a spec::Topic,
    ) -> Topic {
        let event = topic
            .event
            .as_ref()
            .map_or_else(empty, |ty| values::value(scope, ty));
        Topic {
            name: topic.head.name.value.clone(),
            product: product.name.value.clone(),
            product_id: product.id.clone(),
            docs: docs::topic(topic, &event.rust),
            group: topic.group.as_ref().map(|group| group.value.clone()),
            cadence: topic.cadence,
            template: topic.template.value.clone(),
            parts: name_parts(topic),
            parameters: topic
                .parameters
                .iter()
                .map(|parameter| self.parameter(scope, &topic.head.path, parameter))
                .collect(),
            continuity: topic.continuity.unwrap_or(Continuity::Unnumbered),
            position: topic
                .position
                .as_ref()
                .and_then(|fields| position(scope, topic.event.as_ref()?, fields)),
            event,
        }
    }
}

/// The enum over the topics of a product, if it has topics.
pub(super) fn any_topic(product: &spec::Product) -> Option<AnyTopic> {
    let mut topics: Vec<&spec::Topic> = product.topics.iter().collect();
    let variants: Vec<TopicVariant> = topics
        .iter()
        .map(|topic| TopicVariant {
            name: topic.head.name.value.clone(),
            module: topic.head.id.value.clone(),
            docs: docs::variant(&topic.head),
        })
        .collect();
    topics.sort_by_key(|topic| Reverse(specificity(&name_parts(topic))));
    let parse_order = topics
        .into_iter()
        .map(|topic| topic.head.name.value.clone());
    (!variants.is_empty()).then(|| AnyTopic {
        title: product.title.clone(),
        variants,
        parse_order: parse_order.collect(),
    })
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
fn name_parts(topic: &spec::Topic) -> Vec<NamePart> {
    topic
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Literal(text) => Some(NamePart::Text(text.clone())),
            Part::Parameter(name) => Some(NamePart::Value(name_value(topic, name)?)),
            Part::Optional(inner) => Some(NamePart::Optional(optional_part(topic, inner)?)),
        })
        .collect()
}

fn name_value(topic: &spec::Topic, name: &str) -> Option<NameValue> {
    let parameter = topic
        .parameters
        .iter()
        .find(|parameter| parameter.field.wire.value == name)?;
    Some(NameValue {
        field: parameter.field.name.clone(),
        is_lowercase: has_type(parameter, &["Symbol", "Pair", "Asset"]),
        is_word: has_type(parameter, &["Pair", "Asset"]),
    })
}

/// An optional part, which has exactly one parameter.
fn optional_part(topic: &spec::Topic, parts: &[Part]) -> Option<OptionalPart> {
    let (mut before, mut value, mut after) = (String::new(), None, String::new());
    for part in parts {
        match part {
            Part::Literal(text) if value.is_none() => before.push_str(text),
            Part::Literal(text) => after.push_str(text),
            Part::Parameter(name) => value = Some(name_value(topic, name)?),
            Part::Optional(_) => return None,
        }
    }
    Some(OptionalPart {
        before,
        value: value?,
        after,
    })
}

fn has_type(parameter: &Parameter, names: &[&str]) -> bool {
    matches!(&parameter.field.ty.base, Base::Name(name) if names.contains(&name.as_str()))
}

fn position(scope: &Scope<'_>, event: &Type, fields: &spec::PositionFields) -> Option<Position> {
    let known = record_fields(scope, event)?;
    let field = |name: &spec::Text| {
        let field = known.iter().find(|field| field.wire.value == name.value)?;
        Some(PositionField {
            name: field.name.clone(),
            optional: field.optional,
            is_time: matches!(&field.ty.base, Base::Name(name) if name == "Timestamp"),
        })
    };
    Some(Position {
        is_list: matches!(event.base, Base::List(_) | Base::OneOrMany(_)),
        key: fields.key.iter().filter_map(field).collect(),
        first: fields.first.as_ref().and_then(field),
        last: field(&fields.last)?,
        previous: fields.previous.as_ref().and_then(field),
    })
}
