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

/// The fields in the table of a struct: name, and first name on the wire. `price: 0 "p" | 1 "px" => wire::Text` is one of them.
fn table(call: &str) -> Vec<(String, String)> {
    let entries: Vec<&str> = call.split("=>").collect();
    let (_, fields) = entries.split_last().unwrap();
    let fields = fields.iter().map(|field| {
        let field = field.rsplit(['{', ',']).next().unwrap();
        let (name, keys) = field.split_once(':').unwrap();
        (name.to_owned(), keys.split('"').nth(1).unwrap().to_owned())
    });
    fields.collect()
}

impl Emitted {
    pub(crate) fn read(text: &str) -> Self {
        let mut emitted = Self::default();
        for item in syn::parse_file(text).unwrap().items {
            match item {
                syn::Item::Struct(item) => {
                    let fields = item.fields.iter().map(|field| {
                        let name = field.ident.as_ref().unwrap().to_string();
                        (name.clone(), name)
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
                    let subject = text.split(['{', ',', '[']).next().unwrap().to_owned();
                    emitted.calls.insert((tight(&item.mac.path), subject), text);
                }
                _ => {}
            }
        }
        let tables = emitted.calls.iter().filter(|((of, _), _)| of == "record");
        for ((_, name), call) in tables {
            let fields = table(call);
            let names = |fields: &[(String, String)]| -> Vec<String> {
                fields.iter().map(|(name, _)| name.clone()).collect()
            };
            let declared = emitted.structs.insert(name.clone(), fields.clone());
            assert_eq!(names(&declared.unwrap()), names(&fields), "{name}");
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
