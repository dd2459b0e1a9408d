"""The folder of a training run: read, and its log written so that the program's window shows it."""

import json
from dataclasses import dataclass
from pathlib import Path

BEST, LOG, SETTINGS, ORIGIN = "best.safetensors", "log.jsonl", "settings.json", "run.json"
TERMS = ("total", "mse", "correlation", "rank", "dimension", "adjectives", "words", "statistics", "maps", "sharpness")
OLD_NAMES = {"norm": "grad_norm", "rate": "lr"}  # in the steps of logs of before


@dataclass
class Run:
    """A run: what it was told, what it was made of (either None where that was not noted), and what happened, oldest first."""

    folder: Path
    settings: dict | None
    origin: dict | None
    events: list

    def of(self, kind):
        """The events of one kind: started, step, validating, epoch, skipped, warned, paused, resumed, saved."""
        return [event for event in self.events if event["kind"] == kind]

    @property
    def steps(self):
        return self.of("step")

    @property
    def epochs(self):
        return self.of("epoch")

    @property
    def best(self):
        """The best checkpoint, or None before the first epoch is done."""
        path = self.folder / BEST
        return path if path.is_file() else None


def read_run(folder):
    """A run's folder. A line of the log that was cut short or damaged is left out, as the program does."""
    folder = Path(folder)

    def document(name):
        path = folder / name
        try:
            return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None

    settings, log = document(SETTINGS), folder / LOG
    if settings is None and not log.exists():
        raise FileNotFoundError(f"{folder} holds no run: there is no {SETTINGS} and no {LOG}")
    events = []
    text = log.read_bytes().decode("utf-8", "replace") if log.exists() else ""
    for one in text.split("\n"):
        try:
            event = json.loads(one)
        except json.JSONDecodeError:
            continue
        if isinstance(event, dict) and "kind" in event:
            events.append({OLD_NAMES.get(key, key): value for key, value in event.items()} if event["kind"] == "step" else event)
    return Run(folder, settings, document(ORIGIN), events)


class Log:
    """Appends to a run's log what a training loop of one's own does, in the program's words."""

    def __init__(self, folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.folder = Path(folder)

    def append(self, kind, **values):
        with open(self.folder / LOG, "a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **values}, allow_nan=False) + "\n")

    def started(self, epochs, epoch_steps, rated, held_out, device="cpu"):
        self.append("started", position={"epoch": 0, "step": 0}, epochs=epochs, epoch_steps=epoch_steps, rated=rated, pristine=0,
                    held_out=held_out, device=device, run="")

    def step(self, epoch, step, loss, lr, seconds, pictures, grad_norm=0.0):
        """`epoch` and `step` from 0; `loss` is a number, or terms by name."""
        self.append("step", position={"epoch": epoch, "step": step}, loss=terms(loss), grad_norm=float(grad_norm), lr=float(lr),
                    seconds=float(seconds), pictures=pictures)

    def epoch(self, epoch, loss, points, best, checkpoint, srcc=None, plcc=None, rmse=None):
        """`epoch` from 1; 0 is the start. `points` are pairs of label and raw score of the pictures held out."""
        self.append("epoch", epoch=epoch, loss=terms(loss), plcc=plcc, srcc=srcc, rmse=rmse,
                    points=[[float(label), float(raw)] for label, raw in points], best=best, checkpoint=str(checkpoint))


def terms(loss):
    given = loss if isinstance(loss, dict) else {"total": loss, "mse": loss}
    return {name: float(given.get(name, 0.0)) for name in TERMS}
