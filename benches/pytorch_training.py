"""Times a training step of the network in PyTorch (fp32), to set beside the seconds in a run's log.jsonl.

    python benches/pytorch_training.py [--backbone tf_efficientnet_lite2] [--crop 320] [--batch 16] [--ladders 4]
                                       [--threads 2] [--steps 5] [--channels-last] [--json]

A step is forward, the loss of our recipe, backward, clipping and AdamW on `batch` rated crops and `ladders` pairs, all random
and in memory: no picture is read, cropped or distorted. Weights are seeded, dropout is on, batch norm frozen and untrained.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"


def batch_of(crops, rated, ladders):
    """Labels and ladders, as `make_training.py` describes them; every pair has a distortion of its own."""
    from make_training import DISTORTIONS

    names = list(DISTORTIONS)
    pairs = [{"rungs": [rated + 2 * k, rated + 2 * k + 1], "distortion": names[k % len(names)]} for k in range(ladders)]
    labels = [(k + 0.5) / rated for k in range(rated)] + [None] * (crops - rated)
    return {"rated": rated, "labels": labels, "ladders": pairs}


def measure(args):
    import torch
    from make_training import BACKBONE_RATE, CLIP, EPSILON, RATE, WEIGHT_DECAY, loss, network, trained
    from bpclip import configuration

    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model = network(configuration(args.backbone), torch.float32).train()
    crops = args.batch + 2 * args.ladders
    image = torch.rand(crops, 3, args.crop, args.crop) * 2 - 1
    if args.channels_last:
        model, image = (x.to(memory_format=torch.channels_last) for x in (model, image))
    batch = batch_of(crops, args.batch, args.ladders)
    groups = {True: [], False: []}
    for name, tensor in trained(model).items():
        groups[name.startswith("backbone.")].append(tensor)
    optimiser = torch.optim.AdamW(
        [{"params": groups[True], "lr": BACKBONE_RATE}, {"params": groups[False], "lr": RATE}],
        weight_decay=WEIGHT_DECAY, eps=EPSILON)

    times = []
    for step in range(args.warm_up + args.steps):
        began = time.perf_counter()
        optimiser.zero_grad()
        out = model(image)
        loss(out["raw"], out["similarities"], batch, full=False)["total"].backward()
        torch.nn.utils.clip_grad_norm_(trained(model).values(), CLIP)
        optimiser.step()
        if step >= args.warm_up:
            times.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    setting = {"torch": torch.__version__, "threads": torch.get_num_threads(), "steps": args.steps,
               "channels_last": args.channels_last, "cpu": torch.backends.cpu.get_cpu_capability(),
               "backbone": args.backbone, "crops": crops, "crop": args.crop}
    result = {"median_s": statistics.median(times), "min_s": min(times), "peak_rss_mb": peak / 1e6}
    return setting, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backbone", default="tf_efficientnet_lite2")
    parser.add_argument("--crop", type=int, default=320)
    parser.add_argument("--batch", type=int, default=16, help="rated crops of a step")
    parser.add_argument("--ladders", type=int, default=4, help="pairs of crops beside them")
    parser.add_argument("--threads", type=int, help="PyTorch's threads; without it, its own choice")
    parser.add_argument("--steps", type=int, default=5, help="measured steps")
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    sys.path.insert(0, str(GOLDEN))
    setting, result = measure(args)
    if args.json:
        print(json.dumps({"setting": setting, "result": result}))
        return
    print(", ".join(f"{key} {value}" for key, value in setting.items()))
    print(f"median {result['median_s']:.2f} s, min {result['min_s']:.2f} s a step; peak memory {result['peak_rss_mb']:.0f} MB")


if __name__ == "__main__":
    main()
