//! Imports and module declarations in the text of one file.
//!
//! The scan works on tokens, so it also sees the bodies of macros. Code for tests and doc comments are ignored.

use std::str::FromStr;

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// Module declarations and imports of a file.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) modules: Vec<Module>,
    pub(super) imports: Vec<Import>,
    /// Whether the whole file is for tests.
    pub(super) test_only: bool,
}

/// A `mod` declaration.
#[derive(Debug)]
pub(super) struct Module {
    /// Inline modules around the declaration, then the name.
    pub(super) path: Vec<String>,
    /// Line of the declaration.
    pub(super) line: usize,
    /// Where the content is.
    pub(super) content: Content,
    /// Whether the module is for tests.
    pub(super) test_only: bool,
}

/// Where the content of a module is.
#[derive(Debug, PartialEq)]
pub(super) enum Content {
    /// In braces after the name.
    Inline,
    /// In the file that belongs to the name.
    File,
    /// In the file of a `#[path]` attribute.
    FileAt(String),
}

/// A path to something in the same crate, in a `use` declaration or in code.
#[derive(Debug)]
pub(super) struct Import {
    /// Inline modules around the path.
    pub(super) within: Vec<String>,
    /// The path as written. It begins with `crate`, `self`, `super` or the name of a module that this file declares.
    pub(super) path: Vec<String>,
    /// Line of the last segment.
    pub(super) line: usize,
}

/// Scans the text of a file.
pub(super) fn scan(text: &str) -> Result<Scan> {
    let tokens = TokenStream::from_str(text).map_err(|error| {
        let line = error.span().start().line;
        anyhow!("line {line}: {error}")
    })?;
    let mut scan = Scan::default();
    scan.scope(&tokens.into_iter().collect::<Vec<_>>(), &[], false);
    let Scan {
        modules, imports, ..
    } = &mut scan;
    imports.retain(|import| {
        import.path.first().is_some_and(|first| {
            let child = || import.within.iter().chain([first]);
            ["crate", "self", "super"].contains(&first.as_str())
                || modules.iter().any(|module| module.path.iter().eq(child()))
        })
    });
    Ok(scan)
}

/// Attributes in front of an item.
#[derive(Default)]
struct Attributes {
    test_only: bool,
    path: Option<String>,
}

impl Scan {
    /// Scans the tokens between two braces, or of a whole file.
    fn scope(&mut self, tokens: &[TokenTree], within: &[String], test_only: bool) {
        let mut attributes = Attributes::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if let Some((inner, group)) = attribute(tokens, at) {
                at += if inner { 3 } else { 2 };
                let own = Attributes::read(group);
                if inner && own.test_only {
                    self.test_only |= within.is_empty();
                    return;
                }
                attributes.test_only |= own.test_only;
                attributes.path = own.path.or(attributes.path);
                self.scope(&trees(group), within, test_only);
                continue;
            }
            if let Some(next) = visibility(tokens, at) {
                at = next;
                continue;
            }
            let Attributes {
                test_only: skipped,
                path,
            } = std::mem::take(&mut attributes);
            let test_only = test_only || skipped;
            if let Some(next) = self.declaration(tokens, at, within, path, test_only) {
                at = next;
            } else if skipped {
                at = end_of_item(tokens, at);
            } else if is_quote(tokens, at) {
                at += 3;
            } else if is(token, "use") && !is_punct(tokens.get(at + 1), '<') {
                at = self.use_tree(tokens, at + 1, within, &[]);
            } else if let TokenTree::Group(group) = token {
                self.scope(&trees(group), within, test_only);
                at += 1;
            } else {
                at = self.path(tokens, at, within);
            }
        }
    }

    /// Records `mod name;` or `mod name { … }` and returns the position after it.
    fn declaration(
        &mut self,
        tokens: &[TokenTree],
        at: usize,
        within: &[String],
        file: Option<String>,
        test_only: bool,
    ) -> Option<usize> {
        let (keyword, name) = (tokens.get(at)?, tokens.get(at + 1)?);
        let TokenTree::Ident(name) = name else {
            return None;
        };
        if !is(keyword, "mod") {
            return None;
        }
        let mut path = within.to_vec();
        path.push(text(name));
        let content = match tokens.get(at + 2)? {
            TokenTree::Group(group) => {
                if !test_only {
                    self.scope(&trees(group), &path, false);
                }
                Content::Inline
            }
            _ => file.map_or(Content::File, Content::FileAt),
        };
        self.modules.push(Module {
            path,
            line: name.span().start().line,
            content,
            test_only,
        });
        Some(at + 3)
    }

    /// Records the paths of one tree of a `use` declaration and returns the position after it.
    fn use_tree(
        &mut self,
        tokens: &[TokenTree],
        mut at: usize,
        within: &[String],
        prefix: &[String],
    ) -> usize {
        let mut path = prefix.to_vec();
        // A leading `::` names another crate.
        let is_external = prefix.is_empty() && is_punct(tokens.get(at), ':');
        let mut line = 0;
        let mut is_renamed = false;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Ident(_) if is_renamed => {}
                TokenTree::Ident(ident) => {
                    line = ident.span().start().line;
                    match text(ident).as_str() {
                        "as" => is_renamed = true,
                        // `a::{self}` is `a`.
                        "self" if !path.is_empty() => {}
                        name => path.push(name.to_owned()),
                    }
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let inner = trees(group);
                    let mut at = 0;
                    while !is_external && at < inner.len() {
                        at = self.use_tree(&inner, at, within, &path);
                    }
                    path.clear();
                }
                TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => break,
                TokenTree::Punct(punct) if punct.as_char() == '*' => {
                    line = punct.span().start().line;
                }
                _ => {}
            }
        }
        if !is_external && !path.is_empty() {
            self.imports.push(Import {
                within: within.to_vec(),
                path,
                line,
            });
        }
        at
    }

    /// Records a path of more than one segment and returns the position after it.
    fn path(&mut self, tokens: &[TokenTree], mut at: usize, within: &[String]) -> usize {
        let is_separator =
            |at: usize| is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':');
        // A leading `::` names another crate, or something that belongs to a type.
        let is_external = is_separator(at);
        if is_external {
            at += 2;
        }
        let mut path = Vec::new();
        let mut line = 0;
        while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
            path.push(text(ident));
            line = ident.span().start().line;
            at += 1;
            if is_separator(at) && matches!(tokens.get(at + 2), Some(TokenTree::Ident(_))) {
                at += 2;
            } else {
                break;
            }
        }
        if path.is_empty() {
            return if is_external { at } else { at + 1 };
        }
        if !is_external && path.len() > 1 {
            self.imports.push(Import {
                within: within.to_vec(),
                path,
                line,
            });
        }
        at
    }
}

