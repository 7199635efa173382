//! Conditional orders of the algo order endpoints. They wait outside the order book, and become ordinary orders when they trigger.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::history::History;
use super::order::OrderRequest;
use super::trigger::Trigger;
use crate::mock::market::Contract;
use crate::types::{AlgoStatus, OrderType, Timestamp};

/// Id of a conditional order in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) enum AlgoKey {
    /// Id that the exchange gave.
    Id(u64),
    /// Id that the client gave.
    ClientId(String),
}

/// A conditional order.
#[derive(Debug, Clone)]
pub(in crate::mock) struct AlgoOrder {
    /// Id.
    pub(in crate::mock) id: u64,
    /// Client id.
    pub(in crate::mock) client_id: String,
    /// What the request says.
    pub(in crate::mock) request: OrderRequest,
    /// Limit price. Zero for orders without one.
    pub(in crate::mock) price: Decimal,
    /// Trigger, with the state of a trailing stop.
    pub(in crate::mock) trigger: Trigger,
    /// Status.
    pub(in crate::mock) status: AlgoStatus,
    /// The ordinary order. `None` before the trigger.
    pub(in crate::mock) order: Option<TriggeredOrder>,
    /// Why the ordinary order was rejected. Empty if it was not.
    pub(in crate::mock) reject_reason: String,
    /// Time at which the order was accepted.
    pub(in crate::mock) created_at: Timestamp,
    /// Time of the last change.
    pub(in crate::mock) updated_at: Timestamp,
    /// Time of the trigger.
    pub(in crate::mock) triggered_at: Option<Timestamp>,
}

/// The ordinary order that a conditional order became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mock) struct TriggeredOrder {
    /// Exchange order id.
    pub(in crate::mock) id: u64,
    /// Order type.
    pub(in crate::mock) order_type: OrderType,
    /// Average price of the fills. Zero without fills.
    pub(in crate::mock) price: Decimal,
    /// Filled quantity.
    pub(in crate::mock) quantity: Decimal,
}

impl AlgoOrder {
    /// Whether the order waits for its trigger.
    pub(in crate::mock) fn is_open(&self) -> bool {
        self.status == AlgoStatus::New
    }

    /// Whether the order waits for its trigger, or its ordinary order is open.
    pub(in crate::mock) fn is_active(&self) -> bool {
        matches!(self.status, AlgoStatus::New | AlgoStatus::Triggered)
    }

    /// Whether the order is the one that a request names.
    pub(in crate::mock) fn has_key(&self, key: &AlgoKey) -> bool {
        match key {
            AlgoKey::Id(id) => self.id == *id,
            AlgoKey::ClientId(client_id) => self.client_id == *client_id,
        }
    }

    /// Contract.
    pub(in crate::mock) fn contract(&self) -> &Contract {
        &self.request.contract
    }
}

/// The conditional orders of an account.
#[derive(Debug, Clone, Default)]
pub(in crate::mock) struct AlgoOrders {
    /// Orders that wait for their trigger, and those whose ordinary order is open.
    pub(super) active: BTreeMap<u64, AlgoOrder>,
    closed: History<AlgoOrder>,
}

impl AlgoOrders {
    /// Stores an order: among the active ones, or among those that ended.
    pub(super) fn store(&mut self, order: AlgoOrder) {
        if order.is_active() {
            self.active.insert(order.id, order);
        } else {
            self.active.remove(&order.id);
            self.closed.push(order);
        }
    }

    /// Returns the untriggered orders of a product, the oldest first.
    pub(in crate::mock) fn open(
        &self,
        product: &str,
    ) -> impl DoubleEndedIterator<Item = &AlgoOrder> {
        let active = self.active.values();
        active.filter(move |order| order.is_open() && order.contract().product == product)
    }

    /// Returns all orders by id, the oldest first.
    pub(in crate::mock) fn all(&self) -> Vec<&AlgoOrder> {
        let mut orders: Vec<&AlgoOrder> = self.closed.iter().chain(self.active.values()).collect();
        orders.sort_by_key(|order| order.id);
        orders
    }

    /// Returns an order of a product. Of several with the same client id, the untriggered one or the newest.
    pub(in crate::mock) fn find(&self, product: &str, key: &AlgoKey) -> Option<&AlgoOrder> {
        let open = self.open(product).rev().find(|order| order.has_key(key));
        open.or_else(|| {
            let all = self.all().into_iter().rev();
            let mut of_product = all.filter(|order| order.contract().product == product);
            of_product.find(|order| order.has_key(key))
        })
    }
}
