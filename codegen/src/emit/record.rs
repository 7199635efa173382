//! Objects and rows.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Chunk, call,
    rust::{Imports, docs, ident, wire, wire_path},
};
use crate::ir::{Member, Record, Wire};

/// A struct that serde reads and writes as an object.
pub(super) fn record(record: &Record, imports: &mut Imports) -> Vec<Chunk> {
    let (name, docs) = (ident(&record.name), docs(&record.docs));
    let camel = record
        .members
        .iter()
        .filter(|member| member.name != member.wire)
        .any(is_camel);
    let mut attributes = Vec::new();
    if let Some((tag, value)) = &record.constant {
        attributes.push(quote!(tag = #tag, rename = #value));
    }
    if camel {
        attributes.push(quote!(rename_all = "camelCase"));
    }
    let serde = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    let members = record
        .members
        .iter()
        .map(|member| self::member(member, camel, imports));
    let tokens = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #serde
        #[non_exhaustive]
        pub struct #name { #(#members),* }
    };
    vec![Chunk::Tokens(tokens)]
}

/// Whether serde's `camelCase` makes the name on the wire from ours.
fn is_camel(member: &Member) -> bool {
    serde_camel(&member.name) == member.wire
}

/// As serde does it: first letter small, the letter after each `_` capital.
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

fn member(member: &Member, camel: bool, imports: &mut Imports) -> TokenStream {
    let (name, docs, ty) = (
        ident(&member.name),
        docs(&member.docs),
        imports.ty(&member.value.rust),
    );
    let mut attributes = Vec::new();
    let same = if camel {
        is_camel(member)
    } else {
        member.name == member.wire
    };
    if !same {
        let wire = &member.wire;
        attributes.push(quote!(rename = #wire));
    }
    attributes.extend(member.others.iter().map(|other| quote!(alias = #other)));
    if member.optional {
        attributes.push(quote!(default, skip_serializing_if = "Option::is_none"));
    }
    if member.value.wire != Wire::Plain {
        let path = wire_path(&member.value.wire);
        attributes.push(quote!(with = #path));
    }
    let serde = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
    quote! {
        #docs
        #serde
        pub #name: #ty
    }
}

/// A struct that is read and written as an array.
pub(super) fn row(row: &Record, imports: &mut Imports) -> Vec<Chunk> {
    let (name, docs) = (ident(&row.name), docs(&row.docs));
    let members = row.members.iter().map(|member| {
        let (name, docs, ty) = (
            ident(&member.name),
            self::docs(&member.docs),
            imports.ty(&member.value.rust),
        );
        quote! { #docs pub #name: #ty }
    });
    let tokens = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct #name { #(#members),* }
    };
    let columns: Vec<String> = row
        .members
        .iter()
        .map(|member| {
            let path: String = wire(&member.value.wire)
                .to_string()
                .chars()
                .filter(|c| !c.is_whitespace())
                .collect();
            format!("{}: {}", member.name, path.replace(',', ", "))
        })
        .collect();
    vec![Chunk::Tokens(tokens), call("row", &row.name, &columns)]
}
