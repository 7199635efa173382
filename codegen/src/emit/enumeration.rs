//! Closed sets of values that keep what they do not know.

use quote::quote;

use super::{
    Chunk, call,
    rust::{docs, ident},
};
use crate::ir::Enumeration;

/// The enum and its table of names.
pub(super) fn emit(enumeration: &Enumeration) -> Vec<Chunk> {
    let (name, about) = (ident(&enumeration.name), docs(&enumeration.docs));
    let variants = enumeration.values.iter().map(|(_, name, about)| {
        let (name, about) = (ident(name), docs(about));
        quote! { #about #name }
    });
    let tokens = quote! {
        #about
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that this version of the crate does not know, exactly as received.
            Unlisted(Unlisted),
        }
    };
    let lines: Vec<String> = enumeration
        .values
        .iter()
        .map(|(wire, name, _)| {
            if enumeration.numbers {
                format!("{wire} => {name}")
            } else {
                format!("{wire:?} => {name}")
            }
        })
        .collect();
    let table = if enumeration.numbers {
        "number_enum"
    } else {
        "text_enum"
    };
    vec![
        Chunk::Tokens(tokens),
        call(table, &enumeration.name, &lines),
    ]
}