impl Attributes {
    fn read(group: &Group) -> Self {
        let tokens = trees(group);
        let test_only = match tokens.as_slice() {
            [name] => is(name, "test"),
            [name, TokenTree::Group(condition)] if is(name, "cfg") => {
                is_for_tests(&trees(condition))
            }
            _ => false,
        };
        let path = match tokens.as_slice() {
            [name, _, TokenTree::Literal(file)] if is(name, "path") => {
                Some(file.to_string().trim_matches('"').to_owned())
            }
            _ => None,
        };
        Self { test_only, path }
    }
}

/// Whether a `cfg` condition holds in tests only.
fn is_for_tests(condition: &[TokenTree]) -> bool {
    match condition {
        [name] => is(name, "test") || is(name, "doctest"),
        [name, TokenTree::Group(group)] => {
            let inner = trees(group);
            let mut parts = inner
                .split(|token| is_punct(Some(token), ','))
                .filter(|part| !part.is_empty());
            if is(name, "all") {
                parts.any(is_for_tests)
            } else {
                is(name, "any") && parts.all(is_for_tests)
            }
        }
        _ => false,
    }
}

/// Whether `quote! { … }` or the like begins here: its tokens are code of another crate.
fn is_quote(tokens: &[TokenTree], at: usize) -> bool {
    const QUOTES: [&str; 4] = [
        "quote",
        "quote_spanned",
        "parse_quote",
        "parse_quote_spanned",
    ];
    tokens
        .get(at)
        .is_some_and(|token| QUOTES.iter().any(|name| is(token, name)))
        && is_punct(tokens.get(at + 1), '!')
        && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)))
}

/// The attribute at a position, and whether it is an inner one.
fn attribute(tokens: &[TokenTree], at: usize) -> Option<(bool, &Group)> {
    if !is_punct(tokens.get(at), '#') {
        return None;
    }
    let inner = is_punct(tokens.get(at + 1), '!');
    match tokens.get(at + if inner { 2 } else { 1 })? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some((inner, group)),
        _ => None,
    }
}

/// The position after `pub`, `pub(crate)` or `pub(in path)`. The path in it imports nothing.
fn visibility(tokens: &[TokenTree], at: usize) -> Option<usize> {
    if !is(tokens.get(at)?, "pub") {
        return None;
    }
    match tokens.get(at + 1) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            Some(at + 2)
        }
        _ => Some(at + 1),
    }
}

/// The position after an item, field, variant, match arm or statement.
fn end_of_item(tokens: &[TokenTree], mut at: usize) -> usize {
    const TO_SEMICOLON: [&str; 5] = ["use", "extern", "static", "type", "let"];
    const TO_BRACES: [&str; 9] = [
        "fn",
        "impl",
        "struct",
        "enum",
        "union",
        "trait",
        "unsafe",
        "async",
        "macro_rules",
    ];
    let starts_with = |keywords: &[&str]| {
        tokens
            .get(at)
            .is_some_and(|token| keywords.iter().any(|keyword| is(token, keyword)))
    };
    let is_constant = starts_with(&["const"])
        && tokens
            .get(at + 1)
            .is_none_or(|token| !TO_BRACES.iter().any(|keyword| is(token, keyword)));
    let to_semicolon = starts_with(&TO_SEMICOLON) || is_constant;
    let to_comma = !to_semicolon && !starts_with(&TO_BRACES) && !starts_with(&["const"]);
    while let Some(token) = tokens.get(at) {
        at += 1;
        let is_end = match token {
            TokenTree::Punct(punct) => match punct.as_char() {
                ';' => true,
                ',' => to_comma,
                _ => false,
            },
            TokenTree::Group(group) => !to_semicolon && group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        if is_end {
            break;
        }
    }
    at
}

fn trees(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

fn text(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

fn is(token: &TokenTree, keyword: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == keyword)
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}
