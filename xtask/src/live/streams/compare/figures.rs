//! Compares what two sockets received of a topic.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::{Duration, Instant},
};

use binance_futures::topic::{Position, PositionKey};

/// An event as a socket received it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: Instant,
    /// The event itself, or the elements of its array.
    pub(super) elements: Vec<Element>,
    pub(super) text: Box<str>,
}

/// An element of an event.
#[derive(Debug, Clone)]
pub(super) struct Element {
    /// Its sequence numbers, if it has some.
    pub(super) position: Option<Position>,
    pub(super) text: String,
    /// The event time, as received.
    pub(super) event_time: Option<String>,
}

/// What two sockets received of a topic. Only elements of the time in which both sockets delivered are compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// The events of each socket, at any time.
    pub(super) events: [usize; 2],
    /// Elements that both sockets delivered.
    pub(super) in_both: usize,
    /// Elements that only one of the sockets delivered.
    pub(super) only: [usize; 2],
    /// Elements of both sockets that have sequence numbers, and those of them that cover the same ones.
    pub(super) borders: Share,
    /// Elements of both sockets that have event times, and those of them with the same one.
    pub(super) times: Share,
    /// Events of the first socket with elements that the second one delivered too, and those of them with the same elements.
    pub(super) frames: Share,
    /// Events with the same elements, and those of them with the same text.
    pub(super) bytes: Share,
    /// Elements of both sockets, and those of them that the first socket did not deliver later.
    pub(super) first: Share,
    /// The median time between the sockets. `None` without elements that both delivered.
    pub(super) median_lead: Option<Duration>,
}

/// How many of several are equal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) equal: usize,
    pub(super) of: usize,
}

impl Share {
    fn count(&mut self, is_equal: bool) {
        self.of += 1;
        self.equal += usize::from(is_equal);
    }

    fn is_whole(self) -> bool {
        self.equal == self.of
    }
}

impl Figures {
    /// Returns whether the sockets differ in anything but the time of arrival.
    pub(super) fn has_differences(&self) -> bool {
        let shares = [self.borders, self.times, self.frames, self.bytes];
        self.only != [0, 0] || !shares.into_iter().all(Share::is_whole)
    }
}

/// Elements that are copies of each other have the same identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Identity<'a> {
    /// The sequence, the last sequence number, and the start of the period.
    Numbered(&'a PositionKey, i64, Option<i64>),
    /// The text of an element without sequence numbers.
    Text(&'a str),
}

impl Element {
    fn identity(&self) -> Identity<'_> {
        match &self.position {
            None => Identity::Text(&self.text),
            Some(position) => Identity::Numbered(
                &position.key,
                position.last,
                position.period.map(|period| period.start),
            ),
        }
    }
}

/// Elements that arrive this soon after the first event, or this late before the end, may be missing from the other socket.
const MARGIN: Duration = Duration::from_secs(1);

/// What both sockets delivered for certain, if they lost nothing.
struct Window<'a> {
    /// The sequence numbers that lie between the first and the last event of both sockets.
    numbers: BTreeMap<&'a PositionKey, (i64, i64)>,
    /// The time in which both sockets delivered, for elements without common sequence numbers.
    times: Option<(Instant, Instant)>,
}

