//! The one block of PEM in a text.
//!
//! Looser than RFC 7468 about what stands around the block and how its lines are broken, which copies and variables change.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::error::InvalidCredentials;

/// What a key is wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Pkcs8,
    Encrypted,
    Pkcs1,
}

/// A block, decoded.
pub(super) struct Block {
    pub(super) label: Label,
    pub(super) der: Zeroizing<Vec<u8>>,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Finds the block of a private key, which is the only block there is.
pub(super) fn read(text: &[u8]) -> Result<Block, InvalidCredentials> {
    let (_, after_begin) = split(text, BEGIN).ok_or_else(|| no_block(text))?;
    let count = 1 + blocks(after_begin);
    if count > 1 {
        return Err(InvalidCredentials::SeveralBlocks { count });
    }
    let (name, rest) = split(after_begin, DASHES).ok_or(InvalidCredentials::CutOff)?;
    let (body, after_end) = split(rest, END).ok_or(InvalidCredentials::CutOff)?;
    let end = after_end.strip_prefix(name);
    if end.is_none_or(|end| !end.starts_with(DASHES)) {
        return Err(InvalidCredentials::CutOff);
    }
    let label = label(name)?;
    if split(body, b"DEK-Info:").is_some() {
        return Err(InvalidCredentials::OldEncryption);
    }
    let der = decode(body).ok_or(InvalidCredentials::NotBase64)?;
    Ok(Block { label, der })
}

fn label(name: &[u8]) -> Result<Label, InvalidCredentials> {
    Err(match name {
        b"PRIVATE KEY" => return Ok(Label::Pkcs8),
        b"ENCRYPTED PRIVATE KEY" => return Ok(Label::Encrypted),
        b"RSA PRIVATE KEY" => return Ok(Label::Pkcs1),
        b"PUBLIC KEY" | b"RSA PUBLIC KEY" => InvalidCredentials::PublicKey,
        b"OPENSSH PRIVATE KEY" => InvalidCredentials::OpenSsh,
        b"EC PRIVATE KEY" | b"EC PARAMETERS" => InvalidCredentials::EllipticCurve,
        b"CERTIFICATE"
        | b"X509 CERTIFICATE"
        | b"TRUSTED CERTIFICATE"
        | b"CERTIFICATE REQUEST"
        | b"NEW CERTIFICATE REQUEST" => InvalidCredentials::Certificate,
        _ => InvalidCredentials::OtherPem,
    })
}

fn no_block(text: &[u8]) -> InvalidCredentials {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if text.trim_ascii().is_empty() {
        InvalidCredentials::EmptyPem
    } else if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        InvalidCredentials::Utf16
    } else {
        InvalidCredentials::NotPem
    }
}

fn blocks(mut text: &[u8]) -> usize {
    let mut count = 0;
    while let Some((_, rest)) = split(text, BEGIN) {
        count += 1;
        text = rest;
    }
    count
}

/// What stands before and after the first place of a mark.
fn split<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|found| found == mark)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.strip_prefix(mark)?))
}

fn decode(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(body.len()));
    bytes.extend(body.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let length = Base64::decode_in_place(&mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}
