//! Remedies that depend on the request.

use binance_futures::coinm::{self, CoinM};
use binance_futures::error::Error;
use binance_futures::request::{Product, Request};
use binance_futures::rest::{Client, RestRequest};
use binance_futures::types::{AlgoOrderRef, MarginType};
use binance_futures::usdm::{self, Usdm};

use crate::exchange::{client, responding};

/// The text of the error if a request is rejected with this code.
async fn rejected<P: Product, R: RestRequest<P>>(request: R, code: i64) -> String
where
    binance_futures::client::Trading: binance_futures::client::Access<R>,
{
    let body = format!(r#"{{"code":{code},"msg":"No."}}"#);
    let exchange = responding(&[(400, &body)]).await;
    let client: Client<P> = client(&exchange);
    let Err(error @ Error::Api(_)) = client.send(request).await.map(drop) else {
        panic!("not rejected");
    };
    error.to_string()
}

#[tokio::test]
async fn margin_type_that_may_be_set_already_is_read_first() {
    let usdm = usdm::ChangeMarginType::new("BTCUSDT", MarginType::Isolated);
    let coinm = coinm::ChangeMarginType::new("BTCUSD_PERP", MarginType::Isolated);
    for text in [
        rejected::<Usdm, _>(usdm, -4067).await,
        rejected::<CoinM, _>(coinm, -4067).await,
    ] {
        let remedy = "The symbol may already have this margin type. Read the margin type";
        assert!(text.contains(remedy), "{text}");
    }
    let text = rejected::<Usdm, _>(usdm::ChangePositionMode::new(true), -4067).await;
    assert!(text.ends_with("Cancel the open orders first."), "{text}");
}

#[tokio::test]
async fn remedy_names_the_request_that_finds_the_order() {
    let text = rejected::<Usdm, _>(usdm::OpenOrder::new("BTCUSDT", 1), -2013).await;
    assert!(
        text.contains("Query the final status with `QueryOrder`"),
        "{text}"
    );
    let cancel = usdm::CancelAlgoOrder::new(AlgoOrderRef::AlgoId(1));
    let text = rejected::<Usdm, _>(cancel, -2011).await;
    assert!(text.contains("`QueryAlgoOrder`"), "{text}");
    let text = rejected::<Usdm, _>(usdm::CancelOrder::new("BTCUSDT", 1), -2011).await;
    assert!(text.contains("`QueryOrder`"), "{text}");
}

#[test]
fn remedies_of_a_request_are_sorted_and_known() {
    let remedies = <usdm::ChangeMarginType as Request>::METADATA.remedies;
    assert!(!remedies.is_empty());
    assert!(remedies.is_sorted_by_key(|(code, _)| *code));
    let known = |code| {
        Usdm::ERRORS
            .iter()
            .copied()
            .flatten()
            .any(|it| it.code == code)
    };
    assert!(remedies.iter().all(|(code, _)| known(*code)));
}
