//! Constants of the runtime that both requests and the registry name.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::rust::ident;
use crate::{
    ir::{Request, RequestWeight},
    spec::{OrderCount, Rule, Security, Word},
};

/// The runtime's `Metadata` of a request.
pub(super) fn metadata(request: &Request) -> TokenStream {
    let security = security(request.security);
    let mut lines = vec![quote!(security: #security)];
    if request.is_idempotent {
        lines.push(quote!(idempotency: Idempotency::Idempotent));
    }
    let mut costs = Vec::new();
    if let RequestWeight::Fixed(weight) = request.weight
        && weight > 0
    {
        let weight = Literal::u32_unsuffixed(weight);
        costs.push(quote!(weight: #weight));
    }
    if let Some(bucket) = &request.bucket {
        costs.push(quote!(bucket: Some(#bucket)));
    }
    if !request.orders.is_zero() {
        let orders = order_count(request.orders);
        costs.push(quote!(orders: #orders));
    }
    if !costs.is_empty() {
        lines.push(quote!(cost: Cost { #(#costs,)* ..Cost::FREE }));
    }
    if let Some(lookup) = &request.lookup {
        let target = format!("{}::{}", request.product_id, lookup.name);
        lines.push(quote!(lookup: Some(#target)));
    }
    if !request.remedies.is_empty() {
        let remedies = request.remedies.iter().map(|(code, remedy)| {
            let code = Literal::i64_unsuffixed(*code);
            quote!((#code, #remedy))
        });
        lines.push(quote!(remedies: &[#(#remedies),*]));
    }
    if request.reads_history {
        lines.push(quote!(reads_history: true));
    }
    quote!(Metadata { #(#lines,)* ..Metadata::DEFAULT })
}

/// One variant of the runtime's `Security`.
pub(super) fn security(security: Security) -> TokenStream {
    let name = ident(security.variant());
    quote!(Security::#name)
}

/// The runtime's `OrderCount`.
pub(super) fn order_count(orders: OrderCount) -> TokenStream {
    let ten_seconds = Literal::u32_unsuffixed(orders.ten_seconds);
    let minute = Literal::u32_unsuffixed(orders.minute);
    quote!(OrderCount { per_10s: #ten_seconds, per_1m: #minute })
}

/// The runtime's `Rule`.
pub(super) fn rule(rule: &Rule) -> TokenStream {
    match rule {
        Rule::OneOf(values) => {
            let numbers: Result<Vec<i64>, _> =
                values.iter().map(|value| value.value.parse()).collect();
            match numbers {
                Ok(numbers) => {
                    let numbers = numbers.into_iter().map(Literal::i64_unsuffixed);
                    quote!(Rule::OneOf(&[#(#numbers),*]))
                }
                Err(_) => {
                    let values = values.iter().map(|value| &value.value);
                    quote!(Rule::Variants(&[#(#values),*]))
                }
            }
        }
        Rule::Range(minimum, maximum) => {
            let bound = |bound: &Option<String>| match bound {
                Some(text) => quote!(Some(#text)),
                None => quote!(None),
            };
            let (minimum, maximum) = (bound(minimum), bound(maximum));
            quote!(Rule::Range { minimum: #minimum, maximum: #maximum })
        }
        Rule::MaxLength(length) => {
            let length = Literal::u64_unsuffixed(*length);
            quote!(Rule::Text { max_length: Some(#length), allowed: None })
        }
        Rule::Characters {
            allowed, maximum, ..
        } => {
            let maximum = Literal::u64_unsuffixed(*maximum);
            quote!(Rule::Text { max_length: Some(#maximum), allowed: Some(#allowed) })
        }
        Rule::MaxItems(items) => {
            let items = Literal::u64_unsuffixed(*items);
            quote!(Rule::Items { maximum: #items })
        }
    }
}
