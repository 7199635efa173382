//! Requests of any type, for tools that learn which one only when they run.

use std::borrow::Cow;

use super::sendable::sealed::Sealed;
use super::{Sendable, SentBy, Target};
use crate::decode::DecodeFailure;
use crate::parameters::QueryWriter;
use crate::registry::AnyRequest;
use crate::request::{Method, Product};
use crate::types::ClientOrderId;

impl Sealed for Box<dyn AnyRequest> {}

/// Its answer is text: [`Operation::reencode`](crate::registry::Operation::reencode) holds it against its type.
///
/// Which product it is of, the compiler cannot see: whoever sends it chooses the client.
impl Sendable for Box<dyn AnyRequest> {
    type Response = String;

    fn target(&self) -> Target<'_> {
        let metadata = self.metadata();
        // One of the websocket API alone has no path, and is refused for that.
        let (method, path) = self.rest().unwrap_or((Method::Get, ""));
        Target {
            name: Cow::Borrowed(metadata.name),
            method,
            path,
            security: metadata.security,
            idempotency: metadata.idempotency,
            lookup: metadata.lookup,
            is_known: true,
        }
    }

    fn write_to(&self, query: &mut QueryWriter) {
        self.write_query(query);
    }

    fn complete(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        self.assign_ids(make);
    }

    fn read(text: &str) -> Result<String, DecodeFailure> {
        Ok(text.to_owned())
    }
}

impl<P: Product> SentBy<P> for Box<dyn AnyRequest> {}
