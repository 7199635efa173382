//! Secrets in requests, responses and events: listed by name and never printed.

use std::collections::BTreeSet;

use binance_futures::coinm::{self, CoinM};
use binance_futures::dynamic::ParamMap;
use binance_futures::registry::{self, Operation};
use binance_futures::request::{Product, Request};
use binance_futures::usdm::{self, Usdm};
use binance_futures::{decode, wire};

const SECRET: &str = "ListenKey";

/// Returns the last name of a field's path.
fn name(path: &'static str) -> &'static str {
    path.rsplit('.').next().unwrap().trim_end_matches("[]")
}

fn of(product: &str) -> impl Iterator<Item = &'static Operation> {
    registry::operations().filter(move |operation| operation.product == product)
}

/// Returns the names of all secret parameters and fields of the product, by the table of operations.
fn secret_names<P: Product>() -> Vec<&'static str> {
    let parameters = of(P::ID).flat_map(|operation| operation.parameters);
    let fields = of(P::ID).flat_map(|operation| operation.fields);
    let parameters = parameters.map(|parameter| (parameter.name, parameter.ty));
    let fields = fields.map(|field| (name(field.path), field.ty));
    let secret = parameters
        .chain(fields)
        .filter(|(_, ty)| ty.contains(SECRET));
    let names: BTreeSet<&str> = secret.map(|(name, _)| name).collect();
    names.into_iter().collect()
}

#[test]
fn each_product_lists_exactly_its_secrets() {
    assert_eq!(Usdm::SECRET_FIELDS, secret_names::<Usdm>());
    assert_eq!(CoinM::SECRET_FIELDS, secret_names::<CoinM>());
    assert_eq!(Usdm::SECRET_FIELDS, ["listenKey"]);
}

#[test]
fn no_request_prints_a_secret() {
    let mut checked = 0;
    for operation in registry::operations() {
        let mut parameters = operation.parameters.iter();
        let Some(secret) = parameters.find(|parameter| parameter.ty.contains(SECRET)) else {
            continue;
        };
        let mut params = ParamMap::from_pairs([(secret.name, "hushhush")]);
        let request = (operation.build.unwrap())(&mut params).unwrap();
        let text = format!("{request:?} {request:#?}");
        assert!(text.contains("[redacted]"), "{text}");
        assert!(!text.contains("hush"), "{text}");
        checked += 1;
    }
    assert!(checked > 0, "no request has a secret parameter");
}

/// Returns the name of a request and the debug output of its response with a secret.
fn debug_output<R: Request>() -> (&'static str, String)
where
    R::Response: std::fmt::Debug,
{
    let response = decode::from_str::<R::Response, R::Wire>(r#"{"listenKey":"hushhush"}"#);
    let response = response.unwrap();
    (R::NAME, format!("{response:?} {response:#?}"))
}

/// Returns the name of the event of an expired listen key, and its debug output.
fn debug_output_of_event<P: Product>(name: &'static str) -> (&'static str, String)
where
    P::UserEvent: std::fmt::Debug,
    wire::Plain: wire::Codec<P::UserEvent>,
{
    let json = r#"{"e":"listenKeyExpired","E":1736996475556,"listenKey":"hushhush"}"#;
    let event = decode::from_str::<P::UserEvent, wire::Plain>(json).unwrap();
    (name, format!("{event:?} {event:#?}"))
}

#[test]
fn no_response_prints_a_secret() {
    let outputs = [
        debug_output::<usdm::NewListenKey>(),
        debug_output::<usdm::RenewListenKey>(),
        debug_output::<coinm::NewListenKey>(),
        debug_output::<coinm::RenewListenKey>(),
        debug_output_of_event::<Usdm>("usdm::ListenKeyExpired"),
        debug_output_of_event::<CoinM>("coinm::ListenKeyExpired"),
    ];
    for (request, text) in &outputs {
        assert!(text.contains("[redacted]"), "{request}: {text}");
        assert!(!text.contains("hush"), "{request}: {text}");
    }
    // Add new responses and events with a secret to the list above.
    let with_secret = registry::operations().filter(|operation| {
        let mut fields = operation.fields.iter();
        fields.any(|field| field.ty.contains(SECRET))
    });
    let expected: BTreeSet<String> = with_secret
        .map(|operation| format!("{}::{}", operation.product, operation.name))
        .collect();
    let checked = outputs.iter().map(|(request, _)| (*request).to_owned());
    assert_eq!(expected, checked.collect());
}

#[test]
fn unlisted_event_prints_field_names_only() {
    let event = r#"{"e":"notYetDescribed","E":1736996475556,"listenKey":"hushhush"}"#;
    let event = decode::from_str::<usdm::events::UserEvent, wire::Plain>(event).unwrap();
    assert!(matches!(event, usdm::events::UserEvent::Unlisted(_)));
    let text = format!("{event:?} {event:#?}");
    assert!(!text.contains("hush"), "{text}");
    assert!(!text.contains("1736996475556"), "{text}");
    assert!(text.contains("listenKey"), "{text}");
    let written = decode::to_string::<_, wire::Plain>(&event).unwrap();
    assert!(written.contains("hushhush"), "{written}");
}
