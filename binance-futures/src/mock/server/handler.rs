//! Handling of a request, from rate limits and authentication to its response. Independent of the network.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::form;
use super::messages::{HttpRequest, HttpResponse};
use super::parsed_request::ParsedRequest;
use super::rate_limits::RateLimits;
use super::rejected_request::RejectedRequest;
use super::rejection::Rejection;
use super::routes::{self, Route};
use super::signature::Verifier;
use crate::clock::Clock;
use crate::mock::market::Market;
use crate::mock::operations::sample;
use crate::mock::operations::{self, Context, market_data};
use crate::mock::state::State;
use crate::registry::Operation;
#[cfg(any(feature = "usdm", feature = "coinm"))]
use crate::request::Product;
use crate::request::{OrderCount, RateLimit, RecvWindowLimits, Security};
use crate::types::Timestamp;
use crate::wire::Scalar;

/// A callback that receives each rejected request.
pub(in crate::mock) type RejectionCallback = Arc<dyn Fn(&RejectedRequest) + Send + Sync>;

/// The request handler of one exchange: its configuration and its state.
pub(in crate::mock) struct RequestHandler {
    /// Accepted API keys, and how the signatures of each are verified.
    pub(in crate::mock) keys: BTreeMap<String, Verifier>,
    /// Source of the exchange's time.
    pub(in crate::mock) clock: Box<dyn Clock>,
    /// Rate limits.
    pub(in crate::mock) rate_limits: RateLimits,
    /// Receives each rejected request.
    pub(in crate::mock) on_rejection: Option<RejectionCallback>,
    /// State that requests change.
    pub(in crate::mock) state: Mutex<State>,
}

impl RequestHandler {
    /// Locks the state. A panic while it was locked does not stop the exchange.
    pub(in crate::mock) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the exchange's time: that of its clock, and what tests have advanced.
    pub(super) fn now(&self, state: &State) -> Timestamp {
        self.clock.now() + state.advanced
    }

    /// Advances the time of the exchange, and everything that depends on it.
    pub(in crate::mock) fn advance(&self, duration: Duration) {
        let mut state = self.state();
        state.advanced = state.advanced.saturating_add(duration);
        let now = self.now(&state);
        state.advance(now);
    }

    /// Changes the market at the exchange's time.
    pub(in crate::mock) fn steer<T>(&self, change: impl FnOnce(&mut Market) -> T) -> T {
        let mut state = self.state();
        let now = self.now(&state);
        state.advance(now);
        let outcome = change(&mut state.market);
        state.advance(now);
        outcome
    }

