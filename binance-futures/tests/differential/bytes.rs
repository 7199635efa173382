//! Changes of texts that may break their structure.

use super::random::Random;

/// Parts that are inserted into texts.
const PARTS: [&str; 34] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\ude00",
    "\\u00",
    "\\x",
    "\\/",
    "\u{0}",
    "\u{1f}",
    "\u{7f}",
    "é",
    "\u{feff}",
    "\u{a0}",
    " ",
    "\n",
    "-",
    "+",
    ".",
    "e",
    "0",
    "1e9",
    "null",
    "true",
    "nul",
    "{\"e\":",
    "[[[[[[[[",
];

/// Changes a text at a random place.
pub(crate) fn change(text: &mut String, random: &mut Random) {
    let mut places = [random.below(text.len() + 1), random.below(text.len() + 1)];
    places.sort_unstable();
    let [start, end] = places.map(|place| floor(text, place));
    match random.below(8) {
        0 => text.truncate(start),
        1 => drop(text.drain(..start)),
        2 => text.replace_range(start..floor(text, end.min(start + 8)), ""),
        3 => text.insert_str(start, random.choose(&PARTS)),
        4 => {
            let part = text[start..end].to_owned();
            if part.len() < 2_000 {
                text.insert_str(end, &part);
            }
        }
        5 => {
            let mut bytes = std::mem::take(text).into_bytes();
            if let Some(byte) = bytes.get_mut(start) {
                *byte ^= 1 << random.below(8);
            }
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        _ => {
            let next = text[start..].chars().next().map_or(0, char::len_utf8);
            text.replace_range(start..start + next, random.choose(&PARTS));
        }
    }
}

/// Returns a sequence of parts of JSON texts.
pub(crate) fn soup(random: &mut Random) -> String {
    (0..random.below(20))
        .map(|_| random.choose(&PARTS))
        .collect()
}

/// Returns random bytes, as far as they are text.
pub(crate) fn noise(random: &mut Random) -> String {
    let bytes: Vec<u8> = (0..random.below(40))
        .map(|_| random.below(256) as u8)
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the place, or the start of the character that it is in.
fn floor(text: &str, mut place: usize) -> usize {
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}
