//! The orders of an account: the open ones, and the newest of those that ended.

use std::collections::BTreeMap;

use super::history::History;
use super::order::{Order, OrderKey};
use crate::mock::market::Contract;

/// The orders of an account.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct Orders {
    open: BTreeMap<u64, Order>,
    closed: History<Order>,
}

impl Orders {
    /// Stores an order: among the open ones, or among those that ended.
    pub(super) fn store(&mut self, order: Order) {
        if order.is_open() {
            self.open.insert(order.id, order);
        } else {
            self.open.remove(&order.id);
            self.closed.push(order);
        }
    }

    /// Returns the open orders, the oldest first.
    pub(in crate::mock) fn open(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.open.values()
    }

    /// Returns the open orders of a contract, the oldest first.
    pub(in crate::mock) fn open_of(
        &self,
        contract: &Contract,
    ) -> impl DoubleEndedIterator<Item = &Order> {
        let index = contract.index;
        self.open
            .values()
            .filter(move |order| order.contract.index == index)
    }

    /// Returns the open orders of a contract that are on the order book.
    pub(in crate::mock) fn resting_of(
        &self,
        contract: &Contract,
    ) -> impl DoubleEndedIterator<Item = &Order> {
        self.open_of(contract).filter(|order| order.is_resting())
    }

    /// Returns all orders by id, the oldest first.
    pub(in crate::mock) fn all(&self) -> Vec<&Order> {
        let mut orders: Vec<&Order> = self.closed.iter().chain(self.open.values()).collect();
        orders.sort_by_key(|order| order.id);
        orders
    }

    /// Returns an open order of a contract.
    pub(in crate::mock) fn find_open(&self, contract: &Contract, key: &OrderKey) -> Option<&Order> {
        match key {
            OrderKey::Id(id) => {
                let order = self.open.get(id);
                order.filter(|order| order.contract.index == contract.index)
            }
            OrderKey::ClientId(_) => self
                .open_of(contract)
                .rev()
                .find(|order| order.has_key(key)),
        }
    }

    /// Returns an order of a contract. Of several with the same client order id, the open one or the newest.
    pub(in crate::mock) fn find(&self, contract: &Contract, key: &OrderKey) -> Option<&Order> {
        self.find_open(contract, key).or_else(|| {
            let mut closed = self.closed.iter().rev();
            closed.find(|order| order.contract.index == contract.index && order.has_key(key))
        })
    }

    /// Removes an open order, so that it can be changed and stored again.
    pub(super) fn take_open(&mut self, id: u64) -> Option<Order> {
        self.open.remove(&id)
    }

    /// Returns the ids of the open orders that match, the oldest first.
    pub(super) fn open_ids(&self, matches: impl Fn(&Order) -> bool) -> Vec<u64> {
        let open = self.open.values().filter(|order| matches(order));
        open.map(|order| order.id).collect()
    }
}