    /// Executes or rejects a request.
    pub(in crate::mock) fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let mut headers = Vec::new();
        let mut rejected_items = Vec::new();
        let (now, outcome) = {
            let mut state = self.state();
            let now = self.now(&state);
            let state = &mut state;
            let outcome = self.execute(request, now, state, &mut headers, &mut rejected_items);
            (now, outcome)
        };
        for rejection in rejected_items {
            self.log(RejectedRequest::new(now, request, &rejection));
        }
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        match outcome {
            Ok(body) => HttpResponse {
                status: 200,
                headers,
                body,
            },
            Err(rejection) => self.rejected(now, request, &rejection, headers),
        }
    }

    /// Logs a rejection, and returns the response.
    fn rejected(
        &self,
        now: Timestamp,
        request: &HttpRequest,
        rejection: &Rejection,
        mut headers: Vec<(String, String)>,
    ) -> HttpResponse {
        if let Some(seconds) = rejection.retry_after {
            headers.push(("retry-after".to_owned(), seconds.to_string()));
        }
        self.log(RejectedRequest::new(now, request, rejection));
        HttpResponse {
            status: rejection.status,
            headers,
            body: serde_json::to_string(&rejection.error_object()).unwrap_or_default(),
        }
    }

    /// Rejects a request that is not one of an operation.
    pub(super) fn reject(&self, request: &HttpRequest, rejection: &Rejection) -> HttpResponse {
        let now = self.now(&self.state());
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        self.rejected(now, request, rejection, headers)
    }

    /// Rejects a request whose body could not be read, with an HTML page like a web server in front of the exchange.
    pub(in crate::mock) fn reject_unreadable(
        &self,
        request: &HttpRequest,
        status: u16,
    ) -> HttpResponse {
        let detail = match status {
            413 => "the body is too long",
            408 => "the body did not arrive in time",
            _ => "the body is incomplete",
        };
        let rejection = Rejection::with_status(status, 0, "").with_detail(detail);
        let now = self.now(&self.state());
        self.log(RejectedRequest::new(now, request, &rejection));
        HttpResponse {
            status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: format!("<html><body><h1>{status}</h1></body></html>\r\n"),
        }
    }

    fn log(&self, rejected: RejectedRequest) {
        if let Some(callback) = &self.on_rejection {
            callback(&rejected);
        }
        self.state().log(rejected);
    }

    /// Returns the body of the response. Adds headers of the rate-limit usage, and the rejections of single items of a batch.
    fn execute(
        &self,
        request: &HttpRequest,
        now: Timestamp,
        state: &mut State,
        headers: &mut Vec<(String, String)>,
        rejected_items: &mut Vec<Rejection>,
    ) -> Result<String, Rejection> {
        state.advance(now);
        state.usage.check_ban(now)?;
        let operations = find_operations(request)?;
        let parameters = request.parameters()?;
        let names_contract = |operation: &Operation| {
            let mut values = parameters.iter().map(|(_, value)| value);
            values.any(|value| state.market.has_symbol_or_pair(operation.product, value))
        };
        let parsed = ParsedRequest::best_match(&operations, &parameters, names_contract)
            .ok_or_else(|| unknown_path(request))?;
        let operation = parsed.operation;
        self.count_weight(&parsed, now, state, headers)?;
        let api_key = self.authenticate(request, operation)?;
        if operation.security.is_some_and(Security::is_signed) {
            self.check_signed(request, operation, &parameters, &api_key, now)?;
        }
        if operation.orders != OrderCount::NONE {
            self.count_orders(operation, &api_key, now, state, headers)?;
        }
        parsed.check()?;
        check_symbol(&parsed, &state.market)?;
        let body = self.body(&parsed, &api_key, now, state, rejected_items);
        state.settle(now, &api_key);
        body
    }

    fn count_weight(
        &self,
        request: &ParsedRequest,
        now: Timestamp,
        state: &mut State,
        headers: &mut Vec<(String, String)>,
    ) -> Result<(), Rejection> {
        let operation = request.operation;
        let weight = request.weight();
        if let Some(bucket) = operation.bucket {
            let limits = ProductFacts::of_product(operation.product).map(|facts| facts.rate_limits);
            let of_bucket = |limit: &&RateLimit| limit.bucket == Some(bucket);
            for limit in limits.into_iter().flatten().filter(of_bucket) {
                state.usage.count_bucket(operation.product, limit, now)?;
            }
            // The exchange reports no weight for requests without one.
            if weight == 0 {
                return Ok(());
            }
        }
        let (used, admitted) = state.usage.count_weight(&self.rate_limits, now, weight);
        headers.push(("x-mbx-used-weight-1m".to_owned(), used.to_string()));
        admitted
    }

    fn count_orders(
        &self,
        operation: &Operation,
        api_key: &str,
        now: Timestamp,
        state: &mut State,
        headers: &mut Vec<(String, String)>,
    ) -> Result<(), Rejection> {
        let (in_10s, in_1m, admitted) =
            state
                .usage
                .count_orders(&self.rate_limits, api_key, now, operation.orders);
        headers.push(("x-mbx-order-count-10s".to_owned(), in_10s.to_string()));
        headers.push(("x-mbx-order-count-1m".to_owned(), in_1m.to_string()));
        admitted
    }

    /// Returns the API key of the request. Empty when the operation needs none.
    fn authenticate(
        &self,
        request: &HttpRequest,
        operation: &Operation,
    ) -> Result<String, Rejection> {
        if !operation.security.is_some_and(Security::needs_key) {
            return Ok(String::new());
        }
        let api_key = request.api_key.as_deref().unwrap_or_default();
        let well_formed =
            !api_key.is_empty() && api_key.bytes().all(|byte| byte.is_ascii_graphic());
        if !well_formed {
            return Err(
                Rejection::with_status(401, -2014, "API-key format invalid.")
                    .with_detail("the header X-MBX-APIKEY contains no API key"),
            );
        }
        if !self.keys.contains_key(api_key) {
            return Err(Rejection::with_status(
                401,
                -2015,
                "Invalid API-key, IP, or permissions for action.",
            )
            .with_detail(format!(
                "this exchange has no account for the API key `{api_key}`"
            )));
        }
        Ok(api_key.to_owned())
    }

    /// Checks timestamp, receive window and signature.
    fn check_signed(
        &self,
        request: &HttpRequest,
        operation: &Operation,
        parameters: &[(String, String)],
        api_key: &str,
        now: Timestamp,
    ) -> Result<(), Rejection> {
        let get = |wanted: &str| {
            let mut sent = parameters.iter().filter(|(_, value)| !value.is_empty());
            sent.find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        };
        let timestamp = get("timestamp").and_then(i64::from_text);
        let timestamp = timestamp.ok_or_else(|| Rejection::missing_parameter("timestamp"))?;
        let recv_window = match get("recvWindow") {
            Some(millis) => Some(
                i64::from_text(millis).ok_or_else(|| Rejection::invalid_parameter("recvWindow"))?,
            ),
            None => None,
        };
        get("signature").ok_or_else(|| Rejection::missing_parameter("signature"))?;
        if let Some(facts) = ProductFacts::of_product(operation.product) {
            check_timestamp(timestamp, recv_window, facts.recv_window, now)?;
        }
        check_signature(request, self.keys.get(api_key))
    }

    /// Executes a request that passed all checks, and returns the body of the response.
    fn body(
        &self,
        request: &ParsedRequest,
        api_key: &str,
        now: Timestamp,
        state: &mut State,
        rejected_items: &mut Vec<Rejection>,
    ) -> Result<String, Rejection> {
        if let Some(response) = market_data::respond(request, &mut state.market, now) {
            return response;
        }
        let Some(execute) = operations::handler(request.operation) else {
            return Ok(sample::response(request, &state.market, now));
        };
        let mut context = Context {
            state,
            api_key,
            now,
            rate_limits: &self.rate_limits,
            rejected_items,
        };
        execute(&mut context, request)
    }
}

