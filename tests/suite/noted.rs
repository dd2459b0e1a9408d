//! What a camera notes in a JPEG, written for tests.

use crate::process::sample;

/// Camera, exposure and moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Noted<'a> {
    pub maker: Option<&'a str>,
    pub camera: Option<&'a str>,
    /// As Exif has it: `2026:11:26 14:03:07`.
    pub taken: Option<&'a str>,
    /// Hundredths of a second behind that.
    pub hundredths: Option<u8>,
    /// How far the clock is ahead of UTC: `+01:00`.
    pub zone: Option<&'a str>,
    /// Numerator and denominator, in seconds. With it goes ISO 100, which never changes.
    pub shutter: Option<(u32, u32)>,
    /// Numerator and denominator of the f-number; f/4 where only the shutter is said.
    pub aperture: Option<(u32, u32)>,
    /// In thirds of a stop.
    pub bias: Option<i32>,
}

/// A value of a directory of Exif: its kind, how many there are, and its bytes.
type Value = (u16, u32, Vec<u8>);

fn text(text: &str) -> Value {
    let bytes = [text.as_bytes(), &[0]].concat();
    (2, bytes.len() as u32, bytes)
}

fn ratio(kind: u16, over: [u8; 4], under: [u8; 4]) -> Value {
    (kind, 1, [over, under].concat())
}

/// A directory at this place, with what does not fit into it behind it.
fn directory(entries: &[(u16, Value)], at: u32) -> Vec<u8> {
    let mut head = (entries.len() as u16).to_le_bytes().to_vec();
    let mut data = Vec::new();
    let behind = at + 2 + 12 * entries.len() as u32 + 4;
    for (tag, (kind, count, bytes)) in entries {
        head.extend(tag.to_le_bytes());
        head.extend(kind.to_le_bytes());
        head.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            head.extend(bytes);
            head.resize(head.len() + 4 - bytes.len(), 0);
        } else {
            head.extend((behind + data.len() as u32).to_le_bytes());
            data.extend(bytes);
            data.resize(data.len().next_multiple_of(2), 0);
        }
    }
    head.extend([0; 4]);
    [head, data].concat()
}

impl Noted<'static> {
    /// What one camera noted of one photo.
    pub fn some() -> Self {
        Self {
            maker: Some("Canon"),
            camera: Some("EOS R5 II"),
            taken: Some("2026:11:26 14:03:07"),
            zone: Some("+01:00"),
            aperture: Some((28, 10)),
            ..Self::default()
        }
    }
}

impl Noted<'_> {
    /// A JPEG with this noted in it.
    pub fn into_jpeg(self, jpeg: &[u8]) -> Vec<u8> {
        let share = |(over, under): (u32, u32)| ratio(5, over.to_le_bytes(), under.to_le_bytes());
        let aperture = self.aperture.or(self.shutter.map(|_| (4, 1)));
        let mut own = Vec::new();
        own.extend(self.shutter.map(|shutter| (0x829a, share(shutter))));
        own.extend(aperture.map(|aperture| (0x829d, share(aperture))));
        if self.shutter.is_some() {
            own.push((0x8827, (3, 1, 100_u16.to_le_bytes().to_vec())));
        }
        own.extend(self.taken.map(|taken| (0x9003, text(taken))));
        own.extend(self.zone.map(|zone| (0x9011, text(zone))));
        if let Some(thirds) = self.bias {
            own.push((0x9204, ratio(10, thirds.to_le_bytes(), 3_i32.to_le_bytes())));
        }
        own.extend(
            self.hundredths
                .map(|part| (0x9291, text(&format!("{part:02}")))),
        );
        let maker = self.maker.map(|maker| (0x010f, text(maker)));
        let camera = self.camera.map(|camera| (0x0110, text(camera)));
        let below = |place: u32| (0x8769, (4, 1, place.to_le_bytes().to_vec()));
        let main = |place: u32| {
            let names = maker.clone().into_iter().chain(camera.clone());
            let entries: Vec<(u16, Value)> = names.chain([below(place)]).collect();
            directory(&entries, 8)
        };
        // Its length does not hang on where the other one is.
        let place = 8 + main(0).len() as u32;
        let tiff = [
            &b"II*\0\x08\0\0\0"[..],
            &main(place),
            &directory(&own, place),
        ]
        .concat();
        let length = (tiff.len() as u16 + 8).to_be_bytes();
        [
            &jpeg[..2],
            &[0xff, 0xe1],
            &length,
            b"Exif\0\0",
            &tiff,
            &jpeg[2..],
        ]
        .concat()
    }
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jpg");
    let noted = Noted {
        maker: Some("Fujifilm"),
        camera: Some("X-T5"),
        taken: Some("2026:11:26 14:03:07"),
        hundredths: Some(25),
        zone: Some("+01:00"),
        shutter: Some((1, 250)),
        aperture: Some((56, 10)),
        bias: Some(-2),
    };
    let coffee = std::fs::read(sample("coffee.jpg")).unwrap();
    std::fs::write(&path, noted.into_jpeg(&coffee)).unwrap();
    let exif = bpclip_core::image::exif(&path).unwrap();
    assert_eq!(exif.camera.as_deref(), Some("Fujifilm X-T5"));
    let taken = exif.taken.unwrap().to_string();
    assert_eq!(taken, "2026-11-26T14:03:07.25+01:00");
    assert_eq!((exif.shutter, exif.iso), (Some(0.004), Some(100)));
    assert_eq!(exif.aperture, Some(5.6));
    assert!((exif.exposure_bias.unwrap() + 2.0 / 3.0).abs() < 1e-9);
}
