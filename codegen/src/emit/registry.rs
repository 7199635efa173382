//! The registry: for each product, a static table of every operation, stream and event with its metadata and its sample.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, SourceFile, file, metadata,
    rust::{codec, ident, option},
};
use crate::{
    ir::{Api, Entry, EntryKind, EntryWeight, RustType},
    spec::{Weight, Word},
};

/// `registry.rs` of all products and of each product, and the samples that they include.
pub(super) fn emit(api: &Api) -> Vec<SourceFile> {
    let mut products: Vec<&str> = api
        .entries
        .iter()
        .map(|entry| entry.product.as_str())
        .collect();
    products.dedup();
    let mut files: Vec<SourceFile> = api
        .entries
        .iter()
        .map(|entry| SourceFile {
            path: sample_path(entry),
            text: entry.sample.clone(),
        })
        .collect();
    files.extend(products.iter().map(|product| {
        let entries = api.entries.iter().filter(|entry| entry.product == *product);
        SourceFile {
            path: format!("{product}/registry.rs"),
            text: file("spec", &[Chunk::Tokens(table(product, entries))]),
        }
    }));
    files.push(SourceFile {
        path: "registry.rs".to_owned(),
        text: file(
            "spec",
            &[
                Chunk::Tokens(tables(&products)),
                every_item(api, "every_request", EntryKind::Rest, ""),
                every_item(api, "every_session_request", EntryKind::WsApi, "ws_api::"),
                every_item(api, "every_topic", EntryKind::Stream, "streams::"),
                every_item(api, "every_user_event", EntryKind::UserEvent, "events::"),
            ],
        ),
    });
    files
}

/// The path below `generated/`.
fn sample_path(entry: &Entry) -> String {
    entry
        .spec
        .trim_start_matches("spec/")
        .replace(".yaml", ".json")
}

/// A macro that passes every item of a kind to another macro.
fn every_item(api: &Api, name: &str, kind: EntryKind, module: &str) -> Chunk {
    let names: String = api
        .entries
        .iter()
        .filter(|entry| entry.kind == kind)
        .map(|entry| format!("            {}::{module}{},\n", entry.product, entry.name))
        .collect();
    Chunk::Text(format!(
        "#[doc(hidden)]\n#[macro_export]\nmacro_rules! {name} {{\n    ($then:ident) => {{\n        $then! {{\n{names}        }}\n    }};\n}}\n"
    ))
}

