//! Example calls in the docs of requests and topics.

use std::collections::BTreeSet;

use crate::ir::{Constructing, ExampleCall, ExampleValue, PublicPath, PublicType, Request, Topic};

/// The longest line of an example.
const WIDTH: usize = 100;

/// The paragraph of a request that only the websocket API offers.
pub(super) const NO_WS_API: &str =
    "The client for the websocket API is not part of this version yet.";

/// The code block with a request's example.
pub(super) fn of(request: &Request) -> String {
    let product = &request.product_id;
    let mut imports = Imports::default();
    imports.of_call(&request.example);
    let mut lines = vec!["```no_run".to_owned()];
    if request.example.is_sent {
        lines.push(format!(
            "# async fn example(client: binance_futures::{product}::Client) -> Result<(), Box<dyn std::error::Error>> {{"
        ));
    }
    lines.extend(imports.lines(product));
    lines.push(String::new());
    let call = laid_out(&request.example, 0, "let request = ".len());
    lines.push(format!("let request = {call};"));
    if request.example.is_sent {
        lines.extend(
            [
                "let response = client.send(request).await?;",
                "# Ok(())",
                "# }",
            ]
            .map(str::to_owned),
        );
    }
    lines.push("```".to_owned());
    lines.join("\n")
}

/// The paragraphs with a topic's examples: the topic and its name, and a subscription. There is no client that subscribes to it yet.
pub(super) fn of_topic(topic: &Topic) -> [String; 2] {
    let mut imports = Imports::default();
    imports.of_call(&topic.example);
    let mut lines = vec![
        "```".to_owned(),
        "use binance_futures::topic::Topic;".to_owned(),
    ];
    lines.extend(imports.lines(&topic.product_id));
    lines.push(String::new());
    let call = laid_out(&topic.example, 0, "let topic = ;".len());
    lines.push(format!("let topic = {call};"));
    lines.push(format!(
        "assert_eq!(topic.name()?.as_str(), {:?});",
        topic.example_name
    ));
    lines.push("# Ok::<(), binance_futures::topic::ParseTopicError>(())".to_owned());
    lines.push("```".to_owned());
    let subscription = "[`Connector::session`](crate::ws::Connector::session) subscribes to it.";
    [lines.join("\n"), subscription.to_owned()]
}

/// What an example imports.
#[derive(Default)]
struct Imports<'a> {
    prelude: bool,
    product: BTreeSet<&'a str>,
    ws_api: BTreeSet<&'a str>,
    streams: BTreeSet<&'a str>,
}

impl<'a> Imports<'a> {
    fn of_call(&mut self, call: &'a ExampleCall) {
        self.of_type(&call.request);
        let setters = call.setters.iter().map(|setter| &setter.value);
        call.arguments
            .iter()
            .chain(setters)
            .for_each(|value| self.of_value(value));
    }

    fn of_value(&mut self, value: &'a ExampleValue) {
        match value {
            ExampleValue::Decimal(_) => self.prelude = true,
            ExampleValue::Variant(ty, _) => self.of_type(ty),
            ExampleValue::Choice(ty, _, value) => {
                self.of_type(ty);
                self.of_value(value);
            }
            ExampleValue::Converted(value) => self.of_value(value),
            ExampleValue::Array(items) | ExampleValue::Vec(items) => {
                items.iter().for_each(|item| self.of_value(item));
            }
            ExampleValue::Call(call) => self.of_call(call),
            ExampleValue::Text(_) | ExampleValue::Integer(_) | ExampleValue::Flag(_) => {}
        }
    }

    fn of_type(&mut self, ty: &'a PublicType) {
        match ty.path {
            PublicPath::Prelude => self.prelude = true,
            PublicPath::Product => {
                self.product.insert(&ty.name);
            }
            PublicPath::WsApi => {
                self.ws_api.insert(&ty.name);
            }
            PublicPath::Streams => {
                self.streams.insert(&ty.name);
            }
        }
    }

    fn lines(&self, product: &str) -> Vec<String> {
        let prelude = self
            .prelude
            .then(|| "use binance_futures::prelude::*;".to_owned());
        let modules = [
            (product.to_owned(), &self.product),
            (format!("{product}::ws_api"), &self.ws_api),
            (format!("{product}::streams"), &self.streams),
        ];
        let modules = modules.iter().filter_map(|(module, names)| {
            let names: Vec<&str> = names.iter().copied().collect();
            match names.as_slice() {
                [] => None,
                [one] => Some(format!("use binance_futures::{module}::{one};")),
                many => Some(format!(
                    "use binance_futures::{module}::{{{}}};",
                    many.join(", ")
                )),
            }
        });
        prelude.into_iter().chain(modules).collect()
    }
}

/// A call on one line, or broken over lines as rustfmt does. `used` is the width that is used up before it.
fn laid_out(call: &ExampleCall, indent: usize, used: usize) -> String {
    let (head, arguments) = (head(call), list(&call.arguments));
    let setters: Vec<String> = call
        .setters
        .iter()
        .map(|setter| format!(".{}({})", setter.name, written(&setter.value)))
        .collect();
    let line = format!("{head}({arguments}){}", setters.concat());
    if fits(&line, used) {
        return line;
    }
    let (outer, inner) = (" ".repeat(indent), " ".repeat(indent + 4));
    let one_line = format!("{head}({arguments})");
    let mut text = match call.arguments.as_slice() {
        _ if !setters.is_empty() && fits(&one_line, used) => one_line,
        [ExampleValue::Array(items)] => {
            let items: String = items
                .iter()
                .map(|item| match item {
                    ExampleValue::Call(call) => laid_out(call, indent + 4, indent + 4),
                    item => written(item),
                })
                .map(|item| format!("{inner}{item},\n"))
                .collect();
            format!("{head}([\n{items}{outer}])")
        }
        arguments => {
            let lines: String = arguments
                .iter()
                .map(|argument| format!("{inner}{},\n", written(argument)))
                .collect();
            format!("{head}(\n{lines}{outer})")
        }
    };
    for setter in setters {
        text.push_str(&format!("\n{inner}{setter}"));
    }
    text
}

fn fits(line: &str, used: usize) -> bool {
    used + line.chars().count() < WIDTH
}

fn head(call: &ExampleCall) -> String {
    let constructor = match &call.constructor {
        Constructing::New => "new",
        Constructing::Named(name) => name,
    };
    format!("{}::{constructor}", call.request.name)
}

fn list(values: &[ExampleValue]) -> String {
    let values: Vec<String> = values.iter().map(written).collect();
    values.join(", ")
}

/// A value on one line.
fn written(value: &ExampleValue) -> String {
    match value {
        ExampleValue::Text(text) => format!("{text:?}"),
        ExampleValue::Integer(integer) => grouped(*integer),
        ExampleValue::Decimal(number) => format!("dec!({number})"),
        ExampleValue::Flag(flag) => flag.to_string(),
        ExampleValue::Variant(ty, variant) => format!("{}::{variant}", ty.name),
        ExampleValue::Choice(ty, variant, value) => {
            format!("{}::{variant}({})", ty.name, written(value))
        }
        ExampleValue::Converted(value) => format!("{}.into()", written(value)),
        ExampleValue::Array(items) => format!("[{}]", list(items)),
        ExampleValue::Vec(items) => format!("vec![{}]", list(items)),
        ExampleValue::Call(call) => laid_out(call, 0, 0),
    }
}

/// An integer. Long ones have their thousands separated.
fn grouped(integer: i128) -> String {
    let digits = integer.unsigned_abs().to_string();
    let mut text = String::new();
    if integer < 0 {
        text.push('-');
    }
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
