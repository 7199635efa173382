//! Market streams and events of the user data stream.

use super::{Continuity, Head, Parameter, Text, Type};

/// A market stream.
#[derive(Debug)]
pub struct Topic {
    /// Keys that all items have.
    pub head: Head,
    /// Name on the wire.
    pub template: Text,
    /// The parts of the name. Empty if it cannot be read.
    pub parts: Vec<Part>,
    /// URL group.
    pub group: Option<Text>,
    /// How often events arrive.
    pub cadence: CadenceRule,
    /// Parameters of the name.
    pub parameters: Vec<Parameter>,
    /// How an event follows the one before it.
    pub continuity: Continuity,
    /// The fields that give an event its place in the sequence.
    pub position: Option<PositionFields>,
    /// The fields that tell the product of an element, by their paths on the wire. Empty if the topic has no elements of other products.
    pub products: Vec<Text>,
    /// The event.
    pub event: Type,
}

/// How often events of a topic arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cadence {
    /// At this interval, in milliseconds. Silence means a fault.
    Periodic(u64),
    /// At most once in this interval, in milliseconds.
    AtMostEvery(u64),
    /// When there is something to report.
    OnEvent,
}

/// How often events of a topic arrive, by the value of a parameter.
#[derive(Debug, Clone)]
pub struct CadenceRule {
    /// The cadence if the parameter is absent, or if there is none.
    pub usual: Cadence,
    /// The parameter, and the cadence for each of its values on the wire.
    pub by: Option<(Text, Vec<(Text, Cadence)>)>,
}

/// The fields that give an event its place in the sequence, by their names on the wire.
#[derive(Debug, Clone)]
pub struct PositionFields {
    /// Fields that tell sequences apart, such as the symbol.
    pub key: Vec<Text>,
    /// The first number that the event covers.
    pub first: Option<Text>,
    /// The last number that the event covers.
    pub last: Text,
    /// The last number of the event before it.
    pub previous: Option<Text>,
    /// The start of a period, and whether the event is the last state of it.
    pub period: Option<(Text, Text)>,
    /// The time within which an equal event is a copy, in milliseconds.
    pub within: Option<u64>,
}

/// A piece of a stream's name.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text that is always the same.
    Literal(String),
    /// A parameter.
    Parameter(String),
    /// Present only if its parameter is.
    Optional(Vec<Part>),
}

/// An event of the user data stream.
#[derive(Debug)]
pub struct UserEvent {
    /// Keys that all items have.
    pub head: Head,
    /// Its type on the wire.
    pub event_type: Text,
    /// The event.
    pub event: Type,
}
