//! Recordings from before a field existed.

use crate::samples::{operation, reencode, sample, without};

/// Items, and fields that older data lacks.
const ADDED: &[(&str, &str, &[&str])] = &[
    ("usdm", "CommissionRate", &["rpiCommissionRate"]),
    ("usdm", "FundingRates", &["markPrice", "rateType"]),
    ("coinm", "FundingRates", &["markPrice", "rateType"]),
    ("usdm", "PositionsV2", &["breakEvenPrice"]),
    ("coinm", "Positions", &["breakEvenPrice"]),
    (
        "usdm",
        "NewOrder",
        &["priceMatch", "selfTradePreventionMode", "goodTillDate"],
    ),
    (
        "usdm",
        "QueryOrder",
        &["priceMatch", "selfTradePreventionMode", "goodTillDate"],
    ),
    (
        "coinm",
        "NewOrder",
        &["priceMatch", "selfTradePreventionMode"],
    ),
    (
        "coinm",
        "QueryOrder",
        &["priceMatch", "selfTradePreventionMode"],
    ),
    ("usdm", "BookTickers", &["lastUpdateId", "time"]),
    ("coinm", "BookTickers", &["lastUpdateId", "time"]),
    ("usdm", "Depth", &["E", "T"]),
    ("coinm", "Depth", &["E", "T"]),
    ("usdm", "OpenInterest", &["time"]),
    ("coinm", "OpenInterest", &["time"]),
    ("usdm", "Income", &["tranId", "tradeId"]),
    ("usdm", "Constituents", &["price", "weight"]),
    ("usdm", "OrderTradeUpdate", &["V", "pm", "gtd", "er"]),
    ("coinm", "OrderTradeUpdate", &["V", "pm", "er"]),
];

#[test]
fn data_from_before_a_field_existed_decodes() {
    for (product, name, fields) in ADDED {
        let old = without(sample(product, name), fields);
        match reencode(product, name, &old) {
            // Nothing is made up.
            Ok(encoded) => {
                let encoded = encoded.to_string();
                for field in *fields {
                    assert!(
                        !encoded.contains(&format!("\"{field}\":")),
                        "{name} {field}"
                    );
                }
            }
            Err(failure) => panic!("{product} {name}: {failure}"),
        }
    }
}

/// Fields that were always there.
const PLAIN: &[&str] = &[
    "orderId",
    "symbol",
    "status",
    "side",
    "type",
    "clientOrderId",
];

#[test]
fn fields_that_were_always_there_are_required() {
    for product in ["usdm", "coinm"] {
        for name in ["NewOrder", "QueryOrder"] {
            let fields = operation(product, name).fields;
            for path in PLAIN {
                let field = fields.iter().find(|field| field.path == *path);
                assert!(!field.unwrap().optional, "{product} {name} {path}");
                let old = without(sample(product, name), &[path]);
                assert!(reencode(product, name, &old).is_err());
            }
        }
    }
}
