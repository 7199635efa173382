//! What a request meets, from its limits to its orders; everything but the network.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::account::Account;
use super::denial::Denial;
use super::fault::Fault;
use super::form::{self, Unreadable};
use super::limits::{Limits, Usage};
use super::listen_keys::ListenKeys;
use super::market::Market;
use super::object::Object;
use super::refused::Refused;
use super::routes::{self, Place, Reading};
use super::sample;
use super::signature::Verifier;
use super::trade::{self, Desk, Trade};
use crate::registry::Operation;
use crate::request::{OrderCost, Product, RateLimitBucket, RecvWindowLimits, Security};
use crate::types::Timestamp;
use crate::wire::Scalar;

/// Where the time comes from.
pub(super) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Who is told of refusals.
pub(super) type Listener = Arc<dyn Fn(&Refused) + Send + Sync>;

/// A request as it arrives.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<u8>,
    /// The body, where it is a form.
    pub(super) form: Vec<u8>,
    pub(super) key: Option<String>,
}

/// An answer as it leaves.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// One exchange.
pub(super) struct Venue {
    pub(super) keys: BTreeMap<String, Verifier>,
    pub(super) clock: Clock,
    pub(super) limits: Limits,
    pub(super) listener: Option<Listener>,
    pub(super) market: Market,
    pub(super) ledger: Mutex<Ledger>,
}

/// What changes in an exchange.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    usage: Usage,
    accounts: BTreeMap<String, Account>,
    listen_keys: ListenKeys,
    last_id: Option<u64>,
    pub(super) faults: VecDeque<Fault>,
    pub(super) refused: VecDeque<Refused>,
}

/// The id before the first order's: beyond what a double holds exactly, as the exchange's are.
const FIRST_ID: u64 = 8_389_765_739_703_625_000;

/// How many refusals are remembered.
const REMEMBERED: usize = 1_000;

impl Venue {
    /// Everything that changes. Should a listener panic, the exchange goes on for everyone else.
    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    pub(super) fn answer(&self, call: &Call) -> Reply {
        let now = (self.clock)();
        let mut headers = Vec::new();
        let mut refused = Vec::new();
        let outcome = self.carry_out(call, now, &mut self.ledger(), &mut headers, &mut refused);
        for denial in refused {
            self.tell(Refused::new(now, call, &denial));
        }
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
        match outcome {
            Ok(body) => Reply {
                status: 200,
                headers,
                body,
            },
            Err(denial) => {
                if let Some(seconds) = denial.retry_after {
                    headers.push(("retry-after".to_owned(), seconds.to_string()));
                }
                self.tell(Refused::new(now, call, &denial));
                Reply {
                    status: denial.status,
                    headers,
                    body: serde_json::to_string(&denial.refusal).unwrap_or_default(),
                }
            }
        }
    }

    /// Answers a request that could not be read, as the servers in front of the exchange do.
    pub(super) fn unreadable(&self, call: &Call, status: u16) -> Reply {
        let why = match status {
            413 => "the body is too long",
            408 => "the body did not come in time",
            _ => "the body broke off",
        };
        let denial = Denial::with_status(status, 0, "").because(why);
        self.tell(Refused::new((self.clock)(), call, &denial));
        Reply {
            status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: format!("<html><body><h1>{status}</h1></body></html>\r\n"),
        }
    }

    fn tell(&self, refused: Refused) {
        if let Some(listener) = &self.listener {
            listener(&refused);
        }
        let mut ledger = self.ledger();
        if ledger.refused.len() == REMEMBERED {
            ledger.refused.pop_front();
        }
        ledger.refused.push_back(refused);
    }

    fn carry_out(
        &self,
        call: &Call,
        now: Timestamp,
        ledger: &mut Ledger,
        headers: &mut Vec<(String, String)>,
        refused: &mut Vec<Denial>,
    ) -> Result<String, Denial> {
        ledger.usage.admit(now)?;
        let operations = operations(call)?;
        let pairs = pairs(call)?;
        let names_contract = |operation: &Operation| {
            let mut values = pairs.iter().map(|(_, value)| value);
            values.any(|value| self.market.lists(operation.product, value))
        };
        let reading =
            Reading::best(&operations, &pairs, names_contract).ok_or_else(|| no_such_path(call))?;
        let operation = reading.operation;
        self.weigh(&reading, now, ledger, headers)?;
        let account = self.identify(call, operation)?;
        if operation.security.is_some_and(Security::is_signed) {
            self.verify(call, operation, &pairs, &account, now)?;
        }
        if operation.cost != OrderCost::NONE {
            self.count_order(operation, &account, now, ledger, headers)?;
        }
        reading.check()?;
        self.know_symbol(&reading)?;
        self.serve(&reading, &account, now, ledger, refused)
    }