impl<'a> Window<'a> {
    fn new(sides: [&'a [Seen]; 2]) -> Self {
        let [first, second] = sides.map(range_of_numbers);
        let mut numbers = BTreeMap::new();
        for (key, (low, high)) in first {
            if let Some((other_low, other_high)) = second.get(key) {
                numbers.insert(key, (low.max(*other_low), high.min(*other_high)));
            }
        }
        Self {
            numbers,
            times: range_of_times(sides),
        }
    }

    fn contains(&self, element: &Element, at: Instant) -> bool {
        let key = element.position.as_ref();
        let known =
            key.and_then(|position| Some((position.last, self.numbers.get(&position.key)?)));
        match known {
            Some((last, (low, high))) => (*low..=*high).contains(&last),
            None => self
                .times
                .is_some_and(|(from, to)| (from..=to).contains(&at)),
        }
    }
}

/// The smallest and the largest sequence number of each sequence.
fn range_of_numbers(events: &[Seen]) -> BTreeMap<&PositionKey, (i64, i64)> {
    let mut ranges: BTreeMap<&PositionKey, (i64, i64)> = BTreeMap::new();
    let positions = events.iter().flat_map(|event| &event.elements);
    for position in positions.filter_map(|element| element.position.as_ref()) {
        let range = (position.last, position.last);
        let range = ranges.entry(&position.key).or_insert(range);
        *range = (range.0.min(position.last), range.1.max(position.last));
    }
    ranges
}

/// From the first to the last event of both sockets, without the margins.
fn range_of_times(sides: [&[Seen]; 2]) -> Option<(Instant, Instant)> {
    let all = || sides.into_iter().flatten().map(|event| event.at);
    let from = all().min()?.checked_add(MARGIN)?;
    let to = all().max()?.checked_sub(MARGIN)?;
    Some((from, to))
}

/// Where an element is: the index of the event, and the one in the event.
type Places<'a> = HashMap<Identity<'a>, VecDeque<(usize, &'a Element)>>;

/// Compares the events of two sockets.
pub(super) fn compare(sides: [&[Seen]; 2]) -> Figures {
    let [left, right] = sides;
    let mut figures = Figures {
        events: [left.len(), right.len()],
        ..Figures::default()
    };
    let window = Window::new(sides);
    let mut places = places(right);
    let mut leads: Vec<Duration> = Vec::new();
    for event in left {
        let mut counterpart = None;
        let mut is_inside = true;
        for element in &event.elements {
            let waiting = places.get_mut(&element.identity());
            let found = waiting.and_then(VecDeque::pop_front);
            let found = found.and_then(|(index, other)| Some((right.get(index)?, other)));
            let contained = window.contains(element, event.at);
            is_inside &= contained;
            let Some((other_event, other)) = found else {
                figures.only[0] += usize::from(contained);
                continue;
            };
            counterpart = counterpart.or(Some(other_event));
            figures.pair(element, other);
            let is_first = event.at <= other_event.at;
            figures.first.count(is_first);
            leads.push(if is_first {
                other_event.at - event.at
            } else {
                event.at - other_event.at
            });
        }
        if let (Some(other), true) = (counterpart, is_inside) {
            figures.frame(event, other);
        }
    }
    for (index, element) in places.into_values().flatten() {
        let at = right.get(index).map(|event| event.at);
        let contained = at.is_some_and(|at| window.contains(element, at));
        figures.only[1] += usize::from(contained);
    }
    leads.sort_unstable();
    figures.median_lead = leads.get(leads.len() / 2).copied();
    figures
}

impl Figures {
    /// Compares two elements with the same identity.
    fn pair(&mut self, element: &Element, other: &Element) {
        self.in_both += 1;
        if let (Some(own), Some(other)) = (&element.position, &other.position) {
            self.borders.count(own == other);
        }
        if element.event_time.is_some() || other.event_time.is_some() {
            self.times.count(element.event_time == other.event_time);
        }
    }

    /// Compares two events that have an element in common.
    fn frame(&mut self, event: &Seen, other: &Seen) {
        let own = event.elements.iter().map(Element::identity);
        let is_same = own.eq(other.elements.iter().map(Element::identity));
        self.frames.count(is_same);
        if is_same {
            self.bytes.count(event.text == other.text);
        }
    }
}

fn places(events: &[Seen]) -> Places<'_> {
    let mut places = Places::new();
    for (index, event) in events.iter().enumerate() {
        for element in &event.elements {
            let waiting = places.entry(element.identity()).or_default();
            waiting.push_back((index, element));
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use binance_futures::{
        topic::Subscribable,
        usdm::streams::{AnyEvent, AnyTopic},
    };

    use super::*;

    /// Returns diff depth events with these sequence numbers (`U`, `u`, `pu`) and event times, one every ten milliseconds.
    fn depth(start: Instant, events: &[(i64, i64, i64, i64)]) -> Vec<Seen> {
        let topic = AnyTopic::from_str("btcusdt@depth").unwrap();
        let events = events.iter().zip(0..);
        let events = events.map(|((first, last, previous, time), index)| {
            let text = format!(
                r#"{{"e":"depthUpdate","E":{time},"T":{time},"s":"BTCUSDT","U":{first},"u":{last},"pu":{previous},"b":[],"a":[]}}"#
            );
            let mut reader = binance_futures::json::Reader::new(&text);
            let event: AnyEvent = topic.decode(&mut reader).unwrap();
            let mut position = None;
            topic.visit_positions(&event, &mut |found| position = found);
            assert!(position.is_some());
            Seen {
                at: start + Duration::from_millis(10 * index),
                elements: vec![Element {
                    position,
                    text: text.clone(),
                    event_time: Some(time.to_string()),
                }],
                text: text.into(),
            }
        });
        events.collect()
    }

    /// Returns an array of elements without sequence numbers.
    fn array(at: Instant, elements: &[&str]) -> Seen {
        let text = format!("[{}]", elements.join(","));
        let elements = elements.iter().map(|text| Element {
            position: None,
            text: (*text).to_owned(),
            event_time: None,
        });
        Seen {
            at,
            elements: elements.collect(),
            text: text.into(),
        }
    }

    fn share(equal: usize, of: usize) -> Share {
        Share { equal, of }
    }

    const EVENTS: [(i64, i64, i64, i64); 5] = [
        (1, 4, 0, 100),
        (5, 9, 4, 200),
        (10, 12, 9, 300),
        (13, 19, 12, 400),
        (20, 21, 19, 500),
    ];

    #[test]
    fn equal_events_have_no_differences_wherever_the_sockets_begin_and_end() {
        let start = Instant::now();
        let later = start + Duration::from_millis(2);
        let figures = compare([&depth(start, &EVENTS[..4]), &depth(later, &EVENTS[1..])]);
        assert!(!figures.has_differences(), "{figures:?}");
        assert_eq!((figures.events, figures.in_both), ([4, 4], 3));
        for of in [
            figures.borders,
            figures.times,
            figures.frames,
            figures.bytes,
        ] {
            assert_eq!(of, share(3, 3));
        }
        // The second socket has each event one place earlier: ten milliseconds, less the two by which it began later.
        assert_eq!(figures.first, share(0, 3));
        assert_eq!(figures.median_lead, Some(Duration::from_millis(8)));
    }

    #[test]
    fn an_event_of_one_socket_is_counted() {
        let start = Instant::now();
        let mut others = EVENTS.to_vec();
        others.remove(2);
        for (sides, only) in [
            ([&EVENTS[..], &others], [1, 0]),
            ([&others, &EVENTS], [0, 1]),
        ] {
            let [left, right] = sides.map(|events| depth(start, events));
            let figures = compare([&left, &right]);
            assert_eq!((figures.only, figures.in_both), (only, 4));
            assert!(figures.has_differences());
        }
    }

    #[test]
    fn other_borders_times_and_texts_are_told_apart() {
        let start = Instant::now();
        let of = |events: &[_]| compare([&depth(start, &EVENTS), &depth(start, events)]);
        let mut others = EVENTS;
        others[2].3 = 301;
        let figures = of(&others);
        assert_eq!((figures.borders, figures.times), (share(5, 5), share(4, 5)));
        assert_eq!((figures.frames, figures.bytes), (share(5, 5), share(4, 5)));
        assert!(figures.has_differences());

        let mut others = EVENTS;
        others[2].0 = 11;
        others[1].1 = 10;
        let figures = of(&others);
        assert_eq!((figures.only, figures.in_both), ([1, 1], 4));
        assert_eq!((figures.borders, figures.times), (share(3, 4), share(4, 4)));
    }

    #[test]
    fn split_arrays_are_not_lost_elements() {
        let start = Instant::now();
        let left = [array(start, &["1", "2"]), array(start, &["3"])];
        let right = [
            array(start, &["1"]),
            array(start, &["2"]),
            array(start, &["3"]),
        ];
        // Without sequence numbers, the first and the last second do not count.
        let around = |events: &[Seen]| -> Vec<Seen> {
            let moved = |seconds: i64| {
                let mut event = array(start, &["0"]);
                event.at = if seconds < 0 {
                    start.checked_sub(MARGIN * 2).unwrap()
                } else {
                    start + MARGIN * 2
                };
                event
            };
            let mut all = vec![moved(-1)];
            all.extend(events.iter().cloned());
            all.push(moved(1));
            all
        };
        let figures = compare([&around(&left), &around(&right)]);
        assert_eq!((figures.only, figures.in_both), ([0, 0], 5));
        assert_eq!((figures.frames, figures.bytes), (share(1, 2), share(1, 1)));
        assert!(figures.has_differences());
        let figures = compare([&around(&left), &around(&right[1..])]);
        assert_eq!(figures.only, [1, 0]);
    }
}
