//! Files without items of one spec file: module trees, products, and the enum over user data events.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Chunk, SourceFile, call, file,
    rust::{docs, ident},
};
use crate::ir::{Api, Docs, Item, Module, Product, RustType};

/// Every `mod.rs`, and the files of each product.
pub(super) fn emit(api: &Api) -> Vec<SourceFile> {
    let mut files = vec![root(api)];
    files.extend(super::codes::emit(api));
    files.extend(types("types", "both products", &api.modules));
    for product in &api.products {
        let id = &product.id;
        files.extend(types(
            &format!("{id}/types"),
            &format!("`{id}`"),
            &api.modules,
        ));
        files.extend(rest(id, &api.modules));
        files.extend(folder(
            api,
            id,
            "ws_api",
            "Methods of the websocket API without a REST endpoint.",
        ));
        files.extend(streams(product));
        files.extend(user_events(api, product));
        files.push(overview(product));
        files.push(super::product::emit(product));
        files.push(product_mod(api, product));
    }
    files
}

fn doc_file(path: &str, sentence: &str, tokens: &TokenStream) -> SourceFile {
    let sentence = format!(" {sentence}");
    let tokens = quote! { #![doc = #sentence] #tokens };
    SourceFile {
        path: path.to_owned(),
        text: file("spec", &[Chunk::Tokens(tokens)]),
    }
}

fn root(api: &Api) -> SourceFile {
    let products = api.products.iter().map(|product| {
        let (name, feature) = (ident(&product.id), &product.id);
        quote! { #[cfg(feature = #feature)] pub mod #name; }
    });
    let types = has(&api.modules, "types").then(|| {
        quote!(
            pub(crate) mod types;
        )
    });
    let features = api.products.iter().map(|product| &product.id);
    let tokens = quote! {
        #[cfg(any(#(feature = #features),*))]
        pub(crate) mod codes;
        #types
        #(#products)*
        #[cfg(feature = "client")]
        pub(crate) mod messages;
        #[cfg(feature = "registry")]
        pub(crate) mod registry;
    };
    doc_file(
        "mod.rs",
        "All code generated from the spec of the API.",
        &tokens,
    )
}

fn has(modules: &[Module], folder: &str) -> bool {
    modules_in(modules, folder).next().is_some()
}

/// The modules directly in a folder, with the last part of their path.
fn modules_in<'a>(
    modules: &'a [Module],
    folder: &str,
) -> impl Iterator<Item = (&'a str, &'a Module)> {
    let folder = format!("{folder}/");
    modules.iter().filter_map(move |module| {
        let stem = module.path.strip_prefix(&folder)?;
        (!stem.contains('/')).then_some((stem, module))
    })
}

fn types(folder: &str, whose: &str, modules: &[Module]) -> Option<SourceFile> {
    let stems: Vec<_> = modules_in(modules, folder)
        .map(|(stem, _)| ident(stem))
        .collect();
    if stems.is_empty() {
        return None;
    }
    let tokens = quote! { #(mod #stems;)* #(pub use self::#stems::*;)* };
    Some(doc_file(
        &format!("{folder}/mod.rs"),
        &format!("Types that several operations of {whose} use."),
        &tokens,
    ))
}

/// Groups of REST operations of a product, with their modules.
fn groups<'a>(id: &str, modules: &'a [Module]) -> BTreeMap<&'a str, Vec<&'a str>> {
    let folder = format!("{id}/rest/");
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for module in modules {
        if let Some((group, stem)) = module
            .path
            .strip_prefix(&folder)
            .and_then(|rest| rest.split_once('/'))
        {
            groups.entry(group).or_default().push(stem);
        }
    }
    groups
}

fn rest(id: &str, modules: &[Module]) -> Vec<SourceFile> {
    let groups = groups(id, modules);
    if groups.is_empty() {
        return Vec::new();
    }
    let names: Vec<_> = groups.keys().map(|group| ident(group)).collect();
    let mut files = vec![doc_file(
        &format!("{id}/rest/mod.rs"),
        "Requests of the REST API, grouped as in Binance's documentation.",
        &quote! { #(pub mod #names;)* },
    )];
    for (group, stems) in groups {
        let sentence = format!(
            "Requests and responses of the group \"{}\".",
            group.replace('_', " ")
        );
        let modules = stems.iter().map(|stem| child(group, stem));
        let tokens = quote! { #(#modules)* };
        files.push(doc_file(
            &format!("{id}/rest/{group}/mod.rs"),
            &sentence,
            &tokens,
        ));
    }
    files
}

/// A module and its re-exports. A module that is called like its folder gets another private name.
fn child(folder: &str, stem: &str) -> TokenStream {
    if stem == folder {
        let file = format!("{stem}.rs");
        return quote! {
            #[path = #file]
            mod own;
            pub use self::own::*;
        };
    }
    let stem = ident(stem);
    quote! {
        mod #stem;
        pub use self::#stem::*;
    }
}

fn folder(api: &Api, id: &str, name: &str, sentence: &str) -> Option<SourceFile> {
    let folder = format!("{id}/{name}");
    let stems: Vec<_> = modules_in(&api.modules, &folder)
        .map(|(stem, _)| ident(stem))
        .collect();
    (!stems.is_empty()).then(|| {
        let tokens = quote! { #(mod #stems;)* #(pub use self::#stems::*;)* };
        doc_file(&format!("{folder}/mod.rs"), sentence, &tokens)
    })
}

fn streams(product: &Product) -> Option<SourceFile> {
    let any = product.any_topic.as_ref()?;
    let topics = any.variants.iter();
    let (modules, names): (Vec<_>, Vec<_>) = topics
        .map(|topic| (ident(&topic.module), ident(&topic.name)))
        .unzip();
    let user_data = user_data(product);
    let tokens = quote! {
        #![doc = " Topics of market streams. Their events are in [`events`](super::events)."]
        use crate::support::*;
        #(pub(crate) mod #modules;)*
        #(pub use self::#modules::#names;)*
        #user_data
    };
    let [any, conversions] = super::topic::any_topic(any);
    Some(SourceFile {
        path: format!("{}/streams/mod.rs", product.id),
        text: file("spec", &[Chunk::Tokens(tokens), any, conversions]),
    })
}

/// The topic of user data.
fn user_data(product: &Product) -> TokenStream {
    let name = ident(&product.name);
    let about = format!(
        " The user data of an account of {}: its orders, balances and positions.",
        product.title
    );
    quote! {
        #[doc = #about]
        ///
        /// A listen key opens it: see [`topic::UserData`](crate::topic::UserData). Its events are [`UserEvent`](super::events::UserEvent).
        #[cfg(feature = "ws")]
        pub type UserData = topic::UserData<super::#name>;
    }
}

/// Names of the items of a module that are not topics.
fn event_names(module: &Module) -> Vec<String> {
    module
        .items
        .iter()
        .flat_map(|item| match item {
            Item::Record(record) | Item::Row(record) => vec![record.name.clone()],
            Item::Enumeration(enumeration) => vec![enumeration.name.clone()],
            Item::Tagged(tagged) => {
                let cases = tagged.cases.iter().map(|case| case.record.name.clone());
                std::iter::once(tagged.name.clone()).chain(cases).collect()
            }
            Item::Request(_) | Item::Topic(_) | Item::Choice(_) => Vec::new(),
        })
        .collect()
}

/// The events of the topics of a module that are types of another module, by that module.
fn shared_events(module: &Module) -> impl Iterator<Item = (&[String], &str)> {
    module.items.iter().filter_map(|item| {
        let Item::Topic(topic) = item else {
            return None;
        };
        let mut event = &topic.event.rust;
        while let RustType::List(of_list) = event {
            event = of_list;
        }
        match event {
            RustType::Declared(declared) => Some((declared.module.as_deref()?, &*declared.name)),
            _ => None,
        }
    })
}

fn user_events(api: &Api, product: &Product) -> Option<SourceFile> {
    let folder = format!("{}/user_events", product.id);
    let stems: Vec<_> = modules_in(&api.modules, &folder)
        .map(|(stem, _)| ident(stem))
        .collect();
    let names: Vec<_> = product
        .user_events
        .iter()
        .map(|event| ident(&event.name))
        .collect();
    let about: Vec<_> = product
        .user_events
        .iter()
        .map(|event| docs(&Docs::sentence(format!("`{}`.", event.event_type))))
        .collect();
    let tokens = quote! {
        #![doc = " Events of the user data stream."]
        use crate::support::*;
        #(pub(crate) mod #stems;)*
        #(use self::#stems::#names;)*
        /// An event of the user data stream.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[allow(clippy::large_enum_variant, reason = "boxing would allocate for every event")]
        #[non_exhaustive]
        pub enum UserEvent {
            #(#about #names(#names),)*
            /// An event that this version of the crate does not know, exactly as received.
            Unlisted(UnlistedRecord),
        }
    };
    let lines: Vec<String> = product
        .user_events
        .iter()
        .map(|event| format!("{:?} => {1}({1})", event.event_type, event.name))
        .collect();
    let chunks = [
        Chunk::Tokens(tokens),
        call("tagged", "UserEvent, \"e\"", &lines),
    ];
    Some(SourceFile {
        path: format!("{folder}/mod.rs"),
        text: file("spec", &chunks),
    })
}

/// The lists of requests and topics, as Markdown that the hand-written module of the product includes in its docs.
fn overview(product: &Product) -> SourceFile {
    let mut text =
        String::from("<!-- Generated by `cargo xtask gen` from spec. Do not edit. -->\n");
    for group in &product.overview.groups {
        text.push_str(&format!(
            "\n## [{}](mod@{})\n\n| | |\n| --- | --- |\n",
            group.title, group.module
        ));
        for entry in &group.entries {
            let mark = if entry.is_deprecated {
                " *(deprecated)*"
            } else {
                ""
            };
            text.push_str(&format!(
                "| [`{}`]{mark} | {} |\n",
                entry.path,
                entry.sentence.replace('|', "\\|")
            ));
        }
    }
    SourceFile {
        path: format!("{}/overview.md", product.id),
        text,
    }
}

fn product_mod(api: &Api, product: &Product) -> SourceFile {
    let id = &product.id;
    let modules = &api.modules;
    let name = ident(&product.name);
    let groups: Vec<_> = groups(id, modules)
        .keys()
        .map(|group| ident(group))
        .collect();
    let present = |folder: &str| has(modules, &format!("{id}/{folder}"));
    let rest = (!groups.is_empty()).then(|| {
        quote! {
            mod rest;
            pub use self::rest::{#(#groups),*};
            #(#[doc(no_inline)] pub use self::rest::#groups::*;)*
        }
    });
    let types = present("types").then(|| {
        quote!(
            pub mod types;
            #[doc(no_inline)]
            pub use self::types::*;
        )
    });
    let ws_api = present("ws_api").then(|| {
        quote!(
            pub mod ws_api;
        )
    });
    let streams = present("streams").then(|| {
        quote!(
            pub mod streams;
        )
    });
    let user_events = quote!(
        mod user_events;
    );
    let mut events = Vec::new();
    let mut shared: BTreeMap<&[String], BTreeSet<&str>> = BTreeMap::new();
    for folder in ["streams", "user_events"] {
        for (stem, module) in modules_in(modules, &format!("{id}/{folder}")) {
            for (other, name) in shared_events(module) {
                shared.entry(other).or_default().insert(name);
            }
            let (folder, stem) = (ident(folder), ident(stem));
            let names: Vec<_> = event_names(module).iter().map(|name| ident(name)).collect();
            // A file whose event is a shared type has no type.
            if !names.is_empty() {
                events.push(quote!(pub use super::#folder::#stem::{#(#names),*};));
            }
        }
    }
    for (module, names) in shared {
        let path = module.iter().map(|part| ident(part));
        let names = names.into_iter().map(ident);
        events.push(quote!(pub use #(#path)::*::{#(#names),*};));
    }
    events.push(quote!(
        pub use super::user_events::UserEvent;
    ));
    let events = quote! {
        /// Events of market streams and of the user data stream.
        pub mod events { #(#events)* }
    };
    let tokens = quote! {
        pub mod codes;
        mod product;
        pub use self::product::#name;
        #[cfg(feature = "registry")]
        pub(crate) mod registry;
        #rest
        #types
        #ws_api
        #streams
        #user_events
        #events
    };
    doc_file(&format!("{id}/mod.rs"), &product.about, &tokens)
}
