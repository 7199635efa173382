//! Request weights.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::rust::{Imports, ident};
use crate::ir::RequestWeight;

/// A weight that depends on the parameters; a fixed one is part of the metadata.
pub(super) fn weight(weight: &RequestWeight, imports: &mut Imports) -> Option<TokenStream> {
    let number = |value: u32| Literal::u32_unsuffixed(value);
    let body = match weight {
        RequestWeight::Fixed(_) => return None,
        RequestWeight::ByPresence {
            field,
            chosen,
            given,
            absent,
        } => {
            let field = ident(field);
            let is_given = match chosen {
                Some(variant) => {
                    let variant = imports.variant(variant);
                    quote!(matches!(self.#field, Some(#variant(_))))
                }
                None => quote!(self.#field.is_some()),
            };
            let (given, absent) = (number(*given), number(*absent));
            quote!(if #is_given { #given } else { #absent })
        }
        RequestWeight::Steps {
            field,
            optional,
            default,
            absent,
            steps,
        } => {
            let field = ident(field);
            let last = steps.len().saturating_sub(1);
            let mut arms = Vec::new();
            let mut least = 0;
            for (index, step) in steps.iter().enumerate() {
                let weight = number(step.weight);
                let (from, to) = (
                    Literal::u64_unsuffixed(least),
                    Literal::u64_unsuffixed(step.up_to),
                );
                arms.push(if index == last {
                    quote!(_ => #weight)
                } else {
                    quote!(#from..=#to => #weight)
                });
                least = step.up_to.saturating_add(1);
            }
            match (optional, default, absent) {
                (true, Some(default), _) => {
                    let default = Literal::u64_unsuffixed(*default);
                    quote!(match self.#field.unwrap_or(#default) { #(#arms),* })
                }
                (true, None, absent) => {
                    let absent = number(absent.unwrap_or(1));
                    quote!(self.#field.map_or(#absent, |value| match value { #(#arms),* }))
                }
                (false, ..) => quote!(match self.#field { #(#arms),* }),
            }
        }
    };
    Some(quote! {
        fn weight(&self) -> u32 { #body }
    })
}
