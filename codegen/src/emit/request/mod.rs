//! Requests: a struct, its constructors and setters, and its traits.

mod ids;
mod lookup;
mod parameters;
mod weight;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, example,
    metadata::metadata,
    rust::{Imports, codec, ident},
    structure::ParameterStruct,
};
use crate::{ir::Request, spec::Word};

/// The whole request.
pub(super) fn emit(request: &Request, imports: &mut Imports) -> Vec<Chunk> {
    let mut docs = request.docs.clone();
    if !request.example.is_sent {
        docs.paragraphs.push(example::NO_WS_API.to_owned());
    }
    docs.paragraphs.push(example::of(request));
    let value = ParameterStruct {
        name: &request.name,
        docs,
        noun: "request",
        must_use: "a request does nothing until it is sent",
        parameters: &request.parameters,
        constructors: &request.constructors,
    };
    let mut tokens = Vec::from(value.emit(imports));
    tokens.push(parameters::parameter_set(request));
    tokens.push(request_impl(request, imports));
    tokens.extend(transports(request));
    tokens.extend(lookup::resolvable(request, imports));
    tokens.extend(lookup::batch(request, imports));
    let mut chunks: Vec<Chunk> = tokens.into_iter().map(Chunk::Tokens).collect();
    chunks.push(parameters::from_params(request));
    chunks
}

/// The traits of the transports that offer the request.
fn transports(request: &Request) -> Vec<TokenStream> {
    let name = ident(&request.name);
    let mut traits = Vec::new();
    if let Some(endpoint) = &request.rest {
        let (method, path) = (ident(endpoint.method.variant()), &endpoint.path);
        traits.push(quote! {
            impl RestEndpoint for #name {
                const METHOD: Method = Method::#method;
                const PATH: &'static str = #path;
            }
        });
    }
    if request.is_read_only {
        traits.push(quote!(impl ReadOnlyRequest for #name {}));
    }
    if let Some(method) = &request.ws_method {
        let weight = request.ws_weight.map(|weight| {
            let weight = Literal::u32_unsuffixed(weight);
            quote!(fn ws_weight(&self) -> u32 { #weight })
        });
        traits.push(quote! {
            impl WsApiMethod for #name {
                const WS_METHOD: &'static str = #method;
                #weight
            }
        });
    }
    traits
}

fn request_impl(request: &Request, imports: &mut Imports) -> TokenStream {
    let (name, product) = (
        ident(&request.name),
        imports.of_product(&request.product_id, &request.product),
    );
    let response = imports.ty(&request.response.rust);
    let codec = codec(&request.response.codec);
    let metadata = metadata(request);
    let weight = weight::weight(&request.weight, imports);
    let ids = ids::assign_ids(&request.parameters);
    let client_order_ids = (!request.is_read_only)
        .then(|| ids::client_order_ids(request, imports))
        .flatten();
    quote! {
        impl Request for #name {
            type Product = #product;
            type Response = #response;
            type Wire = #codec;
            const METADATA: Metadata = #metadata;
            #weight
            #ids
            #client_order_ids
        }
    }
}