/// Prints neither API keys nor secrets.
impl fmt::Debug for RequestHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHandler")
            .field("accounts", &self.keys.len())
            .field("rate_limits", &self.rate_limits)
            .finish_non_exhaustive()
    }
}

fn find_operations(request: &HttpRequest) -> Result<Vec<&'static Operation>, Rejection> {
    match routes::find(&request.method, &request.path) {
        Route::Operations(operations) => Ok(operations),
        Route::UnknownPath => Err(unknown_path(request)),
        Route::OtherMethods => Err(Rejection {
            status: 405,
            ..unknown_path(request)
        }),
    }
}

fn unknown_path(request: &HttpRequest) -> Rejection {
    let (path, method) = (&request.path, &request.method);
    Rejection::with_status(
        404,
        -5000,
        format!("Path {path}, Method {method} is invalid"),
    )
}

/// Rejects symbols that are not listed. Operations other than those of orders also accept a symbol of their sample response, which need
/// not be a listed contract.
fn check_symbol(request: &ParsedRequest, market: &Market) -> Result<(), Rejection> {
    let operation = request.operation;
    let Some(symbol) = request.get("symbol") else {
        return Ok(());
    };
    // Some operations expect a pair, despite the name.
    if request.info("symbol").is_some_and(|info| info.ty == "Pair") {
        return Ok(());
    }
    let quoted = serde_json::to_string(symbol).unwrap_or_default();
    // Since June 2026 the candlestick endpoints of each product accept the symbols of both products.
    let accepts_both = routes::resource(operation.path.unwrap_or_default()).ends_with("lines");
    let products = ["usdm", "coinm"];
    let mut products = products
        .iter()
        .filter(|product| accepts_both || **product == operation.product);
    let listed = products.any(|product| market.contract(product, symbol).is_some());
    if listed || (operations::handler(operation).is_none() && operation.sample.contains(&quoted)) {
        Ok(())
    } else {
        Err(Rejection::unknown_symbol(symbol))
    }
}

fn check_timestamp(
    timestamp: i64,
    recv_window: Option<i64>,
    limits: RecvWindowLimits,
    now: Timestamp,
) -> Result<(), Rejection> {
    let recv_window = recv_window.unwrap_or(limits.default_millis.into());
    let ahead = limits.max_ahead_millis;
    let age = now.as_millis().saturating_sub(timestamp);
    let message = if age <= -i64::from(ahead) {
        format!("Timestamp for this request was {ahead}ms ahead of the server's time.")
    } else if age > recv_window {
        "Timestamp for this request is outside of the recvWindow.".to_owned()
    } else {
        return Ok(());
    };
    Err(Rejection::new(-1021, message).with_detail(format!(
        "the timestamp is {timestamp}, the exchange's clock is {now}, the receive window is {recv_window} ms"
    )))
}

/// Verifies the signature, which must be the last parameter of the form, or of the query when the form has none.
fn check_signature(request: &HttpRequest, verifier: Option<&Verifier>) -> Result<(), Rejection> {
    let invalid = |detail: String| {
        Rejection::new(-1022, "Signature for this request is not valid.").with_detail(detail)
    };
    let of_form = form::split_signature(&request.form)
        .map(|(form, signature)| ([&request.query, form], signature));
    let of_query = || {
        form::split_signature(&request.query)
            .map(|(query, signature)| ([query, &request.form], signature))
    };
    let Some((payload, signature)) = of_form.or_else(of_query) else {
        return Err(invalid(
            "the signature is not the last parameter".to_owned(),
        ));
    };
    match verifier {
        Some(verifier) => verifier.verify(&payload, signature).map_err(invalid),
        None => Err(invalid("the account has no key".to_owned())),
    }
}

/// Facts of the spec that hold for every request of a product.
struct ProductFacts {
    /// Rate limits.
    rate_limits: &'static [RateLimit],
    /// Limits of timestamp and receive window.
    recv_window: RecvWindowLimits,
}

impl ProductFacts {
    #[cfg(any(feature = "usdm", feature = "coinm"))]
    fn of<P: Product>() -> Self {
        Self {
            rate_limits: P::RATE_LIMITS,
            recv_window: P::RECV_WINDOW,
        }
    }

    fn of_product(id: &str) -> Option<Self> {
        match id {
            #[cfg(feature = "usdm")]
            "usdm" => Some(Self::of::<crate::usdm::Usdm>()),
            #[cfg(feature = "coinm")]
            "coinm" => Some(Self::of::<crate::coinm::CoinM>()),
            _ => None,
        }
    }
}
