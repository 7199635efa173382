//! What constructors write, and the arguments they accept.

use binance_futures::parameters::QueryWriter;
use binance_futures::request::Request;
use binance_futures::types::{KlineInterval, OrderType, Side, TimeInForce};
use binance_futures::{coinm, usdm};

fn query(request: &impl Request) -> String {
    let mut query = QueryWriter::new();
    request.write(&mut query);
    query.into_string()
}

#[test]
fn orders_that_close_a_position_have_no_quantity() {
    for (order_type, written) in [
        (
            "STOP_MARKET",
            [
                query(&usdm::NewAlgoOrder::stop_market_close(
                    "BTCUSDT",
                    Side::Sell,
                    58_200,
                )),
                query(&coinm::NewAlgoOrder::stop_market_close(
                    "BTCUSD_PERP",
                    Side::Sell,
                    58_200,
                )),
                query(&coinm::NewOrder::stop_market_close(
                    "BTCUSD_PERP",
                    Side::Sell,
                    58_200,
                )),
            ],
        ),
        (
            "TAKE_PROFIT_MARKET",
            [
                query(&usdm::NewAlgoOrder::take_profit_market_close(
                    "BTCUSDT",
                    Side::Sell,
                    58_200,
                )),
                query(&coinm::NewAlgoOrder::take_profit_market_close(
                    "BTCUSD_PERP",
                    Side::Sell,
                    58_200,
                )),
                query(&coinm::NewOrder::take_profit_market_close(
                    "BTCUSD_PERP",
                    Side::Sell,
                    58_200,
                )),
            ],
        ),
    ] {
        let [usdm_algo, coinm_algo, coinm_order] = written;
        for (query, symbol) in [(usdm_algo, "BTCUSDT"), (coinm_algo, "BTCUSD_PERP")] {
            assert_eq!(
                query,
                format!(
                    "algoType=CONDITIONAL&symbol={symbol}&side=SELL&type={order_type}&triggerPrice=58200&closePosition=true"
                )
            );
        }
        assert_eq!(
            coinm_order,
            format!(
                "symbol=BTCUSD_PERP&side=SELL&type={order_type}&stopPrice=58200&closePosition=true"
            )
        );
    }
}

#[test]
fn enum_arguments_may_be_text() {
    assert_eq!(
        query(&usdm::Klines::new("BTCUSDT", "1m")),
        query(&usdm::Klines::new("BTCUSDT", KlineInterval::Minute1))
    );
    assert_eq!(
        query(&usdm::Klines::new("BTCUSDT", "1m")),
        "symbol=BTCUSDT&interval=1m"
    );
    let by_text = usdm::NewOrder::limit("BTCUSDT", "BUY", 1, 2, "GTC").position_side("LONG");
    let by_variant = usdm::NewOrder::new("BTCUSDT", Side::Buy, OrderType::Limit);
    assert_eq!(
        query(&by_text),
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=2&timeInForce=GTC&positionSide=LONG"
    );
    assert_eq!(
        query(&by_variant),
        query(&usdm::NewOrder::new("BTCUSDT", "BUY", "LIMIT"))
    );
    let order = coinm::NewOrder::limit("BTCUSD_PERP", Side::Buy, 1, 2, TimeInForce::Gtc);
    assert_eq!(
        query(&order),
        query(&coinm::NewOrder::limit("BTCUSD_PERP", "BUY", 1, 2, "GTC"))
    );
}

#[test]
fn values_that_the_spec_does_not_list_are_sent_as_they_are() {
    assert_eq!(
        query(&usdm::Klines::new("BTCUSDT", "7m")),
        "symbol=BTCUSDT&interval=7m"
    );
}
