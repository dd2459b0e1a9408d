//! JPEG XL, by `jxl`.

use jxl::api::{
    AlphaMode, Endianness, Event, ExtraChannel, JxlBasicInfo, JxlColorEncoding, JxlColorProfile,
    JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer, JxlPixelFormat,
    JxlPrimaries, JxlTransferFunction, JxlWhitePoint, ProfileLevel,
};
use jxl::error::Error;

use crate::Format;
use crate::error::{CodecError, Result};
use crate::picture::{Channels, Cicp, Info, Limits, Picture, Samples};
use crate::reader::boxes;

/// Describes a picture.
pub(crate) fn info(bytes: &[u8]) -> Result<Info> {
    let (_, _, basic) = open(bytes, None)?;
    let (width, height) = size(&basic)?;
    Ok(Info {
        format: Format::JpegXl,
        width,
        height,
        bits: bits(&basic),
        animated: basic.animation.is_some(),
        gain_map: gain_map(bytes),
        bytes: bytes_of(&basic, width, height),
    })
}

/// Rows in single precision for every channel, and what is handed out.
fn bytes_of(basic: &JxlBasicInfo, width: u32, height: u32) -> u64 {
    let per_pixel = 4 * (3 + basic.extra_channels.len() as u64) + 8;
    (u64::from(width) * u64::from(height)).saturating_mul(per_pixel)
}

/// Reads as far as the headers go.
fn open(bytes: &[u8], samples: Option<usize>) -> Result<(JxlDecoder, &[u8], JxlBasicInfo)> {
    let mut options = JxlDecoderOptions::default();
    options.alpha_mode = AlphaMode::Unpremultiplied;
    options.max_profile_level = ProfileLevel::Main10;
    options.sample_limit = samples;
    let mut decoder = JxlDecoder::new(options);
    let mut rest = bytes;
    loop {
        match decoder.process(&mut rest, None, None).map_err(error)? {
            Event::BasicInfo => break,
            Event::NeedMoreInput { .. } => return Err(CodecError::Truncated),
            _ => {}
        }
    }
    let basic = decoder.basic_info().cloned();
    let basic = basic.ok_or_else(|| CodecError::damaged("JPEG XL: no picture in it"))?;
    Ok((decoder, rest, basic))
}

fn size(basic: &JxlBasicInfo) -> Result<(u32, u32)> {
    let (width, height) = basic.size;
    match (u32::try_from(width), u32::try_from(height)) {
        (Ok(width), Ok(height)) if width > 0 && height > 0 => Ok((width, height)),
        _ => Err(CodecError::damaged(
            "JPEG XL: a picture of no possible size",
        )),
    }
}

fn bits(basic: &JxlBasicInfo) -> u8 {
    basic.bit_depth.bits_per_sample().min(32) as u8
}

fn gain_map(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0) && boxes(bytes).any(|b| &b.kind == b"jhgm")
}

