//! A request as the query that is signed and sent.

use crate::error::SigningError;
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
/// A call's own receive window goes before that of `signing`. With an HMAC key it depends on nothing but its arguments, is done
/// when first polled, and allocates nothing once the buffer has room.
///
/// # Errors
///
/// When a signer that lives elsewhere fails.
pub async fn write_query<R: Sendable>(
    call: &Call<R>,
    signing: Option<Signing<'_>>,
    to: &mut QueryWriter,
) -> Result<(), SigningError> {
    call.request.write_to(to);
    write_named(&call.choices.parameters, to);
    let Some(signing) = signing else {
        return Ok(());
    };
    let recv_window = call.choices.recv_window.or(signing.recv_window);
    seal(
        Signing {
            recv_window,
            ..signing
        },
        to,
    )
    .await
}

/// Adds what makes a query a signed one.
pub(super) async fn seal(signing: Signing<'_>, to: &mut QueryWriter) -> Result<(), SigningError> {
    if let Some(window) = signing.recv_window {
        to.unsigned("recvWindow", window.as_millis());
    }
    to.signed("timestamp", signing.timestamp.as_millis());
    let signature = signing.credentials.sign(to.as_str()).await?;
    signature.write_to(to);
    Ok(())
}
