//! Error codes: constants to compare with, and a table to look them up in.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, SourceFile, file,
    rust::{docs, ident, option},
};
use crate::{
    ir::{Api, Docs, ErrorCodes},
    spec::{ErrorCode, Word},
};

/// `codes.rs` of all products, and of each product.
pub(super) fn emit(api: &Api) -> Vec<SourceFile> {
    let common = codes(&api.codes, "Error codes that all products share, by name.");
    let mut files = vec![source("codes.rs".to_owned(), &common)];
    for product in &api.products {
        let sentence = format!("Error codes of `{}`, by name.", product.id);
        let own = codes(&product.codes, &sentence);
        let tokens = quote! {
            #own
            pub use crate::generated::codes::*;
        };
        files.push(source(format!("{}/codes.rs", product.id), &tokens));
    }
    files
}

fn source(path: String, tokens: &TokenStream) -> SourceFile {
    SourceFile {
        path,
        text: file("spec/errors.yaml", &[Chunk::Tokens(tokens.clone())]),
    }
}

/// The constants and the table, which is sorted by code.
fn codes(codes: &ErrorCodes, sentence: &str) -> TokenStream {
    let constants = codes.constants.iter().rev().map(constant);
    let rows = codes.rows.iter().map(|error| {
        let mut constants = codes.constants.iter();
        let has_constant = constants.any(|it| it.code == error.code && it.name == error.name);
        if has_constant {
            let name = ident(&error.name.value);
            row(error, &quote!(#name))
        } else {
            let code = Literal::i64_unsuffixed(error.code);
            row(error, &quote!(#code))
        }
    });
    let sentence = format!(" {sentence}");
    quote! {
        #![doc = #sentence]
        use crate::support::*;
        #(#constants)*
        pub(crate) static TABLE: &[KnownError] = &[#(#rows),*];
    }
}

fn constant(error: &ErrorCode) -> TokenStream {
    let mut sentence = error.means.clone();
    if let Some(remedy) = &error.remedy {
        sentence = format!("{sentence} {remedy}");
    }
    if error.is_http_status() {
        sentence.push_str(
            " An HTTP status: `Error::status` returns it, and `Error::code` returns `None` for such a response.",
        );
    }
    let mut about = Docs::sentence(sentence);
    let evidence = error.evidence.as_ref();
    about
        .paragraphs
        .extend(evidence.map(|evidence| format!("**Evidence.** {}", evidence.value)));
    let about = docs(&about);
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
    let limit = error.limit.iter().map(|limit| {
        let limit = ident(limit.variant());
        quote!(.exceeding(LimitKind::#limit))
    });
    let duplicate = error.is_duplicate_id.then(|| quote!(.with_duplicate_id()));
    quote!(#make(#code, #name, Action::#action, #means, #remedy) #(#class)* #(#limit)* #duplicate)
}
