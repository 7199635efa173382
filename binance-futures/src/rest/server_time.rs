//! Setting the client's clock by the exchange's.

use super::{Access, Client, Sendable, SentBy};
use crate::clock::{ClockDrift, ClockOffset, ClockSample};
use crate::error::Error;
use crate::request::Product;
use crate::types::Timestamp;

/// A product that tells what its clock shows.
pub trait ServerTimeSource: Product + Sized {
    /// The request that asks for it.
    type Ask: SentBy<Self> + Default;

    /// The time in its answer.
    fn time(answer: &<Self::Ask as Sendable>::Response) -> Timestamp;
}

/// How often the exchange is asked: the first answer waits for the connection to be made.
const QUESTIONS: u32 = 3;

impl<P: ServerTimeSource, A: Access> Client<P, A> {
    /// Asks three times what the exchange's clock shows, and sets the clock of this client and its clones by the answer that came
    /// fastest.
    ///
    /// Signed requests are refused with -1021 when their timestamps are a second ahead, or older than the receive window. The
    /// client then sets its clock by itself and sends the request again; setting it first spares the first order that.
    /// When it is set again some time later, the client learns how the two clocks drift apart, and goes on correcting for that.
    ///
    /// # Errors
    ///
    /// Those of the request; the clock stays as it is.
    pub async fn sync_clock(&self) -> Result<ClockOffset, Error> {
        let _setting = self.inner().setting_clock.lock().await;
        self.set_clock().await?;
        Ok(self.clock_offset())
    }

    /// How far the exchange's clock is taken to be ahead of the client's.
    pub fn clock_offset(&self) -> ClockOffset {
        self.inner().clock.offset()
    }

    /// How much faster the exchange's clock is taken to go than the client's; nothing until it was set twice.
    pub fn clock_drift(&self) -> ClockDrift {
        self.inner().clock.drift()
    }

    /// Sets how far the exchange's clock is ahead of the client's, for this client and its clones.
    pub fn set_clock_offset(&self, offset: ClockOffset) {
        self.inner().clock.set(offset);
    }

    /// Sets the clock, unless somebody has since it was set for the given time.
    pub(super) async fn set_clock_since(&self, generation: u64) -> Result<(), Error> {
        let _setting = self.inner().setting_clock.lock().await;
        if self.inner().clock.generation() == generation {
            self.set_clock().await?;
        }
        Ok(())
    }

    async fn set_clock(&self) -> Result<(), Error> {
        let clock = &self.inner().clock;
        let mut finest: Option<ClockSample> = None;
        for _ in 0..QUESTIONS {
            let asked = clock.own();
            let answer = self.ask_once(P::Ask::default().with()).await?;
            let measured = ClockSample::new(asked, P::time(&answer), clock.own());
            finest = Some(finest.map_or(measured, |finest| finest.finer(measured)));
        }
        if let Some(finest) = finest {
            clock.set_by(finest);
            super::trace::clock_set(clock.offset());
        }
        Ok(())
    }
}
