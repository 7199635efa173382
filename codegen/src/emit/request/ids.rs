//! The client order ids of a request.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::rust::{Imports, ident};
use crate::ir::{ChoiceIds, Parameter, ParameterKind, Request, Scalar};

/// The client order ids that a request carries.
pub(super) fn client_order_ids(request: &Request, imports: &mut Imports) -> Option<TokenStream> {
    let sources: Vec<TokenStream> = request
        .parameters
        .iter()
        .filter_map(|parameter| {
            let field = ident(&parameter.name);
            let mut chosen = || {
                let ids = parameter.choice_ids.as_ref()?;
                Some(match (ids, parameter.optional) {
                    (ChoiceIds::One(variant), false) => {
                        let variant = imports.variant(variant);
                        quote!(if let #variant(id) = &self.#field { ids.push(id.clone()); })
                    }
                    (ChoiceIds::One(variant), true) => {
                        let variant = imports.variant(variant);
                        quote!(if let Some(#variant(id)) = &self.#field { ids.push(id.clone()); })
                    }
                    (ChoiceIds::Many(variant), _) => {
                        let variant = imports.variant(variant);
                        quote!(if let #variant(list) = &self.#field { ids.extend_from_slice(list); })
                    }
                })
            };
            match &parameter.kind {
                ParameterKind::Value { rust, .. } if rust.is(Scalar::ClientOrderId) => {
                    Some(if parameter.optional {
                        quote!(ids.extend(self.#field.clone());)
                    } else {
                        quote!(ids.push(self.#field.clone());)
                    })
                }
                ParameterKind::Json(item) if item.is(Scalar::ClientOrderId) => {
                    Some(if parameter.optional {
                        quote!(ids.extend(self.#field.iter().flatten().cloned());)
                    } else {
                        quote!(ids.extend_from_slice(&self.#field);)
                    })
                }
                ParameterKind::Requests(_) if !parameter.optional => Some(
                    quote!(ids.extend(self.#field.iter().flat_map(Request::client_order_ids));),
                ),
                ParameterKind::Choice(_) => chosen(),
                _ => None,
            }
        })
        .collect();
    (!sources.is_empty()).then(|| {
        quote! {
            fn client_order_ids(&self) -> Vec<ClientOrderId> {
                let mut ids = Vec::new();
                #(#sources)*
                ids
            }
        }
    })
}

/// Fills in the ids that the client makes.
pub(super) fn assign_ids(parameters: &[Parameter]) -> Option<TokenStream> {
    let lines: Vec<TokenStream> = parameters
        .iter()
        .filter_map(|parameter| {
            let name = ident(&parameter.name);
            match &parameter.kind {
                ParameterKind::Value { .. } if parameter.is_generated => {
                    Some(quote!(self.#name.get_or_insert_with(&mut *make);))
                }
                ParameterKind::Requests(_) if parameter.optional => Some(quote! {
                    self.#name.iter_mut().flatten().for_each(|request| request.assign_ids(make));
                }),
                ParameterKind::Requests(_) => Some(quote! {
                    self.#name.iter_mut().for_each(|request| request.assign_ids(make));
                }),
                _ => None,
            }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        quote! {
            fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) { #(#lines)* }
        }
    })
}
