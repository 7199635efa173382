//! A request as the query that is signed and sent.

use crate::auth::{Credentials, Signature};
use crate::error::SigningError;
use crate::parameters::{Parameters, QueryWriter};
use crate::rest::RecvWindow;
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
    let signing = Signing {
        recv_window,
        ..signing
    };
    if signing.seals_at_once(to) {
        return Ok(());
    }
    signing.waits_for_signature(to).await
}

impl Signing<'_> {
    /// Adds receive window and timestamp to a query, and a signature unless that has to be waited for.
    #[inline]
    pub(super) fn seals_at_once(&self, to: &mut QueryWriter) -> bool {
        if let Some(window) = self.recv_window {
            to.unsigned("recvWindow", window.as_millis());
        }
        to.signed("timestamp", self.timestamp.as_millis());
        let signature = self.credentials.try_sign(to.as_str().as_bytes());
        let is_signed = signature.is_some();
        if let Some(signature) = signature {
            write_signature(&signature, to);
        }
        is_signed
    }

    /// Adds the signature that is waited for.
    pub(super) async fn waits_for_signature(
        &self,
        to: &mut QueryWriter,
    ) -> Result<(), SigningError> {
        let signature = self.credentials.sign(to.as_str().as_bytes()).await?;
        write_signature(&signature, to);
        Ok(())
    }
}

/// Appends the signature of a query to it.
#[inline]
fn write_signature(signature: &Signature, to: &mut QueryWriter) {
    if signature.needs_encoding() {
        to.text("signature", signature.as_str());
    } else {
        to.plain("signature", signature.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(signature: &Signature) -> String {
        let mut query = QueryWriter::new();
        query.put("timestamp", &1_u8);
        write_signature(signature, &mut query);
        query.into_string()
    }

    #[test]
    fn hexadecimal_signature_is_not_encoded() {
        let signature = Signature::hexadecimal([0xfa; 32]);
        let expected = format!("timestamp=1&signature={}", "fa".repeat(32));
        assert_eq!(signed(&signature), expected);
    }

    #[test]
    fn base64_signature_is_percent_encoded() {
        let signature = Signature::base64(&[0xfb, 0xff, 0xbf, 0x10]);
        let expected = "timestamp=1&signature=%2B%2F%2B%2FEA%3D%3D";
        assert_eq!(signed(&signature), expected);
    }
}
