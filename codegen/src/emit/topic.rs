//! Topics of market streams.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    Chunk, example,
    rust::{Imports, codec, docs, ident, option},
    structure::ParameterStruct,
};
use crate::{
    ir::{
        AnyTopic, CadenceRule, NamePart, NameValue, NumberKind, OptionalPart, Position,
        PositionField, PositionNumber, ProductOf, RustType, Topic,
    },
    spec::{Cadence, Continuity, Word},
};

/// The topic, its constructor, setters and traits.
pub(super) fn emit(topic: &Topic, imports: &mut Imports) -> Vec<Chunk> {
    let mut docs = topic.docs.clone();
    docs.paragraphs.extend(example::of_topic(topic));
    let value = ParameterStruct {
        name: &topic.name,
        docs,
        noun: "topic",
        must_use: "a topic does nothing until it is subscribed to",
        parameters: &topic.parameters,
        constructors: &[],
    };
    let mut chunks: Vec<Chunk> = value.emit(imports).map(Chunk::Tokens).into();
    chunks.push(Chunk::Tokens(topic_impl(topic, imports)));
    if topic.continuity == Continuity::State {
        let name = ident(&topic.name);
        chunks.push(Chunk::Tokens(quote!(impl topic::StateTopic for #name {})));
    }
    chunks.push(Chunk::Tokens(pattern_name(topic)));
    chunks.push(Chunk::Text(format!("topic_name!({});\n", topic.name)));
    chunks
}

fn topic_impl(topic: &Topic, imports: &mut Imports) -> TokenStream {
    let (name, product) = (
        ident(&topic.name),
        imports.of_product(&topic.product_id, &topic.product),
    );
    let (event, codec) = (imports.ty(&topic.event.rust), codec(&topic.event.codec));
    let group = option(topic.group.as_deref());
    let event_type = option(topic.event_type.as_deref());
    let cadence = cadence_rule(&topic.cadence, imports);
    let continuity = continuity(topic);
    let elements = elements(topic, imports);
    let position = position(topic.position.as_ref());
    let product_of = topic
        .products
        .as_ref()
        .map(|products| product_of(products, imports));
    quote! {
        impl Topic for #name {
            type Product = #product;
            type Event = #event;
            type Wire = #codec;
            const GROUP: Option<&'static str> = #group;
            const EVENT_TYPE: Option<&'static str> = #event_type;
            const CONTINUITY: Continuity = #continuity;
            #elements
            #position
            #product_of
            fn cadence(&self) -> Cadence { #cadence }
            fn name(&self) -> Result<TopicName, ParseTopicError> { topic::name(self) }
        }
    }
}

/// The cadence of a topic. For a value that the spec does not list, silence means nothing.
fn cadence_rule(rule: &CadenceRule, imports: &mut Imports) -> TokenStream {
    let usual = cadence(rule.usual);
    let Some(by) = &rule.by else {
        return usual;
    };
    let (field, ty) = (ident(&by.field), imports.ty(&by.ty));
    let arms = by.variants.iter().map(|(variant, value)| {
        let (variant, cadence) = (ident(variant), cadence(*value));
        quote!(Some(#ty::#variant) => #cadence)
    });
    quote! {
        match &self.#field {
            None => #usual,
            #(#arms,)*
            Some(#ty::Unlisted(_)) => Cadence::OnEvent,
        }
    }
}

fn cadence(cadence: Cadence) -> TokenStream {
    let interval = |millis: u64| {
        let millis = Literal::u64_unsuffixed(millis);
        quote!(Duration::from_millis(#millis))
    };
    match cadence {
        Cadence::Periodic(millis) => {
            let interval = interval(millis);
            quote!(Cadence::Periodic(#interval))
        }
        Cadence::AtMostEvery(millis) => {
            let interval = interval(millis);
            quote!(Cadence::AtMostEvery(#interval))
        }
        Cadence::OnEvent => quote!(Cadence::OnEvent),
    }
}

/// The elements of an event: itself, or those of a list.
fn elements(topic: &Topic, imports: &mut Imports) -> TokenStream {
    match &topic.event.rust {
        RustType::List(element) => {
            let element = imports.ty(element);
            quote! {
                type Element = #element;
                fn elements(event: &Self::Event) -> &[Self::Element] { event }
                fn retain(event: &mut Self::Event, keep: impl FnMut(&Self::Element) -> bool) -> bool {
                    event.retain(keep);
                    !event.is_empty()
                }
            }
        }
        _ => quote! {
            type Element = Self::Event;
            fn elements(event: &Self::Event) -> &[Self::Element] { std::slice::from_ref(event) }
            fn retain(event: &mut Self::Event, mut keep: impl FnMut(&Self::Element) -> bool) -> bool {
                keep(event)
            }
        },
    }
}

/// The position of an element.
fn position(position: Option<&Position>) -> TokenStream {
    let Some(position) = position else {
        return quote! {
            fn position(_: &Self::Element) -> Option<topic::Position> { None }
        };
    };
    let number = |number: &PositionNumber| {
        let (field, convert) = (event_field(&number.field), conversion(number.kind));
        if number.field.optional {
            quote!(#convert(#field?))
        } else {
            quote!(#convert(#field))
        }
    };
    let last = number(&position.last);
    let first = position.first.as_ref().map_or_else(|| quote!(last), number);
    let previous = position.previous.as_ref().map_or_else(
        || quote!(None),
        |number| {
            let (field, convert) = (event_field(&number.field), conversion(number.kind));
            if number.field.optional {
                quote!(#field.map(#convert))
            } else {
                quote!(Some(#convert(#field)))
            }
        },
    );
    let key: Vec<TokenStream> = position
        .key
        .iter()
        .map(|field| {
            let value = event_field(field);
            if position.within.is_some() {
                quote!(&topic::Whole(&#value))
            } else if field.optional {
                quote!(#value.as_ref()?)
            } else {
                quote!(&#value)
            }
        })
        .collect();
    let period = position.period.as_ref().map_or_else(
        || quote!(None),
        |(start, closed)| {
            let (start, is_closed) = (number(start), event_field(closed));
            quote!(Some(topic::Period { start: #start, is_closed: #is_closed }))
        },
    );
    quote! {
        fn position(event: &Self::Element) -> Option<topic::Position> {
            let last = #last;
            Some(topic::Position {
                key: topic::PositionKey::new(&[#(#key),*]),
                last,
                first: #first,
                previous: #previous,
                period: #period,
            })
        }
    }
}

/// The product of an element.
fn product_of(products: &ProductOf, imports: &mut Imports) -> TokenStream {
    let ty = imports.ty(&products.ty);
    let fields = products.fields.iter().map(|field| {
        let value = event_field(field);
        if field.optional {
            quote!(#value.as_ref())
        } else {
            quote!(Some(&#value))
        }
    });
    let told = match products.fields.as_slice() {
        [field] if !field.optional => {
            let value = event_field(field);
            quote!(&#value)
        }
        _ => {
            let first = fields.reduce(|first, next| quote!(#first.or(#next)));
            quote!(#first?)
        }
    };
    let variants = products.variants.iter().map(|(variant, id)| {
        let variant = ident(variant);
        quote!(#ty::#variant => Some(#id))
    });
    let others = products.others.iter().map(|other| ident(other));
    quote! {
        fn product(event: &Self::Element) -> Option<&'static str> {
            match #told {
                #(#variants,)*
                #(#ty::#others |)* #ty::Unlisted(_) => None,
            }
        }
    }
}

/// How events are connected.
fn continuity(topic: &Topic) -> TokenStream {
    let variant = ident(topic.continuity.variant());
    let within = topic.position.as_ref().and_then(|position| position.within);
    match within {
        Some(millis) => {
            let millis = Literal::u64_unsuffixed(millis);
            quote!(Continuity::#variant { within: Duration::from_millis(#millis) })
        }
        None => quote!(Continuity::#variant),
    }
}

/// The place of a field in an event.
fn event_field(field: &PositionField) -> TokenStream {
    let names = field.path.iter().map(|name| ident(name));
    quote!(event #(.#names)*)
}

/// The function that converts a number of an event.
fn conversion(kind: NumberKind) -> TokenStream {
    match kind {
        NumberKind::Unsigned => quote!(u64::cast_signed),
        NumberKind::Time => quote!(Timestamp::as_millis),
    }
}

/// One `write!` for each run of parts, and an `if let` for each optional part.
fn write_name(parts: &[NamePart]) -> TokenStream {
    let mut statements: Vec<TokenStream> = Vec::new();
    let mut run = Run::default();
    for part in parts {
        match part {
            NamePart::Text(text) => run.text(text),
            NamePart::Value(value) => run.value(value),
            NamePart::Optional(optional) => {
                if let Some(write) = std::mem::take(&mut run).write() {
                    statements.push(quote!(#write?;));
                }
                statements.push(write_optional(optional));
            }
        }
    }
    match run.write() {
        Some(last) => quote! { #(#statements)* #last },
        None => quote! { #(#statements)* Ok(()) },
    }
}

/// Parts that are written together.
#[derive(Default)]
struct Run {
    format: String,
    bindings: Vec<TokenStream>,
}

impl Run {
    fn text(&mut self, text: &str) {
        self.format
            .push_str(&text.replace('{', "{{").replace('}', "}}"));
    }

    fn value(&mut self, value: &NameValue) {
        let field = ident(&value.field);
        self.format.push_str(&format!("{{{}}}", value.field));
        self.bindings.push(if value.is_lowercase {
            quote!(let #field = Lowercase(&self.#field);)
        } else {
            quote!(let #field = &self.#field;)
        });
    }

    fn write(self) -> Option<TokenStream> {
        let Self { format, bindings } = self;
        (!format.is_empty()).then(|| quote!(#(#bindings)* write!(to, #format)))
    }
}

fn write_optional(part: &OptionalPart) -> TokenStream {
    let field = ident(&part.value.field);
    let mut run = Run::default();
    run.text(&part.before);
    run.format.push_str(&format!("{{{}}}", part.value.field));
    run.text(&part.after);
    let lowercase = part
        .value
        .is_lowercase
        .then(|| quote!(let #field = Lowercase(#field);));
    let write = run.write();
    quote! {
        if let Some(#field) = &self.#field {
            #lowercase
            #write?;
        }
    }
}

/// Writes the name of the topic, and parses the topic from it.
fn pattern_name(topic: &Topic) -> TokenStream {
    let (name, template) = (ident(&topic.name), &topic.template);
    let parts = topic.parts.iter().map(pattern_part);
    let name_body = write_name(&topic.parts);
    let fields: Vec<TokenStream> = topic.parts.iter().filter_map(read_value).collect();
    let values = if fields.is_empty() {
        quote!(_)
    } else {
        quote!(values)
    };
    quote! {
        impl topic::PatternName for #name {
            const PATTERN: topic::NamePattern = topic::NamePattern {
                template: #template,
                parts: &[#(#parts),*],
            };
            fn write_name(&self, to: &mut impl fmt::Write) -> fmt::Result { #name_body }
            fn from_values(#values: &mut topic::NameValues<'_>) -> Option<Self> {
                Some(Self { #(#fields),* })
            }
        }
    }
}

fn pattern_part(part: &NamePart) -> TokenStream {
    match part {
        NamePart::Text(text) => quote!(topic::NamePart::Text(#text)),
        NamePart::Value(value) => pattern_value(value),
        NamePart::Optional(optional) => {
            let text =
                |text: &str| (!text.is_empty()).then(|| quote!(topic::NamePart::Text(#text)));
            let (before, after) = (text(&optional.before), text(&optional.after));
            let value = pattern_value(&optional.value);
            let parts = before.into_iter().chain([value]).chain(after);
            quote!(topic::NamePart::Optional(&[#(#parts),*]))
        }
    }
}

fn pattern_value(value: &NameValue) -> TokenStream {
    if !value.listed.is_empty() {
        let listed = &value.listed;
        quote!(topic::NamePart::OneOf(&[#(#listed),*]))
    } else if value.is_word {
        quote!(topic::NamePart::Word)
    } else {
        quote!(topic::NamePart::Value)
    }
}

/// The field that a part of the name holds, with its value.
fn read_value(part: &NamePart) -> Option<TokenStream> {
    let (value, read) = match part {
        NamePart::Text(_) => return None,
        NamePart::Value(value) if value.is_lowercase => (value, "uppercase"),
        NamePart::Value(value) => (value, "value"),
        NamePart::Optional(part) if part.value.is_lowercase => (&part.value, "optional_uppercase"),
        NamePart::Optional(part) => (&part.value, "optional_value"),
    };
    let (field, read) = (ident(&value.field), ident(read));
    Some(quote!(#field: values.#read()?))
}

/// The enum over the topics of a product, for names that are known only at run time.
pub(super) fn any_topic(any: &AnyTopic) -> [Chunk; 2] {
    let about = format!(
        " A topic of {}, such as one that is parsed from its name.",
        any.title
    );
    let variants = any.variants.iter().map(|topic| {
        let (name, about) = (ident(&topic.name), docs(&topic.docs));
        quote!(#about #name(#name))
    });
    let tokens = quote! {
        #[doc = #about]
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[must_use = "a topic does nothing until it is subscribed to"]
        #[non_exhaustive]
        pub enum AnyTopic { #(#variants,)* }
    };
    let names: String = any
        .parse_order
        .iter()
        .map(|name| format!("    {name},\n"))
        .collect();
    [
        Chunk::Tokens(tokens),
        Chunk::Text(format!(
            "any_topic!(super::{}, AnyTopic, AnyEvent {{\n{names}}});\n",
            any.product
        )),
    ]
}
