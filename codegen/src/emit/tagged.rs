//! Objects told apart by a member, and parameters of which exactly one is sent.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Chunk, call, record, registry_call,
    rust::{Imports, docs, ident},
};
use crate::ir::{Choice, Rust, Sent, Tagged};

/// The enum over its cases, and a struct for each case.
pub(super) fn emit(tagged: &Tagged, imports: &mut Imports) -> Vec<Chunk> {
    let (name, about) = (ident(&tagged.name), docs(&tagged.docs));
    let variants = tagged.cases.iter().map(|(_, record)| {
        let (name, about) = (ident(&record.name), docs(&record.docs));
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
        .map(|(value, record)| format!("{value:?} => {0}({0})", record.name))
        .collect();
    let mut chunks = vec![
        Chunk::Tokens(tokens),
        call(
            "tagged",
            &format!("{}, {:?}", tagged.name, tagged.tag),
            &lines,
        ),
    ];
    for (_, case) in &tagged.cases {
        chunks.extend(record::record(case, imports));
    }
    chunks
}

/// The enum, what makes one, and how it is sent.
pub(super) fn choice(choice: &Choice, imports: &mut Imports) -> Vec<Chunk> {
    let (name, about) = (ident(&choice.name), docs(&choice.docs));
    let variants = choice.members.iter().map(|member| {
        let (name, about, ty) = (
            ident(&member.name),
            docs(&member.docs),
            imports.ty(&member.rust),
        );
        quote! { #about #name(#ty) }
    });
    let variants: Vec<TokenStream> = variants.collect();
    let arms = choice.members.iter().map(|member| {
        let (name, wire) = (ident(&member.name), &member.wire);
        let put = ident(match member.sent {
            Sent::Plain => "put",
            Sent::Text => "put_text",
            Sent::Json => "put_json",
        });
        quote!(Self::#name(value) => to.#put(#wire, value))
    });
    let froms: Vec<TokenStream> = choice
        .members
        .iter()
        .flat_map(|member| from(choice, member, imports))
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
        .members
        .iter()
        .map(|member| {
            let take = match member.sent {
                Sent::Json => "required_json",
                Sent::Plain | Sent::Text => "required",
            };
            format!("{:?} => {take} {}", member.wire, member.name)
        })
        .collect();
    vec![
        Chunk::Tokens(tokens),
        registry_call("choice_from_params", &choice.name, &lines),
    ]
}

/// `From` its type, and from text where only one of the choice is text.
fn from(
    choice: &Choice,
    member: &crate::ir::ChoiceMember,
    imports: &mut Imports,
) -> Vec<TokenStream> {
    let (name, variant, ty) = (
        ident(&choice.name),
        ident(&member.name),
        imports.ty(&member.rust),
    );
    let alone = choice
        .members
        .iter()
        .filter(|other| other.rust == member.rust)
        .count()
        == 1;
    if !alone {
        return Vec::new();
    }
    let mut found = vec![quote! {
        impl From<#ty> for #name {
            fn from(value: #ty) -> Self { Self::#variant(value) }
        }
    }];
    if let Rust::List(item) = &member.rust {
        let item = imports.ty(item);
        found.push(quote! {
            impl<const N: usize> From<[#item; N]> for #name {
                fn from(value: [#item; N]) -> Self { Self::#variant(value.into()) }
            }
        });
    }
    let is_text =
        |rust: &Rust| matches!(rust, Rust::Scalar(name) if crate::spec::types::is_text(name));
    let only_text = choice
        .members
        .iter()
        .filter(|other| is_text(&other.rust))
        .count()
        == 1;
    if is_text(&member.rust) && only_text {
        found.push(quote! {
            impl From<&str> for #name {
                fn from(value: &str) -> Self { Self::#variant(value.into()) }
            }
        });
        if member.rust != Rust::Scalar("String".to_owned()) {
            found.push(quote! {
                impl From<String> for #name {
                    fn from(value: String) -> Self { Self::#variant(value.into()) }
                }
            });
        }
    }
    found
}
