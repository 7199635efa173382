//! The exchange serves every REST operation of the spec, without code for each operation.

use binance_futures::dynamic::{ParamMap, ProblemKind};
use binance_futures::mock::RateLimits;
use binance_futures::parameters::Rule;
use binance_futures::registry::{self, Kind, Operation, ParameterInfo};
use binance_futures::request::Security;

use crate::client::{Response, Session};

/// Ids of objects that exist on the exchange.
#[derive(Default)]
struct Ids {
    order: String,
    algo_order: String,
    quote: String,
}

/// The required parameters of an operation.
struct RequiredParameters<'a> {
    operation: &'static Operation,
    ids: &'a Ids,
    pairs: Vec<(&'static str, String)>,
}

impl RequiredParameters<'_> {
    /// Adds parameters until a request can be built from them.
    fn complete(&mut self) {
        loop {
            let mut map = ParamMap::from_pairs(self.pairs.clone());
            let request = self.operation.build.unwrap()(&mut map);
            let problems = map.finish().err().unwrap_or_default();
            let Some(problem) = problems.first() else {
                assert!(request.is_some(), "{}", self.operation.id);
                return;
            };
            match &problem.kind {
                ProblemKind::Missing | ProblemKind::NoneOf => {
                    self.add(problem.name.split(", ").next().unwrap());
                }
                _ => panic!("{}: {problem}", self.operation.id),
            }
        }
    }

    fn add(&mut self, name: &str) {
        let info = self
            .operation
            .parameters
            .iter()
            .find(|info| info.name == name);
        let info = info.unwrap_or_else(|| panic!("{} has no `{name}`", self.operation.id));
        let value = self.value(info);
        self.pairs.push((info.name, value));
    }

    fn value(&self, info: &ParameterInfo) -> String {
        for rule in info.rules {
            if let Rule::Range {
                minimum: Some(minimum),
                ..
            } = rule
            {
                return (*minimum).to_owned();
            }
            // The first permitted value of a number or of a text.
            if let Some(allowed) = rule.to_string().strip_prefix("one of ") {
                return allowed.split(", ").next().unwrap().to_owned();
            }
        }
        let coinm = self.operation.product == "coinm";
        let either = |one: &str, other: &str| if coinm { other } else { one }.to_owned();
        let ty = info.ty.split(' ').next().unwrap();
        match ty {
            _ if ty.starts_with('=') => info.ty.trim_start_matches('=').to_owned(),
            _ if ty.starts_with("json<[u64") => format!("[{}]", self.ids.order),
            _ if ty.starts_with("json<[request") || info.ty.starts_with("json<[request") => {
                self.batch(info)
            }
            _ if ty.starts_with("json<[") => r#"["x"]"#.to_owned(),
            "Symbol" => either("BTCUSDT", "BTCUSD_PERP"),
            "Pair" => either("BTCUSDT", "BTCUSD"),
            "Asset" if info.name == "toAsset" => "BTC".to_owned(),
            "Asset" => either("USDT", "BTC"),
            // The first listed interval, one second, is rejected over REST.
            "KlineInterval" => "1m".to_owned(),
            "bool" => "true".to_owned(),
            "Timestamp" => "1591702613000".to_owned(),
            _ if info.name == "orderId" => self.ids.order.clone(),
            _ if info.name == "algoId" => self.ids.algo_order.clone(),
            _ if info.name == "quoteId" => self.ids.quote.clone(),
            _ if info.name == "price" => "59001".to_owned(),
            _ if info.name == "triggerPrice" => "62000".to_owned(),
            "OrderType" if self.operation.id == "new_algo_order" => "STOP_MARKET".to_owned(),
            "Decimal" | "u8" | "u16" | "u32" | "u64" | "i32" | "i64" => "1".to_owned(),
            _ => self.listed(info).unwrap_or_else(|| "x".to_owned()),
        }
    }

    /// Returns the first value of an enum parameter.
    fn listed(&self, info: &ParameterInfo) -> Option<String> {
        let mut map = ParamMap::default();
        let _ = self.operation.build.unwrap()(&mut map);
        map.variants(info.name)
            .first()
            .map(|value| (*value).to_owned())
    }

    fn batch(&self, info: &ParameterInfo) -> String {
        let id = info
            .ty
            .trim_start_matches("json<[request ")
            .trim_end_matches("]>");
        let mut operations = registry::operations();
        let operation = operations
            .find(|operation| operation.product == self.operation.product && operation.id == id);
        let mut item = RequiredParameters {
            operation: operation.unwrap(),
            ids: self.ids,
            pairs: Vec::new(),
        };
        item.complete();
        let fields = item
            .pairs
            .iter()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""));
        format!("[{{{}}}]", fields.collect::<Vec<_>>().join(","))
    }

    fn query(&self) -> String {
        let encode = |value: &str| {
            value
                .bytes()
                .map(|byte| format!("%{byte:02X}"))
                .collect::<String>()
        };
        let parameters = self
            .pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)));
        parameters.collect::<Vec<_>>().join("&")
    }
}

