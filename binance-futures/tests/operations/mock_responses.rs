//! The responses of the mock exchange to every request.

use binance_futures::auth::Credentials;
use binance_futures::dynamic::{FromParams, ParamMap};
use binance_futures::error::Error;
use binance_futures::mock::{Exchange, RateLimits};
use binance_futures::registry::Operation;
use binance_futures::request::{Product, RestEndpoint};
use binance_futures::rest::Client;
use binance_futures::{coinm, decode, usdm};

use crate::lines::{self, Line, Pairs};

/// The order id that the lines use. It is the first one that the mock assigns.
const FIRST_ORDER: &str = "8389765739703625001";

/// Sends the request of an operation by its own type, and returns the encoded response.
macro_rules! senders {
    ($($product:ident::$name:ident,)+) => {
        #[allow(deprecated, reason = "deprecated requests are served too")]
        async fn send(
            exchange: &Exchange,
            operation: &Operation,
            pairs: &Pairs,
        ) -> Result<String, Error> {
            match (operation.product, operation.name) {
                $((stringify!($product), stringify!($name)) => {
                    Box::pin(send_typed::<$product::$name>(exchange, pairs)).await
                })+
                (product, name) => panic!("{product}::{name} is not a request"),
            }
        }
    };
}
binance_futures::every_request!(senders);

async fn send_typed<R>(exchange: &Exchange, pairs: &Pairs) -> Result<String, Error>
where
    R: RestEndpoint + FromParams,
    R::Response: Send,
{
    let request: R = ParamMap::from_pairs(pairs.iter().cloned()).build().unwrap();
    let response = client::<R::Product>(exchange).send(request).await?;
    Ok(decode::to_string::<R::Response, R::Wire>(&response).unwrap())
}

/// Sends a line's request. If the mock rejects it because a combination of parameters requires another one, adds that parameter from
/// the full line and sends it again.
async fn send_line(
    exchange: &Exchange,
    line: &Line,
    full: &Pairs,
    ids: &[(&str, String)],
) -> Result<String, Error> {
    let mut pairs = line.pairs();
    for (name, id) in ids {
        for (_, value) in pairs.iter_mut().filter(|(of, _)| of == name) {
            value.clone_from(id);
        }
    }
    loop {
        let error = match send(exchange, line.operation, &pairs).await {
            Err(error) if error.code() == Some(-1102) => error,
            result => return result,
        };
        let named = error
            .response()
            .and_then(|response| response.message.split('\'').nth(1));
        let missing = full.iter().find(|(name, _)| Some(name.as_str()) == named);
        match missing {
            Some(missing) if !pairs.contains(missing) => pairs.push(missing.clone()),
            _ => return Err(error),
        }
    }
}

/// Sends a request of a product that prepares the exchange, and returns a field of the response.
async fn post(
    exchange: &Exchange,
    product: &str,
    id: &str,
    pairs: &[(&str, &str)],
    field: &str,
) -> String {
    let operation = lines::operations()
        .find(|operation| (operation.product, operation.id) == (product, id))
        .unwrap();
    let pairs = pairs.iter();
    let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let response = send(exchange, operation, &pairs.collect()).await.unwrap();
    let response: serde_json::Value = serde_json::from_str(&response).unwrap();
    let field = &response[field];
    field
        .as_str()
        .map_or_else(|| field.to_string(), str::to_owned)
}

/// Prepares what a line refers to or requires, and returns the ids that its parameters must have instead of those in the line.
async fn prepare(exchange: &Exchange, operation: &Operation) -> Vec<(&'static str, String)> {
    let product = operation.product;
    let post = async |id, pairs: &[_], field| post(exchange, product, id, pairs, field).await;
    post("new_listen_key", &[], "").await;
    let (symbol, price, quantity) = match product {
        "usdm" => ("BTCUSDT", "61000.50", "0.5"),
        _ => ("BTCUSD_PERP", "61000.5", "30"),
    };
    let symbol = ("symbol", symbol);
    match operation.id {
        "change_position_mode" => {
            post(operation.id, &[("dualSidePosition", "true")], "").await;
            return Vec::new();
        }
        "change_multi_assets_mode" => {
            post(operation.id, &[("multiAssetsMargin", "true")], "").await;
            return Vec::new();
        }
        "change_margin_type" | "modify_position_margin" => {
            let isolated = [symbol, ("marginType", "ISOLATED")];
            post("change_margin_type", &isolated, "").await;
            if operation.id == "change_margin_type" {
                return Vec::new();
            }
            let order = [
                symbol,
                ("side", "BUY"),
                ("type", "MARKET"),
                ("quantity", quantity),
            ];
            post("new_order", &order, "").await;
            return Vec::new();
        }
        "accept_quote" | "convert_order" => {
            let quote = [
                ("fromAsset", "USDT"),
                ("toAsset", "BTC"),
                ("fromAmount", "250"),
            ];
            let id = post("request_quote", &quote, "quoteId").await;
            let mut ids = vec![("quoteId", id.clone())];
            if operation.id == "convert_order" {
                let order_id = post("accept_quote", &[("quoteId", &id)], "orderId").await;
                ids.push(("orderId", order_id));
            }
            return ids;
        }
        _ => {}
    }
    let stop = [
        ("algoType", "CONDITIONAL"),
        symbol,
        ("side", "SELL"),
        ("type", "STOP_MARKET"),
        ("quantity", quantity),
        ("triggerPrice", "59000"),
        ("clientAlgoId", "algo/1:x"),
    ];
    let algo_id = post("new_algo_order", &stop, "algoId").await;
    let order = [
        symbol,
        ("side", "BUY"),
        ("type", "LIMIT"),
        ("quantity", quantity),
        ("price", price),
        ("timeInForce", "GTC"),
        ("newClientOrderId", "first.order"),
    ];
    let order_id = post("new_order", &order, "orderId").await;
    assert_eq!(order_id, FIRST_ORDER);
    vec![("algoId", algo_id)]
}

fn client<P: Product>(exchange: &Exchange) -> Client<P> {
    let (key, secret) = exchange.credentials();
    Client::builder()
        .credentials(
            Credentials::hmac(key, secret)
                .unwrap()
                .for_environment(exchange.environment()),
        )
        .build()
        .unwrap()
}

#[tokio::test]
async fn response_to_every_request_decodes() {
    let lines = lines::all();
    let mut served = 0;
    for line in lines.iter().filter(|line| line.size != "full") {
        let Some(full) = lines::of(&lines, line.operation, "full") else {
            continue;
        };
        let limits = RateLimits {
            weight_1m: u32::MAX,
            ..RateLimits::default()
        };
        let exchange = Exchange::builder()
            .rate_limits(limits)
            .balance("BTC", 1_000.into())
            .start()
            .await
            .unwrap();
        let ids = prepare(&exchange, line.operation).await;
        let response = send_line(&exchange, line, &full.pairs(), &ids).await;
        response.unwrap_or_else(|error| panic!("{}: {error}", line.key()));
        served += 1;
    }
    println!("{served} requests are served");
}
