//! Objects and rows.

use std::iter;

use quote::quote;

use super::{
    Chunk, call,
    rust::{Imports, codec_text, docs, ident},
    structure::{StructField, structure},
};
use crate::ir::{Constant, Record};

/// A struct that is encoded as an object.
pub(super) fn record(record: &Record, imports: &mut Imports) -> Vec<Chunk> {
    let mut index = 0;
    let lines: Vec<String> = record
        .fields
        .iter()
        .map(|field| {
            let names = iter::once(&field.wire).chain(&field.others);
            let keys: Vec<String> = names
                .map(|name| {
                    let key = format!("{index} {name:?}");
                    index += 1;
                    key
                })
                .collect();
            let (keys, codec) = (keys.join(" | "), codec_text(&field.value.codec));
            format!("{}: {keys} => {codec}", field.name)
        })
        .collect();
    let subject = match &record.constant {
        Some(Constant { wire, value }) => format!("{} [{wire:?} = {value:?}]", record.name),
        None => record.name.clone(),
    };
    let mut chunks = vec![
        declaration(record, imports),
        call("record", &subject, &lines),
    ];
    chunks.extend(origin(record, imports));
    chunks
}

/// The method of an order that returns its origin.
fn origin(record: &Record, imports: &mut Imports) -> Option<Chunk> {
    let product = record.origin_in.as_ref()?;
    let name = ident(&record.name);
    let product = imports.of_product(&product.id, &product.name);
    Some(Chunk::Tokens(quote! {
        impl #name {
            /// Returns whether the exchange placed the order, and why. Determined from the client order id.
            pub fn origin(&self) -> OrderOrigin {
                self.client_order_id.origin::<#product>()
            }
        }
    }))
}

/// A struct that is encoded as an array.
pub(super) fn row(row: &Record, imports: &mut Imports) -> Vec<Chunk> {
    let columns: Vec<String> = row
        .fields
        .iter()
        .map(|field| format!("{}: {}", field.name, codec_text(&field.value.codec)))
        .collect();
    vec![declaration(row, imports), call("row", &row.name, &columns)]
}

/// The struct with its docs and public fields.
fn declaration(record: &Record, imports: &mut Imports) -> Chunk {
    let docs = docs(&record.docs);
    let attributes = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
    };
    let fields: Vec<StructField<'_>> = record
        .fields
        .iter()
        .map(|field| StructField {
            name: &field.name,
            public: Some(super::rust::docs(&field.docs)),
            ty: imports.ty(&field.value.rust),
        })
        .collect();
    Chunk::Tokens(structure(&record.name, &attributes, &fields))
}
