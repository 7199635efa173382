//! The spec as it is written: what the files say, with places, before anything is decided about Rust.

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
pub use operation::{Constructor, Lookup, Operation, Parameter, RestCall, Rule, Weight};
pub use product::{BaseUrls, Product, RateLimit, RecvWindow};
pub use read::read;
pub use topic::{Cadence, Part, PositionFields, Topic, UserEvent};
pub use types::{Base, Form, Literal, Type};
pub(crate) use types::{default_form, is_number};
pub use vocabulary::Vocabulary;
pub use words::{Action, Continuity, CountedBy, ErrorClass, HttpMethod, LimitKind, Security, Word};

/// Text and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where it stands.
    pub place: Place,
}

impl Text {
    /// What stands between commas.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Self> {
        self.value.split(',').map(|part| Self {
            value: part.trim().to_owned(),
            place: self.place,
        })
    }
}

/// Everything `spec/` says.
#[derive(Debug, Default)]
pub struct Spec {
    /// Types both products use.
    pub types: Vec<TypeFile>,
    /// The products, by folder.
    pub products: Vec<Product>,
    /// What the exchange's error numbers mean.
    pub errors: Vec<ErrorCode>,
    /// Error messages that say what became of a request, in the order of the file.
    pub messages: Vec<Message>,
    /// Recurring sentences.
    pub vocabulary: Vocabulary,
    /// Paths of files whose problems keep what they describe from being known.
    pub unreadable: BTreeSet<String>,
}

impl Spec {
    /// The product of that folder.
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.id == id)
    }

    /// The definition a name stands for in a file of a product: the file's own types, the product's, the shared ones.
    pub fn resolve<'a>(
        &'a self,
        product: Option<&'a Product>,
        own: &'a [TypeDef],
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
        if let Some(def) = own.iter().find(|def| def.name.value == name) {
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

/// A definition and where it is at home.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The definition.
    pub def: &'a TypeDef,
    /// Its home.
    pub home: Home<'a>,
}

/// Where a type is at home; with the file's stem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Home<'a> {
    /// The file that names it.
    File,
    /// `spec/<product>/types/<stem>.yaml`
    Product(&'a str),
    /// `spec/types/<stem>.yaml`
    Shared(&'a str),
}
