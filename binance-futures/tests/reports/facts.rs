//! Facts that only the docs of generated items state.

macro_rules! generated {
    ($path:literal) => {
        include_str!(concat!("../../src/generated/", $path))
    };
}

const TRADING: &str = generated!("types/trading.rs");

/// Checks the doc comments that contain `start`: each has all of these words. Returns the number of comments.
#[track_caller]
fn says(file: &str, start: &str, words: &[&str]) -> usize {
    let mut comments = vec![String::new()];
    for line in file.lines().map(str::trim) {
        match line.strip_prefix("///") {
            Some(text) => comments.last_mut().unwrap().push_str(text),
            None => comments.push(String::new()),
        }
    }
    let found: Vec<String> = comments
        .into_iter()
        .filter(|comment| comment.contains(start))
        .collect();
    assert!(!found.is_empty(), "no comment contains `{start}`");
    for comment in &found {
        for words in words {
            assert!(comment.contains(words), "no `{words}` in: {comment}");
        }
    }
    found.len()
}

#[test]
fn orders_also_expire_because_of_the_exchange() {
    let causes = ["liquidation", "delisting", "maintenance", "reduce-only"];
    says(TRADING, "`EXPIRED`: ended by its own conditions", &causes);
    says(TRADING, "`EXPIRED`: ended by its own", &["`GTE_GTC`"]);
    says(TRADING, "`EXPIRED`: the order ended", &["by the exchange"]);
}

#[test]
fn time_in_force_that_ends_with_the_position_can_be_sent() {
    let words = [
        "the position that it protects",
        "stop and take-profit orders",
    ];
    says(TRADING, "`GTE_GTC`: ", &words);
    assert!(!TRADING.contains("nly received"));
}

#[test]
fn aggregate_trades_combine_several_takers() {
    let same = "within 100 ms that have the same price and the same taker side";
    for file in [
        generated!("usdm/rest/market_data/agg_trades.rs"),
        generated!("coinm/rest/market_data/agg_trades.rs"),
        generated!("usdm/streams/agg_trades.rs"),
        generated!("coinm/streams/agg_trades.rs"),
    ] {
        // The request or topic, and the response or event.
        assert_eq!(says(file, "ggregate trade ", &[same]), 1);
        assert_eq!(says(file, "Aggregate trade, which", &[same]), 1);
        assert!(!file.contains("one taker order"));
    }
}

#[test]
fn conditional_orders_of_coin_m_are_canceled_together() {
    let words = ["`CancelAllAlgoOrders`"];
    for file in [
        generated!("coinm/rest/trade/cancel_all_orders.rs"),
        generated!("usdm/rest/trade/cancel_all_orders.rs"),
    ] {
        says(file, "onditional orders", &words);
        assert!(!file.contains("one by one"));
    }
}

#[test]
fn kickback_goes_to_the_invited_account() {
    let file = generated!("types/account.rs");
    says(
        file,
        "`REFERRAL_KICKBACK`: ",
        &["returned to the invited account"],
    );
    says(file, "`COMMISSION_REBATE`: ", &["paid to the referrer"]);
}

#[test]
fn notional_of_bids_and_asks_is_unused_only_in_positions() {
    for (file, unit) in [
        (
            generated!("usdm/user_events/order_trade_update.rs"),
            "quote asset",
        ),
        (
            generated!("coinm/user_events/order_trade_update.rs"),
            "base asset",
        ),
    ] {
        for orders in ["buy orders (bids)", "sell orders (asks)"] {
            let sentence = format!("Notional of {orders}, in the {unit}.");
            says(file, &sentence, &[]);
            assert!(!file.contains(&format!("{sentence} Not used")));
        }
    }
}

#[test]
fn delisted_contracts_stay_in_settlement() {
    says(
        generated!("types/contracts.rs"),
        "`SETTLING`: ",
        &["Delisted contracts appear to keep this status"],
    );
}

#[test]
fn conditional_orders_of_coin_m_show_their_evidence() {
    for file in [
        generated!("coinm/rest/trade/new_algo_order.rs"),
        generated!("coinm/rest/trade/cancel_algo_order.rs"),
        generated!("coinm/rest/trade/open_algo_orders.rs"),
    ] {
        let evidence = [
            "notice of 2026-06-10",
            "Demo trading accepted",
            "August 2026",
        ];
        says(file, "**Announced.**", &evidence);
    }
    for file in [
        generated!("coinm/rest/trade/query_algo_order.rs"),
        generated!("coinm/rest/trade/all_algo_orders.rs"),
        generated!("coinm/rest/trade/cancel_all_algo_orders.rs"),
    ] {
        says(file, "**Undocumented.**", &["two independent clients"]);
    }
}
