//! Credentials from environment variables.

use std::env;
use std::ffi::OsString;

use zeroize::Zeroizing;

use super::Credentials;
#[cfg(feature = "pem")]
use super::PrivateKey;
use crate::error::{CredentialsProblem, InvalidCredentials, InvalidCredentialsKind};

const API_KEY: &str = "BINANCE_API_KEY";
const SECRET_KEY: &str = "BINANCE_SECRET_KEY";
const KEY_FILE: &str = "BINANCE_KEY_FILE";
const PASSPHRASE: &str = "BINANCE_PASSPHRASE";

impl Credentials {
    /// Reads credentials from environment variables. `cargo xtask call` reads the same ones.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `BINANCE_API_KEY` | the API key |
    /// | `BINANCE_SECRET_KEY` | the secret of an HMAC key |
    /// | `BINANCE_KEY_FILE` | the path of the PEM file of an RSA or Ed25519 key (feature `pem`); used instead of `BINANCE_SECRET_KEY` if both are set |
    /// | `BINANCE_PASSPHRASE` | the passphrase of that file, if it is encrypted |
    ///
    /// An empty variable counts as not set. The environment of the exchange is not read from a variable: the credentials are for
    /// production, unless [`for_environment`](Self::for_environment) sets another one.
    ///
    /// Blocks the thread while a key file is read and decrypted. Child processes inherit environment variables, and with them the secrets.
    ///
    /// ```no_run
    /// use binance_futures::auth::Credentials;
    /// use binance_futures::environment::Environment;
    ///
    /// let credentials = Credentials::from_env()?.for_environment(Environment::Testnet);
    /// # Ok::<(), binance_futures::error::InvalidCredentials>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a variable is missing or its value is not valid. The error names the variable.
    pub fn from_env() -> Result<Self, InvalidCredentials> {
        from_variables(&|name| env::var_os(name))
    }
}