async fn call(session: &Session, operation: &Operation, query: &str) -> Response {
    let (method, path) = (operation.method.unwrap().as_str(), operation.path.unwrap());
    if operation.security.is_some_and(Security::is_signed) {
        return session.signed(method, path, query).await;
    }
    let headers = [("x-mbx-apikey", session.key.as_str())];
    session
        .send(method, &format!("{path}?{query}"), &headers, "")
        .await
}

/// Prepares what an operation refers to or requires: listen keys, an order, a conditional order, a quote and an isolated position.
async fn prepare(session: &Session, operation: &Operation) -> Ids {
    let key = [("x-mbx-apikey", session.key.as_str())];
    session.send("POST", "/fapi/v1/listenKey", &key, "").await;
    session.send("POST", "/dapi/v1/listenKey", &key, "").await;
    let (product, symbol) = match operation.product {
        "coinm" => ("dapi", "BTCUSD_PERP"),
        _ => ("fapi", "BTCUSDT"),
    };
    let post = async |path: &str, query: &str| {
        let response = session
            .signed("POST", &format!("/{product}/v1/{path}"), query)
            .await;
        assert_eq!(response.status, 200, "{path}: {response:?}");
        response.json()
    };
    let has = |name: &str| {
        operation
            .parameters
            .iter()
            .any(|parameter| parameter.name == name)
    };
    let mut ids = Ids::default();
    if ["modify_position_margin", "change_margin_type"].contains(&operation.id) {
        post(
            "marginType",
            &format!("symbol={symbol}&marginType=ISOLATED"),
        )
        .await;
    }
    if operation.id == "modify_position_margin" {
        post(
            "order",
            &format!("symbol={symbol}&side=BUY&type=MARKET&quantity=1"),
        )
        .await;
    }
    if ["orderId", "orderIdList", "batchOrders"]
        .iter()
        .any(|name| has(name))
    {
        let order = format!(
            "symbol={symbol}&side=BUY&type=LIMIT&quantity=1&price=59000&timeInForce=GTC&newClientOrderId=x"
        );
        ids.order = post("order", &order).await["orderId"].to_string();
    }
    if has("algoId") {
        let order = format!(
            "algoType=CONDITIONAL&symbol={symbol}&side=SELL&type=STOP_MARKET&quantity=1&triggerPrice=59000"
        );
        ids.algo_order = post("algoOrder", &order).await["algoId"].to_string();
    }
    if has("quoteId") {
        let quote = post(
            "convert/getQuote",
            "fromAsset=USDT&toAsset=BTC&fromAmount=100",
        )
        .await;
        let quote_id = quote["quoteId"].as_str().unwrap();
        ids.quote = quote_id.to_owned();
        if has("orderId") {
            let accepted = post("convert/acceptQuote", &format!("quoteId={quote_id}")).await;
            ids.order = accepted["orderId"].as_str().unwrap().to_owned();
        }
    }
    ids
}

#[tokio::test]
async fn every_operation_returns_a_decodable_response_and_counts_its_weight() {
    let operations: Vec<_> = registry::operations()
        .filter(|operation| operation.kind == Kind::Rest)
        .collect();
    assert!(operations.len() > 20);
    for operation in operations {
        let session = Session::with(|builder| {
            builder.rate_limits(RateLimits {
                weight_1m: u32::MAX,
                ..RateLimits::default()
            })
        })
        .await;
        let ids = prepare(&session, operation).await;
        let mut required = RequiredParameters {
            operation,
            ids: &ids,
            pairs: Vec::new(),
        };
        required.complete();
        let mut before = 0;
        // The spec does not state which combinations are required; the rejections name the missing parameter.
        let response = loop {
            before = session
                .get("/fapi/v1/exchangeInfo")
                .await
                .number("x-mbx-used-weight-1m")
                .unwrap_or(before);
            let response = call(&session, operation, &required.query()).await;
            let missing = response
                .body
                .split('\'')
                .nth(1)
                .filter(|_| response.outcome().1 == -1102);
            match missing {
                Some(name) if !required.pairs.iter().any(|(sent, _)| *sent == name) => {
                    required.add(name);
                }
                _ => break response,
            }
        };
        let place = format!(
            "{} {}?{}",
            operation.id,
            operation.path.unwrap(),
            required.query()
        );
        assert_eq!(response.status, 200, "{place}: {response:?}");
        let decoded = (operation.reencode)(&response.body);
        assert!(decoded.is_ok(), "{place}: {decoded:?} of {response:?}");

        let mut map = ParamMap::from_pairs(required.pairs.clone());
        let request = operation.build.unwrap()(&mut map).unwrap();
        let weight = request.cost().weight;
        // The exchange reports no weight for requests of a bucket without one.
        if (operation.bucket.is_none() || weight > 0) && cfg!(feature = "usdm") {
            let used = response.number("x-mbx-used-weight-1m");
            assert_eq!(used, Some(before + weight), "{place}");
        }
    }
}
