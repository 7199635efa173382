//! Requests: a struct, its constructors and setters, and one trait implementation.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, example, registry_call,
    rust::{Imports, docs, ident, wire},
};
use crate::{
    ir::{
        ChoiceIds, Constructor, Docs, LookupArgument, Parameter, ParameterKind, Preset, Request,
        RequestWeight, Rust,
    },
    spec::{Rule, Security, Word},
};

/// The whole request.
pub(super) fn emit(request: &Request, imports: &mut Imports) -> Vec<Chunk> {
    let name = ident(&request.name);
    let mut about = request.docs.clone();
    about.paragraphs.push(example::of(request));
    let about = docs(&about);
    let stored: Vec<&Parameter> = stored(&request.parameters).collect();
    let fields = stored.iter().map(|parameter| {
        let (name, ty) = (ident(&parameter.name), field_type(parameter, imports));
        quote!(#name: #ty)
    });
    let fields: Vec<TokenStream> = fields.collect();
    let default = stored
        .iter()
        .all(|parameter| parameter.optional)
        .then(|| quote!(Default,));
    let value = quote! {
        #about
        #[derive(Debug, Clone, #default PartialEq, Eq, Hash)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #name { #(#fields),* }
    };
    let new = new(&stored, imports);
    let constructors: Vec<_> = request
        .constructors
        .iter()
        .map(|constructor| self::constructor(constructor, &stored, imports))
        .collect();
    let setters: Vec<_> = stored
        .iter()
        .filter(|parameter| parameter.optional)
        .map(|parameter| setter(parameter, imports))
        .collect();
    let inherent = quote! {
        impl #name {
            #new
            #(#constructors)*
            #(#setters)*
        }
    };
    let request_impl = request_impl(request, imports);
    let rest = request.rest.as_ref().map(|(method, path)| {
        let method = ident(method.variant());
        quote! {
            impl RestEndpoint for #name {
                const METHOD: Method = Method::#method;
                const PATH: &'static str = #path;
            }
        }
    });
    let read_only = request
        .is_read_only
        .then(|| quote!(impl ReadOnlyRequest for #name {}));
    let over_websocket = request.ws_method.as_ref().map(|method| {
        quote! {
            impl WsApiMethod for #name {
                const WS_METHOD: &'static str = #method;
            }
        }
    });
    let mut chunks = vec![value, inherent, parameter_set(request), request_impl];
    chunks.extend(rest);
    chunks.extend(read_only);
    chunks.extend(over_websocket);
    chunks.extend(resolvable(request, imports));
    chunks.extend(batch(request, imports));
    let mut chunks: Vec<Chunk> = chunks.into_iter().map(Chunk::Tokens).collect();
    chunks.push(from_params(request));
    chunks
}

/// Parameters that are fields; constants are not.
fn stored(parameters: &[Parameter]) -> impl Iterator<Item = &Parameter> {
    parameters
        .iter()
        .filter(|parameter| !matches!(parameter.kind, ParameterKind::Constant(_)))
}

