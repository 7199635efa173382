//! A request as the query that is signed and sent.

use crate::parameters::{Parameters, QueryWriter};
use crate::rest::RecvWindow;
use crate::sign::Credentials;
use crate::types::Timestamp;

use super::Sendable;
use super::call::{Call, write_named};

/// What makes a query a signed one.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// Who signs.
    pub credentials: &'a Credentials,
    /// The time at the exchange.
    pub timestamp: Timestamp,
    /// How long after that the exchange still takes it; left to the exchange where there is none.
    pub recv_window: Option<RecvWindow>,
}

/// Writes a call's parameters, and where it is signed receive window, timestamp and, last, the signature of all that stands before it.
///
/// A call's own receive window goes before that of `signing`. Depends on nothing but its arguments, and allocates nothing once the
/// buffer has room.
pub fn write_query<R: Sendable>(
    call: &Call<R>,
    signing: Option<Signing<'_>>,
    to: &mut QueryWriter,
) {
    call.request.write_to(to);
    write_named(&call.choices.parameters, to);
    if let Some(signing) = signing {
        if let Some(window) = call.choices.recv_window.or(signing.recv_window) {
            to.unsigned("recvWindow", window.as_millis());
        }
        to.signed("timestamp", signing.timestamp.as_millis());
        let signature = signing.credentials.sign(to.as_str());
        to.plain("signature", signature.as_str());
    }
}
