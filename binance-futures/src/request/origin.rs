//! Who placed an order.

use super::Product;
use crate::values::ClientOrderId;

/// Who placed an order: the user, or the exchange for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderOrigin {
    /// Placed by the user, by hand or through the API.
    User,
    /// Placed by the exchange to liquidate a position.
    Liquidation,
    /// Placed by the exchange to reduce the position by auto-deleveraging (ADL).
    AutoDeleveraging,
    /// Placed by the exchange to settle a position.
    Settlement,
}

impl ClientOrderId {
    /// Returns who placed the order with this id. Orders of the exchange have prefixes that depend on the product.
    pub fn origin<P: Product>(&self) -> OrderOrigin {
        let mut origins = P::ORDER_ORIGINS.iter();
        let found = origins.find(|(prefix, _)| self.as_str().starts_with(prefix));
        found.map_or(OrderOrigin::User, |(_, origin)| *origin)
    }
}

#[cfg(test)]
#[cfg(all(feature = "usdm", feature = "coinm"))]
mod tests {
    use super::*;
    use crate::coinm::CoinM;
    use crate::usdm::Usdm;

    #[test]
    fn prefix_tells_the_origin() {
        let origins = |id: &str| {
            let id = ClientOrderId::from(id);
            [id.origin::<Usdm>(), id.origin::<CoinM>()]
        };
        assert_eq!(
            origins("autoclose-1700000000000"),
            [OrderOrigin::Liquidation; 2]
        );
        assert_eq!(origins("adl_autoclose"), [OrderOrigin::AutoDeleveraging; 2]);
        assert_eq!(
            origins("settlement_autoclose-17"),
            [OrderOrigin::Settlement, OrderOrigin::User]
        );
        assert_eq!(
            origins("delivery_autoclose-17"),
            [OrderOrigin::User, OrderOrigin::Settlement]
        );
        for id in ["entry-7", "", "autoclose", "my-autoclose-1"] {
            assert_eq!(origins(id), [OrderOrigin::User; 2], "{id}");
        }
    }
}
