//! The closed sets of words that values of some keys are taken from.

/// A closed set of words.
pub trait Word: Copy + PartialEq + 'static {
    /// The words in the order of the documentation.
    const WORDS: &'static [&'static str];
    /// The values in the same order.
    const VALUES: &'static [Self];

    /// The value of a word.
    fn of_word(word: &str) -> Option<Self> {
        let index = Self::WORDS.iter().position(|known| *known == word)?;
        Self::VALUES.get(index).copied()
    }

    /// The word in the spec: `user_data`.
    fn word(self) -> &'static str;

    /// The name of the variant, which the runtime's enum has too: `UserData`.
    fn variant(self) -> &'static str;
}

macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$variant_about:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_about])* $variant,)+ }

        impl Word for $name {
            const WORDS: &'static [&'static str] = &[$($word),+];
            const VALUES: &'static [Self] = &[$(Self::$variant),+];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            fn variant(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)+ }
            }
        }
    )+};
}
pub(crate) use words;

words! {
    /// An HTTP method.
    HttpMethod {
        /// `GET`
        Get = "GET",
        /// `POST`
        Post = "POST",
        /// `PUT`
        Put = "PUT",
        /// `DELETE`
        Delete = "DELETE",
    }

    /// What the exchange requires of the caller.
    Security {
        /// Nothing.
        None = "none",
        /// An API key.
        MarketData = "market_data",
        /// An API key.
        UserStream = "user_stream",
        /// An API key with the permission to trade, and a signature.
        Trade = "trade",
        /// An API key and a signature.
        UserData = "user_data",
    }

    /// What a rate limit counts.
    LimitKind {
        /// The weight of all requests.
        RequestWeight = "request_weight",
        /// The requests of one bucket.
        Bucket = "bucket",
        /// Orders.
        Orders = "orders",
        /// Attempts to connect.
        ConnectionAttempts = "connection_attempts",
    }

    /// What a rate limit is counted by.
    CountedBy {
        /// The IP address.
        Ip = "ip",
        /// The account.
        Account = "account",
    }

    /// How an event of a topic follows the one before it.
    Continuity {
        /// Numbers without gaps.
        Contiguous = "contiguous",
        /// Each event names the last number of the one before it.
        Chained = "chained",
        /// Each event is a whole state, and the latest one counts.
        State = "state",
        /// Events have no number, and equal ones within a time are copies.
        Copies = "copies",
        /// Events have no number.
        Unnumbered = "unnumbered",
    }

    /// What a caller can do about an error.
    Action {
        /// Correct the parameters.
        FixRequest = "fix_request",
        /// Correct the order.
        FixOrder = "fix_order",
        /// Change a setting or the balance of the account.
        FixAccount = "fix_account",
        /// Correct the API key, its permissions or the signature.
        FixKey = "fix_key",
        /// Wait for a limit.
        Wait = "wait",
        /// Send the request again.
        Retry = "retry",
        /// Synchronize the clock.
        ResyncClock = "resync_clock",
        /// Look up the outcome.
        Reconcile = "reconcile",
        /// Use another endpoint.
        OtherEndpoint = "other_endpoint",
        /// Nothing.
        None = "none",
    }

    /// The outcome of a request that failed with an error, unless the exchange rejected it.
    ErrorClass {
        /// Not executed, because of a rate limit.
        RateLimited = "rate_limited",
        /// Not executed, because of a failure of the exchange.
        Unavailable = "unavailable",
        /// Unknown.
        Unknown = "unknown",
    }

    /// Why the exchange placed an order.
    OrderOrigin {
        /// To liquidate a position.
        Liquidation = "liquidation",
        /// To reduce a position in favor of a liquidated one.
        AutoDeleveraging = "auto_deleveraging",
        /// To settle a position at delivery.
        Settlement = "settlement",
    }

    /// How the values of an enum are sent.
    EnumForm {
        /// As text.
        Text = "text",
        /// As numbers.
        Number = "number",
    }
}
