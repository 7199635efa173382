//! Streams' names as values.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, request,
    rust::{Imports, docs, ident, wire},
};
use crate::{
    ir::{Parameter, ParameterKind, Position, PositionField, Rust, Topic},
    spec::{Cadence, Part, Word},
};

/// The topic, its constructor, setters and trait.
pub(super) fn emit(topic: &Topic, imports: &mut Imports) -> Vec<Chunk> {
    let (name, about) = (ident(&topic.name), docs(&topic.docs));
    let fields: Vec<TokenStream> = topic
        .parameters
        .iter()
        .map(|parameter| {
            let (name, ty) = (ident(&parameter.name), parameter_type(parameter, imports));
            if parameter.optional {
                quote!(#name: Option<#ty>)
            } else {
                quote!(#name: #ty)
            }
        })
        .collect();
    let required = topic
        .parameters
        .iter()
        .filter(|parameter| !parameter.optional);
    let arguments: Vec<TokenStream> = required
        .map(|parameter| {
            let (name, (ty, _)) = (
                ident(&parameter.name),
                request::argument(parameter, imports),
            );
            quote!(#name: #ty)
        })
        .collect();
    let values: Vec<TokenStream> = topic
        .parameters
        .iter()
        .map(|parameter| {
            let name = ident(&parameter.name);
            let value = if parameter.optional {
                quote!(None)
            } else {
                request::argument(parameter, imports).1
            };
            if value.to_string() == parameter.name {
                quote!(#name)
            } else {
                quote!(#name: #value)
            }
        })
        .collect();
    let setters: Vec<TokenStream> = topic
        .parameters
        .iter()
        .filter(|parameter| parameter.optional)
        .map(|parameter| request::setter(parameter, imports))
        .collect();
    let default = fields.is_empty().then(|| quote!(Default,));
    let value = quote! {
        #about
        #[derive(Debug, Clone, #default PartialEq, Eq, Hash)]
        #[must_use = "a topic does nothing until it is subscribed to"]
        pub struct #name { #(#fields),* }
    };
    let inherent = quote! {
        impl #name {
            /// Creates the topic.
            pub fn new(#(#arguments),*) -> Self { Self { #(#values),* } }
            #(#setters)*
        }
    };
    vec![
        Chunk::Tokens(value),
        Chunk::Tokens(inherent),
        Chunk::Tokens(topic_impl(topic, imports)),
        Chunk::Text(format!("topic_display!({});\n", topic.name)),
    ]
}

fn parameter_type(parameter: &Parameter, imports: &mut Imports) -> TokenStream {
    match &parameter.kind {
        ParameterKind::Value { rust, .. } => imports.ty(rust),
        _ => quote!(String),
    }
}

fn topic_impl(topic: &Topic, imports: &mut Imports) -> TokenStream {
    let (name, product) = (
        ident(&topic.name),
        imports.of_product(&topic.product_id, &topic.product),
    );
    let (event, form) = (imports.ty(&topic.event.rust), wire(&topic.event.wire));
    let group = match &topic.group {
        Some(group) => quote!(Some(#group)),
        None => quote!(None),
    };
    let interval = |millis: u64| {
        let millis = Literal::u64_unsuffixed(millis);
        quote!(Duration::from_millis(#millis))
    };
    let cadence = match topic.cadence {
        Cadence::Periodic(millis) => {
            let interval = interval(millis);
            quote!(Cadence::Periodic(#interval))
        }
        Cadence::AtMostEvery(millis) => {
            let interval = interval(millis);
            quote!(Cadence::AtMostEvery(#interval))
        }
        Cadence::OnEvent => quote!(Cadence::OnEvent),
    };
    let continuity = ident(topic.continuity.variant());
    let positions = positions(topic.position.as_ref());
    let name_body = write_parts(&topic.parts, &topic.parameters);
    quote! {
        impl Topic for #name {
            type Product = #product;
            type Event = #event;
            type Wire = #form;
            const GROUP: Option<&'static str> = #group;
            const CONTINUITY: Continuity = Continuity::#continuity;
            #positions
            fn cadence(&self) -> Cadence { #cadence }
            fn write_name(&self, to: &mut impl fmt::Write) -> fmt::Result {
                #name_body
            }
        }
    }
}

/// The positions of an event: none, one, or one for each element of a list.
fn positions(position: Option<&Position>) -> TokenStream {
    let Some(position) = position else {
        return quote! {
            fn positions(_: &Self::Event) -> impl Iterator<Item = Position> {
                std::iter::empty()
            }
        };
    };
    let number = |field: &PositionField| {
        let (name, convert) = (ident(&field.name), number_conversion(field));
        if field.optional {
            quote!(#convert(event.#name?))
        } else {
            quote!(#convert(event.#name))
        }
    };
    let last = number(&position.last);
    let first = position.first.as_ref().map_or_else(|| quote!(last), number);
    let previous = position.previous.as_ref().map_or_else(
        || quote!(None),
        |field| {
            let (name, convert) = (ident(&field.name), number_conversion(field));
            if field.optional {
                quote!(event.#name.map(#convert))
            } else {
                quote!(Some(#convert(event.#name)))
            }
        },
    );
    let key: Vec<TokenStream> = position
        .key
        .iter()
        .map(|field| {
            let name = ident(&field.name);
            if field.optional {
                quote!(event.#name.as_ref()?)
            } else {
                quote!(&event.#name)
            }
        })
        .collect();
    let events = if position.is_list {
        quote!(event.iter())
    } else {
        quote!(std::iter::once(event))
    };
    quote! {
        fn positions(event: &Self::Event) -> impl Iterator<Item = Position> {
            #events.filter_map(|event| {
                let last = #last;
                Some(Position {
                    key: PositionKey::new(&[#(#key),*]),
                    last,
                    first: #first,
                    previous: #previous,
                })
            })
        }
    }
}

/// The function that converts a number of an event.
fn number_conversion(field: &PositionField) -> TokenStream {
    if field.is_time {
        quote!(Timestamp::as_millis)
    } else {
        quote!(u64::cast_signed)
    }
}

/// One `write!` for what is always there, and an `if let` for each optional part.
fn write_parts(parts: &[Part], parameters: &[Parameter]) -> TokenStream {
    let mut statements: Vec<TokenStream> = Vec::new();
    let mut run: Vec<&Part> = Vec::new();
    for part in parts {
        match part {
            Part::Optional(inner) => {
                statements.extend(write_run(&run, parameters, None));
                run.clear();
                let name = inner.iter().find_map(|part| match part {
                    Part::Parameter(name) => Some(name.as_str()),
                    _ => None,
                });
                let Some(parameter) = name.and_then(|name| find(parameters, name)) else {
                    continue;
                };
                let field = ident(&parameter.name);
                let body = write_run(
                    &inner.iter().collect::<Vec<_>>(),
                    parameters,
                    Some(&parameter.name),
                );
                statements.push(quote! {
                    if let Some(#field) = &self.#field { #body }
                });
            }
            other => run.push(other),
        }
    }
    let last = write_run(&run, parameters, None);
    match (statements.as_slice(), last) {
        ([], Some(last)) => {
            // The only statement is the result itself.
            let expression: TokenStream = strip_question(last);
            quote!(#expression)
        }
        (_, last) => quote! { #(#statements)* #last Ok(()) },
    }
}

fn strip_question(statement: TokenStream) -> TokenStream {
    let mut tokens: Vec<_> = statement.into_iter().collect();
    tokens.truncate(tokens.len().saturating_sub(2));
    tokens.into_iter().collect()
}

fn find<'a>(parameters: &'a [Parameter], wire: &str) -> Option<&'a Parameter> {
    parameters.iter().find(|parameter| parameter.wire == wire)
}

fn write_run(run: &[&Part], parameters: &[Parameter], bound: Option<&str>) -> Option<TokenStream> {
    if run.is_empty() {
        return None;
    }
    let (mut format, mut bindings) = (String::new(), Vec::new());
    for part in run {
        match part {
            Part::Literal(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Parameter(name) => {
                let Some(parameter) = find(parameters, name) else {
                    continue;
                };
                format.push_str(&format!("{{{}}}", parameter.name));
                let field = ident(&parameter.name);
                let value = if bound == Some(parameter.name.as_str()) {
                    quote!(#field)
                } else {
                    quote!(&self.#field)
                };
                // Symbols and pairs stand in small letters in names of streams.
                let small = matches!(&parameter.kind, ParameterKind::Value { rust: Rust::Scalar(name), .. } if crate::spec::types::is_text(name));
                bindings.push(if small {
                    quote!(let #field = Lowercase(#value);)
                } else {
                    quote!(let #field = #value;)
                });
            }
            Part::Optional(_) => {}
        }
    }
    Some(quote!(#(#bindings)* write!(to, #format)?;))
}
