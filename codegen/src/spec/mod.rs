//! The spec as data with places. Names and types of Rust are decided later.

mod amounts;
mod definition;
mod errors;
mod head;
pub mod keywords;
mod messages;
mod operation;
mod product;
mod read;
mod topic;
pub mod types;
mod vocabulary;
pub mod words;

use std::collections::BTreeSet;

use crate::problem::Place;

pub use definition::{Case, EnumValue, Field, Shape, TypeDef, TypeFile};
pub use errors::ErrorCode;
pub use head::{Head, Sample};
pub use messages::Message;
pub use operation::{
    Constructor, Lookup, Operation, OrderCount, Parameter, RestCall, Rule, Weight,
};
pub use product::{BaseUrls, Product, RateLimit, RecvWindow, StreamConnections};
pub use read::read;
pub use topic::{Cadence, CadenceRule, Part, PositionFields, Topic, UserEvent};
pub use types::{Base, Form, Literal, Type};
pub(crate) use types::{default_form, is_number};
pub use vocabulary::Vocabulary;
pub use words::{
    Action, Continuity, CountedBy, ErrorClass, HttpMethod, LimitKind, OrderOrigin, Security, Word,
};

/// Text with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Its place.
    pub place: Place,
}

impl Text {
    /// The parts between commas.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Self> {
        self.value.split(',').map(|part| Self {
            value: part.trim().to_owned(),
            place: self.place,
        })
    }
}

/// All files of `spec/`.
#[derive(Debug, Default)]
pub struct Spec {
    /// Types that all products use.
    pub types: Vec<TypeFile>,
    /// The products, by folder.
    pub products: Vec<Product>,
    /// Error codes.
    pub errors: Vec<ErrorCode>,
    /// Error messages that say whether a request was executed, in the order of the file.
    pub messages: Vec<Message>,
    /// Sentences for names that recur.
    pub vocabulary: Vocabulary,
    /// Paths of files that cannot be read. Uses of their items and types are not reported.
    pub unreadable: BTreeSet<String>,
}

impl Spec {
    /// The product with that folder.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// The definition of a type name in a file: in the file, in the types of the product, or in the shared types.
    pub fn resolve<'a>(
        &'a self,
        product: Option<&'a Product>,
        file_types: &'a [TypeDef],
        name: &str,
    ) -> Option<Found<'a>> {
        let in_files = |files: &'a [TypeFile]| {
            files.iter().find_map(|file| {
                file.types
                    .iter()
                    .find(|def| def.name.value == name)
                    .map(|def| (file.stem.as_str(), def))
            })
        };
        if let Some(def) = file_types.iter().find(|def| def.name.value == name) {
            return Some(Found {
                def,
                home: Home::File,
            });
        }
        if let Some(product) = product
            && let Some((stem, def)) = in_files(&product.types)
        {
            return Some(Found {
                def,
                home: Home::Product(stem),
            });
        }
        in_files(&self.types).map(|(stem, def)| Found {
            def,
            home: Home::Shared(stem),
        })
    }
}

/// A definition, and where it was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The definition.
    pub def: &'a TypeDef,
    /// Where it was found.
    pub home: Home<'a>,
}

/// Where a type is defined, with the name of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Home<'a> {
    /// The file that uses it.
    File,
    /// `spec/<product>/types/<stem>.yaml`
    Product(&'a str),
    /// `spec/types/<stem>.yaml`
    Shared(&'a str),
}
