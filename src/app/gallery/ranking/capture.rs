//! When a picture was taken, from the first bytes of its file.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Cameras put EXIF first, in a segment of at most 64 KiB.
const HEAD: u64 = 128 << 10;

/// When a picture was taken: `DateTimeOriginal` of a JPEG's EXIF (or of a TIFF that has its tags in
/// front), with its fraction of a second. Without a time zone in the file, which is usual, the
/// camera's clock is taken for UTC: good for what was taken when among one camera's pictures.
/// `None` where the file does not say; then the time it was written has to do.
///
/// Reads the first 128 KiB at most.
pub fn capture_time(path: &Path) -> Option<SystemTime> {
    // A pipe would keep us waiting.
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    let file = File::open(path).ok()?;
    file.take(HEAD).read_to_end(&mut head).ok()?;
    taken(&head)
}

fn taken(head: &[u8]) -> Option<SystemTime> {
    const EXIF_FOLDER: u16 = 0x8769;
    const DATE_TIME_ORIGINAL: u16 = 0x9003;
    const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
    const SUB_SEC_TIME_ORIGINAL: u16 = 0x9291;

    let tiff = Tiff::new(exif(head).unwrap_or(head))?;
    let folder = tiff.number(tiff.field(tiff.first_folder()?, EXIF_FOLDER)? + 8)?;
    let text = |tag| tiff.text(folder, tag);
    let local = seconds(text(DATE_TIME_ORIGINAL)?)?;
    let offset = text(OFFSET_TIME_ORIGINAL).and_then(offset).unwrap_or(0);
    let fraction = text(SUB_SEC_TIME_ORIGINAL).and_then(fraction);
    let since = Duration::from_secs(u64::try_from(local - offset).ok()?);
    UNIX_EPOCH.checked_add(since + fraction.unwrap_or_default())
}

/// The EXIF of a JPEG.
fn exif(jpeg: &[u8]) -> Option<&[u8]> {
    const APP1: u8 = 0xE1;
    let mut rest = jpeg.strip_prefix(&[0xFF, 0xD8])?;
    while let &[0xFF, marker, high, low, ..] = rest {
        let end = 2 + usize::from(u16::from_be_bytes([high, low]));
        let exif = rest.get(4..end)?.strip_prefix(b"Exif\0\0");
        if marker == APP1 && exif.is_some() {
            return exif;
        }
        rest = rest.get(end..)?;
    }
    None
}

/// The structure of a TIFF, in which EXIF is written too (TIFF 6.0, section 2).
struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, little })
    }

    fn first_folder(&self) -> Option<usize> {
        self.number(4)
    }

    /// Where the field of this tag starts, in the folder that starts at `folder`.
    fn field(&self, folder: usize, tag: u16) -> Option<usize> {
        let start = folder.checked_add(2)?;
        let count = usize::from(self.short(folder)?);
        let fields = self.bytes.get(start..)?.chunks_exact(12).take(count);
        let found = fields
            .enumerate()
            .find(|(_, field)| field.get(..2).and_then(|tag| self.short_of(tag)) == Some(tag))?;
        Some(start + 12 * found.0)
    }

    fn text(&self, folder: usize, tag: u16) -> Option<&'a str> {
        const ASCII: u16 = 2;
        let field = self.field(folder, tag)?;
        if self.short(field + 2)? != ASCII {
            return None;
        }
        let length = self.number(field + 4)?;
        let start = if length > 4 {
            self.number(field + 8)?
        } else {
            field + 8
        };
        let bytes = self.bytes.get(start..start.checked_add(length)?)?;
        let text = bytes.split(|&byte| byte == 0).next()?;
        Some(str::from_utf8(text).ok()?.trim())
    }

    fn short(&self, at: usize) -> Option<u16> {
        self.short_of(self.bytes.get(at..)?.get(..2)?)
    }

    fn short_of(&self, bytes: &[u8]) -> Option<u16> {
        let bytes = bytes.try_into().ok()?;
        Some(if self.little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    }

    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..)?.get(..4)?.try_into().ok()?;
        let number = if self.little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        };
        usize::try_from(number).ok()
    }
}

/// `YYYY:MM:DD HH:MM:SS` as seconds since 1970 on the same clock.
fn seconds(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(' ')?;
    let [year, month, day] = three(date)?;
    let [hour, minute, second] = three(time)?;
    let possible = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    // Days since 1970 of the Gregorian calendar, counted in years that start in March.
    let years = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * years + years / 4 - years / 100 + years / 400 + day_of_year - 719_468;
    possible.then_some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

fn three(text: &str) -> Option<[i64; 3]> {
    let number = |part: &str| part.parse::<u16>().ok().map(i64::from);
    let numbers: Option<Vec<i64>> = text.split(':').map(number).collect();
    numbers?.try_into().ok()
}

/// `+HH:MM` in seconds.
fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let [hours, minutes] = [hours.parse::<u8>().ok()?, minutes.parse().ok()?];
    Some(sign * (i64::from(hours) * 60 + i64::from(minutes)) * 60)
}

