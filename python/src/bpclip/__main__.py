"""`python -m bpclip`: what the program's `score` and `inspect` print and write, and `export` to ONNX."""

import argparse
import json
import os
import sys
from pathlib import Path

from . import rows
from .checkpoint import CheckpointError, bundled, load, save
from .config import BACKBONES, configuration
from .files import write_whole
from .inspection import inspect
from .picture import PictureError, find, reference_of


class Usage(Exception):
    """A mistake of the user's: exit code 2."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def size(text):
    if text == "full":
        return text
    if text.isdigit() and 64 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError("give a number of pixels, 64 to 65535, or `full`")


def network(args):
    """The checkpoint for what was asked: the one named, else that of the repository."""
    task = "full-reference" if args.reference else "no-reference"
    try:
        path = args.checkpoint or bundled(task)
        model = load(path, args.device)
    except (CheckpointError, OSError) as error:
        raise Usage(error) from None
    if model.config["task"] != task:
        advice = "leave --reference out" if args.reference else "give --reference"
        raise Usage(f"{path} is a {model.config['task']} checkpoint: {advice}, or choose another")
    return path, model


def score(args):
    if args.reference and not Path(args.reference).exists():
        raise Usage(f"--reference {args.reference}: no such file or folder")
    paths = find(args.paths, args.recursive)
    if not paths:
        raise Usage("the folders given hold no picture that is read")
    _, model = network(args)
    written, failed = [], []

    def put(text):
        if args.output:
            written.append(text)
        else:
            sys.stdout.write(text)
            sys.stdout.flush()

    if args.format == "csv":
        put(rows.csv_line(rows.header(model.metadata)))
    for path in paths:
        inspection = error = None
        try:
            reference = reference_of(path, args.reference) if args.reference else None
            inspection = inspect(model, path, reference, args.size)
        except PictureError as reason:
            error = str(reason)
            failed.append(error if str(path) in error else f"{path}: {error}")
        if args.format == "csv":
            put(rows.csv_line(rows.fields(model.metadata, path, inspection, error)))
        else:
            put(rows.compact(rows.line(path, inspection, error)) + "\n")
    if args.output:
        write_whole(args.output, "".join(written))
    if failed:
        say(f"{len(failed)} of {len(paths)} could not be scored:")
        for reason in failed:
            say(f"  {reason}")
    return 1 if failed else 0


def explain(args):
    name, model = network(args)
    inspection = inspect(model, args.path, args.reference, args.size, detail=True)
    folder = Path(args.output)
    folder.mkdir(parents=True, exist_ok=True)
    report = rows.report(inspection, name, args.reference, args.device, args.attention)
    write_whole(folder / "inspection.json", rows.compact(report) + "\n")
    print(f"{inspection.score:.1f} of 100, higher is better; looks {', '.join(inspection.looks) or 'like most photographs'}")
    print(folder / "inspection.json")
    return 0


def to_onnx(args):
    from .export import check, export

    try:
        model = load(args.checkpoint)
    except (CheckpointError, OSError) as error:
        raise Usage(error) from None
    export(model, args.out)
    print(f"{args.out}: {os.path.getsize(args.out) / 1e6:.0f} MB")
    if args.check:
        worst = check(model, args.out)
        for (height, width), difference in worst.items():
            print(f"  {height}x{width}: differs from PyTorch by {difference:.1e} at most")
        return 0 if max(worst.values()) < 1e-4 else 1
    return 0


def seed(args):
    from .seeded import seeded

    model = seeded(configuration(args.backbone, args.task, **args.config))
    encoder = "clip" if args.backbone == "resnet50" else "minilm"
    model.metadata |= {
        "text": {"encoder": encoder, "template": "a {adjective} photo", "centred": False, "source": "seeded, not text"},
        "label": {"range": [0, 1], "meaning": "none: seeded weights"},
        "training": {"data": "none", "recipe": "seeded by name", "program": "python -m bpclip seed"},
    }
    save(model, args.out, half=not args.fp32)
    return 0


def arguments():
    parser = argparse.ArgumentParser(prog="python -m bpclip", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, run, text):
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    def scoring(added, reference):
        added.add_argument("--reference", metavar=reference, help="compare with this, or with the one of the same name in this folder")
        added.add_argument("--checkpoint", metavar="FILE", help="without it, the repository's own")
        added.add_argument("--size", type=size, metavar="PIXELS", help="shorter side that pictures are reduced to, or `full`")
        added.add_argument("--device", default="cpu", help="where to compute: cpu, cuda, mps")

    scored = command("score", score, "Score pictures and folders, a line of JSON each, as `bpclip score --format jsonl`")
    scored.add_argument("paths", nargs="+", metavar="PATH")
    scored.add_argument("--recursive", "-r", action="store_true", help="open folders within folders too")
    scored.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    scored.add_argument("--output", "-o", metavar="FILE", help="write to this file, whole or not at all")
    scoring(scored, "FILE|FOLDER")
    explained = command("inspect", explain, "Write every number of one picture as inspection.json, as `bpclip inspect`")
    explained.add_argument("path", metavar="PHOTO")
    explained.add_argument("--output", "-o", metavar="FOLDER", required=True)
    explained.add_argument("--attention", action="store_true", help="each head, query and key: tens of megabytes")
    scoring(explained, "FILE")
    exported = command("export", to_onnx, "Write a checkpoint as ONNX, batch, height and width left open")
    exported.add_argument("checkpoint")
    exported.add_argument("out", metavar="OUT.onnx")
    exported.add_argument("--check", action="store_true", help="compare with PyTorch in onnxruntime at five sizes")
    seeding = command("seed", seed, "Write a checkpoint of weights that follow from names, to compare implementations by")
    seeding.add_argument("out")
    seeding.add_argument("--backbone", default="tf_efficientnet_lite0", choices=BACKBONES)
    seeding.add_argument("--task", default="no-reference", choices=("no-reference", "full-reference"))
    seeding.add_argument("--config", type=json.loads, default={}, help="changes to the config, as JSON")
    seeding.add_argument("--fp32", action="store_true", help="keep matrices in 32 bits instead of 16")
    return parser


def main(argv=None):
    """0 all done, 1 something failed, 2 wrong usage, 130 stopped by Ctrl+C."""
    args = arguments().parse_args(argv)
    try:
        return args.run(args)
    except Usage as error:
        say(f"error: {error}")
        return 2
    except (PictureError, CheckpointError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # whoever reads us has seen enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
