//! Moments, as cameras note them.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::time::{Duration, SystemTime};
use time::{Date, PlainDateTime, UtcOffset};

/// A moment by a camera's clock, with the fraction of a second and the zone where it noted them.
/// `Display` and the serialised form are ISO 8601: `2026-11-26T14:03:07.25+01:00`.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    clock: PlainDateTime,
    /// The digits behind the point; mostly none.
    fraction: String,
    zone: Option<UtcOffset>,
}

impl Moment {
    /// Of Exif's `2026:11:26 14:03:07`, with fraction and zone. `None` where it is no moment, as from
    /// a camera whose clock was never set.
    pub(super) fn of_exif(taken: &str, fraction: Option<&str>, zone: Option<&str>) -> Option<Self> {
        let (day, clock) = taken.split_once(' ')?;
        let ([year, month, day], [hour, minute, second]) = (numbers(day)?, numbers(clock)?);
        let narrow = |number: u16| u8::try_from(number).ok();
        let month = narrow(month)?.try_into().ok()?;
        // No photograph is older.
        let year = Some(i32::from(year)).filter(|year| *year > 1800)?;
        let date = Date::from_calendar_date(year, month, narrow(day)?).ok()?;
        let clock = date.with_hms(narrow(hour)?, narrow(minute)?, narrow(second)?);
        Some(Self {
            clock: clock.ok()?,
            fraction: fraction
                .filter(|text| digits(text))
                .unwrap_or_default()
                .to_owned(),
            zone: zone.and_then(offset),
        })
    }

    /// Of what `Display` writes.
    fn of_iso(text: &str) -> Option<Self> {
        let (day, rest) = text.split_once('T')?;
        let (rest, zone) = match rest.find(['+', '-']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (clock, fraction) = match rest.split_once('.') {
            Some((clock, fraction)) => (clock, Some(fraction)),
            None => (rest, None),
        };
        let taken = format!("{} {clock}", day.replace('-', ":"));
        Self::of_exif(&taken, fraction, Some(zone))
    }

    /// As the system counts time. Without a zone, which is usual, the camera's clock is taken for UTC:
    /// good for what was taken when among one camera's pictures.
    pub fn time(&self) -> SystemTime {
        let nine = format!("{:0<9}", self.fraction);
        let nanoseconds = nine.get(..9).and_then(|nine| nine.parse().ok());
        let zone = self.zone.unwrap_or(UtcOffset::UTC);
        let whole = SystemTime::from(self.clock.assume_offset(zone));
        whole + Duration::from_nanos(nanoseconds.unwrap_or(0))
    }

    /// For people: `2026-11-26 14:03:07 +01:00`, without the fraction.
    pub fn in_words(&self) -> String {
        match self.zone_text() {
            zone if zone.is_empty() => self.clock_text(' '),
            zone => format!("{} {zone}", self.clock_text(' ')),
        }
    }

    fn clock_text(&self, between: char) -> String {
        let (year, month, day) = self.clock.to_calendar_date();
        let (hour, minute, second) = self.clock.as_hms();
        let month = u8::from(month);
        format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}")
    }

    fn zone_text(&self) -> String {
        let Some(zone) = self.zone else {
            return String::new();
        };
        let sign = if zone.is_negative() { '-' } else { '+' };
        let (hours, minutes, _) = zone.as_hms();
        format!("{sign}{:02}:{:02}", hours.abs(), minutes.abs())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.clock_text('T'))?;
        if !self.fraction.is_empty() {
            write!(f, ".{}", self.fraction)?;
        }
        f.write_str(&self.zone_text())
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Of its serialised form.
impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::of_iso(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is no moment")))
    }
}

/// Three numbers with colons in between.
fn numbers(text: &str) -> Option<[u16; 3]> {
    let number = |part: &str| part.parse().ok().filter(|_| digits(part));
    let numbers: Option<Vec<u16>> = text.split(':').map(number).collect();
    numbers?.try_into().ok()
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `+HH:MM`.
fn offset(zone: &str) -> Option<UtcOffset> {
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let two = |text: &str| {
        text.parse::<i8>()
            .ok()
            .filter(|_| digits(text) && text.len() == 2)
    };
    let (hours, minutes) = rest.split_once(':')?;
    UtcOffset::from_hms(sign * two(hours)?, sign * two(minutes)?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn it_is_written_as_iso_8601_has_it() {
        let of = |fraction, zone| Moment::of_exif("2026:11:26 14:03:07", fraction, zone).unwrap();
        assert_eq!(of(None, None).to_string(), "2026-11-26T14:03:07");
        let whole = of(Some("25"), Some("-03:30"));
        assert_eq!(whole.to_string(), "2026-11-26T14:03:07.25-03:30");
        assert_eq!(whole.in_words(), "2026-11-26 14:03:07 -03:30");
        assert_eq!(of(Some("x"), Some("   :  ")), of(None, None));
        assert_eq!(of(None, Some("+1:000")), of(None, None));
        assert_eq!(of(None, Some("+\u{e9}")), of(None, None));
        let json = serde_json::to_value(&whole).unwrap();
        assert_eq!(json, "2026-11-26T14:03:07.25-03:30");
        for moment in [
            whole,
            of(None, None),
            of(Some("5"), None),
            of(None, Some("+00:00")),
        ] {
            let json = serde_json::to_value(&moment).unwrap();
            assert_eq!(serde_json::from_value::<Moment>(json).unwrap(), moment);
        }
        assert!(serde_json::from_str::<Moment>("\"yesterday\"").is_err());
        for nonsense in [
            "    :  :     :  :  ",
            "0000:00:00 00:00:00",
            "2024:13:01 00:00:00",
            "2025:02:29 00:00:00",
            "2024:+1:01 00:00:00",
            "yesterday",
            "",
        ] {
            assert_eq!(Moment::of_exif(nonsense, None, None), None, "{nonsense}");
        }
    }

    #[test]
    fn the_system_counts_by_zone_and_fraction() {
        let after = |taken: &str, fraction: Option<&str>, zone: Option<&str>| {
            let moment = Moment::of_exif(taken, fraction, zone).unwrap();
            moment.time().duration_since(UNIX_EPOCH).unwrap()
        };
        let leap = "2024:02:29 12:34:56";
        let plain = Duration::from_secs(1_709_210_096);
        assert_eq!(after(leap, None, None), plain);
        let earlier = Duration::from_millis(1_709_202_896_250);
        assert_eq!(after(leap, Some("25"), Some("+02:00")), earlier);
        let nine = Duration::from_nanos(123_456_789);
        let epoch = "1970:01:01 00:00:00";
        assert_eq!(after(epoch, Some("1234567891"), None), nine);
        let west = Duration::from_secs(19_800);
        assert_eq!(after(epoch, None, Some("-05:30")), west);
    }
}
