//! Amounts that the exchange can leave blank.

use std::collections::BTreeSet;

use super::{Base, Literal, Product, Shape, Spec, Type, TypeDef};
use crate::problem::Place;

/// Lets each decimal of the responses with `blank_amounts: true` be `""` or null as well.
pub(super) fn apply(spec: &mut Spec) {
    let mut blank = BTreeSet::new();
    for product in &spec.products {
        for operation in &product.operations {
            if operation.blank_amounts == Some(true) {
                let types = &operation.head.types;
                blank.extend(spec.decimals(product, types, &operation.response));
            }
        }
    }
    let shared = spec.types.iter_mut().flat_map(|file| &mut file.types);
    shared.for_each(|def| apply_to_fields(def, &blank));
    for product in &mut spec.products {
        let types = product.types.iter_mut().flat_map(|file| &mut file.types);
        types.for_each(|def| apply_to_fields(def, &blank));
        for operation in &mut product.operations {
            let types = operation.head.types.iter_mut();
            types.for_each(|def| apply_to_fields(def, &blank));
            apply_to_type(&mut operation.response, &blank);
        }
    }
}

fn apply_to_fields(def: &mut TypeDef, blank: &BTreeSet<Place>) {
    match &mut def.shape {
        Shape::Record(fields) | Shape::Row(fields) => {
            for field in fields {
                apply_to_type(&mut field.ty, blank);
            }
        }
        Shape::Tagged { cases, .. } => {
            for field in cases.iter_mut().flat_map(|case| &mut case.fields) {
                apply_to_type(&mut field.ty, blank);
            }
        }
        Shape::Enum { .. } | Shape::Choice(_) => {}
    }
}

fn apply_to_type(ty: &mut Type, blank: &BTreeSet<Place>) {
    match &mut ty.base {
        Base::Name(name) if name == "Decimal" && blank.contains(&ty.place) => {
            for literal in [Literal::Blank, Literal::Null] {
                if !ty.empties.contains(&literal) {
                    ty.empties.push(literal);
                }
            }
        }
        Base::List(item) | Base::OneOrMany(item) | Base::OrError(item) | Base::Map(_, item) => {
            apply_to_type(item, blank);
        }
        _ => {}
    }
}

impl Spec {
    /// The places of all decimals in values of a type, which is used in a file with these types.
    pub(crate) fn decimals(
        &self,
        product: &Product,
        file_types: &[TypeDef],
        ty: &Type,
    ) -> BTreeSet<Place> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut types = vec![ty];
        while let Some(ty) = types.pop() {
            types.extend(ty.inner());
            let Base::Name(name) = &ty.base else { continue };
            if name == "Decimal" {
                found.insert(ty.place);
            }
            if let Some(resolved) = self.resolve(Some(product), file_types, name)
                && seen.insert(resolved.def.name.place)
            {
                let fields: Vec<_> = match &resolved.def.shape {
                    Shape::Record(fields) | Shape::Row(fields) => fields.iter().collect(),
                    Shape::Tagged { cases, .. } => {
                        cases.iter().flat_map(|case| &case.fields).collect()
                    }
                    Shape::Enum { .. } | Shape::Choice(_) => Vec::new(),
                };
                types.extend(fields.into_iter().map(|field| &field.ty));
            }
        }
        found
    }
}