fn value_type(parameter: &Parameter, imports: &mut Imports) -> TokenStream {
    match &parameter.kind {
        ParameterKind::Value { rust, .. } | ParameterKind::Choice(rust) => imports.ty(rust),
        ParameterKind::Json(item) | ParameterKind::Requests(item) => {
            let item = imports.ty(item);
            quote!(Vec<#item>)
        }
        ParameterKind::Constant(_) => quote!(()),
    }
}

fn field_type(parameter: &Parameter, imports: &mut Imports) -> TokenStream {
    let ty = value_type(parameter, imports);
    if parameter.optional {
        quote!(Option<#ty>)
    } else {
        ty
    }
}

/// The type of an argument, and the expression that makes the value of it.
pub(super) fn argument(parameter: &Parameter, imports: &mut Imports) -> (TokenStream, TokenStream) {
    let name = ident(&parameter.name);
    match &parameter.kind {
        ParameterKind::Choice(rust) | ParameterKind::Value { rust, .. } => {
            let ty = imports.ty(rust);
            if parameter.is_converted {
                (quote!(impl Into<#ty>), quote!(#name.into()))
            } else {
                (ty, quote!(#name))
            }
        }
        ParameterKind::Json(item) | ParameterKind::Requests(item) => {
            let ty = imports.ty(item);
            if parameter.is_converted {
                (
                    quote!(impl IntoIterator<Item = impl Into<#ty>>),
                    quote!(#name.into_iter().map(Into::into).collect()),
                )
            } else {
                (
                    quote!(impl IntoIterator<Item = #ty>),
                    quote!(#name.into_iter().collect()),
                )
            }
        }
        ParameterKind::Constant(_) => (quote!(()), quote!(())),
    }
}

fn new(stored: &[&Parameter], imports: &mut Imports) -> TokenStream {
    let required: Vec<&&Parameter> = stored
        .iter()
        .filter(|parameter| !parameter.optional)
        .collect();
    let arguments = required.iter().map(|parameter| {
        let (name, (ty, _)) = (ident(&parameter.name), argument(parameter, imports));
        quote!(#name: #ty)
    });
    let arguments: Vec<TokenStream> = arguments.collect();
    let values = stored.iter().map(|parameter| {
        let name = ident(&parameter.name);
        let value = if parameter.optional {
            quote!(None)
        } else {
            argument(parameter, imports).1
        };
        if value.to_string() == parameter.name {
            quote!(#name)
        } else {
            quote!(#name: #value)
        }
    });
    let about = docs(&argument_docs(
        "Creates the request with its required parameters.",
        &required,
    ));
    quote! {
        #about
        pub fn new(#(#arguments),*) -> Self { Self { #(#values),* } }
    }
}

fn argument_docs(sentence: &str, parameters: &[&&Parameter]) -> Docs {
    let sentence = if parameters.is_empty() {
        "Creates the request.".to_owned()
    } else {
        sentence.to_owned()
    };
    let mut paragraphs = vec![sentence];
    let list: Vec<String> = parameters
        .iter()
        .map(|parameter| {
            format!(
                "- `{}`: {}",
                parameter.name,
                parameter.docs.paragraphs.join(" ")
            )
        })
        .collect();
    if !list.is_empty() {
        paragraphs.push(list.join("\n"));
    }
    Docs {
        paragraphs,
        aliases: parameters
            .iter()
            .flat_map(|parameter| parameter.docs.aliases.clone())
            .collect(),
        ..Docs::default()
    }
}

fn constructor(
    constructor: &Constructor,
    stored: &[&Parameter],
    imports: &mut Imports,
) -> TokenStream {
    let name = ident(&constructor.name);
    let find = |name: &str| stored.iter().find(|parameter| parameter.name == name);
    let arguments = constructor
        .takes
        .iter()
        .filter_map(|name| find(name))
        .map(|parameter| {
            let (name, (ty, _)) = (ident(&parameter.name), argument(parameter, imports));
            quote!(#name: #ty)
        });
    let arguments: Vec<TokenStream> = arguments.collect();
    let mut required = Vec::new();
    let mut chosen = Vec::new();
    for parameter in stored {
        let set = constructor
            .sets
            .iter()
            .find(|(name, _)| *name == parameter.name);
        let value = if constructor.takes.contains(&parameter.name) {
            let name = ident(&parameter.name);
            // `new` converts what it takes itself.
            if parameter.optional {
                argument(parameter, imports).1
            } else {
                quote!(#name)
            }
        } else if let Some((_, value)) = set {
            preset(value, imports)
        } else {
            continue;
        };
        if parameter.optional {
            let name = ident(&parameter.name);
            chosen.push(quote!(#name: Some(#value)));
        } else {
            required.push(value);
        }
    }
    let new = quote!(Self::new(#(#required),*));
    let body = if chosen.is_empty() {
        new
    } else {
        quote!(Self { #(#chosen,)* ..#new })
    };
    let about = docs(&constructor.docs);
    quote! {
        #about
        pub fn #name(#(#arguments),*) -> Self { #body }
    }
}

fn preset(value: &Preset, imports: &mut Imports) -> TokenStream {
    match value {
        Preset::Variant(rust, variant) => {
            let (ty, variant) = (imports.ty(rust), ident(variant));
            quote!(#ty::#variant)
        }
        Preset::Flag(flag) => quote!(#flag),
        Preset::Integer(value) => {
            let value = Literal::i64_unsuffixed(*value);
            quote!(#value)
        }
        Preset::Text(rust, text) => {
            let ty = imports.ty(rust);
            quote!(#ty::from(#text))
        }
    }
}

pub(super) fn setter(parameter: &Parameter, imports: &mut Imports) -> TokenStream {
    let (name, about) = (ident(&parameter.name), docs(&parameter.docs));
    let (ty, value) = argument(parameter, imports);
    quote! {
        #about
        pub fn #name(mut self, #name: #ty) -> Self {
            self.#name = Some(#value);
            self
        }
    }
}

fn request_impl(request: &Request, imports: &mut Imports) -> TokenStream {
    let (name, product) = (
        ident(&request.name),
        imports.of_product(&request.product_id, &request.product),
    );
    let (answer, form) = (imports.ty(&request.answer.rust), wire(&request.answer.wire));
    let metadata = metadata(request);
    let weight = weight(&request.weight, imports);
    let ids = assign_ids(&request.parameters);
    let client_order_ids = (!request.is_read_only)
        .then(|| client_order_ids(request, imports))
        .flatten();
    quote! {
        impl Request for #name {
            type Product = #product;
            type Response = #answer;
            type Wire = #form;
            const METADATA: Metadata = #metadata;
            #weight
            #ids
            #client_order_ids
        }
    }
}

fn parameter_set(request: &Request) -> TokenStream {
    let name = ident(&request.name);
    let title = format!("{}::{}", request.product_id, request.name);
    let writes: Vec<_> = request.parameters.iter().map(write).collect();
    let to = ident(if writes.is_empty() { "_to" } else { "to" });
    let rules: Vec<_> = request
        .parameters
        .iter()
        .flat_map(|parameter| {
            parameter.sent_as.iter().flat_map(|wire| {
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

fn metadata(request: &Request) -> TokenStream {
    let security = security(request.security);
    let mut lines = vec![quote!(security: #security)];
    if request.repeatable {
        lines.push(quote!(idempotency: Idempotency::Idempotent));
    }
    let mut costs = Vec::new();
    if let RequestWeight::Fixed(weight) = request.weight
        && weight > 0
    {
        let weight = Literal::u32_unsuffixed(weight);
        costs.push(quote!(weight: #weight));
    }
    if !request.bucket.is_empty() {
        let bucket = &request.bucket;
        costs.push(quote!(bucket: Some(#bucket)));
    }
    if request.cost != (0, 0) {
        let orders = order_count(request.cost);
        costs.push(quote!(orders: #orders));
    }
    if !costs.is_empty() {
        lines.push(quote!(cost: Cost { #(#costs,)* ..Cost::FREE }));
    }
    if let Some(lookup) = &request.lookup {
        let target = format!("{}::{}", request.product_id, lookup.name);
        lines.push(quote!(lookup: Some(#target)));
    }
    quote!(Metadata { #(#lines,)* ..Metadata::DEFAULT })
}

/// One variant of the runtime's `Security`.
pub(super) fn security(security: Security) -> TokenStream {
    let name = ident(security.variant());
    quote!(Security::#name)
}

/// The runtime's `OrderCount`.
pub(super) fn order_count((ten_seconds, minute): (u32, u32)) -> TokenStream {
    let (ten_seconds, minute) = (
        Literal::u32_unsuffixed(ten_seconds),
        Literal::u32_unsuffixed(minute),
    );
    quote!(OrderCount { per_10s: #ten_seconds, per_1m: #minute })
}

/// The runtime's `Rule`.
pub(super) fn rule(rule: &Rule) -> TokenStream {
    match rule {
        Rule::OneOf(values) => {
            let values = values
                .iter()
                .filter_map(|value| value.parse().ok())
                .map(Literal::i64_unsuffixed);
            quote!(Rule::OneOf(&[#(#values),*]))
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

/// A weight that depends on the parameters; a fixed one stands in the details.
fn weight(weight: &RequestWeight, imports: &mut Imports) -> Option<TokenStream> {
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
                Some((choice, variant)) => {
                    let (choice, variant) = (imports.ty(choice), ident(variant));
                    quote!(matches!(self.#field, Some(#choice::#variant(_))))
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
            for (index, (bound, weight)) in steps.iter().enumerate() {
                let weight = number(*weight);
                let (from, to) = (
                    Literal::u64_unsuffixed(least),
                    Literal::u64_unsuffixed(*bound),
                );
                arms.push(if index == last {
                    quote!(_ => #weight)
                } else {
                    quote!(#from..=#to => #weight)
                });
                least = bound.saturating_add(1);
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

/// How the outcome of the request is looked up.
fn resolvable(request: &Request, imports: &mut Imports) -> Option<TokenStream> {
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
        Some((choice, variant)) => {
            let (choice, variant) = (imports.ty(choice), ident(variant));
            quote!(#choice::#variant(#value))
        }
        None => value,
    }
}

/// The requests that a batch contains.
fn batch(request: &Request, imports: &mut Imports) -> Option<TokenStream> {
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

/// The client order ids that a request carries.
fn client_order_ids(request: &Request, imports: &mut Imports) -> Option<TokenStream> {
    let sources: Vec<TokenStream> = request
        .parameters
        .iter()
        .filter_map(|parameter| {
            let field = ident(&parameter.name);
            let mut chosen = || {
                let ids = parameter.choice_ids.as_ref()?;
                Some(match (ids, parameter.optional) {
                    (ChoiceIds::One(choice, variant), false) => {
                        let (choice, variant) = (imports.ty(choice), ident(variant));
                        quote!(if let #choice::#variant(id) = &self.#field { ids.push(id.clone()); })
                    }
                    (ChoiceIds::One(choice, variant), true) => {
                        let (choice, variant) = (imports.ty(choice), ident(variant));
                        quote!(if let Some(#choice::#variant(id)) = &self.#field { ids.push(id.clone()); })
                    }
                    (ChoiceIds::Many(choice, variant), _) => {
                        let (choice, variant) = (imports.ty(choice), ident(variant));
                        quote!(if let #choice::#variant(list) = &self.#field { ids.extend_from_slice(list); })
                    }
                })
            };
            match &parameter.kind {
                ParameterKind::Value { rust: Rust::Scalar(name), .. } if name == "ClientOrderId" => {
                    Some(if parameter.optional {
                        quote!(ids.extend(self.#field.clone());)
                    } else {
                        quote!(ids.push(self.#field.clone());)
                    })
                }
                ParameterKind::Json(Rust::Scalar(name)) if name == "ClientOrderId" => {
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

fn assign_ids(parameters: &[Parameter]) -> Option<TokenStream> {
    let lines: Vec<TokenStream> = parameters
        .iter()
        .filter_map(|parameter| {
            let name = ident(&parameter.name);
            match &parameter.kind {
                ParameterKind::Value { .. } if parameter.generated => {
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

/// Reads the request from parameters by name, for tools and test servers.
fn from_params(request: &Request) -> Chunk {
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
    registry_call("from_params", &request.name, &lines)
}
