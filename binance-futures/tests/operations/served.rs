//! What a client gets for each request from an exchange.

use binance_futures::coinm::CoinM;
use binance_futures::error::Error;
use binance_futures::mock::{Exchange, Limits};
use binance_futures::registry::Operation;
use binance_futures::request::{Product, Security};
use binance_futures::rest::{Client, Raw};
use binance_futures::sign::Credentials;
use binance_futures::usdm::Usdm;

use crate::lines::{self, Line, Pairs};

/// An order that those of the lines are about: the first an exchange knows.
const FIRST_ORDER: &str = "8389765739703625001";

/// A client of one product, of either.
enum AnyClient {
    Usdm(Client<Usdm>),
    CoinM(Client<CoinM>),
}

impl AnyClient {
    fn of(product: &str, exchange: &Exchange) -> Self {
        match product {
            "coinm" => Self::CoinM(client(exchange)),
            _ => Self::Usdm(client(exchange)),
        }
    }

    async fn send(&self, operation: &Operation, pairs: &Pairs) -> Result<String, Error> {
        let raw = Raw::new(operation.method.unwrap(), operation.path.unwrap());
        let raw = match operation.security.unwrap() {
            Security::None => raw.public(),
            security if security.is_signed() => raw.signed(),
            _ => raw.keyed(),
        };
        let add = |raw: Raw, (name, value): &(String, String)| raw.param(name.clone(), value);
        let request = pairs.iter().fold(raw, add).as_text();
        match self {
            Self::Usdm(client) => client.send(request).await,
            Self::CoinM(client) => client.send(request).await,
        }
    }

    /// Sends a line's request. What combinations demand beyond the single parameters the refusals say, and the full line has it.
    async fn ask(&self, line: &Line, full: &Pairs) -> Result<String, Error> {
        let mut pairs = line.pairs();
        loop {
            let error = match self.send(line.operation, &pairs).await {
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
        self.send(key.operation, &key.pairs()).await.unwrap();

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
        let answer = self.send(order.operation, &pairs.collect()).await.unwrap();
        assert!(answer.contains(FIRST_ORDER), "{answer}");
    }
}

fn client<P: Product>(exchange: &Exchange) -> Client<P> {
    let (key, secret) = exchange.credentials();
    Client::builder()
        .base_url(exchange.url())
        .credentials(Credentials::hmac(key, secret).unwrap())
        .build()
        .unwrap()
}

#[tokio::test]
async fn every_operation_is_served_to_the_client_and_its_answer_decodes() {
    let lines = lines::all();
    let mut served = 0;
    for line in lines.iter().filter(|line| line.size != "full") {
        let place = line.place();
        let limits = Limits {
            weight_1m: u32::MAX,
            ..Limits::default()
        };
        let exchange = Exchange::builder().limits(limits).start().await.unwrap();
        let client = AnyClient::of(line.operation.product, &exchange);
        client.prepare(&lines, line.operation.product).await;
        let full = lines::of(&lines, line.operation, "full").unwrap().pairs();
        let answer = client.ask(line, &full).await;
        let answer = answer.unwrap_or_else(|error| panic!("{place}: {error}"));
        let decoded = (line.operation.reencode)(&answer);
        assert!(decoded.is_ok(), "{place}: {decoded:?} of {answer}");
        served += 1;
    }
    println!("{served} requests are served");
}
