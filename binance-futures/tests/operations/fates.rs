//! Questions about requests whose answer was lost.

use binance_futures::request::{Product, ReadOnlyRequest, Request, Resolvable};
use binance_futures::types::{AlgoOrderRef, OrderRef};
use binance_futures::usdm::types::ConvertOrderRef;
use binance_futures::{coinm, usdm};

/// The question about a request of which this was sent.
fn question<R: Resolvable>(sent: &[(&str, &'static str)]) -> Option<R::Question> {
    let (asks, lookup) = (R::Question::METADATA.name, R::METADATA.lookup.unwrap());
    assert_eq!(asks, lookup.request, "the two ways to name the question");
    let named = |name: &str| sent.iter().find(|(sent, _)| *sent == name);
    R::question(|name| named(name).map(|(_, value)| *value))
}

fn asks<R: ReadOnlyRequest>(_: &R) {}

#[test]
fn an_order_is_asked_for_with_the_id_that_was_sent_and_not_with_another() {
    let sent = [
        ("symbol", "BTCUSDT"),
        ("origClientOrderId", "other"),
        ("newClientOrderId", "entry-7"),
    ];
    let id = || OrderRef::ClientOrderId("entry-7".into());
    let asked = question::<usdm::NewOrder>(&sent).unwrap();
    assert_eq!(asked, usdm::QueryOrder::new("BTCUSDT", id()));
    asks(&asked);
    let asked = question::<coinm::NewOrder>(&sent).unwrap();
    assert_eq!(asked, coinm::QueryOrder::new("BTCUSDT", id()));
    let asked = question::<usdm::NewAlgoOrder>(&[("clientAlgoId", "stop-7")]).unwrap();
    let id = AlgoOrderRef::ClientAlgoId("stop-7".into());
    assert_eq!(asked, usdm::QueryAlgoOrder::new(id));
}

#[test]
fn a_quote_is_asked_for_by_its_number_as_text() {
    let asked = question::<usdm::AcceptQuote>(&[("quoteId", "0012")]).unwrap();
    let id = ConvertOrderRef::QuoteId("0012".into());
    assert_eq!(asked, usdm::ConvertOrder::new(id));
}

#[test]
fn nothing_is_asked_where_a_part_of_the_question_was_not_sent() {
    for sent in [
        &[][..],
        &[("symbol", "BTCUSDT")],
        &[("newClientOrderId", "entry-7")],
    ] {
        assert_eq!(question::<usdm::NewOrder>(sent), None, "{sent:?}");
    }
}

#[test]
fn the_numbers_for_no_such_thing_are_those_of_the_product() {
    fn known<R: Resolvable>() -> Vec<&'static str> {
        let errors = R::Product::ERRORS;
        let name = |code: &i64| {
            errors
                .iter()
                .find(|error| error.code == *code)
                .unwrap()
                .name
        };
        R::ABSENT.iter().map(name).collect()
    }
    for known in [
        known::<usdm::NewOrder>(),
        known::<usdm::NewAlgoOrder>(),
        known::<coinm::NewOrder>(),
    ] {
        assert_eq!(known, ["NO_SUCH_ORDER"]);
    }
    assert!(known::<usdm::AcceptQuote>().is_empty());
}
