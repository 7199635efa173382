//! Dates of the Gregorian calendar in UTC.

/// Returns the days from 1970-01-01 to a date.
pub(super) const fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years start in March, so that the leap day is the last day of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Returns year and month of a day, counted from 1970-01-01.
pub(super) const fn year_and_month(days: i64) -> (i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month)
}

#[cfg(test)]
mod tests {
    use super::{days_since_epoch, year_and_month};

    #[test]
    fn days_of_known_dates() {
        for (date, days) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2026, 12, 25), 20_812),
        ] {
            let (year, month, day) = date;
            assert_eq!(days_since_epoch(year, month, day), days, "{date:?}");
            assert_eq!(year_and_month(days), (year, month), "{date:?}");
        }
    }

    #[test]
    fn each_day_is_in_its_month() {
        for days in -800_000..800_000 {
            let (year, month) = year_and_month(days);
            let first = days_since_epoch(year, month, 1);
            assert!((0..31).contains(&(days - first)), "{days}");
        }
    }
}
