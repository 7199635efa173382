//! Synchronizing the client's clock with the exchange's.

use super::sender::Sender;
use super::trace;
use crate::clock::ClockSample;
use crate::error::Error;
use crate::request::Product;

/// How often the time is requested. The first response is slow, because it waits for the connection.
const SAMPLES: u32 = 3;

/// Synchronizes the clock.
pub(super) async fn sync<P: Product>(sender: &Sender) -> Result<(), Error> {
    let _syncing = sender.clock_sync.lock().await;
    measure::<P>(sender).await
}

/// Synchronizes the clock, unless another call has done so since `generation` was read.
pub(super) async fn sync_since<P: Product>(sender: &Sender, generation: u64) -> Result<(), Error> {
    let _syncing = sender.clock_sync.lock().await;
    if sender.context.clock.generation() == generation {
        measure::<P>(sender).await?;
    }
    Ok(())
}

async fn measure<P: Product>(sender: &Sender) -> Result<(), Error> {
    let clock = &sender.context.clock;
    let mut best: Option<ClockSample> = None;
    for _ in 0..SAMPLES {
        let request = P::ServerTime::default();
        let prepared = sender
            .prepare_once::<P, _>(&request, sender.timeout(None))
            .await?;
        let sent = clock.local();
        let response = sender.send_once::<P, P::ServerTime>(prepared).await?;
        let sample = ClockSample::new(sent, P::server_time(&response), clock.local());
        best = Some(best.map_or(sample, |best| best.more_accurate(sample)));
    }
    if let Some(best) = best {
        clock.set(best.offset);
        trace::clock_synced(best.offset);
    }
    Ok(())
}
