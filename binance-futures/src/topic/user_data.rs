//! The topic of user data.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{
    Cadence, Continuity, ParseTopicError, Position, PositionKey, Subscribable, TopicName, TopicUrl,
    Whole,
};
use crate::json::{self, Decode, Reader};
use crate::request::Product;
use crate::values::ListenKey;

/// How long copies of an event arrive from other connections.
const COPIES_WITHIN: Duration = Duration::from_secs(10);

/// The user data of an account, which a listen key opens: see
/// [`usdm::streams::UserData`](crate::usdm::streams::UserData) and its counterpart of COIN-M. Its events are
/// [`usdm::events::UserEvent`](crate::usdm::events::UserEvent).
///
/// The listen key is in the URL of the connection: so a connection or session carries this topic only, and no other topic can be added. The
/// key is a secret: it is not in logs, errors and notices, and neither `Debug` nor the name of the topic contains it. The name is
/// `userData@` with the first eight digits of the key's SHA-256 hash. (At `TRACE`, the websocket library, `tungstenite`, logs all messages as
/// they arrive. The exchange sends the key only in the event that says that it has expired.)
///
/// A listen key is valid for an hour. `RenewListenKey` renews it. When it expires, the exchange pushes `ListenKeyExpired`, and then nothing,
/// while the connection stays open: request a new key, and open a session with it.
///
/// - Cadence: on event; silence means nothing
/// - Continuity: [`Copies`](Continuity::Copies). Events that were lost while there was no connection are not repeated: look up orders,
///   balances and positions after an interruption.
///
/// ```no_run
/// # async fn read(client: binance_futures::usdm::Client) -> Result<(), binance_futures::error::Error> {
/// use binance_futures::usdm::{NewListenKey, streams::UserData};
///
/// let topic = UserData::new(client.send(NewListenKey::new()).await?)?;
/// let mut session = client.connector()?.session([topic]).build()?;
/// while let Some(update) = session.next().await {
///     println!("{update:?}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// Any text can be a listen key:
///
/// ```
/// use binance_futures::topic::Subscribable;
/// use binance_futures::usdm::streams::UserData;
///
/// let topic = UserData::new("pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1")?;
/// assert_eq!(topic.wire_name()?.as_str(), "userData@6ea05159");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct UserData<P> {
    key: ListenKey,
    name: TopicName,
    product: PhantomData<fn() -> P>,
}

/// A text that is not a listen key. Does not contain the text, which may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidListenKey {
    /// The listen key is empty.
    #[error("the listen key is empty")]
    Empty,
    /// The listen key contains a character that a listen key in a URL cannot contain. Letters, digits, `-`, `.`, `_` and `~` are allowed.
    #[error("the listen key contains a character at byte {offset} that is not allowed in a URL")]
    Character {
        /// The offset of the first such character, in bytes.
        offset: usize,
    },
}

impl<P: Product> UserData<P> {
    /// Creates the topic from the response to `NewListenKey`, or from a listen key.
    ///
    /// # Errors
    ///
    /// Returns an error if the listen key is empty, or contains a character that is not allowed in a URL.
    pub fn new(listen_key: impl Into<ListenKey>) -> Result<Self, InvalidListenKey> {
        let key: ListenKey = listen_key.into();
        let text = key.as_str();
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
        if let Some(offset) = text.find(|c| !is_allowed(c)) {
            return Err(InvalidListenKey::Character { offset });
        }
        if text.is_empty() {
            return Err(InvalidListenKey::Empty);
        }
        // A path segment of dots has a meaning of its own.
        if text.chars().all(|c| c == '.') {
            return Err(InvalidListenKey::Character { offset: 0 });
        }
        let hash = Sha256::digest(text);
        let mut name = compact_str::CompactString::const_new("userData@");
        for byte in hash.iter().take(4) {
            // Writing to a text cannot fail.
            let _ = fmt::Write::write_fmt(&mut name, format_args!("{byte:02x}"));
        }
        Ok(Self {
            name: TopicName::new(name),
            key,
            product: PhantomData,
        })
    }
}

impl<P: Product> Subscribable for UserData<P> {
    type Product = P;
    type Event = P::UserEvent;

    fn wire_name(&self) -> Result<TopicName, ParseTopicError> {
        Ok(self.name.clone())
    }

    fn url_group(&self) -> Option<&'static str> {
        P::USER_DATA_URL.group
    }

    fn continuity(&self) -> Continuity {
        Continuity::Copies {
            within: COPIES_WITHIN,
        }
    }

    fn event_cadence(&self) -> Cadence {
        Cadence::OnEvent
    }

    fn opening_url(&self) -> Option<TopicUrl> {
        Some(TopicUrl::new(P::USER_DATA_URL, self.key.clone()))
    }

    fn decode(&self, reader: &mut Reader<'_>) -> Result<P::UserEvent, json::Error> {
        P::UserEvent::decode(reader)
    }

    fn visit_positions(&self, event: &P::UserEvent, visit: &mut dyn FnMut(Option<Position>)) {
        visit(Some(position(event)));
    }

    fn retain_positions(
        &self,
        event: &mut P::UserEvent,
        keep: &mut dyn FnMut(Option<Position>) -> bool,
    ) -> bool {
        keep(Some(position(event)))
    }
}

/// The whole event tells it from others. Copies have no number.
fn position<E: fmt::Debug>(event: &E) -> Position {
    Position {
        key: PositionKey::new(&[&Whole(event)]),
        last: 0,
        first: 0,
        previous: None,
        period: None,
    }
}

impl<P> Clone for UserData<P> {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone(),
            name: self.name.clone(),
            product: PhantomData,
        }
    }
}

impl<P> PartialEq for UserData<P> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<P> Eq for UserData<P> {}

impl<P> Hash for UserData<P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// Prints the name, which does not contain the listen key.
impl<P> fmt::Debug for UserData<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UserData")
            .field(&self.name.as_str())
            .finish()
    }
}
