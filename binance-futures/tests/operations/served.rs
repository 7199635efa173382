//! What a client gets for each request from an exchange.

use binance_futures::auth::Credentials;
use binance_futures::dynamic::{FromParams, ParamMap};
use binance_futures::error::Error;
use binance_futures::mock::{Exchange, RateLimits};
use binance_futures::registry::Operation;
use binance_futures::request::RestRequest;
use binance_futures::rest::{Client, ServerTimeSource};
use binance_futures::{coinm, decode, usdm};

use crate::lines::{self, Line, Pairs};

/// An order that those of the lines are about: the first an exchange knows.
const FIRST_ORDER: &str = "8389765739703625001";

/// Sends the request of an operation by its own type, and writes its answer again.
macro_rules! senders {
    ($($product:ident::$name:ident,)+) => {
        #[allow(deprecated, reason = "what is deprecated is served too")]
        async fn send(
            exchange: &Exchange,
            operation: &Operation,
            pairs: &Pairs,
        ) -> Result<String, Error> {
            match (operation.product, operation.name) {
                $((stringify!($product), stringify!($name)) => {
                    Box::pin(send_typed::<$product::$name>(exchange, pairs)).await
                })+
                (product, name) => panic!("{product}::{name} is no request"),
            }
        }
    };
}
binance_futures::every_request!(senders);

async fn send_typed<R>(exchange: &Exchange, pairs: &Pairs) -> Result<String, Error>
where
    R: RestRequest + FromParams + Send + Sync,
    R::Response: Send,
    R::Product: ServerTimeSource,
{
    let request: R = ParamMap::from_pairs(pairs.iter().cloned()).build().unwrap();
    let answer = client::<R::Product>(exchange).send(request).await?;
    Ok(decode::to_string::<R::Response, R::Wire>(&answer).unwrap())
}

/// An exchange, asked by the lines of one product.
struct Asked(Exchange);

impl Asked {
    /// Sends a line's request. What combinations demand beyond the single parameters the refusals say, and the full line has it.
    async fn ask(&self, line: &Line, full: &Pairs) -> Result<String, Error> {
        let mut pairs = line.pairs();
        loop {
            let error = match send(&self.0, line.operation, &pairs).await {
                Err(error) if error.code() == Some(-1102) => error,
                outcome => return outcome,
            };
            let named = error
                .answer()
                .and_then(|answer| answer.message.split('\'').nth(1));
            let missing = full.iter().find(|(name, _)| Some(name.as_str()) == named);
            match missing {
                Some(missing) if !pairs.contains(missing) => pairs.push(missing.clone()),
                _ => return Err(error),
            }
        }
    }

    /// Places the order and makes the listen key that some operations are about.
    async fn prepare(&self, lines: &[Line], product: &str) {
        let full = |id| {
            let is_meant = |line: &&Line| {
                let operation = line.operation;
                (operation.product, operation.id, line.size) == (product, id, "full")
            };
            lines.iter().find(is_meant).unwrap()
        };
        let key = full("new_listen_key");
        send(&self.0, key.operation, &key.pairs()).await.unwrap();

        let order = full("new_order");
        let resting = [
            ("side", "BUY"),
            ("type", "LIMIT"),
            ("quantity", "30"),
            ("timeInForce", "GTC"),
            ("newClientOrderId", "first.order"),
        ];
        let pairs = order.pairs().into_iter().filter_map(|(name, value)| {
            let own = resting.iter().find(|(own, _)| *own == name);
            match own {
                Some((_, own)) => Some((name, (*own).to_owned())),
                None => ["symbol", "price"]
                    .contains(&name.as_str())
                    .then_some((name, value)),
            }
        });
        let answer = send(&self.0, order.operation, &pairs.collect())
            .await
            .unwrap();
        assert!(answer.contains(FIRST_ORDER), "{answer}");
    }
}

fn client<P: ServerTimeSource>(exchange: &Exchange) -> Client<P> {
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
async fn every_request_is_served_to_the_client_and_its_answer_decodes() {
    let lines = lines::all();
    let mut served = 0;
    for line in lines.iter().filter(|line| line.size != "full") {
        let place = line.place();
        let limits = RateLimits {
            weight_1m: u32::MAX,
            ..RateLimits::default()
        };
        let exchange = Exchange::builder()
            .rate_limits(limits)
            .start()
            .await
            .unwrap();
        let asked = Asked(exchange);
        asked.prepare(&lines, line.operation.product).await;
        let full = lines::of(&lines, line.operation, "full").unwrap().pairs();
        let answer = asked.ask(line, &full).await;
        answer.unwrap_or_else(|error| panic!("{place}: {error}"));
        served += 1;
    }
    println!("{served} requests are served");
}
