//! Private keys: reading them from PEM, and signing with them.

mod ed25519;
mod encrypted;
mod key;
mod pem;
mod pkcs8;
mod rsa;

use key::Kind;
pub use key::PrivateKey;
