//! Meanings and remedies of error codes.
//!
//! `meanings.txt` was written from the messages that the exchange documents, apart from the spec. A line has an error code, the product if
//! the code has another meaning in the other one, and words that the sentence of the spec must contain, separated by `;`.

use std::collections::BTreeSet;

use binance_futures::coinm::CoinM;
use binance_futures::error::{Action, KnownError};
use binance_futures::request::Product;
use binance_futures::usdm::Usdm;

fn table(product: &str) -> impl Iterator<Item = &'static KnownError> {
    let tables = match product {
        "usdm" => Usdm::ERRORS,
        "coinm" => CoinM::ERRORS,
        other => panic!("{other} is not a product"),
    };
    tables.iter().copied().flatten()
}

fn known(code: i64) -> &'static KnownError {
    let mut known = table("usdm");
    known.find(|known| known.code == code).unwrap()
}

/// The code, product and words of each line of `meanings.txt`.
fn meanings() -> impl Iterator<Item = (i64, Option<&'static str>, Vec<String>)> {
    include_str!("meanings.txt").lines().map(|line| {
        let (code, rest) = line.split_once(' ').unwrap();
        let of = |product| Some((product, rest.strip_prefix(product)?.strip_prefix(' ')?));
        let (product, words) = match of("usdm").or_else(|| of("coinm")) {
            Some((product, words)) => (Some(product), words),
            None => (None, rest),
        };
        let words = words.split(';').map(|words| words.trim().to_lowercase());
        (code.parse().unwrap(), product, words.collect())
    })
}

#[test]
fn sentence_of_every_code_means_what_the_exchange_says() {
    let mut checked = BTreeSet::new();
    for (code, only, words) in meanings() {
        for product in ["usdm", "coinm"] {
            if only.is_some_and(|only| only != product) {
                continue;
            }
            for known in table(product).filter(|known| known.code == code) {
                let means = known.means.to_lowercase();
                for words in &words {
                    assert!(means.contains(words), "{code} lacks `{words}`: {means}");
                }
                checked.insert((product, code));
            }
        }
    }
    for product in ["usdm", "coinm"] {
        for known in table(product) {
            let is_checked = checked.contains(&(product, known.code));
            assert!(is_checked, "meanings.txt lacks {} of {product}", known.code);
        }
    }
}

#[test]
fn codes_of_isolated_margin_and_multi_assets_mode_are_not_swapped() {
    assert!(
        known(-4167)
            .means
            .starts_with("Multi-assets mode cannot be enabled")
    );
    assert!(
        known(-4168)
            .means
            .starts_with("Isolated margin is not available")
    );
    assert!(known(-4167).remedy.unwrap().contains("cross margin"));
    assert!(
        known(-4168)
            .remedy
            .unwrap()
            .contains("Disable multi-assets mode")
    );
}

#[test]
fn remedies_are_those_of_the_exchange() {
    for (code, words) in [
        (-2016, "24-hour ticker"),
        (-2022, "cancel conflicting open orders"),
        (-4022, "parameters"),
        (-4109, "Transfer any amount"),
        (-4118, "Cancel the open order"),
        (-4130, "Cancel that order"),
        (-4138, "Omit `reduce_only`"),
        (-4509, "Open the position"),
        (-5000, "Check the base URL and the path"),
    ] {
        let remedy = known(code).remedy.unwrap();
        assert!(remedy.contains(words), "{code}: {remedy}");
    }
    // Neither waiting nor sending again helps.
    for code in [-1016, -4022] {
        let known = known(code);
        assert!(
            !matches!(known.action, Action::Wait | Action::Retry),
            "{code}"
        );
        assert!(
            !known.remedy.unwrap().to_lowercase().contains("again"),
            "{code}"
        );
    }
}

#[test]
fn action_of_a_duplicate_id_is_a_lookup() {
    for product in ["usdm", "coinm"] {
        let duplicates = table(product).filter(|known| known.is_duplicate_id);
        let codes: Vec<i64> = duplicates
            .map(|known| {
                assert_eq!(known.action, Action::Reconcile, "{}", known.code);
                known.code
            })
            .collect();
        assert!(codes.contains(&-4116), "{product}: {codes:?}");
    }
}

#[test]
fn undocumented_codes_have_a_name_and_a_remedy() {
    for code in [-4108, -4130, -4136, -4408, -4411, -4425, -4509, -5000] {
        let known = known(code);
        assert!(!known.official, "{code}");
        assert!(known.remedy.is_some(), "{code}");
    }
}

#[test]
fn codes_that_the_documents_lack_show_their_evidence() {
    let files = [
        include_str!("../../src/generated/codes.rs"),
        include_str!("../../src/generated/usdm/codes.rs"),
        include_str!("../../src/generated/coinm/codes.rs"),
    ];
    for code in [
        -4108, -4130, -4136, -4408, -4411, -4425, -4509, -4531, -5000, -5047, -21015,
    ] {
        let constant = format!(": i64 = {code};");
        let file = files.iter().find(|file| file.contains(&constant)).unwrap();
        let (before, _) = file.split_once(&constant).unwrap();
        let docs = before.rsplit("pub const ").nth(1).unwrap();
        assert!(docs.contains("**Evidence.** "), "{code}");
    }
}
