//! What is wrong with text that is not YAML.

/// A place in the text with a message and a hint.
pub(super) struct SyntaxError {
    /// Counted from 1.
    pub(super) line: usize,
    /// Counted from 1, in characters.
    pub(super) column: usize,
    /// In characters.
    pub(super) length: usize,
    /// What is wrong.
    pub(super) what: String,
    /// What to write instead.
    pub(super) hint: String,
}

impl SyntaxError {
    /// Explains an error that the parser found at this place.
    ///
    /// A missing colon is found only on a later line, but reported on its own line.
    pub(super) fn new(text: &str, line: usize, column: usize, reason: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        if let Some(error) = missing_colon(&lines, line, reason) {
            return error;
        }
        let (line, column) = match lines.last() {
            // The parser reports the end of the text as a separate line.
            Some(last) if line > lines.len() => (lines.len(), last.chars().count() + 1),
            _ => (line, column),
        };
        Self {
            line,
            column,
            length: 1,
            what: format!("not YAML: {reason}"),
            hint: hint(&lines, line, reason).to_owned(),
        }
    }
}

/// Finds a line whose key has no colon.
fn missing_colon(lines: &[&str], line: usize, reason: &str) -> Option<SyntaxError> {
    let is_unfinished_key = reason.contains("simple key");
    let is_misplaced_key =
        reason.contains("mapping values are not allowed") || reason.contains("expected key");
    if !is_unfinished_key && !is_misplaced_key {
        return None;
    }
    let mut content = lines
        .iter()
        .enumerate()
        .take(line)
        .rev()
        .filter(|(_, text)| !is_blank(text))
        .peekable();
    // The colon of the error's own line belongs to the next key.
    content.next_if(|(index, text)| index + 1 == line && has_colon(text));
    let (index, found) = content.next().filter(|(_, text)| !has_colon(text))?;
    // Indented text below a key with a value continues that value.
    let parent = content.find(|(_, text)| indentation(text) < indentation(found));
    let continues_value = parent.is_some_and(|(_, text)| !text.trim_end().ends_with(':'));
    if found.contains('\t') || (is_misplaced_key && continues_value) {
        return None;
    }
    let entry = found.trim();
    let (key, rest) = entry.split_at(key_length(entry));
    if key.is_empty() || !key.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let value = rest.trim_start_matches([':', ' ']);
    let what = if rest.starts_with(':') {
        "no space after the colon"
    } else {
        "no colon after the key"
    };
    Some(SyntaxError {
        line: index + 1,
        column: indentation(found) + 1,
        length: entry.chars().count(),
        what: what.to_owned(),
        hint: format!("write `{}`", format!("{key}: {value}").trim_end()),
    })
}

/// The length of a key such as `symbol`, `limit?` or `T or t as time`.
fn key_length(entry: &str) -> usize {
    let word = |from: usize| {
        let rest = entry.get(from..).unwrap_or_default();
        from + rest.find([':', ' ']).unwrap_or(rest.len())
    };
    let mut end = word(0);
    while let Some(rest) = entry.get(end..)
        && (rest.starts_with(" as ") || rest.starts_with(" or "))
    {
        end = word(end + " as ".len());
    }
    end
}

fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

fn has_colon(line: &str) -> bool {
    line.contains(": ") || line.trim_end().ends_with(':')
}

fn indentation(line: &str) -> usize {
    line.chars().take_while(|c| *c == ' ').count()
}

fn hint(lines: &[&str], line: usize, reason: &str) -> &'static str {
    let near = lines.iter().skip(line.saturating_sub(2)).take(2);
    let any = |test: &dyn Fn(&str) -> bool| near.clone().any(|line| test(line));
    if any(&|line| line.trim_start_matches(' ').starts_with('\t')) {
        "indent with spaces: YAML does not allow tabs"
    } else if any(&|line| line.contains("\\u")) {
        "write the character itself instead of its `\\u` escape"
    } else if any(&|line| line.contains("] or ") || line.contains("]? ")) {
        "put the whole type in quotes if text follows `]`"
    } else if reason.contains("unknown anchor") || reason.contains("unexpected character") {
        "put a value that begins with a special character in quotes"
    } else if reason.contains("mapping values are not allowed") {
        "put a value that contains `: ` in quotes"
    } else if reason.contains("trailing content") {
        "the quotes end before the value: put the whole value in quotes"
    } else {
        "check indentation, colons and closing brackets"
    }
}
