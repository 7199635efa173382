//! What a request is, and the facts it carries.

use std::fmt;

use crate::check::Checker;
use crate::error::{InvalidParameter, KnownError};
use crate::parameters::Parameters;
use crate::types::ClientOrderId;
use crate::wire::Wire;

/// Something the exchange can be asked, as a value that owns its parameters.
///
/// It knows nothing of clients: the same value goes over REST, over the websocket API where it implements [`WsApiRequest`],
/// into a batch, a queue or a log.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request",
    label = "not a request",
    note = "requests are the types of `usdm` and `coinm`, such as `usdm::NewOrder`"
)]
pub trait Request: fmt::Debug {
    /// The product it belongs to.
    type Product: Product;

    /// What comes back.
    type Response;

    /// The form the answer has.
    type Wire: Wire<Self::Response>;

    /// What holds whatever the parameters are.
    const METADATA: Metadata;

    /// What it counts against the limit of its pool, with these parameters.
    fn weight(&self) -> u32 {
        Self::METADATA.weight
    }

    /// Writes its parameters in the exchange's order. Timestamp, receive window and signature are the sender's to add.
    fn write<W: Parameters>(&self, to: &mut W);

    /// Gives it the ids that the caller left open, and without which nobody could ask what became of it.
    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        let _ = make;
    }

    /// Holds its parameters against what the exchange documents of them. Sending does not: what the exchange allows tomorrow works today.
    ///
    /// # Errors
    ///
    /// The first parameter that breaks one of its rules.
    fn check(&self) -> Result<(), InvalidParameter> {
        let mut checker = Checker::new(Self::METADATA);
        self.write(&mut checker);
        checker.finish()
    }
}

/// A request that goes over REST.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent over REST",
    label = "not a REST request",
    note = "it goes over the websocket API only"
)]
pub trait RestRequest: Request {
    /// The verb.
    const METHOD: Method;

    /// Where to, from the root.
    const PATH: &'static str;
}

/// A request that only asks: whatever becomes of it, nothing at the exchange has changed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may change something at the exchange",
    label = "does more than ask",
    note = "a read-only client sends only requests that ask, such as `usdm::QueryOrder`"
)]
pub trait ReadOnlyRequest: RestRequest {}

/// A request whose fate the exchange can be asked for.
#[diagnostic::on_unimplemented(
    message = "the exchange cannot be asked what became of `{Self}`",
    label = "has no question",
    note = "requests that can be traced name a `lookup` in their `METADATA`, such as `usdm::NewOrder`"
)]
pub trait Resolvable: Request {
    /// The request that asks.
    type Question: ReadOnlyRequest + Request<Product = Self::Product>;

    /// The error numbers by which the exchange says that it knows no such thing; empty where none is known to say so.
    const ABSENT: &'static [i64];

    /// Makes the question of what was sent: the values of parameters by the exchange's names, as texts.
    /// `None` where one that it needs was not sent, or is no value of its kind.
    fn question<'a>(sent: impl Fn(&str) -> Option<&'a str>) -> Option<Self::Question>;
}

/// A request that goes over the websocket API.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent over the websocket API",
    label = "not a websocket request",
    note = "the exchange offers it over REST only"
)]
pub trait WsApiRequest: Request {
    /// What the websocket API calls it.
    const WS_METHOD: &'static str;
}

/// One of the exchange's products: a set of requests and topics at hosts of their own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a product",
    note = "the products are `usdm::Usdm` and `coinm::CoinM`"
)]
pub trait Product: fmt::Debug + Send + Sync + 'static {
    /// How people call it: `USDⓈ-M`.
    const NAME: &'static str;

    /// How the crate calls it: `usdm`.
    const ID: &'static str;

    /// Where REST requests go.
    const REST: BaseUrls;

    /// Where market streams and user data come from.
    const STREAMS: BaseUrls;

    /// Where the websocket API is.
    const WS_API: BaseUrls;

    /// What its error numbers mean, ascending by number.
    const ERRORS: &'static [KnownError];

    /// Limits of their own that some requests draw on instead of the common one.
    const BUCKETS: &'static [RateLimitBucket];

    /// How old and how early a signed request may be.
    const RECV_WINDOW: RecvWindowLimits;

    /// The exchange's names of all parameters and members that hold a secret, such as `listenKey`, in the order of the alphabet.
    const SECRET_FIELDS: &'static [&'static str];
}

/// How far the timestamp of a signed request may be from the exchange's clock, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecvWindowLimits {
    /// The age up to which a request is taken that names no window.
    pub default_millis: u32,
    /// The longest window that is sure to be taken.
    pub most_millis: u32,
    /// How far ahead of the exchange's clock a timestamp must not be.
    pub ahead_millis: u32,
}

