//! The table of all operations of the crate, for tools that go through all of them and for test servers.
//!
//! A program that sends requests does not need it.

#[cfg(feature = "rest")]
use std::any::Any;
#[cfg(feature = "rest")]
use std::borrow::Cow;

pub use crate::dynamic::{
    AnyRequest, Build, FieldInfo, Kind, Operation, ParameterInfo, WeightRule,
};
use crate::generated::registry::OPERATIONS;
#[cfg(feature = "rest")]
use crate::{
    client::{RequestContext, WithOptions},
    decode::DecodeFailure,
    parameters::QueryWriter,
    request::{Method, Product},
    rest::{RestRequest, Target, sealed::Sealed},
    values::ClientOrderId,
};

/// Returns every operation of the compiled products.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().copied().flatten()
}

#[cfg(feature = "rest")]
impl Sealed for Box<dyn AnyRequest> {}

#[cfg(feature = "rest")]
impl WithOptions for Box<dyn AnyRequest> {}

/// The response is returned as text. [`Operation::reencode`] checks it against its type.
///
/// The compiler cannot check the product: the caller chooses the client.
#[cfg(feature = "rest")]
impl<P: Product> RestRequest<P> for Box<dyn AnyRequest> {
    type Response = String;

    fn context(&self) -> RequestContext {
        let metadata = self.metadata();
        RequestContext {
            name: Cow::Borrowed(self.name()),
            security: metadata.security,
            idempotency: metadata.idempotency,
            is_read_only: self
                .rest()
                .is_some_and(|(method, _)| metadata.is_read_only(method)),
            cost: self.cost(),
            lookup: metadata.lookup,
            is_typed: true,
        }
    }

    fn target(&self) -> Target<'_> {
        // A request of the websocket API alone has no path and is rejected for that.
        let (method, path) = self.rest().unwrap_or((Method::Get, ""));
        Target { method, path }
    }

    fn write_query(&self, query: &mut QueryWriter) {
        AnyRequest::write_query(&**self, query);
    }

    fn assign_ids(&mut self, make: &mut dyn FnMut() -> ClientOrderId) {
        AnyRequest::assign_ids(&mut **self, make);
    }

    fn client_order_ids(&self) -> Vec<ClientOrderId> {
        AnyRequest::client_order_ids(&**self)
    }

    fn decode(text: &str) -> Result<String, DecodeFailure> {
        Ok(text.to_owned())
    }

    fn into_any(self) -> Box<dyn Any + Send + Sync> {
        Box::new(self)
    }
}