    fn weigh(
        &self,
        reading: &Reading,
        now: Timestamp,
        ledger: &mut Ledger,
        headers: &mut Vec<(String, String)>,
    ) -> Result<(), Denial> {
        let operation = reading.operation;
        let buckets = Facts::of_product(operation.product).map(|facts| facts.buckets);
        let mut buckets = buckets.into_iter().flatten();
        if let Some(bucket) = buckets.find(|bucket| bucket.name == operation.bucket) {
            let weight = reading.weight().max(1);
            return ledger
                .usage
                .weigh_in_pool(operation.product, bucket, now, weight);
        }
        let (used, admitted) = ledger.usage.weigh(&self.limits, now, reading.weight());
        headers.push(("x-mbx-used-weight-1m".to_owned(), used.to_string()));
        admitted
    }

    fn count_order(
        &self,
        operation: &Operation,
        account: &str,
        now: Timestamp,
        ledger: &mut Ledger,
        headers: &mut Vec<(String, String)>,
    ) -> Result<(), Denial> {
        let (in_10s, in_1m, admitted) =
            ledger
                .usage
                .order(&self.limits, account, now, operation.cost);
        headers.push(("x-mbx-order-count-10s".to_owned(), in_10s.to_string()));
        headers.push(("x-mbx-order-count-1m".to_owned(), in_1m.to_string()));
        admitted
    }

    /// Whose API key it is; nobody's where none is needed.
    fn identify(&self, call: &Call, operation: &Operation) -> Result<String, Denial> {
        if !operation.security.is_some_and(Security::needs_key) {
            return Ok(String::new());
        }
        let key = call.key.as_deref().unwrap_or_default();
        let well_formed = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        if !well_formed {
            return Err(Denial::with_status(401, -2014, "API-key format invalid.")
                .because("the header X-MBX-APIKEY holds no key"));
        }
        if !self.keys.contains_key(key) {
            return Err(Denial::with_status(
                401,
                -2015,
                "Invalid API-key, IP, or permissions for action.",
            )
            .because(format!("this exchange does not know the key `{key}`")));
        }
        Ok(key.to_owned())
    }

    fn verify(
        &self,
        call: &Call,
        operation: &Operation,
        pairs: &[(String, String)],
        account: &str,
        now: Timestamp,
    ) -> Result<(), Denial> {
        let get = |name: &str| {
            let mut given = pairs.iter().filter(|(_, value)| !value.is_empty());
            given
                .find(|(given, _)| given == name)
                .map(|(_, value)| value.as_str())
        };
        let timestamp = get("timestamp").and_then(i64::from_text);
        let timestamp = timestamp.ok_or_else(|| Denial::missing("timestamp"))?;
        let window = match get("recvWindow") {
            Some(window) => {
                Some(i64::from_text(window).ok_or_else(|| Denial::invalid("recvWindow"))?)
            }
            None => None,
        };
        get("signature").ok_or_else(|| Denial::missing("signature"))?;
        if let Some(facts) = Facts::of_product(operation.product) {
            refuse_time(timestamp, window, facts.recv_window, now)?;
        }
        let verifier = self.keys.get(account);
        refuse_signature(call, verifier)
    }

    /// Refuses contracts that are not listed. What the sample of an answer names may be asked for too: some operations know more than contracts.
    fn know_symbol(&self, reading: &Reading) -> Result<(), Denial> {
        let operation = reading.operation;
        let Some(symbol) = reading.get("symbol") else {
            return Ok(());
        };
        let quoted = serde_json::to_string(symbol).unwrap_or_default();
        // Since June 2026 each product tells the klines of both.
        let of_both = routes::resource(operation.path.unwrap_or_default()).ends_with("lines");
        let products = ["usdm", "coinm"];
        let mut products = products
            .iter()
            .filter(|product| of_both || **product == operation.product);
        let listed = products.any(|product| self.market.listing(product, symbol).is_some());
        if listed || (Trade::of(operation).is_none() && operation.sample.contains(&quoted)) {
            Ok(())
        } else {
            Err(trade::no_such_symbol(symbol))
        }
    }

