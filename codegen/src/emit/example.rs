//! Examples in docs: a call as one would write it.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::rust::ident;
use crate::ir::{Request, Rust, Shown};

/// The lines of a request's example, with those the docs do not show.
pub(super) fn of(request: &Request) -> Option<String> {
    let product = &request.product_id;
    let mut names = Names::default();
    let call = written(request.example.as_ref()?, &mut names);
    let statement = quote! {
        fn example() {
            let request = #call;
            let answer = client.send(request).await?;
        }
    };
    let file = syn::parse2(statement).ok()?;
    let text = prettyplease::unparse(&file);
    let statement = text
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .collect::<Vec<_>>();
    let mut lines = vec![
        "```no_run".to_owned(),
        format!(
            "# async fn example(client: binance_futures::{product}::Client) -> Result<(), Box<dyn std::error::Error>> {{"
        ),
    ];
    lines.extend(names.import("types", &names.shared));
    lines.extend(names.import(product, &names.of_product));
    lines.push(String::new());
    lines.extend(statement.into_iter().map(str::to_owned));
    lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
    Some(lines.join("\n"))
}

/// What the example imports.
#[derive(Default)]
struct Names {
    shared: BTreeSet<String>,
    of_product: BTreeSet<String>,
}

impl Names {
    fn add(&mut self, rust: &Rust) -> TokenStream {
        let (name, names) = match rust {
            Rust::Declared(declared) => {
                let shared = declared
                    .module
                    .as_ref()
                    .is_some_and(|module| module.as_slice() == ["crate", "generated", "types"]);
                let names = if shared {
                    &mut self.shared
                } else {
                    &mut self.of_product
                };
                (declared.name.as_str(), names)
            }
            Rust::Scalar(name) => (name.as_str(), &mut self.shared),
            _ => return TokenStream::new(),
        };
        names.insert(name.to_owned());
        let name = ident(name);
        quote!(#name)
    }

    fn import(&self, module: &str, names: &BTreeSet<String>) -> Option<String> {
        let list: Vec<&str> = names.iter().map(String::as_str).collect();
        match list.as_slice() {
            [] => None,
            [one] => Some(format!("use binance_futures::{module}::{one};")),
            many => Some(format!(
                "use binance_futures::{module}::{{{}}};",
                many.join(", ")
            )),
        }
    }
}

fn written(shown: &Shown, names: &mut Names) -> TokenStream {
    match shown {
        Shown::Text(text) => quote!(#text),
        Shown::Integer(integer) => grouped(*integer),
        Shown::Decimal(text) => {
            let decimal = names.add(&Rust::Scalar("Decimal".to_owned()));
            quote!(#text.parse::<#decimal>()?)
        }
        Shown::Flag(flag) => quote!(#flag),
        Shown::Variant(rust, variant) => {
            let (ty, variant) = (names.add(rust), ident(variant));
            quote!(#ty::#variant)
        }
        Shown::Chosen(rust, variant, value, converted) => {
            let (ty, variant) = (names.add(rust), ident(variant));
            let value = match &**value {
                Shown::List(items) => {
                    let items = items.iter().map(|item| match item {
                        Shown::Text(text) => quote!(#text.into()),
                        item => written(item, names),
                    });
                    let items: Vec<_> = items.collect();
                    quote!(vec![#(#items),*])
                }
                value => written(value, names),
            };
            if *converted {
                quote!(#ty::#variant(#value.into()))
            } else {
                quote!(#ty::#variant(#value))
            }
        }
        Shown::List(items) => {
            let items = items.iter().map(|item| written(item, names));
            let items: Vec<_> = items.collect();
            quote!([#(#items),*])
        }
        Shown::Request {
            rust,
            constructor,
            arguments,
            setters,
        } => {
            let (ty, constructor) = (names.add(rust), ident(constructor));
            let arguments: Vec<_> = arguments
                .iter()
                .map(|argument| written(argument, names))
                .collect();
            let setters = setters.iter().map(|(name, value)| {
                let (name, value) = (ident(name), written(value, names));
                quote!(.#name(#value))
            });
            let setters: Vec<_> = setters.collect();
            quote!(#ty::#constructor(#(#arguments),*) #(#setters)*)
        }
    }
}

/// A whole number with its thousands apart where it is long.
fn grouped(integer: i128) -> TokenStream {
    let digits = integer.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    let literal: Option<Literal> = text.parse().ok();
    if integer < 0 {
        quote!(-#literal)
    } else {
        quote!(#literal)
    }
}
