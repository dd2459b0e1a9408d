//! The table of known weights.
//!
//! Where its digests are from. torchvision's file names carry the first eight digits of their
//! SHA-256; the whole digests and the sizes are those that several public records of other
//! projects agree on, and begin with these eight. For EfficientNet-Lite0 it is what Hugging Face
//! shows for the file; for CLIP and MiniLM again what several records of other projects agree
//! on, where Hugging Face's pages of copies of MiniLM show the same. No record was found of
//! EfficientNet-Lite1 to 4, so these are held to what Hugging Face publishes when they are
//! fetched. What Hugging Face publishes is compared with the table too, before anything is
//! fetched.

use super::entry::{Digest, Entry, Origin, Size};

/// Every known file of weights, the program's own first.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "bpclip-nr",
        title: "our no-reference checkpoint",
        purpose: "scoring pictures by themselves",
        next: "nothing to do: the program scores with it",
        licence: "MIT OR Apache-2.0",
        size: Size::Exact(22_560_712),
        digest: Digest::Sha256("22cf547066eeb561b2914dc2751b11dc1f4c74ad99b693bf4eb5ae04a09f28bf"),
        origin: Origin::Bundled,
    },
    Entry {
        name: "bpclip-fr",
        title: "our full-reference checkpoint",
        purpose: "scoring pictures beside a reference",
        next: "nothing to do: the program scores with it",
        licence: "MIT OR Apache-2.0",
        size: Size::Exact(20_683_928),
        digest: Digest::Sha256("ca056e75f342abcb8a203dd2169158e50d95a5432f5acc2bbddafc82c7fdfb09"),
        origin: Origin::Bundled,
    },
    Entry {
        name: "minilm",
        title: "sentence-transformers' all-MiniLM-L6-v2 in 16 bits",
        purpose: "the text features of our checkpoints, 384 wide",
        next: "nothing to do: the program encodes with it",
        licence: "Apache-2.0",
        size: Size::Exact(45_203_168),
        digest: Digest::Sha256("429309d690fb459a4bb7a644a31f02a2e50c419e9f3be1b20fc002df884925d3"),
        origin: Origin::Bundled,
    },
    Entry {
        name: "resnet50-v1",
        title: "torchvision's ResNet-50, IMAGENET1K_V1, trained on ImageNet-1k",
        purpose: "the paper's backbone, to train from",
        next: "bpclip import {file} resnet50.safetensors",
        licence: "BSD-3-Clause",
        size: Size::Exact(102_530_333),
        digest: Digest::Sha256("0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"),
        origin: Origin::Web {
            page: "https://docs.pytorch.org/vision/stable/models/generated/torchvision.models.resnet50.html",
            url: "https://download.pytorch.org/models/resnet50-0676ba61.pth",
            file: "resnet50-0676ba61.pth",
        },
    },
    Entry {
        name: "resnet50-v2",
        title: "torchvision's ResNet-50, IMAGENET1K_V2, trained on ImageNet-1k",
        purpose: "the paper's backbone, trained longer; to train from",
        next: "bpclip import {file} resnet50.safetensors",
        licence: "BSD-3-Clause",
        size: Size::Exact(102_540_417),
        digest: Digest::Sha256("11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca"),
        origin: Origin::Web {
            page: "https://docs.pytorch.org/vision/stable/models/generated/torchvision.models.resnet50.html",
            url: "https://download.pytorch.org/models/resnet50-11ad3fa6.pth",
            file: "resnet50-11ad3fa6.pth",
        },
    },
    Entry {
        name: "tf_efficientnet_lite0",
        title: "timm's EfficientNet-Lite0, trained on ImageNet-1k",
        purpose: "the lightest backbone, to train from",
        next: "bpclip import {file} lite0.safetensors",
        licence: "Apache-2.0",
        size: Size::About(18_800_000),
        digest: Digest::Sha256("1b2a452450b5cf3f8f42da5b6214e71d5fda5666bef4dfae0699407e5bef13e1"),
        origin: Origin::Web {
            page: "https://huggingface.co/timm/tf_efficientnet_lite0.in1k",
            url: "https://huggingface.co/timm/tf_efficientnet_lite0.in1k/resolve/main/model.safetensors",
            file: "tf_efficientnet_lite0.safetensors",
        },
    },
    Entry {
        name: "tf_efficientnet_lite1",
        title: "timm's EfficientNet-Lite1, trained on ImageNet-1k",
        purpose: "a light backbone, to train from",
        next: "bpclip import {file} lite1.safetensors",
        licence: "Apache-2.0",
        size: Size::About(21_900_000),
        digest: Digest::AtOrigin,
        origin: Origin::Web {
            page: "https://huggingface.co/timm/tf_efficientnet_lite1.in1k",
            url: "https://huggingface.co/timm/tf_efficientnet_lite1.in1k/resolve/main/model.safetensors",
            file: "tf_efficientnet_lite1.safetensors",
        },
    },
    Entry {
        name: "tf_efficientnet_lite2",
        title: "timm's EfficientNet-Lite2, trained on ImageNet-1k",
        purpose: "the backbone of the bundled checkpoints, to train from",
        next: "bpclip import {file} lite2.safetensors",
        licence: "Apache-2.0",
        size: Size::About(24_600_000),
        digest: Digest::AtOrigin,
        origin: Origin::Web {
            page: "https://huggingface.co/timm/tf_efficientnet_lite2.in1k",
            url: "https://huggingface.co/timm/tf_efficientnet_lite2.in1k/resolve/main/model.safetensors",
            file: "tf_efficientnet_lite2.safetensors",
        },
    },
    Entry {
        name: "tf_efficientnet_lite3",
        title: "timm's EfficientNet-Lite3, trained on ImageNet-1k",
        purpose: "a middling backbone, to train from",
        next: "bpclip import {file} lite3.safetensors",
        licence: "Apache-2.0",
        size: Size::About(33_100_000),
        digest: Digest::AtOrigin,
        origin: Origin::Web {
            page: "https://huggingface.co/timm/tf_efficientnet_lite3.in1k",
            url: "https://huggingface.co/timm/tf_efficientnet_lite3.in1k/resolve/main/model.safetensors",
            file: "tf_efficientnet_lite3.safetensors",
        },
    },
    Entry {
        name: "tf_efficientnet_lite4",
        title: "timm's EfficientNet-Lite4, trained on ImageNet-1k",
        purpose: "the heaviest light backbone, to train from",
        next: "bpclip import {file} lite4.safetensors",
        licence: "Apache-2.0",
        size: Size::About(52_500_000),
        digest: Digest::AtOrigin,
        origin: Origin::Web {
            page: "https://huggingface.co/timm/tf_efficientnet_lite4.in1k",
            url: "https://huggingface.co/timm/tf_efficientnet_lite4.in1k/resolve/main/model.safetensors",
            file: "tf_efficientnet_lite4.safetensors",
        },
    },
    Entry {
        name: "clip-rn50",
        title: "OpenAI's CLIP RN50, OpenCLIP's conversion",
        purpose: "the paper's text features, 1024 wide",
        next: "bpclip train --start fresh --text-encoder clip --encoder {file} ..., the paper's words",
        licence: "MIT",
        size: Size::Exact(408_291_932),
        digest: Digest::Sha256("da0baa37fb2211eee5729ab69ed587eb10d48f5b7076ceeed01552fc3d4cb4ee"),
        origin: Origin::Web {
            page: "https://huggingface.co/timm/resnet50_clip.openai",
            url: "https://huggingface.co/timm/resnet50_clip.openai/resolve/ec3d92cf63a5f9d591f0d611b736895966c73076/open_clip_model.safetensors",
            file: "clip-rn50.safetensors",
        },
    },
    Entry {
        name: "clip-vit-b32",
        title: "OpenAI's CLIP ViT-B/32; its page names no licence, OpenAI's repository of CLIP does",
        purpose: "text features, 512 wide",
        next: "bpclip train --start fresh --text-encoder clip --encoder {file} ...",
        licence: "MIT (OpenAI's CLIP)",
        size: Size::Exact(605_157_884),
        digest: Digest::Sha256("99d28a652e6ec46629ab7047a0ac82c69b1fe11e0ce672c43af65d3a9a3fc05d"),
        // The main branch holds no safetensors: this is Hugging Face's own conversion.
        origin: Origin::Web {
            page: "https://huggingface.co/openai/clip-vit-base-patch32",
            url: "https://huggingface.co/openai/clip-vit-base-patch32/resolve/c237dc49a33fc61debc9276459120b7eac67e7ef/model.safetensors",
            file: "clip-vit-b32.safetensors",
        },
    },
    Entry {
        name: "minilm-fp32",
        title: "sentence-transformers' all-MiniLM-L6-v2 as published",
        purpose: "the program's own text encoder, in 32 bits instead of 16",
        next: "nothing to do: the program encodes with its own copy",
        licence: "Apache-2.0",
        size: Size::Exact(90_868_376),
        digest: Digest::Sha256("53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        origin: Origin::Web {
            page: "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
            url: "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41/model.safetensors",
            file: "minilm-fp32.safetensors",
        },
    },
];

