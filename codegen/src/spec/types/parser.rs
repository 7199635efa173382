//! Reads type expressions.

use super::{Base, Form, Literal, Type};
use crate::problem::{Place, Problems};

impl Type {
    /// Reads the type expression at `place`.
    pub fn parse(text: &str, place: Place, problems: &mut Problems) -> Option<Self> {
        if let Some(value) = text.strip_prefix('=') {
            return Some(Self::of(Base::Constant(value.to_owned()), place));
        }
        let text: Vec<char> = text.chars().collect();
        // With escapes or line breaks, the text in the file is longer, and columns inside are unknown.
        let exact = text.len() == place.length;
        let mut parser = Parser {
            text,
            at: 0,
            place,
            exact,
        };
        let result = parser.expression().and_then(|found| {
            parser.blanks();
            if parser.at < parser.text.len() {
                let rest: String = parser.text.iter().skip(parser.at).collect();
                return Err(parser.wrong(format!("unexpected `{rest}`"), HINT));
            }
            Ok(found)
        });
        result
            .map_err(|wrong| problems.add(wrong.place, wrong.what, wrong.hint))
            .ok()
    }
}

const HINT: &str = "write a type such as Decimal, [T], [T] or T, map<K, T>, [T | error], json<[T]>, T as text, T or \"\", =CONSTANT";
const DEEPEST: usize = 8;

struct Wrong {
    place: Place,
    what: String,
    hint: String,
}

struct Parser {
    text: Vec<char>,
    at: usize,
    place: Place,
    exact: bool,
}

impl Parser {
    fn wrong(&self, what: String, hint: &str) -> Wrong {
        Wrong {
            place: self.here(self.at, 1),
            what,
            hint: hint.to_owned(),
        }
    }

    fn here(&self, at: usize, length: usize) -> Place {
        if !self.exact {
            return Place {
                length: self.place.length.max(1),
                ..self.place
            };
        }
        Place {
            column: self.place.column + at,
            length: length.max(1),
            ..self.place
        }
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    /// Skips blanks and `word` if it is next. A word of letters must end there.
    fn take(&mut self, word: &str) -> bool {
        let before = self.at;
        self.blanks();
        let chars: Vec<char> = word.chars().collect();
        let ends = self.text.get(self.at + chars.len());
        let whole =
            !word.chars().all(char::is_alphanumeric) || !ends.is_some_and(|c| c.is_alphanumeric());
        if whole
            && self
                .text
                .iter()
                .skip(self.at)
                .take(chars.len())
                .eq(chars.iter())
        {
            self.at += chars.len();
            return true;
        }
        self.at = before;
        false
    }

    fn must(&mut self, word: &str) -> Result<(), Wrong> {
        if self.take(word) {
            return Ok(());
        }
        self.blanks();
        Err(self.wrong(format!("expected `{word}`"), HINT))
    }

    fn word(&mut self) -> Result<(String, Place), Wrong> {
        self.blanks();
        let from = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| c.is_alphanumeric() || *c == '_')
        {
            self.at += 1;
        }
        let word: String = self.text.iter().skip(from).take(self.at - from).collect();
        if word.is_empty() {
            return Err(self.wrong("expected a type".to_owned(), HINT));
        }
        Ok((word, self.here(from, self.at - from)))
    }

    fn expression(&mut self) -> Result<Type, Wrong> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Type, Wrong> {
        if depth > DEEPEST {
            return Err(self.wrong(
                "too many brackets".to_owned(),
                "declare the inner type in types/",
            ));
        }
        let mut found = self.base(depth)?;
        if self.take("as") {
            let form = self.form()?;
            let before = self.at;
            let other = if self.take("or") {
                self.form().ok()
            } else {
                None
            };
            if other.is_none() {
                self.at = before;
            }
            found.form = Some((form, other));
        }
        while self.take("or") {
            let literal = self.literal()?;
            found.empties.push(literal);
        }
        Ok(found)
    }

    fn base(&mut self, depth: usize) -> Result<Type, Wrong> {
        self.blanks();
        let start = self.at;
        if self.take("[") {
            let item = self.nested(depth + 1)?;
            let error = self.take("|") && {
                self.must("error")?;
                true
            };
            self.must("]")?;
            let place = self.here(start, self.at - start);
            let (written, before) = (item.to_string(), self.at);
            if !error && self.take("or") && self.take(&written) {
                return Ok(Type::of(Base::OneOrMany(Box::new(item)), place));
            }
            self.at = before;
            let item = if error {
                Type::of(Base::OrError(Box::new(item)), place)
            } else {
                item
            };
            return Ok(Type::of(Base::List(Box::new(item)), place));
        }
        let (word, place) = self.word()?;
        match word.as_str() {
            "map" if self.take("<") => {
                let key = self.nested(depth + 1)?;
                self.must(",")?;
                let value = self.nested(depth + 1)?;
                self.must(">")?;
                Ok(Type::of(
                    Base::Map(Box::new(key), Box::new(value)),
                    self.here(start, self.at - start),
                ))
            }
            "json" if self.take("<") => {
                let inner = self.nested(depth + 1)?;
                self.must(">")?;
                Ok(Type::of(
                    Base::Json(Box::new(inner)),
                    self.here(start, self.at - start),
                ))
            }
            "request" => {
                let (id, place) = self.word()?;
                Ok(Type::of(Base::Request(id), place))
            }
            _ => Ok(Type::named(word, place)),
        }
    }

    fn form(&mut self) -> Result<Form, Wrong> {
        if self.take("text") {
            Ok(Form::Text)
        } else if self.take("number") {
            Ok(Form::Number)
        } else {
            self.blanks();
            Err(self.wrong(
                "expected `text` or `number` after `as`".to_owned(),
                "write `as text` or `as number`",
            ))
        }
    }

    fn literal(&mut self) -> Result<Literal, Wrong> {
        if self.take("\"\"") {
            return Ok(Literal::Blank);
        }
        if self.take("null") {
            return Ok(Literal::Null);
        }
        let quoted = self.take("\"");
        let value = self.integer();
        match value {
            Some(value) if !quoted => Ok(Literal::Integer(value)),
            Some(value) if self.take("\"") => Ok(Literal::IntegerText(value)),
            _ => Err(self.wrong(
                "expected a spelling of \"no value\" after `or`".to_owned(),
                "write \"\", null, or a whole number such as 0 or \"0\"; `[T] or T` has the same T twice",
            )),
        }
    }

    fn integer(&mut self) -> Option<i64> {
        self.blanks();
        let from = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| c.is_ascii_digit() || (*c == '-' && self.at == from))
        {
            self.at += 1;
        }
        let digits: String = self.text.iter().skip(from).take(self.at - from).collect();
        digits.parse().ok()
    }
}
