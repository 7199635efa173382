//! Lookups of requests whose response was lost.

use binance_futures::request::{Product, ReadOnlyRequest, Request, Resolvable};
use binance_futures::types::{AlgoOrderRef, OrderRef, OrderType, Side};
use binance_futures::usdm::types::ConvertOrderRef;
use binance_futures::{coinm, usdm};

/// Returns the lookup of a request, and checks that the metadata name it.
fn lookup<R: Resolvable>(request: &R) -> Option<R::Lookup> {
    fn is_read_only<R: ReadOnlyRequest>() {}
    is_read_only::<R::Lookup>();
    assert_eq!(
        Some(<R::Lookup as binance_futures::parameters::ParameterSet>::NAME),
        R::METADATA.lookup
    );
    request.lookup()
}

#[test]
fn order_is_looked_up_by_its_symbol_and_client_order_id() {
    let id = || OrderRef::ClientOrderId("entry-7".into());
    let order = usdm::NewOrder::market("BTCUSDT", Side::Buy, 1).client_order_id("entry-7");
    assert_eq!(lookup(&order), Some(usdm::QueryOrder::new("BTCUSDT", id())));
    let order = coinm::NewOrder::market("BTCUSD_PERP", Side::Buy, 1).client_order_id("entry-7");
    assert_eq!(
        lookup(&order),
        Some(coinm::QueryOrder::new("BTCUSD_PERP", id()))
    );
    let stop = usdm::NewAlgoOrder::new("BTCUSDT", Side::Sell, OrderType::StopMarket)
        .client_algo_id("stop-7");
    let id = AlgoOrderRef::ClientAlgoId("stop-7".into());
    assert_eq!(lookup(&stop), Some(usdm::QueryAlgoOrder::new(id)));
}

#[test]
fn quote_is_looked_up_by_its_id_as_text() {
    let id = ConvertOrderRef::QuoteId("0012".into());
    assert_eq!(
        lookup(&usdm::AcceptQuote::new("0012")),
        Some(usdm::ConvertOrder::new(id))
    );
}

#[test]
fn order_without_client_order_id_has_no_lookup() {
    let mut order = usdm::NewOrder::market("BTCUSDT", Side::Buy, 1);
    assert_eq!(lookup(&order), None);
    order.assign_ids(&mut || "assigned".into());
    let id = OrderRef::ClientOrderId("assigned".into());
    assert_eq!(lookup(&order), Some(usdm::QueryOrder::new("BTCUSDT", id)));
    let stop = usdm::NewAlgoOrder::new("BTCUSDT", Side::Sell, OrderType::StopMarket);
    assert_eq!(lookup(&stop), None);
}

#[test]
fn not_found_codes_are_error_codes_of_the_product() {
    fn names<R: Resolvable>() -> Vec<&'static str> {
        let errors: Vec<_> = R::Product::ERRORS.iter().copied().flatten().collect();
        let name = |code: &i64| {
            errors
                .iter()
                .find(|error| error.code == *code)
                .unwrap()
                .name
        };
        R::NOT_FOUND_CODES.iter().map(name).collect()
    }
    for names in [
        names::<usdm::NewOrder>(),
        names::<usdm::NewAlgoOrder>(),
        names::<coinm::NewOrder>(),
    ] {
        assert_eq!(names, ["NO_SUCH_ORDER"]);
    }
    assert!(names::<usdm::AcceptQuote>().is_empty());
}
