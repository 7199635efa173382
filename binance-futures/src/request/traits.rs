//! The traits that generated requests and products implement.

use std::fmt;

use super::{
    BaseUrls, Cost, KnownError, Metadata, Method, OrderOrigin, RateLimit, RecvWindowLimits,
    StreamConnectionLimits, UserDataUrl,
};
use crate::json::Decode;
use crate::parameters::ParameterSet;
use crate::values::{ClientOrderId, Timestamp};
use crate::wire::Codec;

/// A request of the exchange's API: a plain value that owns its parameters.
///
/// A request does not depend on a client. The same value can be sent over REST, over the websocket API (if it implements
/// [`WsApiMethod`]), placed in a batch, queued or logged.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request",
    label = "not a request",
    note = "requests are the types of `usdm` and `coinm`, such as `usdm::NewOrder`"
)]
pub trait Request: ParameterSet + fmt::Debug + Send + Sync + 'static {
    /// The product the request belongs to.
    type Product: Product;

    /// The decoded response.
    type Response;

    /// How the response is encoded on the wire.
    type Wire: Codec<Self::Response>;

    /// Facts that do not depend on the parameters.
    const METADATA: Metadata;

    /// Returns the request weight with these parameters.
    fn weight(&self) -> u32 {
        Self::METADATA.cost.weight
    }

    /// Returns what the request counts against the rate limits.
    fn cost(&self) -> Cost {
        Cost {
            weight: self.weight(),
            ..Self::METADATA.cost
        }
    }

    /// Fills in missing client order ids, so that the order can be looked up later.
    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        let _ = make;
    }

    /// Returns the client order ids that the request carries.
    fn client_order_ids(&self) -> Vec<ClientOrderId> {
        Vec::new()
    }
}

/// A request that can be sent over REST.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent over REST",
    label = "not a REST request",
    note = "the exchange offers this request over the websocket API only"
)]
pub trait RestEndpoint: Request {
    /// The HTTP method.
    const METHOD: Method;

    /// The path of the request, without the path of the base URL.
    const PATH: &'static str;
}

/// A request that can be sent over the websocket API.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent over the websocket API",
    label = "not a websocket-API request",
    note = "the exchange offers this request over REST only"
)]
pub trait WsApiMethod: Request {
    /// The method name, such as `order.place`.
    const WS_METHOD: &'static str;

    /// Returns the request weight over the websocket API with these parameters.
    fn ws_weight(&self) -> u32 {
        self.weight()
    }
}

/// A read-only request: it never changes anything at the exchange.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may change something at the exchange",
    label = "not a read-only request",
    note = "a read-only client sends read-only requests only, such as `usdm::QueryOrder`"
)]
pub trait ReadOnlyRequest: RestEndpoint {}

/// A request whose outcome can be looked up later.
#[diagnostic::on_unimplemented(
    message = "the outcome of `{Self}` cannot be looked up",
    label = "has no lookup request",
    note = "`usdm::NewOrder` is an example of a request whose outcome can be looked up"
)]
pub trait Resolvable: RestEndpoint {
    /// The read-only request that looks up the outcome.
    type Lookup: ReadOnlyRequest + Request<Product = Self::Product> + Clone;

    /// Error codes of the lookup that mean "not found". Empty if no such code is known.
    const NOT_FOUND_CODES: &'static [i64];

    /// Returns the lookup request, built from the fields of this request. Returns `None` if the request has no client order id.
    fn lookup(&self) -> Option<Self::Lookup>;
}

/// A request that contains other requests.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a batch request",
    label = "not a batch request",
    note = "`usdm::NewOrders` is an example of a batch request"
)]
pub trait Batch: RestEndpoint {
    /// The request that the batch contains.
    type Item: Request<Product = Self::Product>;

    /// Returns the requests of the batch, in order.
    fn items(&self) -> &[Self::Item];
}

/// A product of the exchange: USDⓈ-M or COIN-M futures.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a product",
    note = "the products are `usdm::Usdm` and `coinm::CoinM`"
)]
pub trait Product: fmt::Debug + Send + Sync + Sized + 'static {
    /// The display name, such as `USDⓈ-M`.
    const NAME: &'static str;

    /// The identifier used in module names and logs, such as `usdm`.
    const ID: &'static str;

    /// Base URLs of the REST API.
    const REST: BaseUrls;

    /// Base URLs of the market and user data streams.
    const STREAMS: BaseUrls;

    /// URLs of the websocket API.
    const WS_API: BaseUrls;

    /// The error codes that all products share, and those of the product. Each table is sorted by code.
    const ERRORS: &'static [&'static [KnownError]];

    /// The rate limits, with their scopes and intervals.
    const RATE_LIMITS: &'static [RateLimit];

    /// The limits of the receive window of signed requests.
    const RECV_WINDOW: RecvWindowLimits;

    /// The URL groups of the streams. Empty if there are none.
    const STREAM_GROUPS: &'static [&'static str];

    /// The limits of one connection to the streams.
    const STREAM_CONNECTIONS: StreamConnectionLimits;

    /// The URL that opens a connection to user data.
    const USER_DATA_URL: UserDataUrl;

    /// Prefixes of the client order ids of orders that the exchange placed. [`ClientOrderId::origin`] compares them.
    const ORDER_ORIGINS: &'static [(&'static str, OrderOrigin)];

    /// The names of all parameters and response fields that hold a secret, such as `listenKey`, sorted.
    const SECRET_FIELDS: &'static [&'static str];

    /// The request that returns the exchange's time.
    type ServerTime: ReadOnlyRequest + Request<Product = Self> + Default;

    /// The events of the user data stream.
    type UserEvent: Decode + Clone + fmt::Debug + Send + Sync + 'static;

    /// Returns the time in a response of [`ServerTime`](Self::ServerTime).
    fn server_time(response: &<Self::ServerTime as Request>::Response) -> Timestamp;
}

#[cfg(test)]
#[cfg(feature = "usdm")]
mod tests {
    use super::*;
    use crate::types::Side;
    use crate::usdm::{Depth, NewOrder, NewOrders};

    #[test]
    fn weight_depends_on_parameters() {
        let weights = [5, 50, 51, 100, 500, 501, 1000]
            .map(|limit| Depth::new("BTCUSDT").limit(limit).weight());
        assert_eq!(weights, [2, 2, 5, 5, 10, 20, 20]);
        assert_eq!(Depth::new("BTCUSDT").weight(), 10);
        assert_eq!(NewOrders::new([]).weight(), 5);
        assert_eq!(NewOrders::new([]).cost().weight, 5);
    }

    #[test]
    #[cfg(feature = "coinm")]
    fn weight_over_the_websocket_api_may_differ() {
        let balance = crate::coinm::Balance::new();
        assert_eq!((balance.weight(), balance.ws_weight()), (1, 5));
        let depth = Depth::new("BTCUSDT").limit(5);
        assert_eq!((depth.weight(), depth.ws_weight()), (2, 2));
    }

    #[test]
    fn missing_client_order_ids_are_assigned_once() {
        let mut made = 0;
        let mut make = || {
            made += 1;
            ClientOrderId::from(format!("made-{made}"))
        };
        let order = || NewOrder::market("BTCUSDT", Side::Buy, 1);
        let mut batch = NewOrders::new([order(), order().client_order_id("mine"), order()]);
        batch.assign_ids(&mut make);
        batch.assign_ids(&mut make);
        assert_eq!(batch.client_order_ids(), ["made-1", "mine", "made-2"]);
        assert_eq!(made, 2);
    }
}
