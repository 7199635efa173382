//! The marker type of a product, and the facts that it implements.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, SourceFile, file,
    rust::{docs, ident, option},
};
use crate::{
    ir::{BaseUrls, Docs, Product, UserDataUrl},
    spec::{self, RateLimit, Word},
};

/// `product.rs`.
pub(super) fn emit(product: &Product) -> SourceFile {
    let (name, id) = (ident(&product.name), &product.id);
    let about = docs(&Docs::sentence(&product.about));
    let BaseUrls {
        rest,
        streams,
        ws_api,
    } = &product.urls;
    let (rest, streams, ws_api) = (base_urls(rest), base_urls(streams), base_urls(ws_api));
    let rate_limits = product.rate_limits.iter().map(rate_limit);
    let (time_request, time_field) = (
        ident(&product.server_time.request),
        ident(&product.server_time.field),
    );
    let window = product.recv_window;
    let [default, max, max_ahead] =
        [window.default, window.max, window.max_ahead].map(Literal::u32_unsuffixed);
    let stream_groups = &product.stream_groups;
    let streams_limits = product.stream_connections;
    let topics = Literal::u32_unsuffixed(streams_limits.topics);
    let frames = Literal::u32_unsuffixed(streams_limits.frames_per_second);
    let [lifetime, ping_interval, pong_timeout] = [
        streams_limits.lifetime,
        streams_limits.ping_interval,
        streams_limits.pong_timeout,
    ]
    .map(Literal::u32_unsuffixed);
    let origins = product.order_origins.iter().map(|(prefix, origin)| {
        let origin = ident(origin.variant());
        quote!((#prefix, OrderOrigin::#origin))
    });
    let secrets = &product.secrets;
    let title = &product.title;
    let UserDataUrl {
        group,
        before,
        after,
    } = &product.user_data;
    let group = option(group.as_deref());
    let tokens = quote! {
        use crate::support::*;
        #about
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum #name {}
        impl Product for #name {
            const ID: &'static str = #id;
            const NAME: &'static str = #title;
            const REST: BaseUrls = #rest;
            const STREAMS: BaseUrls = #streams;
            const WS_API: BaseUrls = #ws_api;
            const RATE_LIMITS: &'static [RateLimit] = &[#(#rate_limits),*];
            const ERRORS: &'static [&'static [KnownError]] =
                &[crate::generated::codes::TABLE, super::codes::TABLE];
            const RECV_WINDOW: RecvWindowLimits = RecvWindowLimits {
                default_millis: #default,
                max_millis: #max,
                max_ahead_millis: #max_ahead
            };
            const STREAM_GROUPS: &'static [&'static str] = &[#(#stream_groups),*];
            const STREAM_CONNECTIONS: StreamConnectionLimits = StreamConnectionLimits {
                topics: #topics,
                frames_per_second: #frames,
                lifetime: Duration::from_secs(#lifetime),
                ping_interval: Duration::from_secs(#ping_interval),
                pong_timeout: Duration::from_secs(#pong_timeout),
            };
            const USER_DATA_URL: UserDataUrl = UserDataUrl {
                group: #group,
                before_key: #before,
                after_key: #after,
            };
            const ORDER_ORIGINS: &'static [(&'static str, OrderOrigin)] = &[#(#origins),*];
            const SECRET_FIELDS: &'static [&'static str] = &[#(#secrets),*];
            type UserEvent = super::user_events::UserEvent;
            type ServerTime = super::#time_request;
            fn server_time(response: &<Self::ServerTime as Request>::Response) -> Timestamp {
                response.#time_field
            }
        }
    };
    SourceFile {
        path: format!("{id}/product.rs"),
        text: file(&product.spec, &[Chunk::Tokens(tokens)]),
    }
}

fn rate_limit(limit: &RateLimit) -> TokenStream {
    let name = &limit.name.value;
    let (kind, counted_by) = (
        ident(limit.kind.variant()),
        ident(limit.counted_by.variant()),
    );
    let bucket = option(limit.bucket.as_deref());
    let (limit, seconds, shared) = (
        Literal::u64_unsuffixed(limit.limit),
        Literal::u64_unsuffixed(limit.seconds),
        limit.shared,
    );
    quote! {
        RateLimit {
            name: #name,
            kind: LimitKind::#kind,
            bucket: #bucket,
            limit: #limit,
            interval: Duration::from_secs(#seconds),
            scope: CountedBy::#counted_by,
            shared: #shared
        }
    }
}

fn base_urls(urls: &spec::BaseUrls) -> TokenStream {
    let (production, testnet, demo) = (
        &urls.production,
        option(urls.testnet.as_deref()),
        option(urls.demo.as_deref()),
    );
    quote!(BaseUrls { production: #production, testnet: #testnet, demo: #demo })
}
