//! The families of camera raw that are told apart.

use std::fmt;

/// A family of camera raw, by the maker's container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Sony: ARW, SR2.
    Arw,
    /// Canon since 2004: CR2, and the TIFF-like raw of the first EOS-1D.
    Cr2,
    /// Canon since 2018: CR3.
    Cr3,
    /// Adobe's Digital Negative, written by many cameras, phones and converters.
    Dng,
    /// Epson: ERF.
    Erf,
    /// Hasselblad and Imacon: 3FR, FFF.
    Fff,
    /// GoPro: GPR, a DNG whose sensor data is packed as VC-5.
    Gpr,
    /// Phase One and later Leaf backs: IIQ.
    Iiq,
    /// Kodak: DCR, KDC.
    Kdc,
    /// Mamiya: MEF.
    Mef,
    /// Leaf: MOS.
    Mos,
    /// Nikon: NEF, NRW.
    Nef,
    /// Olympus and OM System: ORF.
    Orf,
    /// Pentax and Ricoh: PEF.
    Pef,
    /// Fujifilm: RAF.
    Raf,
    /// Panasonic: RW2, and RAW before it.
    Rw2,
    /// Leica, in Panasonic's container: RWL.
    Rwl,
    /// Samsung: SRW.
    Srw,
    /// Sensor data in a TIFF of another maker.
    Other,
}

impl Kind {
    /// What people call it: "Nikon raw (NEF)".
    pub fn label(self) -> &'static str {
        match self {
            Self::Arw => "Sony raw (ARW)",
            Self::Cr2 => "Canon raw (CR2)",
            Self::Cr3 => "Canon raw (CR3)",
            Self::Dng => "DNG raw",
            Self::Erf => "Epson raw (ERF)",
            Self::Fff => "Hasselblad raw (3FR or FFF)",
            Self::Gpr => "GoPro raw (GPR)",
            Self::Iiq => "Phase One raw (IIQ)",
            Self::Kdc => "Kodak raw (DCR or KDC)",
            Self::Mef => "Mamiya raw (MEF)",
            Self::Mos => "Leaf raw (MOS)",
            Self::Nef => "Nikon raw (NEF or NRW)",
            Self::Orf => "Olympus raw (ORF)",
            Self::Pef => "Pentax raw (PEF)",
            Self::Raf => "Fujifilm raw (RAF)",
            Self::Rw2 => "Panasonic raw (RW2)",
            Self::Rwl => "Leica raw (RWL)",
            Self::Srw => "Samsung raw (SRW)",
            Self::Other => "camera raw",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
