//! Amounts that are blank, null or written with an exponent.

use binance_futures::registry::operations;
use binance_futures::{coinm, usdm};
use serde_json::{Value, json};

use crate::samples::{decimal, decode, operation, reencode, sample, set};

/// Responses about accounts, balances, positions and income.
const RESPONSES: &[(&str, &str)] = &[
    ("usdm", "Account"),
    ("usdm", "AccountV2"),
    ("usdm", "Balance"),
    ("usdm", "BalanceV2"),
    ("usdm", "Income"),
    ("usdm", "Positions"),
    ("usdm", "PositionsV2"),
    ("usdm", "PortfolioMarginAccount"),
    ("coinm", "Account"),
    ("coinm", "Balance"),
    ("coinm", "Income"),
    ("coinm", "Positions"),
    ("coinm", "PortfolioMarginAccount"),
];

/// The names of the decimals of a response.
fn amounts(product: &str, name: &str) -> Vec<&'static str> {
    let fields = operation(product, name).fields.iter();
    let decimals = fields.filter(|field| field.ty.starts_with("Decimal"));
    decimals
        .map(|field| field.path.rsplit(['.', ']']).next().unwrap())
        .collect()
}

#[test]
fn every_amount_of_an_account_may_be_blank_or_null() {
    for (product, name) in RESPONSES {
        let names = amounts(product, name);
        assert!(!names.is_empty(), "{product} {name}");
        for blank in [json!(""), Value::Null] {
            let mut payload = sample(product, name);
            crate::samples::each_object(&mut payload, &mut |object| {
                for name in &names {
                    if object.get(name).is_some() {
                        object[name] = blank.clone();
                    }
                }
            });
            if let Err(failure) = reencode(product, name, &payload) {
                panic!("{product} {name}: {failure}");
            }
        }
    }
}

#[test]
fn every_amount_of_an_account_says_that_it_may_be_blank() {
    for (product, name) in RESPONSES {
        for field in operation(product, name).fields {
            let is_blank = field.ty.contains(r#" or """#) && field.ty.contains(" or null");
            assert!(
                !field.ty.starts_with("Decimal") || is_blank,
                "{product} {name} {}: {}",
                field.path,
                field.ty
            );
        }
    }
    // Orders keep plain amounts.
    let order = operation("usdm", "QueryOrder");
    assert!(
        order
            .fields
            .iter()
            .any(|field| (field.path, field.ty) == ("price", "Decimal"))
    );
}

#[test]
fn account_that_was_never_used_decodes() {
    let mut account = json!({"assets": [], "positions": []});
    for field in operation("usdm", "Account").fields {
        if field.ty.starts_with("Decimal") && !field.path.contains('[') {
            account[field.path] = json!("");
        }
    }
    let decoded = decode::<usdm::Account>(&account).unwrap();
    assert_eq!(decoded.total_wallet_balance, None);
    assert_eq!(decoded.available_balance, None);
    assert!(decoded.assets.is_empty() && decoded.positions.is_empty());
    assert_eq!(reencode("usdm", "Account", &account), Ok(account));
}

#[test]
fn unrealized_profit_of_a_balance_may_be_blank_or_null() {
    for blank in [json!(""), Value::Null] {
        let balances = set(sample("usdm", "Balance"), "crossUnPnl", &blank);
        let balances = decode::<usdm::Balance>(&balances).unwrap();
        assert_eq!(balances[0].cross_unrealized_profit, None);
        assert!(balances[0].balance.is_some());
        let balances = set(sample("coinm", "Balance"), "crossUnPnl", &blank);
        let balances = decode::<coinm::Balance>(&balances).unwrap();
        assert_eq!(balances[0].cross_unrealized_profit, None);
    }
}

#[test]
fn amounts_may_have_an_exponent() {
    for (text, value) in [
        (json!("0E-8"), "0.00000000"),
        (json!("1.5E-7"), "0.00000015"),
        (json!("-2e+3"), "-2000"),
    ] {
        let income = set(sample("usdm", "Income"), "income", &text);
        let income = decode::<usdm::Income>(&income).unwrap();
        assert_eq!(income[0].amount.unwrap().to_string(), value);
        let order = set(sample("usdm", "QueryOrder"), "price", &text);
        let order = decode::<usdm::QueryOrder>(&order).unwrap();
        assert_eq!(order.price, decimal(value));
    }
    let bare = sample("usdm", "Income").to_string();
    let amount = sample("usdm", "Income")[0]["income"].to_string();
    let bare = bare.replacen(&amount, "1e-07", 1);
    let income: Vec<usdm::IncomeRecord> = serde_json::from_str(&bare).unwrap();
    assert_eq!(income[0].amount, Some(decimal("0.0000001")));
}

#[test]
fn received_integers_have_64_bits_or_a_documented_range() {
    for operation in operations() {
        for field in operation.fields {
            let ty = field.ty.split(' ').next().unwrap();
            // The rank in the auto-deleveraging queue is documented as 0 to 4.
            let is_rank = field.path.contains("adl");
            assert!(
                is_rank || !["u8", "u16", "u32", "i32"].contains(&ty),
                "{} {}: {ty}",
                operation.name,
                field.path
            );
        }
    }
}

#[test]
fn settle_plan_may_be_a_time() {
    for value in [1_639_879_200_000_u64, 1_624_608_000_000, 0] {
        let mut information = sample("usdm", "ExchangeInfo");
        information["symbols"][0]["settlePlan"] = json!(value);
        information["symbols"][0]["pricePrecision"] = json!(u64::MAX);
        let information = decode::<usdm::ExchangeInfo>(&information).unwrap();
        assert_eq!(information.symbols[0].settle_plan, Some(value));
    }
}
