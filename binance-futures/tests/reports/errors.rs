//! Meanings of error codes.

use binance_futures::request::{KnownError, Product};
use binance_futures::usdm::Usdm;

fn known(code: i64) -> &'static KnownError {
    let mut known = Usdm::ERRORS.iter().copied().flatten();
    known.find(|known| known.code == code).unwrap()
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
}

#[test]
fn codes_that_only_recordings_have_are_known() {
    for code in [-4408, -4130, -4509, -5000] {
        assert!(!known(code).means.is_empty());
    }
}
