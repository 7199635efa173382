//! Conversions of one asset of USDⓈ-M into another.

use rust_decimal::Decimal;

use super::margin::usd_price;
use super::{Account, TradingContext, next};
use crate::mock::server::rejection::Rejection;
use crate::mock::trading::amount::{money, ratio};
use crate::mock::trading::codes;
use crate::mock::trading::conversions::{Conversion, Quote, QuoteAmount};
use crate::mock::trading::events::{AccountEvent, AccountUpdate};
use crate::types::{AccountUpdateReason, IncomeType, Timestamp};

/// Product whose wallets are converted.
const PRODUCT: &str = "usdm";

/// Time for which a quote can be accepted, in milliseconds.
const LIFETIME: i64 = 10_000;

impl Account {
    /// Returns a quote at the current index prices, and whether the balance covers it. Only a covered quote is stored and can be accepted.
    pub(in crate::mock) fn request_quote(
        &mut self,
        from_asset: &str,
        to_asset: &str,
        amount: QuoteAmount,
        trading: &mut TradingContext<'_>,
    ) -> Result<(Quote, bool), Rejection> {
        let price = |asset: &str| match usd_price(asset, trading.market) {
            price if price.is_zero() => Err(codes::asset_not_supported(asset)),
            price => Ok(price),
        };
        let (from_price, to_price) = (price(from_asset)?, price(to_asset)?);
        let (QuoteAmount::From(asked) | QuoteAmount::To(asked)) = amount;
        if asked <= Decimal::ZERO {
            return Err(codes::amount_not_positive());
        }
        if from_asset == to_asset {
            return Err(Rejection::invalid_parameter("toAsset"));
        }
        let converted = |amount: Decimal, from: Decimal, to: Decimal| {
            money(ratio(amount.saturating_mul(from), to))
        };
        let (from_amount, to_amount) = match amount {
            QuoteAmount::From(amount) => (amount, converted(amount, from_price, to_price)),
            QuoteAmount::To(amount) => (converted(amount, to_price, from_price), amount),
        };
        let quote = Quote {
            id: next(&mut trading.ids.quote),
            from_asset: from_asset.to_owned(),
            to_asset: to_asset.to_owned(),
            from_amount,
            to_amount,
            rate: ratio(from_price, to_price),
            expires: Timestamp::from_millis(trading.now.as_millis().saturating_add(LIFETIME)),
            conversion: None,
        };
        let is_covered = from_amount <= self.available(PRODUCT, from_asset, trading.market);
        if is_covered {
            self.conversions.quotes.push(quote.clone());
        }
        Ok((quote, is_covered))
    }

    /// Accepts a quote: converts the amounts at once.
    pub(in crate::mock) fn accept_quote(
        &mut self,
        id: u64,
        trading: &mut TradingContext<'_>,
    ) -> Result<Conversion, Rejection> {
        let is_valid = |quote: &Quote| quote.id == id && quote.expires >= trading.now;
        let quote = self.conversions.find(is_valid).cloned();
        let quote = quote.ok_or_else(|| Rejection::invalid_parameter("quoteId"))?;
        if let Some(conversion) = quote.conversion {
            return Ok(conversion);
        }
        if quote.from_amount > self.available(PRODUCT, &quote.from_asset, trading.market) {
            return Err(codes::balance_insufficient());
        }
        let conversion = Conversion {
            order_id: next(&mut trading.ids.order),
            time: trading.now,
        };
        let changes = [
            (
                &quote.from_asset,
                -quote.from_amount,
                IncomeType::CoinSwapWithdraw,
                AccountUpdateReason::CoinSwapWithdraw,
            ),
            (
                &quote.to_asset,
                quote.to_amount,
                IncomeType::CoinSwapDeposit,
                AccountUpdateReason::CoinSwapDeposit,
            ),
        ];
        for (asset, amount, income_type, reason) in changes {
            self.wallets.add(PRODUCT, asset, amount, trading.now);
            self.record_income(PRODUCT, "", income_type, amount, asset, None, trading);
            let balance = self.balance_change(PRODUCT, asset, amount);
            self.emit(AccountEvent::Account(AccountUpdate {
                product: PRODUCT,
                reason,
                balances: vec![balance],
                positions: Vec::new(),
            }));
        }
        let mut quotes = self.conversions.quotes.iter_mut();
        if let Some(stored) = quotes.find(|stored| stored.id == id) {
            stored.conversion = Some(conversion);
        }
        Ok(conversion)
    }
}