/// Decodes a picture.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Picture> {
    let (_, _, basic) = open(bytes, None)?;
    let (width, height) = size(&basic)?;
    let extra = basic.extra_channels.len();
    limits.check(width, height, bytes_of(&basic, width, height))?;
    // Frames may reach beyond the picture, and palettes count as well.
    let samples = limits
        .pixels
        .saturating_mul(3 + extra as u64)
        .saturating_mul(2);
    let samples = samples.saturating_add(1 << 20);
    let samples = usize::try_from(samples).unwrap_or(usize::MAX);
    let (mut decoder, mut rest, _) = open(bytes, Some(samples))?;

    let embedded = decoder.embedded_color_profile();
    if embedded.is_some_and(JxlColorProfile::is_cmyk)
        || basic
            .extra_channels
            .iter()
            .any(|c| c.ec_type == ExtraChannel::Black)
    {
        return Err(CodecError::unsupported("JPEG XL in CMYK"));
    }
    let grey = embedded.is_some_and(|profile| profile.channels() == 1);
    let alpha = basic
        .extra_channels
        .iter()
        .any(|c| c.ec_type == ExtraChannel::Alpha);
    let (channels, color_type) = match (grey, alpha) {
        (true, false) => (Channels::Grey, JxlColorType::Grayscale),
        (true, true) => (Channels::GreyAlpha, JxlColorType::GrayscaleAlpha),
        (false, false) => (Channels::Rgb, JxlColorType::Rgb),
        (false, true) => (Channels::Rgba, JxlColorType::Rgba),
    };
    let eight = bits(&basic) <= 8;
    let data = if eight {
        JxlDataFormat::U8 { bit_depth: 8 }
    } else {
        JxlDataFormat::U16 {
            endianness: Endianness::native(),
            bit_depth: 16,
        }
    };
    let format = JxlPixelFormat {
        color_type,
        color_data_format: Some(data),
        extra_channel_format: vec![None; extra],
    };
    decoder.set_pixel_format(format).map_err(error)?;

    let (w, h) = (width as usize, height as usize);
    let count = w * h * channels.count();
    let mut samples = if eight {
        Samples::Eight(vec![0; count])
    } else {
        Samples::Sixteen(vec![0; count])
    };
    {
        let (target, row) = match &mut samples {
            Samples::Eight(s) => (s.as_mut_slice(), w * channels.count()),
            Samples::Sixteen(s) => (
                bytemuck::cast_slice_mut(s.as_mut_slice()),
                w * channels.count() * 2,
            ),
        };
        loop {
            let mut buffers = [JxlOutputBuffer::new(target, h, row)];
            match decoder
                .process(&mut rest, Some(&mut buffers), None)
                .map_err(error)?
            {
                Event::FrameComplete { .. } => break,
                Event::NeedMoreInput { .. } => return Err(CodecError::Truncated),
                Event::Complete => {
                    return Err(CodecError::damaged("JPEG XL: no picture in it"));
                }
                _ => {}
            }
        }
    }

    let (profile, colours) = match decoder.output_color_profile() {
        Some(JxlColorProfile::Icc(profile)) => (Some(profile.clone()), None),
        Some(simple @ JxlColorProfile::Simple(encoding)) => match code_points(encoding) {
            Some(colours) => (None, Some(colours)),
            None => (simple.try_as_icc().map(|icc| icc.into_owned()), None),
        },
        None => (None, None),
    };
    Ok(Picture {
        width,
        height,
        channels,
        samples,
        profile,
        colours,
        bits: bits(&basic),
        animated: basic.animation.is_some(),
        gain_map: gain_map(bytes),
    })
}

/// The code points of an encoding, where it has some.
fn code_points(encoding: &JxlColorEncoding) -> Option<Cicp> {
    let (primaries, transfer) = match encoding {
        JxlColorEncoding::RgbColorSpace {
            white_point,
            primaries,
            transfer_function,
            ..
        } => {
            let primaries = match (white_point, primaries) {
                (JxlWhitePoint::D65, JxlPrimaries::SRGB) => 1,
                (JxlWhitePoint::D65, JxlPrimaries::BT2100) => 9,
                (JxlWhitePoint::D65, JxlPrimaries::P3) => 12,
                (JxlWhitePoint::DCI, JxlPrimaries::P3) => 11,
                _ => return None,
            };
            (primaries, transfer_function)
        }
        JxlColorEncoding::GrayscaleColorSpace {
            white_point: JxlWhitePoint::D65,
            transfer_function,
            ..
        } => (1, transfer_function),
        _ => return None,
    };
    let transfer = match transfer {
        JxlTransferFunction::BT709 => 1,
        JxlTransferFunction::Linear => 8,
        JxlTransferFunction::SRGB => 13,
        JxlTransferFunction::PQ => 16,
        JxlTransferFunction::DCI => 17,
        JxlTransferFunction::HLG => 18,
        JxlTransferFunction::Gamma(_) => return None,
    };
    Some(Cicp {
        primaries,
        transfer,
    })
}

fn error(error: Error) -> CodecError {
    match error {
        Error::OutOfBounds(_) | Error::SectionTooShort | Error::IccEndOfStream => {
            CodecError::Truncated
        }
        Error::ImageSizeTooLarge(width, height) => {
            let [width, height] = [width, height].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
            CodecError::TooLarge { width, height }
        }
        Error::LevelLimitExceeded { .. } => CodecError::unsupported(format!("JPEG XL: {error}")),
        error => CodecError::damaged(format!("JPEG XL: {error}")),
    }
}
