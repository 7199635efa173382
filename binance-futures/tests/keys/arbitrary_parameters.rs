//! For arbitrary text in parameters, the mock exchange accepts the signature of each kind of key.

use binance_futures::client::WithOptions;
use binance_futures::error::Error;
use binance_futures::mock::Exchange;
use binance_futures::rest::Raw;
use binance_futures::types::{Decimal, Side};
use binance_futures::usdm::{self, NewOrder, NewOrders};
use proptest::prelude::*;

use crate::orders::{every_kind, exchange};

const SPECIAL: &str = "@[] \"+&=%'|^{}`<>\\/?#!$()*,;:~-._\t\n\0é测试😀";

fn text() -> impl Strategy<Value = String> {
    let special: Vec<char> = SPECIAL.chars().collect();
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(proptest::sample::select(special), 1..20)
            .prop_map(|letters| letters.into_iter().collect()),
    ]
    .prop_filter("an empty value is rejected before it is sent", |text| {
        !text.is_empty()
    })
}

/// Panics if the exchange rejected the API key, the timestamp or the signature.
fn assert_signature_accepted<T>(exchange: &Exchange, result: Result<T, Error>) {
    let Err(error) = result else {
        return;
    };
    let refused = exchange.rejected_requests();
    let code = error.code();
    assert!(code.is_some(), "{error:?}");
    assert!(
        ![-1022, -1021, -1102, -2014, -2015].contains(&code.unwrap()),
        "{error}: {refused:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn signature_matches_what_the_exchange_receives(symbol in text(), id in text(), extra in text()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let exchange = exchange().await;
            for credentials in every_kind() {
                let client = usdm::Client::builder()
                    .credentials(credentials.for_environment(exchange.environment()))
                    .build()
                    .unwrap();
                let order = NewOrder::market(&symbol, Side::Buy, Decimal::ONE).client_order_id(&id);
                let call = order.clone().with().param("extra", &extra);
                assert_signature_accepted(&exchange, client.send(call).await);
                assert_signature_accepted(&exchange, client.send(NewOrders::new([order])).await);
                let raw = Raw::delete("/fapi/v1/order").param("symbol", &symbol);
                assert_signature_accepted(&exchange, client.send(raw.param("origClientOrderId", &id)).await);
            }
        });
    }
}
