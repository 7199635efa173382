//! Enums, which keep values that the spec does not list.

use quote::quote;

use super::{
    Chunk, call,
    rust::{docs, ident},
};
use crate::{ir::Enumeration, spec::words::EnumForm};

/// The enum and the table of its values.
pub(super) fn emit(enumeration: &Enumeration) -> Vec<Chunk> {
    let (name, about) = (ident(&enumeration.name), docs(&enumeration.docs));
    let variants = enumeration.values.iter().map(|value| {
        let (name, about) = (ident(&value.name), docs(&value.docs));
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
    let lines = enumeration.values.iter().map(|value| {
        let (wire, name) = (&value.wire, &value.name);
        match enumeration.form {
            EnumForm::Number => format!("{wire} => {name}"),
            EnumForm::Text => format!("{wire:?} => {name}"),
        }
    });
    let lines: Vec<String> = lines.collect();
    let table = match enumeration.form {
        EnumForm::Number => "number_enum",
        EnumForm::Text => "text_enum",
    };
    vec![
        Chunk::Tokens(tokens),
        call(table, &enumeration.name, &lines),
    ]
}