    fn serve(
        &self,
        reading: &Reading,
        account: &str,
        now: Timestamp,
        ledger: &mut Ledger,
        refused: &mut Vec<Denial>,
    ) -> Result<String, Denial> {
        let operation = reading.operation;
        if let Some(trade) = Trade::of(operation) {
            let next_id = ledger.last_id.get_or_insert(FIRST_ID);
            let account = ledger.accounts.entry(account.to_owned()).or_default();
            let mut desk = Desk {
                account,
                market: &self.market,
                now,
                next_id,
                refused,
            };
            return desk.carry_out(trade, reading);
        }
        let resource = routes::resource(operation.path.unwrap_or_default());
        let Some(method) = operation.method.filter(|_| resource == "listenKey") else {
            return Ok(sample::answer(reading, &self.market, now));
        };
        let key = ledger
            .listen_keys
            .carry_out(method, account, operation.product, now)?;
        let mut answer = Object::read(operation.sample).unwrap_or_default();
        answer.set("listenKey", &key);
        Ok(serde_json::to_string(&answer).unwrap_or_default())
    }
}

impl fmt::Debug for Venue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Venue")
            .field("accounts", &self.keys.len())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn operations(call: &Call) -> Result<Vec<&'static Operation>, Denial> {
    match routes::place(&call.method, &call.path) {
        Place::Operations(operations) => Ok(operations),
        Place::Nothing => Err(no_such_path(call)),
        Place::OtherMethod => Err(Denial {
            status: 405,
            ..no_such_path(call)
        }),
    }
}

fn no_such_path(call: &Call) -> Denial {
    let (path, method) = (&call.path, &call.method);
    Denial::with_status(
        404,
        -5000,
        format!("Path {path}, Method {method} is invalid"),
    )
}

/// What is sent, that of the query first.
fn pairs(call: &Call) -> Result<Vec<(String, String)>, Denial> {
    let read = |text: &[u8]| {
        form::pairs(text).map_err(|unreadable| {
            let why = match unreadable {
                Unreadable::Escape => "a `%` is not followed by two hexadecimal digits",
                Unreadable::Encoding => "a parameter is not UTF-8",
            };
            Denial::new(-1100, "Illegal characters found in a parameter.").because(why)
        })
    };
    let mut pairs = read(&call.query)?;
    pairs.extend(read(&call.form)?);
    Ok(pairs)
}

fn refuse_time(
    timestamp: i64,
    window: Option<i64>,
    of_product: RecvWindowLimits,
    now: Timestamp,
) -> Result<(), Denial> {
    let window = window.unwrap_or(of_product.default_millis.into());
    let ahead = of_product.ahead_millis;
    let age = now.as_millis().saturating_sub(timestamp);
    let message = if age <= -i64::from(ahead) {
        format!("Timestamp for this request was {ahead}ms ahead of the server's time.")
    } else if age > window {
        "Timestamp for this request is outside of the recvWindow.".to_owned()
    } else {
        return Ok(());
    };
    Err(Denial::new(-1021, message).because(format!(
        "it is {timestamp} where the exchange's clock says {now}, and the window {window}"
    )))
}

fn refuse_signature(call: &Call, verifier: Option<&Verifier>) -> Result<(), Denial> {
    let invalid = || Denial::new(-1022, "Signature for this request is not valid.");
    let of_form =
        form::signed(&call.form).map(|(form, signature)| ([&call.query, form], signature));
    let of_query =
        || form::signed(&call.query).map(|(query, signature)| ([query, &call.form], signature));
    let Some((parts, given)) = of_form.or_else(of_query) else {
        return Err(invalid().because("the signature is not the last parameter"));
    };
    let verified = verifier.map(|verifier| verifier.verify(&parts, given));
    verified
        .unwrap_or_else(|| Err("the account has no key".to_owned()))
        .map_err(|why| invalid().because(why))
}

/// What holds for every request of a product.
struct Facts {
    /// The limits of their own that some of them have.
    buckets: &'static [RateLimitBucket],
    recv_window: RecvWindowLimits,
}

impl Facts {
    fn of<P: Product>() -> Self {
        Self {
            buckets: P::BUCKETS,
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