/// Returns the value of a variable, if it is set.
type Variables<'a> = &'a dyn Fn(&'static str) -> Option<OsString>;

fn from_variables(variables: Variables<'_>) -> Result<Credentials, InvalidCredentials> {
    let api_key = text(variables, API_KEY)?.ok_or_else(|| unset(API_KEY, "the API key"))?;
    if let Some(file) = value(variables, KEY_FILE) {
        return with_key_file(&api_key, file, variables);
    }
    let secret = text(variables, SECRET_KEY)?.ok_or_else(|| {
        let expected = "the secret of the API key, or set `BINANCE_KEY_FILE` to the PEM file of its private key";
        unset(SECRET_KEY, expected)
    })?;
    Credentials::hmac(&*api_key, &*secret).map_err(name_variable)
}

#[cfg(feature = "pem")]
fn with_key_file(
    api_key: &str,
    file: OsString,
    variables: Variables<'_>,
) -> Result<Credentials, InvalidCredentials> {
    let key = match text(variables, PASSPHRASE)? {
        Some(passphrase) => PrivateKey::from_encrypted_file(file, &*passphrase),
        None => PrivateKey::from_file(file).map_err(|error| match error.kind() {
            InvalidCredentialsKind::Passphrase => {
                let expected = "the passphrase of the private key in `BINANCE_KEY_FILE`";
                unset(PASSPHRASE, expected)
            }
            _ => error,
        }),
    };
    key.and_then(|key| Credentials::private_key(api_key, key))
        .map_err(name_variable)
}

#[cfg(not(feature = "pem"))]
fn with_key_file(
    _: &str,
    _: OsString,
    _: Variables<'_>,
) -> Result<Credentials, InvalidCredentials> {
    Err(CredentialsProblem::NoPemFeature { name: KEY_FILE }.into())
}

/// Returns the value of a variable that is set and not empty.
fn value(variables: Variables<'_>, name: &'static str) -> Option<OsString> {
    variables(name).filter(|value| !value.is_empty())
}

/// Returns the text of a variable that is set and not empty.
fn text(
    variables: Variables<'_>,
    name: &'static str,
) -> Result<Option<Zeroizing<String>>, InvalidCredentials> {
    let text = value(variables, name).map(OsString::into_string);
    match text.transpose() {
        Ok(text) => Ok(text.map(Zeroizing::new)),
        Err(_) => Err(CredentialsProblem::NotUnicode { name }.into()),
    }
}

fn unset(name: &'static str, expected: &'static str) -> InvalidCredentials {
    CredentialsProblem::UnsetVariable { name, expected }.into()
}

/// Adds the name of the variable that a value came from, unless the error is about a variable already.
fn name_variable(error: InvalidCredentials) -> InvalidCredentials {
    let name = match error.kind() {
        InvalidCredentialsKind::EnvironmentVariable => return error,
        InvalidCredentialsKind::ApiKey => API_KEY,
        InvalidCredentialsKind::Secret => SECRET_KEY,
        InvalidCredentialsKind::Passphrase => PASSPHRASE,
        _ => KEY_FILE,
    };
    error.in_variable(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error for these variables.
    fn error(variables: &[(&str, &str)]) -> InvalidCredentials {
        read(variables).unwrap_err()
    }

    fn read(variables: &[(&str, &str)]) -> Result<Credentials, InvalidCredentials> {
        from_variables(&|name| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| OsString::from(*value))
        })
    }

    #[test]
    fn hmac_credentials_are_read() {
        let credentials = read(&[(API_KEY, "key"), (SECRET_KEY, "secret")]).unwrap();
        let same = Credentials::hmac("key", "secret").unwrap();
        assert_eq!(credentials.api_key().as_str(), "key");
        assert_eq!(credentials.try_sign(b"x=1"), same.try_sign(b"x=1"));
        assert_eq!(credentials.environment().name(), "production");
    }

    #[test]
    fn missing_variables_are_named() {
        for (variables, message) in [
            (
                &[(SECRET_KEY, "secret")][..],
                "the environment variable `BINANCE_API_KEY` is not set, or empty: set it to the API key",
            ),
            (
                &[(API_KEY, ""), (SECRET_KEY, "secret")],
                "the environment variable `BINANCE_API_KEY` is not set, or empty: set it to the API key",
            ),
            (
                &[(API_KEY, "key"), (KEY_FILE, "")],
                "the environment variable `BINANCE_SECRET_KEY` is not set, or empty: set it to the secret of the API key, or set `BINANCE_KEY_FILE` to the PEM file of its private key",
            ),
        ] {
            let error = error(variables);
            assert_eq!(error.kind(), InvalidCredentialsKind::EnvironmentVariable);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn variables_with_an_invalid_value_are_named() {
        let invalid_key = error(&[(API_KEY, "key\n"), (SECRET_KEY, "secret")]);
        assert_eq!(invalid_key.kind(), InvalidCredentialsKind::ApiKey);
        assert_eq!(
            invalid_key.to_string(),
            "the environment variable `BINANCE_API_KEY` is not valid: the API key contains a line break, a space or another character that is not printable ASCII: trim the text it is read from"
        );
        let invalid_secret = error(&[(API_KEY, "key"), (SECRET_KEY, "hush hush")]);
        assert_eq!(invalid_secret.kind(), InvalidCredentialsKind::Secret);
        let printed = format!("{invalid_secret} {invalid_secret:?}");
        assert!(printed.contains(SECRET_KEY), "{printed}");
        assert!(!printed.contains("hush"), "{printed}");
    }

    #[cfg(unix)]
    #[test]
    fn values_that_are_not_unicode_are_rejected() {
        use std::os::unix::ffi::OsStringExt;
        let error = from_variables(&|_| Some(OsString::from_vec(vec![0xff]))).unwrap_err();
        assert_eq!(error.kind(), InvalidCredentialsKind::EnvironmentVariable);
        assert_eq!(
            error.to_string(),
            "the value of the environment variable `BINANCE_API_KEY` is not valid Unicode"
        );
    }

    #[cfg(feature = "pem")]
    mod pem {
        use std::path::Path;

        use super::*;

        fn path(name: &str) -> String {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys/pem");
            folder.join(name).into_os_string().into_string().unwrap()
        }

        #[tokio::test]
        async fn private_key_is_used_before_the_secret() {
            let (file, encrypted) = (path("ed25519.pem"), path("ed25519-aes256.pem"));
            let plain = [(API_KEY, "key"), (SECRET_KEY, "secret"), (KEY_FILE, &file)];
            let encrypted = [
                (API_KEY, "key"),
                (KEY_FILE, &encrypted),
                (PASSPHRASE, "open sesame"),
            ];
            let mut signatures = Vec::new();
            for variables in [&plain, &encrypted] {
                let credentials = read(variables).unwrap();
                signatures.push(credentials.sign(b"x=1").await.unwrap());
            }
            assert!(signatures[0].needs_encoding());
            assert_eq!(signatures[0], signatures[1]);
        }

        #[test]
        fn missing_and_wrong_passphrases_name_their_variable() {
            let file = path("ed25519-aes256.pem");
            let missing = error(&[(API_KEY, "key"), (KEY_FILE, &file)]);
            assert_eq!(missing.kind(), InvalidCredentialsKind::EnvironmentVariable);
            assert_eq!(
                missing.to_string(),
                "the environment variable `BINANCE_PASSPHRASE` is not set, or empty: set it to the passphrase of the private key in `BINANCE_KEY_FILE`"
            );
            let wrong = error(&[(API_KEY, "key"), (KEY_FILE, &file), (PASSPHRASE, "closed")]);
            assert_eq!(wrong.kind(), InvalidCredentialsKind::Passphrase);
            assert_eq!(
                wrong.to_string(),
                "the environment variable `BINANCE_PASSPHRASE` is not valid: the passphrase does not decrypt the private key: check that it does not end with a line break"
            );
        }

        #[test]
        fn key_file_that_cannot_be_read_names_its_variable() {
            let error = error(&[(API_KEY, "key"), (KEY_FILE, "no/such.pem")]);
            assert_eq!(error.kind(), InvalidCredentialsKind::File);
            assert_eq!(
                error.to_string(),
                "the environment variable `BINANCE_KEY_FILE` is not valid: the private key file `no/such.pem` cannot be read: entity not found"
            );
        }
    }

    #[cfg(not(feature = "pem"))]
    #[test]
    fn key_file_needs_the_feature() {
        let error = error(&[(API_KEY, "key"), (KEY_FILE, "key.pem")]);
        assert_eq!(error.kind(), InvalidCredentialsKind::EnvironmentVariable);
        assert_eq!(
            error.to_string(),
            "the environment variable `BINANCE_KEY_FILE` is set, but the feature `pem` of this crate, which reads private keys, is disabled"
        );
    }
}
