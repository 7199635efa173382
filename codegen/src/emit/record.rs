//! Objects and rows.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Chunk, call,
    rust::{Imports, codec_path, codec_text, docs},
    structure::{StructField, structure},
};
use crate::ir::{Codec, Constant, Field, Record};

/// A struct that serde reads and writes as an object.
pub(super) fn record(record: &Record, imports: &mut Imports) -> Vec<Chunk> {
    let is_camel_case = record
        .fields
        .iter()
        .filter(|field| field.name != field.wire)
        .any(is_camel);
    let mut attributes = Vec::new();
    if let Some(Constant { wire, value }) = &record.constant {
        attributes.push(quote!(tag = #wire, rename = #value));
    }
    if is_camel_case {
        attributes.push(quote!(rename_all = "camelCase"));
    }
    let serde = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let docs = docs(&record.docs);
    let attributes = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #serde
        #[non_exhaustive]
    };
    let fields: Vec<StructField<'_>> = record
        .fields
        .iter()
        .map(|field| public_field(field, serde_attribute(field, is_camel_case), imports))
        .collect();
    vec![Chunk::Tokens(structure(&record.name, &attributes, &fields))]
}

/// A field of a record, with its docs.
fn public_field<'a>(
    field: &'a Field,
    serde: Option<TokenStream>,
    imports: &mut Imports,
) -> StructField<'a> {
    let docs = docs(&field.docs);
    StructField {
        name: &field.name,
        public: Some(quote!(#docs #serde)),
        ty: imports.ty(&field.value.rust),
    }
}

/// Whether serde's `camelCase` turns the Rust name into the name on the wire.
fn is_camel(field: &Field) -> bool {
    serde_camel(&field.name) == field.wire
}

/// A name as serde changes it: each `_` is removed and the letter after it is in upper case.
fn serde_camel(name: &str) -> String {
    let mut out = String::new();
    let mut capital = false;
    for c in name.chars() {
        match c {
            '_' => capital = true,
            c if capital => {
                out.extend(c.to_uppercase());
                capital = false;
            }
            c => out.push(c),
        }
    }
    out
}

/// How serde reads and writes a field, if it must be told.
fn serde_attribute(field: &Field, is_camel_case: bool) -> Option<TokenStream> {
    let mut attributes = Vec::new();
    let is_same = if is_camel_case {
        is_camel(field)
    } else {
        field.name == field.wire
    };
    if !is_same {
        let wire = &field.wire;
        attributes.push(quote!(rename = #wire));
    }
    attributes.extend(field.others.iter().map(|other| quote!(alias = #other)));
    if field.optional {
        attributes.push(quote!(default, skip_serializing_if = "Option::is_none"));
    }
    if field.value.codec != Codec::Serde {
        let path = codec_path(&field.value.codec);
        attributes.push(quote!(with = #path));
    }
    (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]))
}

/// A struct that is read and written as an array.
pub(super) fn row(row: &Record, imports: &mut Imports) -> Vec<Chunk> {
    let docs = docs(&row.docs);
    let attributes = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
    };
    let fields: Vec<StructField<'_>> = row
        .fields
        .iter()
        .map(|field| public_field(field, None, imports))
        .collect();
    let columns: Vec<String> = row
        .fields
        .iter()
        .map(|field| format!("{}: {}", field.name, codec_text(&field.value.codec)))
        .collect();
    vec![
        Chunk::Tokens(structure(&row.name, &attributes, &fields)),
        call("row", &row.name, &columns),
    ]
}
