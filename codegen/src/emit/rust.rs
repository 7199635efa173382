//! Types, names, docs and imports as tokens.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::{
    ir::{Docs, Item, Module, Rust, Wire},
    spec::Literal,
};

/// What a file imports beside the prelude.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Names the file declares itself.
    own: Vec<String>,
    modules: BTreeMap<Vec<String>, Vec<String>>,
}

impl Imports {
    /// Imports of a file, which never are its own items.
    pub(super) fn outside_of(module: &Module) -> Self {
        let own = module.items.iter().flat_map(|item| match item {
            Item::Record(record) | Item::Row(record) => vec![record.name.clone()],
            Item::Enumeration(enumeration) => vec![enumeration.name.clone()],
            Item::Choice(choice) => vec![choice.name.clone()],
            Item::Tagged(tagged) => {
                let cases = tagged.cases.iter().map(|(_, record)| record.name.clone());
                std::iter::once(tagged.name.clone()).chain(cases).collect()
            }
            Item::Request(_) | Item::Topic(_) => Vec::new(),
        });
        Self {
            own: own.collect(),
            ..Self::default()
        }
    }

    /// `use` lines, sorted.
    pub(super) fn tokens(&self) -> TokenStream {
        let lines = self.modules.iter().map(|(module, names)| {
            let path = module.iter().map(|part| format_ident!("{part}"));
            let path = quote!(#(#path)::*);
            let mut names = names.clone();
            names.sort();
            let names = names.iter().map(|name| ident(name));
            quote!(use #path::{#(#names),*};)
        });
        quote! {
            use crate::support::*;
            #(#lines)*
        }
    }

    fn add(&mut self, module: &[String], name: &str) {
        let names = self.modules.entry(module.to_vec()).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }

    /// The marker type of a product, imported.
    pub(super) fn of_product(&mut self, id: &str, name: &str) -> Ident {
        self.add(
            &["crate".to_owned(), "generated".to_owned(), id.to_owned()],
            name,
        );
        ident(name)
    }

    /// A type, imported where it must be.
    pub(super) fn ty(&mut self, rust: &Rust) -> TokenStream {
        match rust {
            Rust::Scalar(name) => {
                let name = ident(name);
                quote!(#name)
            }
            Rust::Declared(declared) => {
                if let Some(module) = declared
                    .module
                    .as_ref()
                    .filter(|_| !self.own.contains(&declared.name))
                {
                    self.add(module, &declared.name);
                }
                let name = ident(&declared.name);
                quote!(#name)
            }
            Rust::List(item) => {
                let item = self.ty(item);
                quote!(Vec<#item>)
            }
            Rust::Option(item) => {
                let item = self.ty(item);
                quote!(Option<#item>)
            }
            Rust::Map(key, item) => {
                let (key, item) = (self.ty(key), self.ty(item));
                quote!(BTreeMap<#key, #item>)
            }
            Rust::OrRefusal(item) => {
                let item = self.ty(item);
                quote!(Result<#item, Rejection>)
            }
        }
    }
}

/// A name of ours.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The adapter that reads and writes a form.
pub(super) fn wire(wire: &Wire) -> TokenStream {
    match wire {
        Wire::Plain => quote!(wire::Serde),
        Wire::Text => quote!(wire::Text),
        Wire::Number => quote!(wire::Number),
        Wire::Or(inner, literals) => {
            let inner = self::wire(inner);
            let literals: Vec<_> = literals.iter().map(literal).collect();
            match literals.as_slice() {
                [one] => quote!(wire::Or<#inner, #one>),
                many => quote!(wire::Or<#inner, (#(#many),*)>),
            }
        }
        Wire::Maybe(inner) => {
            let inner = self::wire(inner);
            quote!(wire::Optional<#inner>)
        }
        Wire::List(inner) => {
            let inner = self::wire(inner);
            quote!(wire::List<#inner>)
        }
        Wire::OneOrMany(inner) => {
            let inner = self::wire(inner);
            quote!(wire::OneOrMany<#inner>)
        }
        Wire::OrError(inner) => {
            let inner = self::wire(inner);
            quote!(wire::OrError<#inner>)
        }
        Wire::Map(key, inner) => {
            let (key, inner) = (self::wire(key), self::wire(inner));
            quote!(wire::Map<#key, #inner>)
        }
    }
}

fn literal(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Blank => quote!(wire::EmptyString),
        Literal::Null => quote!(wire::Null),
        Literal::Integer(value) => {
            let value = proc_macro2::Literal::i64_unsuffixed(*value);
            quote!(wire::Int<{ #value }>)
        }
    }
}

/// The adapter as text, for attributes: `wire::As::<wire::Text>`.
pub(super) fn wire_path(form: &Wire) -> String {
    let text = wire(form).to_string();
    let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    format!("wire::As::<{}>", tight.replace(',', ", "))
}

/// Doc comment and search names.
pub(super) fn docs(docs: &Docs) -> TokenStream {
    let mut lines = Vec::new();
    for (index, paragraph) in docs.paragraphs.iter().chain(&docs.page).enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        lines.extend(wrap(paragraph).into_iter().map(|line| {
            if line.is_empty() {
                line
            } else {
                format!(" {line}")
            }
        }));
    }
    let aliases = &docs.aliases;
    let deprecated = docs
        .deprecated
        .as_ref()
        .map(|note| quote!(#[deprecated(note = #note)]));
    quote! {
        #(#[doc = #lines])*
        #(#[doc(alias = #aliases)])*
        #deprecated
    }
}

/// Lines of at most 100 characters; list items and links stay whole.
fn wrap(paragraph: &str) -> Vec<String> {
    if paragraph.starts_with("```") {
        return paragraph.lines().map(str::to_owned).collect();
    }
    let mut lines = Vec::new();
    for source in paragraph.lines() {
        // A link broken over lines is hard to read and to search for.
        if source.contains("](") {
            lines.push(source.to_owned());
            continue;
        }
        let mut line = String::new();
        for word in escape(source).split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 100 {
                lines.push(std::mem::take(&mut line));
                if source.starts_with("- ") {
                    line.push_str("  ");
                }
            }
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Keeps `[…]` and `<…>` outside of code and links from being taken for links and HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut code = false;
    for c in text.chars() {
        if c == '`' {
            code = !code;
        }
        if !code && c == '<' {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
