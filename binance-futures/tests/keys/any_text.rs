//! Whatever stands in a parameter, the exchange finds the signature of each kind of key right.

use binance_futures::error::Error;
use binance_futures::mock::Exchange;
use binance_futures::rest::{Raw, Sendable};
use binance_futures::types::{Decimal, Side};
use binance_futures::usdm::{self, NewOrder, NewOrders};
use proptest::prelude::*;

use crate::orders::{every_kind, exchange};

const ODD: &str = "@[] \"+&=%'|^{}`<>\\/?#!$()*,;:~-._\t\n\0é测试😀";

fn text() -> impl Strategy<Value = String> {
    let odd: Vec<char> = ODD.chars().collect();
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(proptest::sample::select(odd), 1..20)
            .prop_map(|letters| letters.into_iter().collect()),
    ]
    .prop_filter("a value", |text| !text.is_empty())
}

/// Panics unless the request got past its signature.
fn is_signed<T>(exchange: &Exchange, answer: Result<T, Error>) {
    let Err(error) = answer else {
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
    fn is_signed_as_it_arrives(symbol in text(), id in text(), extra in text()) {
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
                is_signed(&exchange, client.send(call).await);
                is_signed(&exchange, client.send(NewOrders::new([order])).await);
                let raw = Raw::delete("/fapi/v1/order").param("symbol", &symbol);
                is_signed(&exchange, client.send(raw.param("origClientOrderId", &id)).await);
            }
        });
    }
}
