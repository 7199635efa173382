//! Objects that a field tells apart, and parameters of which exactly one is sent.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Chunk, call, record,
    rust::{Imports, docs, ident},
};
use crate::ir::{Alternative, Choice, RustType, Scalar, Sent, Tagged};

/// The enum over the cases, and a struct for each case.
pub(super) fn emit(tagged: &Tagged, imports: &mut Imports) -> Vec<Chunk> {
    let (name, about) = (ident(&tagged.name), docs(&tagged.docs));
    let variants = tagged.cases.iter().map(|case| {
        let (name, about) = (ident(&case.record.name), docs(&case.record.docs));
        quote! { #about #name(#name) }
    });
    let tokens = quote! {
        #about
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// An object whose tag this version of the crate does not know, exactly as received.
            Unlisted(UnlistedRecord),
        }
    };
    let lines: Vec<String> = tagged
        .cases
        .iter()
        .map(|case| format!("{:?} => {1}({1})", case.tag, case.record.name))
        .collect();
    let mut chunks = vec![
        Chunk::Tokens(tokens),
        call(
            "tagged",
            &format!("{}, {:?}", tagged.name, tagged.tag),
            &lines,
        ),
    ];
    for case in &tagged.cases {
        chunks.extend(record::record(&case.record, imports));
    }
    chunks
}

/// The enum, its conversions, and how it is sent.
pub(super) fn choice(choice: &Choice, imports: &mut Imports) -> Vec<Chunk> {
    let (name, about) = (ident(&choice.name), docs(&choice.docs));
    let variants = choice.alternatives.iter().map(|alternative| {
        let (name, about, ty) = (
            ident(&alternative.name),
            docs(&alternative.docs),
            imports.ty(&alternative.rust),
        );
        quote! { #about #name(#ty) }
    });
    let variants: Vec<TokenStream> = variants.collect();
    let arms = choice.alternatives.iter().map(|alternative| {
        let (name, wire) = (ident(&alternative.name), &alternative.wire);
        let put = ident(match alternative.sent {
            Sent::Plain => "put",
            Sent::Text => "put_text",
            Sent::Json => "put_json",
        });
        quote!(Self::#name(value) => to.#put(#wire, value))
    });
    let froms: Vec<TokenStream> = choice
        .alternatives
        .iter()
        .flat_map(|alternative| from(choice, alternative, imports))
        .collect();
    let tokens = quote! {
        #about
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum #name { #(#variants,)* }

        #(#froms)*

        impl Choice for #name {
            fn write<W: Parameters>(&self, to: &mut W) {
                match self { #(#arms,)* }
            }
        }
    };
    let lines: Vec<String> = choice
        .alternatives
        .iter()
        .map(|alternative| {
            let take = match alternative.sent {
                Sent::Json => "required_json",
                Sent::Plain | Sent::Text => "required",
            };
            format!("{:?} => {take} {}", alternative.wire, alternative.name)
        })
        .collect();
    vec![
        Chunk::Tokens(tokens),
        call("choice_from_params", &choice.name, &lines),
    ]
}

/// `From` for the type of an alternative, unless another alternative has it too. Also `From` for text if only one alternative is text, and for
/// integers if the only number is a decimal.
fn from(choice: &Choice, alternative: &Alternative, imports: &mut Imports) -> Vec<TokenStream> {
    let (name, variant, ty) = (
        ident(&choice.name),
        ident(&alternative.name),
        imports.ty(&alternative.rust),
    );
    let is_only = choice
        .alternatives
        .iter()
        .filter(|other| other.rust == alternative.rust)
        .count()
        == 1;
    if !is_only {
        return Vec::new();
    }
    let mut found = vec![quote! {
        impl From<#ty> for #name {
            fn from(value: #ty) -> Self { Self::#variant(value) }
        }
    }];
    let numbers = choice
        .alternatives
        .iter()
        .filter(|other| is_number(&other.rust));
    if alternative.rust.is(Scalar::Decimal) && numbers.count() == 1 {
        found.push(quote!(choice_from_integers!(#name, #variant);));
    }
    if let RustType::List(item) = &alternative.rust {
        let item = imports.ty(item);
        found.push(quote! {
            impl<const N: usize> From<[#item; N]> for #name {
                fn from(value: [#item; N]) -> Self { Self::#variant(value.into()) }
            }
        });
    }
    let is_only_text = choice
        .alternatives
        .iter()
        .filter(|other| other.rust.is_text())
        .count()
        == 1;
    if alternative.rust.is_text() && is_only_text {
        found.push(quote! {
            impl From<&str> for #name {
                fn from(value: &str) -> Self { Self::#variant(value.into()) }
            }
        });
        if !alternative.rust.is(Scalar::String) {
            found.push(quote! {
                impl From<String> for #name {
                    fn from(value: String) -> Self { Self::#variant(value.into()) }
                }
            });
        }
    }
    found
}

fn is_number(rust: &RustType) -> bool {
    matches!(rust, RustType::Scalar(scalar) if scalar.is_integer() || *scalar == Scalar::Decimal)
}
