//! Declared types.

use heck::ToUpperCamelCase;

use super::{Lowering, docs, error::Result, values};
use crate::{
    check::Scope,
    ir::{
        self, Alternative, Choice, Constant, Docs, EnumValue, Enumeration, Item, ProductMarker,
        Record, Scalar, Sent, Tagged,
    },
    spec::{self, Base, Field, Form, Shape, Type, TypeDef, words::EnumForm},
};

impl<'a> Lowering<'a> {
    pub(super) fn definition(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        def: &'a TypeDef,
    ) -> Result<Item> {
        let name = def.name.value.clone();
        let docs = Docs::sentence(docs::type_sentence(def));
        Ok(match &def.shape {
            Shape::Enum { numbers, values } => Item::Enumeration(Enumeration {
                name,
                docs,
                form: if *numbers {
                    EnumForm::Number
                } else {
                    EnumForm::Text
                },
                values: values.iter().map(enum_value).collect(),
            }),
            Shape::Record(fields) => Item::Record(self.record(scope, file, name, docs, fields)?),
            Shape::Row(columns) => Item::Row(self.record(scope, file, name, docs, columns)?),
            Shape::Tagged { tag, cases } => {
                let cases: Result<Vec<ir::Case>> = cases
                    .iter()
                    .map(|case| self.case(scope, file, &tag.value, case))
                    .collect();
                Item::Tagged(Tagged {
                    name,
                    docs,
                    tag: tag.value.clone(),
                    cases: cases?,
                })
            }
            Shape::Choice(alternatives) => {
                let alternatives: Result<Vec<Alternative>> = alternatives
                    .iter()
                    .map(|alternative| self.alternative(scope, file, alternative))
                    .collect();
                Item::Choice(Choice {
                    name,
                    docs,
                    alternatives: alternatives?,
                })
            }
        })
    }

    fn case(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        tag: &str,
        case: &'a spec::Case,
    ) -> Result<ir::Case> {
        let docs = Docs::sentence(docs::case_sentence(tag, case));
        let mut record = self.record(scope, file, case.name.clone(), docs, &case.fields)?;
        record.constant = Some(Constant {
            wire: tag.to_owned(),
            value: case.wire.value.clone(),
        });
        Ok(ir::Case {
            tag: case.wire.value.clone(),
            record,
        })
    }

    fn alternative(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        alternative: &Field,
    ) -> Result<Alternative> {
        let sentence = self.field_sentence(scope, file, alternative);
        let (ty, sent) = match &alternative.ty.base {
            Base::Json(list) => (&**list, Sent::Json),
            _ if is_sent_as_text(&alternative.ty) => (&alternative.ty, Sent::Text),
            _ => (&alternative.ty, Sent::Plain),
        };
        Ok(Alternative {
            wire: alternative.wire.value.clone(),
            name: alternative.name.to_upper_camel_case(),
            docs: docs::field(alternative, sentence),
            rust: values::rust(scope, ty)?,
            sent,
        })
    }

    /// The sentence of a field itself, or of the vocabulary, or of its type.
    fn field_sentence(&mut self, scope: &Scope<'a>, file: &str, field: &Field) -> Option<String> {
        let of_type = |ty: &Type| match item_of(ty) {
            Base::Name(name) => scope
                .resolve(name)
                .and_then(|found| Some(found.def.about.as_ref()?.value.clone())),
            _ => None,
        };
        let sentence = field
            .about
            .clone()
            .or_else(|| self.spec.vocabulary.field(&field.name).map(str::to_owned))
            .or_else(|| of_type(&field.ty));
        if sentence.is_none() && !matches!(field.ty.base, Base::Constant(_)) {
            self.api
                .undocumented
                .push(format!("{file}: {}", field.wire.value));
        }
        sentence
    }

    fn record(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        name: String,
        docs: Docs,
        fields: &'a [Field],
    ) -> Result<Record> {
        let mut record = Record {
            name,
            docs,
            constant: None,
            fields: Vec::new(),
            origin_in: None,
        };
        for field in fields {
            if let Base::Constant(value) = &field.ty.base {
                record.constant = Some(Constant {
                    wire: field.wire.value.clone(),
                    value: value.clone(),
                });
                continue;
            }
            let sentence = self.field_sentence(scope, file, field);
            record.fields.push(ir::Field {
                wire: field.wire.value.clone(),
                others: field.others.clone(),
                name: field.name.clone(),
                docs: docs::field(field, sentence),
                value: values::field(scope, field)?,
                optional: field.optional,
            });
        }
        record.origin_in = origin_in(scope, &record.fields);
        Ok(record)
    }
}

/// The product whose prefixes tell the origin of the order with these fields. `None` if they are not those of an order, or if the record
/// belongs to several products.
fn origin_in(scope: &Scope<'_>, fields: &[ir::Field]) -> Option<ProductMarker> {
    let product = scope.product?;
    let is_order = fields
        .iter()
        .any(|field| field.name == "client_order_id" && field.value.rust.is(Scalar::ClientOrderId));
    (is_order && !product.order_origins.is_empty()).then(|| ProductMarker {
        id: product.id.clone(),
        name: product.name.value.clone(),
    })
}

fn enum_value(value: &spec::EnumValue) -> EnumValue {
    EnumValue {
        wire: value.wire.value.clone(),
        name: value.name.clone(),
        docs: docs::enum_value(value),
    }
}

/// The fields of a record, or of the records of a list.
pub(super) fn record_fields<'a>(scope: &Scope<'a>, ty: &Type) -> Option<&'a [Field]> {
    match item_of(ty) {
        Base::Name(name) => match &scope.resolve(name)?.def.shape {
            Shape::Record(fields) => Some(fields),
            _ => None,
        },
        _ => None,
    }
}

/// The items of a list, or the type itself if it is not a list.
pub(super) fn item_of(ty: &Type) -> &Base {
    match &ty.base {
        Base::List(item) | Base::OneOrMany(item) | Base::OrError(item) => item_of(item),
        other => other,
    }
}

/// Whether a number or a boolean is sent as text.
pub(super) fn is_sent_as_text(ty: &Type) -> bool {
    matches!(ty.form, Some((Form::Text, _)))
}