fn tables(products: &[&str]) -> TokenStream {
    let tables = products.iter().map(|product| {
        let module = ident(product);
        quote! { #[cfg(feature = #product)] crate::generated::#module::registry::OPERATIONS }
    });
    quote! {
        #![doc = " All operations, streams and events of the spec."]
        use crate::dynamic::Operation;
        /// One table for each compiled product.
        pub(crate) static OPERATIONS: &[&[Operation]] = &[#(#tables),*];
    }
}

fn table<'a>(product: &str, entries: impl Iterator<Item = &'a Entry>) -> TokenStream {
    let lines = entries.map(operation);
    let about = format!(" All operations, streams and events of `{product}`.");
    quote! {
        #![doc = #about]
        use crate::support::*;
        use crate::dynamic::*;
        /// Sorted by spec file.
        pub(crate) static OPERATIONS: &[Operation] = &[#(#lines),*];
    }
}

fn operation(entry: &Entry) -> TokenStream {
    let Entry {
        product,
        id,
        name,
        aliases,
        spec,
        bucket,
        group,
        ..
    } = entry;
    let kind = ident(entry.kind.variant());
    let method = match entry.method {
        Some(method) => {
            let method = ident(method.variant());
            quote!(Some(Method::#method))
        }
        None => quote!(None),
    };
    let (path, ws_method) = (
        option(entry.path.as_deref()),
        option(entry.ws_method.as_deref()),
    );
    let (stream, event) = (
        option(entry.stream.as_deref()),
        option(entry.event.as_deref()),
    );
    let security = match entry.security {
        Some(security) => {
            let security = metadata::security(security);
            quote!(Some(#security))
        }
        None => quote!(None),
    };
    let weight = weight(entry);
    let ws_weight = entry.ws_weight.map_or(quote!(None), |weight| {
        let weight = Literal::u32_unsuffixed(weight);
        quote!(Some(#weight))
    });
    let orders = metadata::order_count(entry.orders);
    let bucket = option(bucket.as_deref());
    let idempotency = ident(if entry.is_idempotent {
        "Idempotent"
    } else {
        "NotIdempotent"
    });
    let parameters = entry.parameters.iter().map(|parameter| {
        let (name, ty, required) = (&parameter.name, &parameter.ty, parameter.required);
        let rules = parameter.rules.iter().map(metadata::rule);
        let default = parameter
            .default
            .as_ref()
            .map(|default| quote!(.with_default(#default)));
        let ws_default = parameter
            .ws_default
            .as_ref()
            .map(|default| quote!(.with_ws_default(#default)));
        let deprecated = parameter
            .deprecated
            .as_ref()
            .map(|reason| quote!(.deprecated(#reason)));
        quote!(parameter(#name, #ty, #required, &[#(#rules),*]) #default #ws_default #deprecated)
    });
    let fields = entry.fields.iter().map(|field| {
        let (path, ty, optional) = (&field.path, &field.ty, field.optional);
        let others = &field.others;
        if others.is_empty() {
            quote!(field(#path, #ty, #optional))
        } else {
            quote!(field(#path, #ty, #optional).or(&[#(#others),*]))
        }
    });
    let sample = sample_path(entry);
    let sample = sample.trim_start_matches(&format!("{product}/"));
    let deprecated = option(entry.deprecated.as_deref());
    let removed = option(entry.removed.as_deref());
    let announced = option(entry.announced.as_deref());
    let undocumented = option(entry.undocumented.as_deref());
    let payload = rust_path(&entry.value.rust, entry);
    let codec = codec(&entry.value.codec);
    let build = if matches!(entry.kind, EntryKind::Rest | EntryKind::WsApi) {
        let (product, name) = (ident(product), ident(name));
        let path = match entry.kind {
            EntryKind::Rest => quote!(crate::generated::#product::#name),
            _ => quote!(crate::generated::#product::ws_api::#name),
        };
        let any = ident(if entry.kind == EntryKind::Rest {
            "build_rest"
        } else {
            "build_ws_api"
        });
        let both = if entry.kind == EntryKind::Rest && entry.ws_method.is_some() {
            ident("build_both")
        } else {
            any
        };
        quote!(Some(#both::<#path>))
    } else {
        quote!(None)
    };
    quote! {
        Operation {
            product: #product,
            kind: Kind::#kind,
            group: #group,
            id: #id,
            name: #name,
            aliases: &[#(#aliases),*],
            spec: #spec,
            method: #method,
            path: #path,
            ws_method: #ws_method,
            stream: #stream,
            event: #event,
            security: #security,
            weight: #weight,
            ws_weight: #ws_weight,
            orders: #orders,
            bucket: #bucket,
            idempotency: Idempotency::#idempotency,
            parameters: &[#(#parameters),*],
            fields: &[#(#fields),*],
            sample: include_str!(#sample),
            deprecated: #deprecated,
            removed: #removed,
            announced: #announced,
            undocumented: #undocumented,
            reencode: reencode::<#payload, #codec>,
            build: #build
        }
    }
}

fn weight(entry: &Entry) -> TokenStream {
    let number = |value: u32| Literal::u32_unsuffixed(value);
    let Some(EntryWeight { weight, default }) = &entry.weight else {
        return quote!(WeightRule::None);
    };
    match weight {
        Weight::Fixed(weight) => {
            let weight = number(*weight);
            quote!(WeightRule::Fixed(#weight))
        }
        Weight::Unknown => quote!(WeightRule::Unknown),
        Weight::ByPresence { by, given, absent } => {
            let (by, given, absent) = (&by.value, number(*given), number(*absent));
            quote!(WeightRule::ByPresence { by: #by, given: #given, absent: #absent })
        }
        Weight::Steps { by, steps, absent } => {
            let by = &by.value;
            let steps = steps.iter().map(|(bound, weight)| {
                let (bound, weight) = (Literal::u64_unsuffixed(*bound), number(*weight));
                quote!((#bound, #weight))
            });
            let default = default.map_or(quote!(None), |value| {
                let value = Literal::u64_unsuffixed(value);
                quote!(Some(#value))
            });
            let absent = absent.map_or(quote!(None), |value| {
                let value = number(value);
                quote!(Some(#value))
            });
            quote!(WeightRule::Steps { by: #by, default: #default, absent: #absent, steps: &[#(#steps),*] })
        }
    }
}

/// A type by its full path, because two products may have types of the same name.
fn rust_path(rust: &RustType, entry: &Entry) -> TokenStream {
    let inner = |rust: &RustType| rust_path(rust, entry);
    match rust {
        RustType::Scalar(scalar) => {
            let name = ident(scalar.word());
            quote!(#name)
        }
        RustType::Declared(declared) => {
            let name = ident(&declared.name);
            let module: Vec<_> = match &declared.module {
                Some(module) => module.iter().map(|part| ident(part)).collect(),
                None => {
                    let module = match entry.kind {
                        EntryKind::Rest => vec!["crate", "generated", &entry.product],
                        EntryKind::WsApi => vec!["crate", "generated", &entry.product, "ws_api"],
                        _ => vec!["crate", "generated", &entry.product, "events"],
                    };
                    module.into_iter().map(ident).collect()
                }
            };
            quote!(#(#module)::* :: #name)
        }
        RustType::List(item) => {
            let item = inner(item);
            quote!(Vec<#item>)
        }
        RustType::Option(item) => {
            let item = inner(item);
            quote!(Option<#item>)
        }
        RustType::Map(key, item) => {
            let (key, item) = (inner(key), inner(item));
            quote!(BTreeMap<#key, #item>)
        }
        RustType::OrRejection(item) => {
            let item = inner(item);
            quote!(Result<#item, Rejection>)
        }
    }
}
