//! What a file of generated Rust declares.

use std::collections::BTreeMap;

use quote::ToTokens;

/// What a file of Rust declares.
#[derive(Default)]
pub(crate) struct Emitted {
    /// Fields of structs: name, and name on the wire.
    pub(crate) structs: BTreeMap<String, Vec<(String, String)>>,
    /// Variants of enums.
    pub(crate) enums: BTreeMap<String, Vec<String>>,
    /// Functions by type and name, as text without blanks.
    pub(crate) functions: BTreeMap<(String, String), String>,
    /// Macro calls by name and first word, as text without blanks.
    pub(crate) calls: BTreeMap<(String, String), String>,
}

fn tight(tokens: &impl ToTokens) -> String {
    tokens
        .to_token_stream()
        .to_string()
        .split_whitespace()
        .collect()
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let mut chars = part.chars();
        all + &chars
            .next()
            .map(|c| c.to_uppercase().to_string())
            .unwrap_or_default()
            + chars.as_str()
    })
}

impl Emitted {
    pub(crate) fn read(text: &str) -> Self {
        let mut emitted = Self::default();
        for item in syn::parse_file(text).unwrap().items {
            match item {
                syn::Item::Struct(item) => {
                    let all: String = item.attrs.iter().map(tight).collect();
                    let fields = item.fields.iter().map(|field| {
                        let name = field.ident.as_ref().unwrap().to_string();
                        let own: String = field.attrs.iter().map(tight).collect();
                        let wire = match own.split_once("rename=\"") {
                            Some((_, rest)) => rest.split('"').next().unwrap().to_owned(),
                            None if all.contains("rename_all=\"camelCase\"") => camel(&name),
                            None => name.clone(),
                        };
                        (name, wire)
                    });
                    emitted
                        .structs
                        .insert(item.ident.to_string(), fields.collect());
                }
                syn::Item::Enum(item) => {
                    let variants = item
                        .variants
                        .iter()
                        .map(|variant| variant.ident.to_string());
                    emitted
                        .enums
                        .insert(item.ident.to_string(), variants.collect());
                }
                syn::Item::Impl(item) => {
                    for function in &item.items {
                        if let syn::ImplItem::Fn(function) = function {
                            let key = (tight(&item.self_ty), function.sig.ident.to_string());
                            emitted.functions.insert(key, tight(function));
                        }
                    }
                }
                syn::Item::Macro(item) => {
                    let text = tight(&item.mac.tokens);
                    let subject = text.split(['{', ',']).next().unwrap().to_owned();
                    emitted.calls.insert((tight(&item.mac.path), subject), text);
                }
                _ => {}
            }
        }
        emitted
    }

    pub(crate) fn function(&self, of: &str, name: &str) -> &str {
        let found = self.functions.get(&(of.to_owned(), name.to_owned()));
        found.unwrap_or_else(|| panic!("`{of}` has no function `{name}`"))
    }

    pub(crate) fn call(&self, of: &str, subject: &str) -> &str {
        let found = self.calls.get(&(of.to_owned(), subject.to_owned()));
        found.unwrap_or_else(|| panic!("there is no {of}! of `{subject}`"))
    }
}
