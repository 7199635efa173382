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
use crate::dynamic::{ParamMap, Problem, ProblemKind};
use crate::generated::registry::OPERATIONS;
#[cfg(feature = "rest")]
use crate::{
    client::{RequestContext, WithOptions},
    decode::DecodeFailure,
    governor::Priority,
    parameters::QueryWriter,
    request::{Method, Product},
    rest::{RestRequest, Target, sealed::Sealed},
    values::ClientOrderId,
};

/// Returns every operation of the compiled products.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().copied().flatten()
}

/// Builds a request of an operation from all parameters.
///
/// ```
/// use binance_futures::dynamic::ParamMap;
/// use binance_futures::registry::{build, operations};
///
/// let mut operations = operations();
/// let mark_prices = operations.find(|operation| operation.product == "usdm" && operation.id == "mark_prices").unwrap();
/// let problems = build(mark_prices, ParamMap::from_pairs([("symbol", "BTCUSDT")])).unwrap_err();
/// assert_eq!(problems[0].to_string(), "`symbol` is a parameter of `mark_price`");
/// ```
///
/// # Errors
///
/// Every parameter that is missing, malformed, given twice or unknown. Empty if the operation is not a request.
pub fn build(
    operation: &Operation,
    mut params: ParamMap,
) -> Result<Box<dyn AnyRequest>, Vec<Problem>> {
    let built = operation.build.and_then(|build| build(&mut params));
    match params.finish() {
        Ok(()) => built.ok_or_else(Vec::new),
        Err(mut problems) => {
            for Problem { name, kind } in &mut problems {
                if let ProblemKind::Unknown { parameter_of, .. } = kind {
                    *parameter_of = owner(operation, name).map(|owner| owner.id);
                }
            }
            Err(problems)
        }
    }
}

/// Returns the request of the same product, method and path that has this parameter.
fn owner(operation: &Operation, parameter: &str) -> Option<&'static Operation> {
    let target = |operation: &Operation| (operation.product, operation.method, operation.path);
    operations().find(|other| {
        operation.path.is_some()
            && target(other) == target(operation)
            && other.parameters.iter().any(|info| info.name == parameter)
    })
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
            remedies: metadata.remedies,
            priority: Priority::of(
                self.rest().map(|(method, _)| method),
                &metadata,
                self.cost(),
            ),
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
