//! Names on the wire of all secrets.

use std::collections::BTreeSet;

use crate::{
    check::{Scope, items},
    spec::{Base, Field, Product, Shape, Spec, Type, types},
};

/// The names of secret parameters and fields of a product's requests, responses and events.
pub(super) fn names(spec: &Spec, product: &Product) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in items(product) {
        let scope = Scope::of_head(spec, product, file.head());
        for parameter in file.parameters() {
            fields(&scope, scope.sent(&parameter.field), &mut found);
        }
        holds_secret(&scope, file.payload(), &mut found);
    }
    found
}

fn fields(scope: &Scope<'_>, fields: &[Field], found: &mut BTreeSet<String>) {
    for field in fields {
        if holds_secret(scope, &field.ty, found) {
            found.insert(field.wire.value.clone());
            found.extend(field.others.iter().cloned());
        }
    }
}

/// Whether a value contains a secret that has no name. Names of secrets that have one are added.
fn holds_secret(scope: &Scope<'_>, ty: &Type, found: &mut BTreeSet<String>) -> bool {
    let mut secret = false;
    ty.walk(&mut |ty| {
        if let Base::Name(name) = &ty.base {
            secret |= types::is_secret(name) || declared_holds_secret(scope, name, found);
        }
    });
    secret
}

fn declared_holds_secret(scope: &Scope<'_>, name: &str, found: &mut BTreeSet<String>) -> bool {
    let Some(declared) = scope.resolve(name) else {
        return false;
    };
    let scope = &scope.at(declared.home);
    match &declared.def.shape {
        Shape::Record(list) | Shape::Choice(list) => {
            fields(scope, list, found);
        }
        Shape::Tagged { cases, .. } => {
            for case in cases {
                fields(scope, &case.fields, found);
            }
        }
        // Columns have no names on the wire.
        Shape::Row(columns) => {
            let mut secret = false;
            for column in columns {
                secret |= holds_secret(scope, &column.ty, found);
            }
            return secret;
        }
        Shape::Enum { .. } => {}
    }
    false
}
