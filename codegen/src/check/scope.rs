//! Scopes of type names, and the items of a product.

use crate::spec::{
    Base, Field, Found, Head, Home, Operation, Parameter, Product, Shape, Spec, Topic, Type,
    TypeDef, UserEvent, types,
};

/// Where type names are looked up.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) product: Option<&'a Product>,
    pub(crate) file_types: &'a [TypeDef],
}

impl<'a> Scope<'a> {
    pub(crate) fn of_head(spec: &'a Spec, product: &'a Product, head: &'a Head) -> Self {
        Self {
            spec,
            product: Some(product),
            file_types: &head.types,
        }
    }

    /// The scope of the names inside a definition.
    pub(crate) fn at(&self, home: Home<'_>) -> Self {
        match home {
            Home::File => *self,
            Home::Product(_) => Self {
                file_types: &[],
                ..*self
            },
            Home::Shared(_) => Self {
                file_types: &[],
                product: None,
                ..*self
            },
        }
    }

    pub(crate) fn resolve(&self, name: &str) -> Option<Found<'a>> {
        self.spec.resolve(self.product, self.file_types, name)
    }

    /// The parameters of a choice. `None` if the type is not a choice.
    pub(crate) fn choice(&self, field: &Field) -> Option<&'a [Field]> {
        let Base::Name(name) = &field.ty.base else {
            return None;
        };
        match self.resolve(name).map(|found| &found.def.shape) {
            Some(Shape::Choice(parameters)) => Some(parameters),
            _ => None,
        }
    }

    /// The fields of a record, with the scope of their types. None for another type, and `None` if it is not known.
    pub(crate) fn fields(&self, ty: &Type) -> Option<(Self, &'a [Field])> {
        match &ty.base {
            Base::Name(name) => match self.resolve(name) {
                Some(found) if found.def.broken => None,
                Some(found) => match &found.def.shape {
                    Shape::Record(fields) => Some((self.at(found.home), fields)),
                    _ => Some((*self, &[])),
                },
                None if types::is_scalar(name) => Some((*self, &[])),
                None => None,
            },
            Base::Broken => None,
            _ => Some((*self, &[])),
        }
    }

    /// The parameters that a parameter is sent as: those of a choice, or itself.
    pub(crate) fn sent(&self, field: &'a Field) -> &'a [Field] {
        self.choice(field).unwrap_or(std::slice::from_ref(field))
    }
}

/// An item of a product.
pub(crate) enum SpecItem<'a> {
    Operation(&'a Operation),
    Topic(&'a Topic),
    UserEvent(&'a UserEvent),
}

impl<'a> SpecItem<'a> {
    pub(crate) fn head(&self) -> &'a Head {
        match self {
            Self::Operation(operation) => &operation.head,
            Self::Topic(topic) => &topic.head,
            Self::UserEvent(event) => &event.head,
        }
    }

    pub(crate) fn parameters(&self) -> &'a [Parameter] {
        match self {
            Self::Operation(operation) => &operation.parameters,
            Self::Topic(topic) => &topic.parameters,
            Self::UserEvent(_) => &[],
        }
    }

    pub(crate) fn payload(&self) -> &'a Type {
        match self {
            Self::Operation(operation) => &operation.response,
            Self::Topic(topic) => &topic.event,
            Self::UserEvent(event) => &event.event,
        }
    }
}

/// All items of a product.
pub(crate) fn items(product: &Product) -> impl Iterator<Item = SpecItem<'_>> {
    let operations = product.operations.iter().map(SpecItem::Operation);
    let topics = product.topics.iter().map(SpecItem::Topic);
    operations
        .chain(topics)
        .chain(product.user_events.iter().map(SpecItem::UserEvent))
}

/// All definitions, with the scopes of the names inside them.
pub(crate) fn definitions(spec: &Spec) -> Vec<(Scope<'_>, &TypeDef)> {
    let mut found = Vec::new();
    let shared = Scope {
        spec,
        product: None,
        file_types: &[],
    };
    found.extend(
        spec.types
            .iter()
            .flat_map(|file| &file.types)
            .map(|def| (shared, def)),
    );
    for product in &spec.products {
        let scope = Scope {
            spec,
            product: Some(product),
            file_types: &[],
        };
        found.extend(
            product
                .types
                .iter()
                .flat_map(|file| &file.types)
                .map(|def| (scope, def)),
        );
        for file in items(product) {
            let scope = Scope::of_head(spec, product, file.head());
            found.extend(file.head().types.iter().map(|def| (scope, def)));
        }
    }
    found
}
