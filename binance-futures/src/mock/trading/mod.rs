//! The state of accounts, and the rules of trading: orders, positions, balances, margin, settings and history.
//!
//! Independent of HTTP and of the JSON of responses. The caller passes the time.

mod account;
mod algo_order;
mod amount;
mod brackets;
pub(super) mod codes;
mod conversions;
#[cfg_attr(
    not(any(feature = "usdm", feature = "coinm")),
    allow(dead_code, reason = "only the streams of products read the events")
)]
mod events;
mod fees;
mod history;
mod listen_keys;
mod order;
mod orders;
mod position;
mod rules;
mod settings;
mod trigger;
mod wallets;

#[cfg(test)]
mod properties;

pub(super) use account::{Account, Ids, Margin, Modification, TradingContext};
pub(super) use algo_order::{AlgoKey, AlgoOrder};
pub(super) use amount::{Valuation, money, ratio};
pub(super) use brackets::{maintenance_margin, max_notional, with_floors as brackets_with_floors};
pub(super) use conversions::QuoteAmount;
pub(super) use events::{AccountEvent, AccountUpdate, OrderUpdate};
pub(super) use fees::rates as fee_rates;
pub(super) use listen_keys::ListenKeys;
pub(super) use order::{Order, OrderKey, OrderRequest};
pub(super) use wallets::Balances;
