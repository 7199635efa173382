//! Setting the client's clock by the exchange's.

use super::{Client, Sendable, SentBy};
use crate::clock::ClockOffset;
use crate::error::Error;
use crate::request::Product;
use crate::types::Timestamp;

/// A product that tells what its clock shows.
pub trait TellsTime: Product + Sized {
    /// The request that asks for it.
    type Ask: SentBy<Self> + Default;

    /// The time in its answer.
    fn time(answer: &<Self::Ask as Sendable>::Answer) -> Timestamp;
}

/// How often the exchange is asked: the first answer waits for the connection to be made.
const QUESTIONS: u32 = 3;

impl<P: TellsTime> Client<P> {
    /// Asks three times what the exchange's clock shows, and sets the client's clock by the answer that came fastest.
    ///
    /// Signed requests are refused with -1021 when their timestamps are a second ahead, or older than the receive window.
    ///
    /// # Errors
    ///
    /// Those of the request; the clock stays as it is.
    pub async fn sync_clock(&self) -> Result<ClockOffset, Error> {
        let mut best = None;
        for _ in 0..QUESTIONS {
            let asked = self.clock().own();
            let answer = self.send(P::Ask::default()).await?;
            let heard = self.clock().own();
            let took = heard.as_millis().saturating_sub(asked.as_millis());
            if best.is_none_or(|(fastest, _)| took < fastest) {
                let offset = ClockOffset::measured(asked, P::time(&answer), heard);
                best = Some((took, offset));
            }
        }
        if let Some((_, offset)) = best {
            self.set_clock_offset(offset);
        }
        Ok(self.clock_offset())
    }
}
