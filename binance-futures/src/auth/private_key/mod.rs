//! Private keys, from the PEM they stand in to the signatures they make.

mod ed25519;
mod encrypted;
mod key;
mod pem;
mod pkcs8;
mod rsa;

use key::Kind;
pub use key::PrivateKey;
