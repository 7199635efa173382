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
async fn send_line(exchange: &Exchange, line: &Line, full: &Pairs) -> Result<String, Error> {
    let mut pairs = line.pairs();
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

/// Creates the listen key and places the order that some requests refer to.
async fn prepare(exchange: &Exchange, product: &str) {
    let operation = |id| {
        lines::operations()
            .find(|operation| (operation.product, operation.id) == (product, id))
            .unwrap()
    };
    let listen_key = operation("new_listen_key");
    send(exchange, listen_key, &Pairs::new()).await.unwrap();

    let (symbol, price) = match product {
        "usdm" => ("BTCUSDT", "61000.50"),
        _ => ("BTCUSD_PERP", "61000.5"),
    };
    let order = [
        ("symbol", symbol),
        ("side", "BUY"),
        ("type", "LIMIT"),
        ("quantity", "30"),
        ("price", price),
        ("timeInForce", "GTC"),
        ("newClientOrderId", "first.order"),
    ];
    let pairs = order.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let response = send(exchange, operation("new_order"), &pairs.into())
        .await
        .unwrap();
    assert!(response.contains(FIRST_ORDER), "{response}");
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
            .start()
            .await
            .unwrap();
        prepare(&exchange, line.operation.product).await;
        let response = send_line(&exchange, line, &full.pairs()).await;
        response.unwrap_or_else(|error| panic!("{}: {error}", line.key()));
        served += 1;
    }
    println!("{served} requests are served");
}
