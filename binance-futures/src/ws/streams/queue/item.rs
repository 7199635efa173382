//! What waits in a queue.

use crate::ws::event::Update;

/// An update that was not read yet.
pub(super) struct Item<E> {
    pub(super) update: Update<E>,
    pub(super) size: usize,
}
