//! Types, codecs, names, docs and imports as tokens.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::{
    ir::{ChoiceVariant, Codec, Docs, Item, Module, RustType},
    spec::{Literal, Word},
};

/// What a file imports in addition to the names that all files import.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Names that the file declares itself.
    own: Vec<String>,
    modules: BTreeMap<Vec<String>, Vec<String>>,
}

impl Imports {
    /// The imports of a file. Its own items are never imported.
    pub(super) fn outside_of(module: &Module) -> Self {
        let own = module.items.iter().flat_map(|item| match item {
            Item::Record(record) | Item::Row(record) => vec![record.name.clone()],
            Item::Enumeration(enumeration) => vec![enumeration.name.clone()],
            Item::Choice(choice) => vec![choice.name.clone()],
            Item::Tagged(tagged) => {
                let cases = tagged.cases.iter().map(|case| case.record.name.clone());
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

    /// A variant of a choice, whose type is imported if it must be.
    pub(super) fn variant(&mut self, variant: &ChoiceVariant) -> TokenStream {
        let (choice, variant) = (self.ty(&variant.choice), ident(&variant.variant));
        quote!(#choice::#variant)
    }

    /// A type, imported if it must be.
    pub(super) fn ty(&mut self, rust: &RustType) -> TokenStream {
        match rust {
            RustType::Scalar(scalar) => {
                let name = ident(scalar.word());
                quote!(#name)
            }
            RustType::Declared(declared) => {
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
            RustType::List(item) => {
                let item = self.ty(item);
                quote!(Vec<#item>)
            }
            RustType::Option(item) => {
                let item = self.ty(item);
                quote!(Option<#item>)
            }
            RustType::Map(key, item) => {
                let (key, item) = (self.ty(key), self.ty(item));
                quote!(BTreeMap<#key, #item>)
            }
            RustType::OrRejection(item) => {
                let item = self.ty(item);
                quote!(Result<#item, Rejection>)
            }
        }
    }
}

/// An option of a text.
pub(super) fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

/// A name as a token.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The runtime's codec.
pub(super) fn codec(codec: &Codec) -> TokenStream {
    let of = |inner: &Codec| self::codec(inner);
    match codec {
        Codec::Plain => quote!(wire::Plain),
        Codec::Text => quote!(wire::Text),
        Codec::Number => quote!(wire::Number),
        Codec::Or(inner, literals) => {
            let inner = of(inner);
            let literals: Vec<_> = literals.iter().map(literal).collect();
            match literals.as_slice() {
                [one] => quote!(wire::Or<#inner, #one>),
                many => quote!(wire::Or<#inner, (#(#many),*)>),
            }
        }
        Codec::Optional(inner) => {
            let inner = of(inner);
            quote!(wire::Optional<#inner>)
        }
        Codec::List(inner) => {
            let inner = of(inner);
            quote!(wire::List<#inner>)
        }
        Codec::OneOrMany(inner) => {
            let inner = of(inner);
            quote!(wire::OneOrMany<#inner>)
        }
        Codec::OrRejection(inner) => {
            let inner = of(inner);
            quote!(wire::OrError<#inner>)
        }
        Codec::Map(key, inner) => {
            let (key, inner) = (of(key), of(inner));
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
            quote!(wire::Int<#value>)
        }
        Literal::IntegerText(value) => {
            let value = proc_macro2::Literal::i64_unsuffixed(*value);
            quote!(wire::IntText<#value>)
        }
    }
}

/// The codec as text, for tables: `wire::Map<wire::Text, wire::Plain>`.
pub(super) fn codec_text(form: &Codec) -> String {
    let text = codec(form).to_string();
    let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    tight.replace(',', ", ")
}

/// A doc comment and the names by which rustdoc finds the item too.
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

/// Lines of at most 100 characters. Lines with links are not broken.
fn wrap(paragraph: &str) -> Vec<String> {
    if paragraph.starts_with("```") {
        return paragraph.lines().map(str::to_owned).collect();
    }
    let mut lines = Vec::new();
    for source in paragraph.lines() {
        // A link that is broken over lines is hard to read and to search for.
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

/// Escapes `<` outside of code, which rustdoc would read as HTML.
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
