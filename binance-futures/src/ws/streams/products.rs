//! The products of the elements that are delivered.

/// Which elements of an event are delivered, of topics that push the symbols of both products.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Products {
    /// Those of the product that the topic belongs to. Elements without a product are delivered, too.
    #[default]
    Own,
    /// All.
    All,
}
