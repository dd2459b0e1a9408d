"""What a checkpoint says of its network: the `config` of its metadata, and the 40 adjectives."""

import math

LEVELS = 5
MIN_SIDE = 64  # pixels: below it the network has too little to look at
LITE = tuple(f"tf_efficientnet_lite{i}" for i in range(5))
BACKBONES = ("resnet50", *LITE)
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
HALF = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
DEFAULTS = {
    "stride_in_1x1": False, "width": 256, "heads": 4, "mask_width": 64, "position": 32, "score_hidden": 128,
    "weight_branch": True, "direction": "bottom-up", "text_branch": True,
}
CHOICES = {
    "task": ("no-reference", "full-reference"), "backbone": BACKBONES, "direction": ("bottom-up", "top-down"),
    "stride_in_1x1": (False, True), "weight_branch": (False, True), "text_branch": (False, True),
}

# dimension: (adjectives of higher quality, adjectives of lower quality)
DIMENSIONS = {
    "sharpness": ("sharp crisp detailed focused", "blurry soft unfocused smeared"),
    "brightness": ("bright well-lit", "dark underexposed overexposed glaring"),
    "contrast": ("contrasty punchy", "flat hazy washed-out"),
    "colour": ("vivid colorful natural", "dull faded oversaturated discolored"),
    "noise": ("clean smooth noiseless", "noisy grainy speckled"),
    "fidelity": ("pristine excellent good", "blocky pixelated compressed distorted bad"),
}
ADJECTIVES = [
    {"word": word, "dimension": dimension, "higher": words is higher}
    for dimension, (higher, lower) in DIMENSIONS.items()
    for words in (higher, lower)
    for word in words.split()
]


def configuration(backbone="tf_efficientnet_lite2", task="no-reference", **changes):
    """A network's `config`, as a checkpoint's metadata holds it: the paper's but for `changes`."""
    config = {"task": task, "backbone": backbone, "stride_in_1x1": False}
    config |= HALF if backbone in LITE else IMAGENET
    return checked(config | DEFAULTS | changes)


def description(config, centred=False):
    """What a network must say of itself beside its `config`, for one with the 40 adjectives of the design that was not told otherwise."""
    encoder = "clip" if config["backbone"] == "resnet50" else "minilm"
    return {
        "adjectives": ADJECTIVES,
        "text": {"encoder": encoder, "template": "a {adjective} photo", "centred": centred, "source": ""},
        "size": {"shorter_side": 512, "enlarge": False},
        "label": {"range": [0.0, 1.0], "meaning": "higher is better"},
        "training": {},
    }


def checked(config):
    """A `config` with what it leaves out at its default. ValueError names a field that cannot be."""
    unknown = config.keys() - DEFAULTS.keys() - {"task", "backbone", "mean", "std"}
    if unknown:
        raise ValueError(f"unknown field `{sorted(unknown)[0]}`")
    for name in ("task", "backbone", "mean", "std"):
        if name not in config:
            raise ValueError(f"missing field `{name}`")
    config = {"task": config["task"], "backbone": config["backbone"]} | DEFAULTS | config
    for name, choices in CHOICES.items():
        if not any(config[name] is choice or config[name] == choice for choice in choices):
            raise ValueError(f"`{name}` is {config[name]!r}, not one of {', '.join(map(str, choices))}")
    for name in ("width", "heads", "mask_width", "position", "score_hidden"):
        if type(config[name]) is not int or not 1 <= config[name] <= 65_536:
            raise ValueError(f"`{name}` is {config[name]!r}, but must be 1 to 65536")
    if config["width"] % config["heads"] or config["width"] % 2:
        raise ValueError(f"`width` {config['width']} must be even and shared among `heads` {config['heads']}")
    for name, least in (("mean", -math.inf), ("std", 0.0)):
        values = config[name]
        if len(values) != 3 or not all(math.isfinite(v) and v > least for v in values):
            raise ValueError(f"`{name}` is {values}, not three numbers{' above 0' if name == 'std' else ''}")
    return config
