//! Finds and decodes the PEM block of a private key.
//!
//! Less strict than RFC 7468 about the text around the block and about its line breaks: copying and environment variables change them.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::error::CredentialsProblem;

/// The format of a key, as the BEGIN line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Pkcs8,
    Encrypted,
    Pkcs1,
}

/// A decoded block.
pub(super) struct Block {
    pub(super) label: Label,
    pub(super) der: Zeroizing<Vec<u8>>,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Decodes the block of a private key, which must be the only block of the text.
pub(super) fn read(text: &[u8]) -> Result<Block, CredentialsProblem> {
    let (_, after_begin) = split(text, BEGIN).ok_or_else(|| problem_without_block(text))?;
    let count = 1 + count_blocks(after_begin);
    if count > 1 {
        return Err(CredentialsProblem::MultipleBlocks { count });
    }
    let (name, rest) = split(after_begin, DASHES).ok_or(CredentialsProblem::Truncated)?;
    let (body, after_end) = split(rest, END).ok_or(CredentialsProblem::Truncated)?;
    let end = after_end.strip_prefix(name);
    if end.is_none_or(|end| !end.starts_with(DASHES)) {
        return Err(CredentialsProblem::Truncated);
    }
    let label = label(name)?;
    if split(body, b"DEK-Info:").is_some() {
        return Err(CredentialsProblem::LegacyEncryption);
    }
    let der = decode(body).ok_or(CredentialsProblem::InvalidBase64)?;
    Ok(Block { label, der })
}

fn label(name: &[u8]) -> Result<Label, CredentialsProblem> {
    Err(match name {
        b"PRIVATE KEY" => return Ok(Label::Pkcs8),
        b"ENCRYPTED PRIVATE KEY" => return Ok(Label::Encrypted),
        b"RSA PRIVATE KEY" => return Ok(Label::Pkcs1),
        b"PUBLIC KEY" | b"RSA PUBLIC KEY" => CredentialsProblem::PublicKey,
        b"OPENSSH PRIVATE KEY" => CredentialsProblem::OpenSsh,
        b"EC PRIVATE KEY" | b"EC PARAMETERS" => CredentialsProblem::Ecdsa,
        b"CERTIFICATE"
        | b"X509 CERTIFICATE"
        | b"TRUSTED CERTIFICATE"
        | b"CERTIFICATE REQUEST"
        | b"NEW CERTIFICATE REQUEST" => CredentialsProblem::Certificate,
        _ => CredentialsProblem::NotPrivateKey,
    })
}

fn problem_without_block(text: &[u8]) -> CredentialsProblem {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if text.trim_ascii().is_empty() {
        CredentialsProblem::EmptyPem
    } else if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        CredentialsProblem::Utf16
    } else {
        CredentialsProblem::NotPem
    }
}

fn count_blocks(mut text: &[u8]) -> usize {
    let mut count = 0;
    while let Some((_, rest)) = split(text, BEGIN) {
        count += 1;
        text = rest;
    }
    count
}

/// Returns the text before and after the first occurrence of a marker.
fn split<'a>(text: &'a [u8], marker: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text
        .windows(marker.len())
        .position(|window| window == marker)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.strip_prefix(marker)?))
}

fn decode(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(body.len()));
    bytes.extend(body.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let length = Base64::decode_in_place(&mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}