/// The digits after the point of a second.
fn fraction(digits: &str) -> Option<Duration> {
    let nine = format!("{digits:0<9}");
    let nanoseconds = nine.get(..9)?.bytes().all(|byte| byte.is_ascii_digit());
    nanoseconds.then(|| nine.get(..9)?.parse().ok().map(Duration::from_nanos))?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TIFF whose EXIF folder holds these texts.
    fn tiff(little: bool, texts: &[(u16, &str)]) -> Vec<u8> {
        let short = |n: u16| {
            if little {
                n.to_le_bytes()
            } else {
                n.to_be_bytes()
            }
        };
        let long = |n: usize| {
            let n = n as u32;
            if little {
                n.to_le_bytes()
            } else {
                n.to_be_bytes()
            }
        };
        let mut bytes = if little {
            b"II*\0".to_vec()
        } else {
            b"MM\0*".to_vec()
        };
        bytes.extend(long(8));
        bytes.extend([short(1), short(0x8769), short(4)].concat());
        bytes.extend([long(1), long(26), long(0)].concat());
        bytes.extend(short(texts.len() as u16));
        let mut heap = 26 + 2 + 12 * texts.len();
        for (tag, text) in texts {
            let length = text.len() + 1;
            bytes.extend([short(*tag), short(2)].concat());
            bytes.extend(long(length));
            if length > 4 {
                bytes.extend(long(heap));
                heap += length;
            } else {
                bytes.extend(format!("{text:\0<4}").bytes());
            }
        }
        for (_, text) in texts.iter().filter(|(_, text)| text.len() > 3) {
            bytes.extend(text.bytes().chain([0]));
        }
        bytes
    }

    fn jpeg(tiff: &[u8]) -> Vec<u8> {
        let mut bytes = b"\xFF\xD8\xFF\xE0\x00\x04ab\xFF\xE1".to_vec();
        bytes.extend((tiff.len() as u16 + 8).to_be_bytes());
        bytes.extend(b"Exif\0\0");
        bytes.extend(tiff);
        bytes.extend(b"\xFF\xDA\x00\x02");
        bytes
    }

    const TEXTS: [(u16, &str); 3] = [
        (0x9003, "2024:02:29 12:34:56"),
        (0x9011, "+02:00"),
        (0x9291, "25"),
    ];

    #[test]
    fn it_is_read_from_jpeg_and_tiff_of_either_byte_order() {
        let expected = UNIX_EPOCH + Duration::from_millis(1_709_202_896_250);
        for little in [false, true] {
            let tiff = tiff(little, &TEXTS);
            assert_eq!(taken(&tiff), Some(expected));
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.jpg");
            fs::write(&path, jpeg(&tiff)).unwrap();
            assert_eq!(capture_time(&path), Some(expected));
        }
        let bare = taken(&tiff(true, &TEXTS[..1]));
        assert_eq!(bare, Some(UNIX_EPOCH + Duration::from_secs(1_709_210_096)));
    }

    #[test]
    fn days_are_counted_rightly() {
        assert_eq!(seconds("1970:01:01 00:00:00"), Some(0));
        assert_eq!(seconds("2000:03:01 00:00:00"), Some(951_868_800));
        assert_eq!(seconds("2038:01:19 03:14:07"), Some(i64::from(i32::MAX)));
        for nonsense in [
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2024:13:01 00:00:00",
            "",
        ] {
            assert_eq!(seconds(nonsense), None);
        }
        assert_eq!(offset("-05:30"), Some(-19_800));
        assert_eq!(offset("é"), None);
        assert_eq!(
            fraction("1234567891"),
            Some(Duration::from_nanos(123_456_789))
        );
        assert_eq!(fraction("é"), None);
    }

    #[test]
    fn damaged_and_other_files_say_nothing() {
        let whole = jpeg(&tiff(false, &TEXTS));
        for end in 0..whole.len() - 5 {
            assert_eq!(taken(&whole[..end]), None, "{end}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] = 0xFF;
            let _ = taken(&damaged);
        }
        assert_eq!(taken(b"\x89PNG"), None);
        assert_eq!(capture_time(Path::new("/nowhere/at/all.jpg")), None);
    }
}
