//! What finds out the outcome of a request: its lookup, and the requests of a batch.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::rust::{Imports, ident};
use crate::ir::{LookupArgument, ParameterKind, Request};

/// How the outcome of the request is looked up.
pub(super) fn resolvable(request: &Request, imports: &mut Imports) -> Option<TokenStream> {
    let lookup = request.lookup.as_ref()?;
    let (name, target) = (ident(&request.name), imports.ty(&lookup.request));
    let not_found = lookup
        .not_found
        .iter()
        .copied()
        .map(Literal::i64_unsuffixed);
    let arguments: Vec<_> = lookup
        .arguments
        .iter()
        .map(|argument| lookup_argument(argument, imports))
        .collect();
    Some(quote! {
        impl Resolvable for #name {
            type Lookup = #target;
            const NOT_FOUND_CODES: &'static [i64] = &[#(#not_found),*];
            fn lookup(&self) -> Option<Self::Lookup> {
                Some(#target::new(#(#arguments),*))
            }
        }
    })
}

fn lookup_argument(argument: &LookupArgument, imports: &mut Imports) -> TokenStream {
    let field = ident(&argument.field);
    let clone = (!argument.is_copy).then(|| quote!(.clone()));
    let question = argument.optional.then(|| quote!(?));
    let value = quote!(self.#field #clone #question);
    match &argument.chosen {
        Some(variant) => {
            let variant = imports.variant(variant);
            quote!(#variant(#value))
        }
        None => value,
    }
}

/// The requests that a batch contains.
pub(super) fn batch(request: &Request, imports: &mut Imports) -> Option<TokenStream> {
    let mut batches = request
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.kind {
            ParameterKind::Requests(item) if !parameter.optional => Some((parameter, item)),
            _ => None,
        });
    let (parameter, item) = batches.next()?;
    request.rest.as_ref()?;
    let (name, field, item) = (
        ident(&request.name),
        ident(&parameter.name),
        imports.ty(item),
    );
    Some(quote! {
        impl Batch for #name {
            type Item = #item;
            fn items(&self) -> &[#item] { &self.#field }
        }
    })
}
