//! Looking up the outcome of a request whose response was lost.

use std::time::Duration;

use tokio::time::Instant;

use super::clock_sync;
use super::sender::Sender;
use crate::client::{LookupPlan, Resolution, Step};
use crate::error::{Error, InvalidRequest, UnknownOutcome};
use crate::request::{Product, Request, Resolvable};

/// Returns the request that looks up the outcome of `request`.
pub(super) fn lookup<R: Resolvable>(
    request: &R,
    unknown: &UnknownOutcome,
) -> Result<R::Lookup, InvalidRequest> {
    request.lookup().ok_or_else(|| InvalidRequest::NoLookup {
        request: unknown.name.clone(),
    })
}

/// Looks up the outcome of a request of the type `R` until it is certain, or the time is over.
pub(super) async fn resolve<P, R>(
    sender: &Sender,
    lookup: &R::Lookup,
    unknown: &UnknownOutcome,
    started: Instant,
    within: Duration,
) -> Result<Resolution<<R::Lookup as Request>::Response>, Error>
where
    P: Product,
    R: Resolvable<Product = P>,
{
    let mut plan = LookupPlan::new(
        R::NOT_FOUND_CODES,
        unknown.expires_at,
        P::RECV_WINDOW.max_ahead_millis,
        within,
    );
    let clock = &sender.context.clock;
    loop {
        let sent = clock.local();
        let left = plan.timeout(started.elapsed());
        let timeout = sender.timeout(None).map_or(left, |usual| usual.min(left));
        let sent_once = match sender.prepare_once::<P, _>(lookup, Some(timeout)).await {
            Ok(prepared) => sender.send_once::<P, R::Lookup>(prepared).await,
            Err(error) => Err(error),
        };
        let last = match sent_once {
            Ok(response) => return Ok(Resolution::Found(response)),
            Err(error) => error,
        };
        if plan.wants_clock_sync(&last) && clock_sync::sync::<P>(sender).await.is_ok() {
            plan.clock_synced();
        }
        match plan.after(&last, clock.offset().apply(sent), started.elapsed()) {
            Step::Fail => return Err(last),
            Step::NotExecuted => return Ok(Resolution::NotExecuted),
            Step::Unresolved => return Ok(Resolution::Unresolved { last }),
            Step::Wait(pause) => tokio::time::sleep(pause).await,
        }
    }
}
