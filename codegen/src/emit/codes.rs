//! What a product's error numbers mean: constants to compare with, and a table to look them up in.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, SourceFile, file,
    rust::{docs, ident, option},
};
use crate::{
    ir::{Docs, Product},
    spec::{ErrorCode, Word},
};

/// `codes.rs` of one product.
pub(super) fn emit(product: &Product) -> SourceFile {
    let constants = product.errors.iter().rev().map(constant);
    let own = product.errors.iter().map(|error| {
        let name = ident(&error.name.value);
        (error, quote!(#name))
    });
    // Their names may stand for other numbers here, so they have no constants.
    let borrowed = product.borrowed_errors.iter().map(|error| {
        let code = Literal::i64_unsuffixed(error.code);
        (error, quote!(#code))
    });
    let mut rows: Vec<(&ErrorCode, TokenStream)> = own.chain(borrowed).collect();
    rows.sort_by_key(|(error, _)| error.code);
    let rows = rows.into_iter().map(|(error, code)| row(error, &code));
    let sentence = format!(" Error codes of `{}`, by name.", product.id);
    let tokens = quote! {
        #![doc = #sentence]
        use crate::support::*;
        #(#constants)*
        pub(super) static TABLE: &[KnownError] = &[#(#rows),*];
    };
    SourceFile {
        path: format!("{}/codes.rs", product.id),
        text: file("spec/errors.yaml", &[Chunk::Tokens(tokens)]),
    }
}

fn constant(error: &ErrorCode) -> TokenStream {
    let mut sentence = error.means.clone();
    if let Some(remedy) = &error.remedy {
        sentence = format!("{sentence} {remedy}");
    }
    let about = docs(&Docs::sentence(sentence));
    let (name, code) = (
        ident(&error.name.value),
        Literal::i64_unsuffixed(error.code),
    );
    quote! {
        #about
        pub const #name: i64 = #code;
    }
}

fn row(error: &ErrorCode, code: &TokenStream) -> TokenStream {
    let (name, means) = (&error.name.value, &error.means);
    let action = ident(error.action.variant());
    let remedy = option(error.remedy.as_deref());
    let make = ident(if error.official {
        "known"
    } else {
        "known_by_our_name"
    });
    let class = error.class.iter().map(|class| {
        let class = ident(class.variant());
        quote!(.with(ErrorClass::#class))
    });
    quote!(#make(#code, #name, Action::#action, #means, #remedy) #(#class)*)
}
