//! Products.

use super::{
    error::{Expect, Result},
    errors, overview, secrets, topic, types,
};
use crate::{
    check::{
        Scope,
        user_data::{EVENTS, LISTEN_KEY, first_group},
    },
    ir::{BaseUrls, ErrorCodes, Product, ServerTime, UserDataUrl, UserEvent},
    spec::{self, Base, Spec},
};

pub(super) fn product(
    spec: &Spec,
    product: &spec::Product,
    common_codes: &ErrorCodes,
) -> Result<Product> {
    let user_events: Result<Vec<UserEvent>> = product.user_events.iter().map(user_event).collect();
    let [rest, streams, ws_api] = product.hosts.clone();
    Ok(Product {
        id: product.id.clone(),
        spec: product.path.clone(),
        name: product.name.value.clone(),
        about: product.about.clone(),
        urls: BaseUrls {
            rest,
            streams,
            ws_api,
        },
        stream_groups: product
            .groups
            .iter()
            .map(|group| group.value.clone())
            .collect(),
        user_data: user_data(product)?,
        title: product.title.clone(),
        rate_limits: rate_limits(spec, product),
        server_time: server_time(spec, product)?,
        recv_window: product
            .recv_window
            .or_missing(|| "`recv_window`".to_owned())?,
        stream_connections: product
            .stream_connections
            .or_missing(|| "`stream_connections`".to_owned())?,
        order_origins: product
            .order_origins
            .iter()
            .map(|(prefix, origin)| (prefix.value.clone(), *origin))
            .collect(),
        secrets: secrets::names(spec, product),
        user_events: user_events?,
        overview: overview::overview(product),
        any_topic: topic::any_topic(spec, product)?,
        codes: errors::own(spec, product, common_codes),
    })
}

/// The URL of user data, with the names of all events.
fn user_data(product: &spec::Product) -> Result<UserDataUrl> {
    let url = product.user_data.as_ref();
    let url = url.or_missing(|| "`user_data`".to_owned())?;
    let (before, after) = url
        .value
        .split_once(LISTEN_KEY)
        .or_missing(|| format!("`{LISTEN_KEY}` in `user_data`"))?;
    let names = product.user_events.iter();
    let names: Vec<&str> = names.map(|event| event.event_type.value.as_str()).collect();
    Ok(UserDataUrl {
        group: first_group(product).map(str::to_owned),
        before: before.to_owned(),
        after: after.replace(EVENTS, &names.join("/")),
    })
}

fn user_event(event: &spec::UserEvent) -> Result<UserEvent> {
    let name = match &event.event.base {
        Base::Name(name) => Some(name.clone()),
        _ => None,
    };
    Ok(UserEvent {
        event_type: event.event_type.value.clone(),
        name: name
            .or_missing(|| format!("the record of the event `{}`", event.event_type.value))?,
    })
}

fn server_time(spec: &Spec, product: &spec::Product) -> Result<ServerTime> {
    let (request, field) = product
        .server_time
        .as_ref()
        .or_missing(|| "`server_time`".to_owned())?;
    let operation = product
        .operation(&request.value)
        .or_missing(|| format!("the operation `{}`", request.value))?;
    let scope = Scope::of_head(spec, product, &operation.head);
    let field = types::record_fields(&scope, &operation.response)
        .and_then(|fields| fields.iter().find(|known| known.wire.value == field.value))
        .or_missing(|| format!("the field `{}` of `{}`", field.value, request.value))?;
    Ok(ServerTime {
        request: operation.head.name.value.clone(),
        field: field.name.clone(),
    })
}

/// The rate limits of a product: its own, and the shared ones of the product that it names.
fn rate_limits(spec: &Spec, product: &spec::Product) -> Vec<spec::RateLimit> {
    let lender = product
        .limits_of
        .as_ref()
        .and_then(|other| spec.product(&other.value));
    let shared = lender
        .iter()
        .flat_map(|lender| &lender.rate_limits)
        .filter(|limit| limit.shared);
    shared.chain(&product.rate_limits).cloned().collect()
}
