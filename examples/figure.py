"""The paper's Fig. 4 of a picture of your own: the picture, four information maps, four weight maps, each with its colour bar.

    pip install -e 'python[figure]'
    python examples/figure.py PICTURE FIGURE.pdf [CHECKPOINT]

The ending of FIGURE says what is written: .pdf, .svg, .png. The cells (# %%) run one by one in an editor that knows them, such as VS Code or Spyder.
"""

# %% What it is of
import sys
from pathlib import Path

import matplotlib.pyplot as plt

import bpclip

given = [argument for argument in sys.argv[1:] if not argument.startswith("-")] if "__file__" in globals() else []
picture = Path(given[0]) if given else bpclip.bundled().parents[1] / "assets/samples/coffee-blurred.jpg"
target = Path(given[1]) if len(given) > 1 else Path("figure.pdf")
checkpoint = given[2] if len(given) > 2 else bpclip.bundled()

# %% What the network sees
model = bpclip.load(checkpoint)
seen = bpclip.inspect(model, picture, detail=True)
detail = seen.detail
print(f"{seen.score:.1f} of 100; looks {', '.join(seen.looks) or 'like most photographs'}")

# %% The plate
branches = {"information": detail.information, "weight": detail.weight}
branches = {name: maps for name, maps in branches.items() if maps}  # an ablation may lack the weight branch
height, width = detail.pixels.shape[:2]
columns, cell = 1 + len(detail.information), 1.9  # inches of a map's width
plt.rcParams.update({"font.size": 8, "pdf.fonttype": 42, "svg.fonttype": "none"})
figure, axes = plt.subplots(
    len(branches), columns, squeeze=False, layout="constrained",
    figsize=(cell * columns, len(branches) * (0.85 * cell * height / width + 0.45)))
for axis in axes.flat:
    axis.set_axis_off()

axes[0, 0].imshow(detail.pixels)
axes[0, 0].set_title(picture.name)
interval = seen.reading.get("interval")
said = [f"score {seen.score:.1f}" + (f" ({interval[0]:.0f} to {interval[1]:.0f})" if interval else ""), *seen.looks]
if len(branches) > 1:
    axes[1, 0].text(0.5, 0.5, "\n".join(said), ha="center", va="center", transform=axes[1, 0].transAxes)

for row, (branch, maps) in enumerate(branches.items()):
    for level, values in enumerate(maps):
        axis = axes[row, level + 1]
        # Cells are drawn as the program draws them: bilinear between their centres, over the picture in grey.
        axis.imshow(detail.pixels.mean(2), cmap="gray", vmin=0, vmax=255, extent=(0, width, height, 0))
        drawn = axis.imshow(values, cmap="viridis", interpolation="bilinear", alpha=0.75, extent=(0, width, height, 0))
        axis.set_title(f"{branch}, level {level + 1}")
        bar = figure.colorbar(drawn, ax=axis, location="bottom", fraction=0.06, pad=0.02, aspect=30)
        bar.solids.set_alpha(1)
        bar.set_ticks([float(values.min()), float(values.max())], labels=[f"{values.min():.2f}", f"{values.max():.2f}"])

# %% The file
figure.savefig(target, dpi=300)
print(target)
