//! Numbers that look random and depend only on a seed and a place, so that any place can be computed without those before it.

/// The value 1 of [`smooth`].
pub(super) const ONE: i64 = 1 << 30;

/// Returns 64 evenly distributed bits for an index of a stream.
pub(in crate::mock) const fn hash(stream: u64, index: i64) -> u64 {
    // The steps of splitmix64, with the index as the state's distance.
    let increment = (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut bits = stream.wrapping_add(increment);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Returns the seed of a stream by its name.
pub(super) fn stream(seed: u64, name: &str) -> u64 {
    let bytes = name.bytes();
    bytes.fold(hash(seed, 0), |stream, byte| {
        hash(stream, i64::from(byte) + 1)
    })
}

/// Returns a value between `-ONE` and `ONE` that changes smoothly with time, from one random value to the next within each period.
pub(super) const fn smooth(stream: u64, time: i64, period: i64) -> i64 {
    let cell = time.div_euclid(period);
    let fraction = (time.rem_euclid(period) << 16) / period;
    // 3f² - 2f³, with 16 binary places.
    let square = (fraction * fraction) >> 16;
    let weight = (square * ((3 << 16) - 2 * fraction)) >> 16;
    let (from, to) = (lattice(stream, cell), lattice(stream, cell + 1));
    from + (((to - from) * weight) >> 16)
}

/// Returns the random value at the start of a period.
const fn lattice(stream: u64, cell: i64) -> i64 {
    (hash(stream, cell) >> 33) as i64 - ONE
}

#[cfg(test)]
mod tests {
    use super::{ONE, smooth};

    #[test]
    fn smooth_values_stay_in_range_and_do_not_jump() {
        let (mut lowest, mut highest) = (0, 0);
        let mut previous = smooth(7, -1_000_000, 1_000);
        for time in -999_999..1_000_000 {
            let value = smooth(7, time, 1_000);
            assert!((value - previous).abs() < ONE / 250, "{time}");
            previous = value;
            lowest = value.min(lowest);
            highest = value.max(highest);
        }
        assert!((-ONE..-ONE * 9 / 10).contains(&lowest));
        assert!((ONE * 9 / 10..ONE).contains(&highest));
    }
}
