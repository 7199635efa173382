//! What a merge costs: allocations, and the bounds of its memory.

use super::classes::{Class, KEY, books, depth, many_sequences, mark_prices, trades};
use super::*;
use crate::json::Reader;
use crate::topic::PositionKey;
use crate::usdm::streams::{AnyEvent, AnyTopic};
use crate::ws::merge::sequences::MAX_HELD;

const A: ConnectionId = ConnectionId::new(1);
const B: ConnectionId = ConnectionId::new(2);

/// Returns the number of allocations while a single connection delivers events.
fn allocations<T: Subscribable>(class: &Class<T>, event: impl Fn(u64) -> String) -> u64 {
    let mut merge = Merge::new(class.topic.clone(), DEFAULT_HOLD);
    let mut out = Vec::with_capacity(2_000);
    merge.offer(A, class.event(&event(1)), (), ms(0), &mut out);
    let events: Vec<_> = (2..1_000)
        .map(|number| class.event(&event(number)))
        .collect();
    let info = allocation_counter::measure(|| {
        for event in events {
            merge.offer(A, event, (), ms(1), &mut out);
        }
    });
    assert_eq!(out.len(), 999);
    info.count_total
}

#[test]
fn a_single_connection_costs_no_allocations() {
    assert_eq!(allocations(&trades(), |number| number.to_string()), 0);
    let depth_event = |number| format!("{}>{number}", number - 1);
    assert_eq!(allocations(&depth(), depth_event), 0);
    assert_eq!(
        allocations(&books(), |number| format!("BTCUSDT:{number}")),
        0
    );
    let list = |number| format!("BTCUSDT:{number},ETHUSDT:{number}");
    assert_eq!(allocations(&mark_prices(), list), 0);
}

#[test]
fn a_bounded_number_of_events_is_held() {
    let class = many_sequences();
    let mut merge = Merge::new(class.topic.clone(), DEFAULT_HOLD);
    let mut out = Vec::new();
    merge.add_link(A, ms(0), &mut out);
    merge.add_link(B, ms(0), &mut out);
    merge.offer(A, 1, (), ms(0), &mut out);
    let max = u64::try_from(MAX_HELD).unwrap();
    for number in 0..max {
        merge.offer(A, 3 + 2 * number, (), ms(1), &mut out);
    }
    assert_eq!((out.len(), merge.stats().held), (1, MAX_HELD));
    merge.offer(A, 3 + 2 * max, (), ms(1), &mut out);
    assert_eq!(merge.stats().held, MAX_HELD);
    let gap = Gap::between(
        PositionKey::new(&[&0]),
        crate::ws::Lost::Exactly(1),
        2..=2,
        GapCause::Skipped,
    );
    assert_eq!(out.get(1), Some(&Merged::Gap(gap)));
    // The events of other sequences count too.
    merge.offer(A, KEY, (), ms(1), &mut out);
    merge.offer(A, KEY + 2, (), ms(1), &mut out);
    assert_eq!(merge.stats().held, MAX_HELD);
    assert!(matches!(out.last(), Some(Merged::Event { event, .. }) if *event == KEY + 2));
    merge.expire(ms(1_001), &mut out);
    assert_eq!((merge.stats().held, merge.deadline()), (0, None));
}

#[test]
fn the_connection_that_is_first_is_counted() {
    let class = trades();
    let mut merge = Merge::new(class.topic.clone(), DEFAULT_HOLD);
    let mut out = Vec::new();
    merge.add_link(A, ms(0), &mut out);
    merge.add_link(B, ms(0), &mut out);
    for (link, event, at) in [
        (A, "1", 0),
        (B, "1", 3),
        (A, "2", 10),
        (B, "2", 15),
        (B, "3", 20),
    ] {
        merge.offer(link, class.event(event), (), ms(at), &mut out);
    }
    let stats = merge.stats();
    assert_eq!(
        stats.links,
        [
            LinkStats {
                link: A,
                dropped: 0,
                leads: 2,
                lead_total: ms(8),
                lead_longest: ms(5),
            },
            LinkStats {
                link: B,
                dropped: 2,
                leads: 0,
                lead_total: ms(0),
                lead_longest: ms(0),
            },
        ]
    );
}

#[test]
fn any_topic_of_a_product_is_merged() {
    let topic: AnyTopic = "btcusdt@aggTrade".parse().unwrap();
    let event = |id: u64| {
        let json = format!(
            r#"{{"e":"aggTrade","E":1,"s":"BTCUSDT","a":{id},"p":"1","q":"1","f":1,"l":1,"T":1,"m":true}}"#
        );
        topic.decode(&mut Reader::new(&json)).unwrap()
    };
    let mut merge = Merge::new(topic.clone(), DEFAULT_HOLD);
    let mut out = Vec::new();
    for (link, id) in [(A, 1), (B, 1), (B, 2), (A, 2), (A, 3)] {
        merge.offer(link, event(id), (), ms(0), &mut out);
    }
    let ids: Vec<_> = out
        .iter()
        .filter_map(|merged| match merged {
            Merged::Event {
                event: AnyEvent::AggTrades(trade),
                ..
            } => trade.id,
            _ => None,
        })
        .collect();
    assert_eq!(ids, [1, 2, 3]);
}
