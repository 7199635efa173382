//! The operations that the mock exchange executes. Each handler reads the parameters, changes or reads the state, and writes the response.

mod account;
mod algo_orders;
mod batches;
mod convert;
mod history;
mod listen_keys;
pub(super) mod market_data;
mod orders;
mod parameters;
mod positions;
mod response;
pub(super) mod sample;
mod settings;
#[cfg(test)]
mod tests;

use super::server::parsed_request::ParsedRequest;
use super::server::rate_limits::RateLimits;
use super::server::rejection::Rejection;
use super::server::routes;
use super::state::State;
use super::trading::{Account, TradingContext};
use crate::registry::Operation;
use crate::request::Method;
use crate::types::Timestamp;

/// What a handler works with.
pub(super) struct Context<'a> {
    /// State of the exchange.
    pub(super) state: &'a mut State,
    /// API key of the account. Empty if the operation needs none.
    pub(super) api_key: &'a str,
    /// Time of the request.
    pub(super) now: Timestamp,
    /// Rate limits of the exchange.
    pub(super) rate_limits: &'a RateLimits,
    /// Rejections of single items of a batch, for the log.
    pub(super) rejected_items: &'a mut Vec<Rejection>,
}

/// Executes a request and returns the body of the response.
type Handler = fn(&mut Context<'_>, &ParsedRequest) -> Result<String, Rejection>;

impl Context<'_> {
    /// Returns the account of the request, and the exchange around it.
    fn account(&mut self) -> (&mut Account, TradingContext<'_>) {
        let account = self.state.accounts.entry(self.api_key.to_owned());
        let trading = TradingContext {
            market: &mut self.state.market,
            ids: &mut self.state.ids,
            now: self.now,
        };
        (account.or_default(), trading)
    }
}

/// Returns the handler of an operation that reads or changes an account. Paths are the same in both products.
pub(super) fn handler(operation: &Operation) -> Option<Handler> {
    let handler: Handler = match (operation.method?, routes::resource(operation.path?)) {
        (Method::Post, "order") => orders::place,
        (Method::Post, "order/test") => orders::test,
        (Method::Put, "order") => orders::modify,
        (Method::Get, "order") => orders::query,
        (Method::Delete, "order") => orders::cancel,
        (Method::Get, "openOrder") => orders::query_open,
        (Method::Get, "openOrders") => orders::list_open,
        (Method::Get, "allOrders") => orders::list_all,
        (Method::Delete, "allOpenOrders") => orders::cancel_all,
        (Method::Post, "countdownCancelAll") => orders::countdown,
        (Method::Get, "forceOrders") => orders::list_forced,
        (Method::Post, "batchOrders") => batches::place,
        (Method::Put, "batchOrders") => batches::modify,
        (Method::Delete, "batchOrders") => batches::cancel,
        (Method::Post, "algoOrder") => algo_orders::place,
        (Method::Delete, "algoOrder") => algo_orders::cancel,
        (Method::Get, "algoOrder") => algo_orders::query,
        (Method::Get, "openAlgoOrders") => algo_orders::list_open,
        (Method::Get, "allAlgoOrders") => algo_orders::list_all,
        (Method::Delete, "algoOpenOrders") => algo_orders::cancel_all,
        (Method::Get, "userTrades") => history::trades,
        (Method::Get, "income") => history::income,
        (Method::Get, "orderAmendment") => history::amendments,
        (Method::Get, "positionMargin/history") => history::margin_changes,
        (Method::Get, "balance") => account::balance,
        (Method::Get, "account") => account::account,
        (Method::Get, "accountConfig") => account::account_config,
        (Method::Get, "symbolConfig") => account::symbol_config,
        (Method::Get, "commissionRate") => account::commission_rate,
        (Method::Get, "leverageBracket") => account::leverage_brackets,
        (Method::Get, "rateLimit/order") => account::order_limits,
        (Method::Get, "positionRisk") => positions::list,
        (Method::Get, "adlQuantile") => positions::adl_quantiles,
        (Method::Post, "positionMargin") => positions::change_margin,
        (Method::Get, "positionSide/dual") => settings::position_mode,
        (Method::Post, "positionSide/dual") => settings::set_position_mode,
        (Method::Get, "multiAssetsMargin") => settings::multi_assets_mode,
        (Method::Post, "multiAssetsMargin") => settings::set_multi_assets_mode,
        (Method::Get, "feeBurn") => settings::fee_burn,
        (Method::Post, "feeBurn") => settings::set_fee_burn,
        (Method::Post, "leverage") => settings::set_leverage,
        (Method::Post, "marginType") => settings::set_margin_type,
        (Method::Post, "convert/getQuote") => convert::request_quote,
        (Method::Post, "convert/acceptQuote") => convert::accept_quote,
        (Method::Get, "convert/orderStatus") => convert::order_status,
        (_, "listenKey") => listen_keys::execute,
        _ => return None,
    };
    Some(handler)
}