/// A limit on weight that only some requests draw on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitBucket {
    /// How [`Metadata::bucket`] names it.
    pub name: &'static str,
    /// The most weight in one interval.
    pub limit: u32,
    /// The interval.
    pub seconds: u32,
}

/// Roots of URLs; not every environment has each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BaseUrls {
    /// Real money.
    pub production: &'static str,
    /// The test network.
    pub testnet: Option<&'static str>,
    /// Demo trading, against production's prices.
    pub demo: Option<&'static str>,
}

/// An HTTP verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Asks.
    Get,
    /// Makes something.
    Post,
    /// Changes something.
    Put,
    /// Removes something.
    Delete,
}

impl Method {
    /// The verb in capitals, as HTTP has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the exchange wants to see before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// Nothing.
    None,
    /// An API key, for market data.
    MarketData,
    /// An API key, for the stream of an account's events.
    UserStream,
    /// A signature and the permission to trade.
    Trade,
    /// A signature and the permission to read the account.
    UserData,
}

impl Security {
    /// Whether the API key goes with it.
    pub const fn needs_key(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Whether timestamp and signature go with it.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Trade | Self::UserData)
    }
}

/// Whether a request may be sent again when its outcome is unclear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// Sent twice it does what it does sent once.
    Idempotent,
    /// It might be done twice.
    NotIdempotent,
}

/// What a request counts against the limits on orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct OrderCost {
    /// Of the limit of ten seconds.
    pub per_10s: u32,
    /// Of the limit of one minute.
    pub per_1m: u32,
}

impl OrderCost {
    /// Counts no order.
    pub const NONE: Self = Self {
        per_10s: 0,
        per_1m: 0,
    };
}

/// How to learn what became of a request whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lookup {
    /// The request that asks, by its name.
    pub request: &'static str,
    /// The parameter of the lost request that names what to ask for.
    pub by: &'static str,
}

/// Facts about a request that hold whatever its parameters are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metadata {
    /// Its product and name: `usdm::Depth`.
    pub name: &'static str,
    /// What the exchange wants to see.
    pub security: Security,
    /// Whether it may be sent twice.
    pub idempotency: Idempotency,
    /// The limit its weight counts against; empty for the common one.
    pub bucket: &'static str,
    /// What it counts against the limit of its pool, unless that depends on the parameters: see [`Request::weight`].
    pub weight: u32,
    /// What it counts against the limits on orders.
    pub cost: OrderCost,
    /// How to learn what became of it.
    pub lookup: Option<Lookup>,
    /// What the exchange documents of its parameters' values, by their names.
    pub rules: &'static [(&'static str, Rule)],
}

impl Metadata {
    /// A public request that has no weight, counts no order and is not sent twice.
    pub const DEFAULT: Self = Self {
        name: "",
        security: Security::None,
        idempotency: Idempotency::NotIdempotent,
        bucket: "",
        weight: 0,
        cost: OrderCost::NONE,
        lookup: None,
        rules: &[],
    };
}

/// What the exchange documents of a parameter's value, beyond its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// One of these integers.
    OneOf(&'static [i64]),
    /// Not below the one and not above the other, both decimals.
    Range {
        /// The least it may be.
        minimum: Option<&'static str>,
        /// The most it may be.
        maximum: Option<&'static str>,
    },
    /// A text of so many characters, of these characters only.
    Text {
        /// The most characters.
        max_length: Option<usize>,
        /// Every character that may stand in it.
        allowed: Option<&'static str>,
    },
    /// One of these texts.
    Listed(&'static [&'static str]),
    /// A list of so many items.
    Items {
        /// The most items.
        maximum: usize,
    },
}

/// Prints what a value must be.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(values) => {
                f.write_str("one of ")?;
                separated(f, ", ", *values)
            }
            Self::Range { minimum, maximum } => {
                let least = minimum.map(|minimum| format!("at least {minimum}"));
                let most = maximum.map(|maximum| format!("at most {maximum}"));
                separated(f, " and ", least.iter().chain(&most))
            }
            Self::Text {
                max_length,
                allowed,
            } => {
                let length = max_length.map(|most| format!("at most {most} characters"));
                let letters = allowed.map(|allowed| format!("only characters of `{allowed}`"));
                separated(f, " and ", length.iter().chain(&letters))
            }
            Self::Listed(values) => {
                f.write_str("one of ")?;
                separated(f, ", ", *values)
            }
            Self::Items { maximum } => write!(f, "from 1 to {maximum} items"),
        }
    }
}

fn separated<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    between: &str,
    values: impl IntoIterator<Item = T>,
) -> fmt::Result {
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        value.fmt(f)?;
    }
    Ok(())
}
