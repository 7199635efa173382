//! Streams agree with the REST API of the same exchange.

use serde_json::Value;

use super::{Socket, advance, moving};
use crate::client::Session;

async fn rest(session: &Session, target: &str) -> Value {
    let response = session.get(target).await;
    assert_eq!(response.status, 200, "{target}: {response:?}");
    response.json()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[tokio::test]
async fn closed_candlesticks_are_those_of_rest() {
    let session = moving().await;
    for (interval, minutes) in [("1m", 1), ("3m", 3), ("1h", 60)] {
        let usdm = format!("/market/ws/btcusdt@kline_{interval}");
        let coinm = format!("/ws/btcusd_perp@kline_{interval}");
        let mut sockets = [
            (Socket::open(&session, &usdm).await, "fapi", "BTCUSDT"),
            (Socket::open(&session, &coinm).await, "dapi", "BTCUSD_PERP"),
        ];
        advance(&session, 3 * minutes * 60);
        for (socket, api, symbol) in &mut sockets {
            let frames = socket.all().await;
            let updates = frames.iter().map(|frame| &frame["k"]);
            let closed: Vec<&Value> = updates.filter(|k| k["x"] == true).collect();
            assert_eq!(closed.len(), 3, "{symbol} {interval}");
            assert!(frames.len() > 3 * closed.len());
            let (start, end) = (&closed[0]["t"], &closed[2]["t"]);
            let target = format!(
                "/{api}/v1/klines?symbol={symbol}&interval={interval}&startTime={start}&endTime={end}"
            );
            let klines = rest(&session, &target).await;
            assert_eq!(klines.as_array().unwrap().len(), 3);
            for (k, kline) in closed.iter().zip(klines.as_array().unwrap()) {
                let fields = ["t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q"];
                for (index, field) in fields.iter().enumerate() {
                    assert_eq!(text(&k[field]), text(&kline[index]), "{field} of {k}");
                }
            }
        }
    }
}

#[tokio::test]
async fn candlestick_is_closed_once_and_nothing_older_follows() {
    let session = moving().await;
    let mut socket = Socket::open(&session, "/market/ws/ethusdt@kline_1m").await;
    advance(&session, 600);
    let frames = socket.all().await;
    let mut last_closed = 0;
    let mut closed = 0;
    for frame in &frames {
        let start = frame["k"]["t"].as_i64().unwrap();
        assert!(start > last_closed, "{frame}");
        if frame["k"]["x"] == true {
            assert_eq!(frame["E"].as_i64(), Some(start + 60_000));
            last_closed = start;
            closed += 1;
        }
    }
    assert_eq!(closed, 10);
}

#[tokio::test]
async fn aggregate_trades_are_those_of_rest() {
    let session = moving().await;
    for (target, api, symbol) in [
        ("/market/ws/btcusdt@aggTrade", "fapi", "BTCUSDT"),
        ("/ws/btcusd_perp@aggTrade", "dapi", "BTCUSD_PERP"),
    ] {
        let mut socket = Socket::open(&session, target).await;
        advance(&session, 300);
        let price = rest(
            &session,
            &format!("/{api}/v1/depth?symbol={symbol}&limit=5"),
        )
        .await;
        let price: binance_futures::types::Decimal = text(&price["bids"][0][0]).parse().unwrap();
        // Two trades at one price at one time are one aggregate trade.
        for _ in 0..2 {
            let quantity = binance_futures::dec!(3);
            session.exchange.trade(symbol, price, quantity).unwrap();
        }
        advance(&session, 300);
        let events = socket.all().await;
        let first = &events[0]["a"];
        let target = format!("/{api}/v1/aggTrades?symbol={symbol}&fromId={first}&limit=1000");
        let trades = rest(&session, &target).await;
        let trades = trades.as_array().unwrap();
        assert!(trades.len() - events.len() <= 1 && events.len() > 100);
        for (event, trade) in events.iter().zip(trades) {
            for field in ["a", "p", "q", "f", "l", "T", "m"] {
                assert_eq!(event[field], trade[field], "{field} of {event}");
            }
        }
        assert!(events.iter().any(|event| event["f"] != event["l"]));
    }
}

#[tokio::test]
async fn trades_have_consecutive_ids_and_are_those_of_rest() {
    let session = moving().await;
    let mut socket = Socket::open(&session, "/public/ws/btcusdt@trade").await;
    advance(&session, 120);
    let events = socket.all().await;
    let trades = rest(&session, "/fapi/v1/trades?symbol=BTCUSDT&limit=1000").await;
    let trades = trades.as_array().unwrap();
    let trades = &trades[trades.len() - events.len()..];
    assert_eq!(events.len(), 24);
    for (event, trade) in events.iter().zip(trades) {
        assert_eq!(event["t"], trade["id"]);
        assert_eq!(text(&event["p"]), text(&trade["price"]));
        assert_eq!(event["T"], trade["time"]);
    }
}

#[tokio::test]
async fn tickers_and_mark_prices_are_those_of_rest() {
    let session = moving().await;
    for (path, api, symbol) in [
        ("/market/ws/", "fapi", "BTCUSDT"),
        ("/ws/", "dapi", "BTCUSD_PERP"),
    ] {
        let name = symbol.to_lowercase();
        let mut ticker = Socket::open(&session, &format!("{path}{name}@ticker")).await;
        let mut mini = Socket::open(&session, &format!("{path}{name}@miniTicker")).await;
        let mut mark = Socket::open(&session, &format!("{path}{name}@markPrice@1s")).await;
        advance(&session, 30);
        let (ticker, mini) = (ticker.all().await, mini.all().await);
        let (ticker, mini) = (ticker.last().unwrap(), mini.last().unwrap());
        let day = rest(&session, &format!("/{api}/v1/ticker/24hr?symbol={symbol}")).await;
        let day = if day.is_array() { &day[0] } else { &day };
        let volume = if api == "fapi" {
            "quoteVolume"
        } else {
            "baseVolume"
        };
        // A trade after the last event may be in the response only.
        if ticker["L"] == day["lastId"] {
            for (field, name) in [
                ("p", "priceChange"),
                ("P", "priceChangePercent"),
                ("w", "weightedAvgPrice"),
                ("c", "lastPrice"),
                ("Q", "lastQty"),
                ("o", "openPrice"),
                ("h", "highPrice"),
                ("l", "lowPrice"),
                ("v", "volume"),
                ("q", volume),
                ("n", "count"),
            ] {
                assert_eq!(ticker[field], day[name], "{name}");
            }
            assert_eq!(
                (&mini["c"], &mini["v"]),
                (&day["lastPrice"], &day["volume"])
            );
        }
        let mark = mark.all().await;
        assert_eq!(mark.len(), 30);
        let index = rest(&session, &format!("/{api}/v1/premiumIndex?symbol={symbol}")).await;
        let index = if index.is_array() { &index[0] } else { &index };
        let mark = mark.last().unwrap();
        assert_eq!(mark["T"], index["nextFundingTime"]);
        assert_eq!(mark["r"], index["lastFundingRate"]);
    }
}

#[tokio::test]
async fn prices_that_a_test_sets_are_pushed() {
    let session = Session::start().await;
    let mut socket = Socket::open(
        &session,
        "/public/stream?streams=btcusdt@bookTicker/btcusdt@depth5",
    )
    .await;
    let price = binance_futures::dec!(58000);
    session.exchange.set_price("BTCUSDT", price).unwrap();
    let ticker = socket.json().await;
    assert_eq!(ticker["stream"], "btcusdt@bookTicker");
    assert_eq!(
        (&ticker["data"]["b"], &ticker["data"]["a"]),
        (&"58000.00".into(), &"58000.10".into())
    );
    session
        .exchange
        .advance(std::time::Duration::from_millis(250));
    let depth = socket.json().await;
    assert_eq!(depth["data"]["u"], ticker["data"]["u"]);
    assert_eq!(depth["data"]["b"][0][0], "58000.00");
    assert_eq!(depth["data"]["b"].as_array().unwrap().len(), 5);
    let rest = rest(&session, "/fapi/v1/ticker/bookTicker?symbol=BTCUSDT").await;
    assert_eq!(rest["lastUpdateId"], ticker["data"]["u"]);
    assert_eq!(rest["bidQty"], ticker["data"]["B"]);
}
