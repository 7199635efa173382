//! How a request writes its parameters, and how tools and test servers read it from parameters by name.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::{Chunk, call, metadata::rule, rust::ident};
use crate::ir::{Parameter, ParameterKind, Request};

/// Writes the parameters.
pub(super) fn parameter_set(request: &Request) -> TokenStream {
    let name = ident(&request.name);
    let title = format!("{}::{}", request.product_id, request.name);
    let writes: Vec<_> = request.parameters.iter().map(write).collect();
    let to = ident(if writes.is_empty() { "_to" } else { "to" });
    let rules: Vec<_> = request
        .parameters
        .iter()
        .flat_map(|parameter| {
            parameter.wire_names.iter().flat_map(|wire| {
                parameter.rules.iter().map(move |each| {
                    let rule = rule(each);
                    quote!((#wire, #rule))
                })
            })
        })
        .collect();
    let rules = (!rules.is_empty()).then(|| {
        quote! {
            const RULES: &'static [(&'static str, Rule)] = &[#(#rules),*];
        }
    });
    quote! {
        impl ParameterSet for #name {
            const NAME: &'static str = #title;
            #rules
            fn write<W: Parameters>(&self, #to: &mut W) { #(#writes)* }
        }
    }
}

fn write(parameter: &Parameter) -> TokenStream {
    let (name, wire) = (ident(&parameter.name), &parameter.wire);
    match (&parameter.kind, parameter.optional) {
        (ParameterKind::Constant(value), _) => quote!(to.text(#wire, #value);),
        (ParameterKind::Choice(_), false) => quote!(to.put_choice(&self.#name);),
        (ParameterKind::Choice(_), true) => quote! {
            if let Some(choice) = &self.#name {
                to.put_choice(choice);
            }
        },
        (ParameterKind::Value { as_text: true, .. }, _) => quote!(to.put_text(#wire, &self.#name);),
        (ParameterKind::Value { .. }, _) => quote!(to.put(#wire, &self.#name);),
        (ParameterKind::Json(_), false) => quote!(to.put_json(#wire, &self.#name);),
        (ParameterKind::Json(_), true) => quote! {
            if let Some(list) = &self.#name {
                to.put_json(#wire, list);
            }
        },
        (ParameterKind::Requests(_), false) => quote!(to.put_requests(#wire, &self.#name);),
        (ParameterKind::Requests(_), true) => quote! {
            if let Some(list) = &self.#name {
                to.put_requests(#wire, list);
            }
        },
    }
}

/// Reads the request from parameters by name: stored requests, tools and test servers.
pub(super) fn from_params(request: &Request) -> Chunk {
    let lines: Vec<String> = request
        .parameters
        .iter()
        .map(|parameter| {
            let Parameter {
                name,
                wire,
                optional,
                ..
            } = parameter;
            match (&parameter.kind, optional) {
                (ParameterKind::Constant(value), _) => {
                    format!("_ => constant({wire:?}, {value:?})")
                }
                (ParameterKind::Value { .. }, false) => format!("{name} => required({wire:?})"),
                (ParameterKind::Value { .. }, true) => format!("{name} => optional({wire:?})"),
                (ParameterKind::Choice(_), false) => format!("{name} => choice()"),
                (ParameterKind::Choice(_), true) => format!("{name} => optional_choice()"),
                (ParameterKind::Json(_), false) => format!("{name} => required_json({wire:?})"),
                (ParameterKind::Json(_), true) => format!("{name} => optional_json({wire:?})"),
                (ParameterKind::Requests(_), false) => {
                    format!("{name} => required_requests({wire:?})")
                }
                (ParameterKind::Requests(_), true) => {
                    format!("{name} => optional_requests({wire:?})")
                }
            }
        })
        .collect();
    call("from_params", &request.name, &lines)
}