#[cfg(test)]
mod tests {
    use super::super::hash::is_sha256;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_entry_is_well_formed_and_no_two_are_mistaken_for_one() {
        let mut seen = HashSet::new();
        for entry in ENTRIES {
            assert!(seen.insert(entry.name), "{} is there twice", entry.name);
            for text in [entry.title, entry.purpose, entry.next, entry.licence] {
                assert!(!text.is_empty(), "{}", entry.name);
            }
            if let Digest::Sha256(digest) = entry.digest {
                assert!(is_sha256(digest), "{}: {digest}", entry.name);
                assert!(seen.insert(digest), "{}: the digest of another", entry.name);
            }
            match entry.origin {
                Origin::Bundled => assert_ne!(entry.digest, Digest::AtOrigin),
                Origin::Web { page, url, file } => {
                    assert!(page.starts_with("https://"), "{page}");
                    assert!(url.starts_with("https://"), "{url}");
                    assert!(seen.insert(url) && seen.insert(file), "{}", entry.name);
                    assert!(!file.contains(['/', '\\']), "{file}");
                }
            }
        }
    }

    #[test]
    fn torchvision_names_its_files_by_their_digests() {
        for entry in ENTRIES {
            let Origin::Web { url, .. } = entry.origin else {
                continue;
            };
            if !url.contains("download.pytorch.org") {
                continue;
            }
            let Digest::Sha256(digest) = entry.digest else {
                panic!("{} has no digest", entry.name);
            };
            assert!(url.ends_with(&format!("-{}.pth", &digest[..8])), "{url}");
        }
    }
}
