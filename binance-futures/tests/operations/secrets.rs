//! Secrets in requests, answers and events: known by their names, and printed nowhere.

use std::collections::BTreeSet;

use binance_futures::coinm::{self, CoinM};
use binance_futures::dynamic::ParamMap;
use binance_futures::registry::{self, Operation};
use binance_futures::request::{Product, Request};
use binance_futures::usdm::{self, Usdm};
use binance_futures::{decode, wire};

const SECRET: &str = "ListenKey";

/// The last name of a member's path.
fn name(path: &'static str) -> &'static str {
    path.rsplit('.').next().unwrap().trim_end_matches("[]")
}

fn of(product: &str) -> impl Iterator<Item = &'static Operation> {
    registry::operations().filter(move |operation| operation.product == product)
}

fn named_by_the_table<P: Product>() -> Vec<&'static str> {
    let parameters = of(P::ID).flat_map(|operation| operation.parameters);
    let members = of(P::ID).flat_map(|operation| operation.members);
    let parameters = parameters.map(|parameter| (parameter.name, parameter.ty));
    let members = members.map(|member| (name(member.path), member.ty));
    let secret = parameters
        .chain(members)
        .filter(|(_, ty)| ty.contains(SECRET));
    let names: BTreeSet<&str> = secret.map(|(name, _)| name).collect();
    names.into_iter().collect()
}

#[test]
fn each_product_names_all_of_its_secrets_and_nothing_else() {
    assert_eq!(Usdm::SECRET_FIELDS, named_by_the_table::<Usdm>());
    assert_eq!(CoinM::SECRET_FIELDS, named_by_the_table::<CoinM>());
    assert_eq!(Usdm::SECRET_FIELDS, ["listenKey"]);
}

#[test]
fn no_request_prints_a_secret() {
    let mut printed = 0;
    for operation in registry::operations() {
        let mut parameters = operation.parameters.iter();
        let Some(secret) = parameters.find(|parameter| parameter.ty.contains(SECRET)) else {
            continue;
        };
        let mut given = ParamMap::from_pairs([(secret.name, "hushhush")]);
        let request = (operation.build.unwrap())(&mut given).unwrap();
        let text = format!("{request:?} {request:#?}");
        assert!(text.contains("[redacted]"), "{text}");
        assert!(!text.contains("hush"), "{text}");
        printed += 1;
    }
    assert!(printed > 0, "no request holds a secret");
}

/// The answer as it is printed, where it was read and holds its secret.
fn printed<R: Request>() -> (&'static str, String)
where
    R::Response: std::fmt::Debug,
{
    let answer = decode::from_str::<R::Response, R::Wire>(r#"{"listenKey":"hushhush"}"#);
    let answer = answer.unwrap();
    (R::METADATA.name, format!("{answer:?} {answer:#?}"))
}

#[test]
fn no_answer_prints_a_secret() {
    let printed = [
        printed::<usdm::NewListenKey>(),
        printed::<usdm::RenewListenKey>(),
        printed::<coinm::NewListenKey>(),
        printed::<coinm::RenewListenKey>(),
    ];
    for (request, text) in &printed {
        assert!(text.contains("[redacted]"), "{request}: {text}");
        assert!(!text.contains("hush"), "{request}: {text}");
    }
    // An answer or event that holds one is to be added above.
    let holders = registry::operations().filter(|operation| {
        let mut members = operation.members.iter();
        members.any(|member| member.ty.contains(SECRET))
    });
    let holders: BTreeSet<String> = holders
        .map(|operation| format!("{}::{}", operation.product, operation.name))
        .collect();
    let shown = printed.iter().map(|(request, _)| (*request).to_owned());
    assert_eq!(holders, shown.collect());
}

#[test]
fn an_event_that_nobody_described_prints_all_but_its_secrets() {
    let event = r#"{"e":"notYetDescribed","E":1736996475556,"listenKey":"hushhush"}"#;
    let event = decode::from_str::<usdm::events::UserEvent, wire::Serde>(event).unwrap();
    assert!(matches!(event, usdm::events::UserEvent::Unlisted(_)));
    let text = format!("{event:?} {event:#?}");
    assert!(!text.contains("hush"), "{text}");
    assert!(text.contains("1736996475556"), "{text}");
    let written = decode::to_string::<_, wire::Serde>(&event).unwrap();
    assert!(written.contains("hushhush"), "{written}");
}
