//! Names of files.

/// The ending of the names.
pub(super) const ENDING: &str = ".jsonl.zst";

/// Returns the name of a file that was created at a time, in milliseconds since 1970-01-01, such as
/// `recording-usdm-20261104T101112.123Z.jsonl.zst`. Names sort by time.
pub(super) fn file_name(prefix: &str, product: &str, millis: i64) -> String {
    let seconds = millis.div_euclid(1_000);
    let (year, month, day) = date(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let milli = millis.rem_euclid(1_000);
    format!(
        "{prefix}-{product}-{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}.{milli:03}Z{ENDING}"
    )
}

/// Returns the date that is this many days after 1970-01-01.
fn date(mut days: i64) -> (i64, i64, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_contain_product_and_time() {
        for (millis, time) in [
            (0, "19700101T000000.000"),
            (951_782_400_000, "20000229T000000.000"),
            (1_709_251_199_999, "20240229T235959.999"),
            (1_735_689_599_001, "20241231T235959.001"),
            (1_793_787_072_123, "20261104T101112.123"),
            (4_107_542_400_000, "21000301T000000.000"),
        ] {
            let name = file_name("a", "usdm", millis);
            assert_eq!(name, format!("a-usdm-{time}Z.jsonl.zst"));
        }
    }
}
