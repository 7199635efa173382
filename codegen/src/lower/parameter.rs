//! Parameters of requests and topics.

use heck::ToUpperCamelCase;

use super::{
    Lowering, docs,
    error::Result,
    types::{is_sent_as_text, item_of},
    values,
};
use crate::{
    check::Scope,
    ir::{ChoiceIds, ChoiceVariant, Parameter, ParameterKind},
    spec::{self, Base, Field},
};

impl<'a> Lowering<'a> {
    /// The parameters of a file, in order.
    pub(super) fn parameters(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        parameters: &[spec::Parameter],
    ) -> Result<Vec<Parameter>> {
        parameters
            .iter()
            .map(|parameter| self.parameter(scope, file, parameter))
            .collect()
    }

    fn parameter(
        &mut self,
        scope: &Scope<'a>,
        file: &str,
        parameter: &spec::Parameter,
    ) -> Result<Parameter> {
        let field = &parameter.field;
        let alternatives = scope.choice(field);
        let kind = kind(scope, field)?;
        let sentence = self.parameter_sentence(scope, field);
        if sentence.is_none() && !matches!(kind, ParameterKind::Constant(_)) {
            self.api
                .undocumented
                .push(format!("{file}: {}", field.wire.value));
        }
        let choice_ids = match alternatives {
            Some(alternatives) => choice_ids(scope, field, alternatives)?,
            None => None,
        };
        Ok(Parameter {
            wire_names: alternatives
                .unwrap_or(std::slice::from_ref(field))
                .iter()
                .map(|sent| sent.wire.value.clone())
                .collect(),
            wire: field.wire.value.clone(),
            name: field.name.clone(),
            docs: docs::parameter(parameter, sentence),
            optional: field.optional,
            kind,
            is_converted: alternatives.is_some()
                || values::is_converted(scope, field.ty.json_items().unwrap_or(&field.ty)),
            rules: parameter.rules.clone(),
            is_generated: parameter.generated,
            choice_ids,
        })
    }

    /// The sentence of a parameter itself, or of the vocabulary, or of its type.
    fn parameter_sentence(&self, scope: &Scope<'a>, field: &Field) -> Option<String> {
        let of_type = || match &field.ty.base {
            Base::Name(name) => scope
                .resolve(name)
                .and_then(|found| Some(found.def.about.as_ref()?.value.clone())),
            _ => None,
        };
        let vocabulary = &self.spec.vocabulary;
        let sentence = field.about.clone();
        sentence
            .or_else(|| vocabulary.parameter(&field.name).map(str::to_owned))
            .or_else(of_type)
    }
}

fn kind(scope: &Scope<'_>, field: &Field) -> Result<ParameterKind> {
    Ok(match &field.ty.base {
        Base::Constant(value) => ParameterKind::Constant(value.clone()),
        Base::Json(inner) => match &inner.base {
            Base::List(item) => match &item.base {
                Base::Request(id) => ParameterKind::Requests(values::request(scope, id)?),
                _ => ParameterKind::Json(values::rust(scope, item)?),
            },
            _ => ParameterKind::Json(values::rust(scope, inner)?),
        },
        Base::Name(_) if scope.choice(field).is_some() => {
            ParameterKind::Choice(values::rust(scope, &field.ty)?)
        }
        _ => ParameterKind::Value {
            rust: values::rust(scope, &field.ty)?,
            as_text: is_sent_as_text(&field.ty),
        },
    })
}

/// The alternative of a choice that is a client order id, or a list of them.
fn choice_ids(
    scope: &Scope<'_>,
    field: &Field,
    alternatives: &[Field],
) -> Result<Option<ChoiceIds>> {
    let is_id = |base: &Base| matches!(base, Base::Name(name) if name == "ClientOrderId");
    let choice = values::rust(scope, &field.ty)?;
    Ok(alternatives.iter().find_map(|alternative| {
        let variant = ChoiceVariant {
            choice: choice.clone(),
            variant: alternative.name.to_upper_camel_case(),
        };
        match &alternative.ty.base {
            base if is_id(base) => Some(ChoiceIds::One(variant)),
            Base::Json(list) if is_id(item_of(list)) => Some(ChoiceIds::Many(variant)),
            _ => None,
        }
    }))
}
