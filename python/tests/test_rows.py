import csv
import json

import numpy as np
import pytest
from conftest import SAMPLES

import bpclip
from bpclip import rows
from bpclip.__main__ import main


@pytest.fixture(scope="module")
def seen(no_reference):
    return bpclip.inspect(no_reference, SAMPLES / "coffee.jpg", size=128, detail=True)


def test_numbers_are_as_short_as_f32_allows():
    assert rows.short(np.float32(0.1)) == 0.1 and rows.plain(np.float32(2.8479844e-05)) == "0.000028479844"
    assert rows.plain(0.0) == "0" and rows.plain(np.nan) == ""


def test_a_line_has_the_programs_fields_in_order(seen):
    row = rows.line("a b.jpg", seen)
    assert list(row) == ["path", "width", "height", "scored_width", "scored_height", "score", "raw", "similarities", "sharpness", "sharpest",
                         "score_percentile", "word_percentiles", "interval", "coverage", "notes", "error"]
    assert np.shape(row["similarities"]) == (4, 40) and row["error"] is None
    assert row["sharpest"] == [1, 193, 64, 64] and abs(row["sharpness"] - 62.1) < 1
    failed = rows.line("a.jpg", error="it is empty")
    assert failed["score"] is None and failed["error"] == "it is empty" and "interval" not in failed


def test_jsonl_is_read_again_and_a_cut_line_is_left_out(tmp_path, seen):
    path = tmp_path / "a.jsonl"
    text = rows.compact(rows.line("grün.jpg", seen)) + "\n"
    path.write_text(text * 2 + text[:50])
    found = bpclip.read_jsonl(path)
    assert len(found) == 2 and found[0] == rows.line("grün.jpg", seen)
    path.write_text("{\n" + text)
    with pytest.raises(ValueError, match="line 1"):
        bpclip.read_jsonl(path)


def test_csv_is_read_again(tmp_path, no_reference, seen):
    path = tmp_path / "a.csv"
    lines = [rows.header(no_reference.metadata), rows.fields(no_reference.metadata, "=a, b.jpg", seen),
             rows.fields(no_reference.metadata, "c.jpg", error='it is "empty"')]
    path.write_text("".join(map(rows.csv_line, lines)))
    assert len({len(line) for line in lines}) == 1
    with open(path, newline="") as file:
        assert next(iter(list(csv.DictReader(file))))["path"] == "'=a, b.jpg"
    found = bpclip.read_csv(path)
    assert found[0]["path"] == "=a, b.jpg" and abs(found[0]["raw"] - seen.raw) < 1e-7
    assert abs(found[0]["blurry"] - seen.words["blurry"]) < 1e-7 and found[0]["interval_low"] < found[0]["score"]
    assert (found[0]["sharpest_x"], found[0]["sharpest_y"]) == (33, 225)
    assert found[1]["error"] == 'it is "empty"' and found[1]["raw"] is None and found[1]["sharpness"] is None


def test_a_table_of_labels_keeps_its_numbers_and_defuses_formulas(tmp_path):
    text = rows.table(["name", "mos"], [("-a.jpg", 0.1), ("b, c.jpg", 55)])
    assert text == "name,mos\n'-a.jpg,0.1\n\"b, c.jpg\",55\n"
    (tmp_path / "labels.csv").write_text(text)
    assert bpclip.read_csv(tmp_path / "labels.csv")[0] == {"name": "-a.jpg", "mos": 0.1}


def test_a_report_has_every_value(seen):
    report = json.loads(rows.compact(rows.report(seen, "some", attention=True)))
    assert [np.shape(report[name]) for name in ("information", "weight", "information_with_position")] == [(4, 4, 6)] * 3
    assert [np.shape(mask) for mask in report["masks"]] == [(64, 96), (32, 48), (16, 24), (8, 12), (4, 6)]
    heads = np.array(report["information_attention"][0]["heads"])
    assert heads.shape == (4, 24, 24) and np.allclose(heads.sum(2), 1, atol=1e-4)
    assert np.allclose(np.array(report["weight_attention"][3]["received"]).sum(), 1, atol=1e-4)
    assert sorted(report["dimensions"]) == list(report["dimensions"]) and report["reference"] is None


def test_a_cell_looks_somewhere(seen):
    for branch in ("information", "weight"):
        looked = seen.detail.looks_from(0, 2, 3, branch)
        heads = [seen.detail.looks_from(0, 2, 3, branch, head) for head in range(4)]
        assert looked.shape == (4, 6) and abs(looked.sum() - 1) < 1e-4 and np.allclose(np.mean(heads, 0), looked, atol=1e-6)


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    return code, capsys.readouterr()


def test_the_command_scores(tmp_path, capsys):
    code, said = run(capsys, "score", SAMPLES / "coffee.jpg", SAMPLES / "README.md")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert code == 1 and round(lines[0]["score"]) == 83 and "is not a picture" in lines[1]["error"]
    assert "1 of 2 could not be scored" in said.err
    target = tmp_path / "a.csv"
    code, said = run(capsys, "score", SAMPLES / "coffee.jpg", "--format", "csv", "--output", target, "--size", "128")
    assert code == 0 and not said.out and bpclip.read_csv(target)[0]["scored_height"] == 128


def test_the_command_compares_and_explains(tmp_path, capsys):
    code, said = run(capsys, "score", SAMPLES / "coffee-blurred.jpg", "--reference", SAMPLES / "coffee.jpg")
    assert code == 0 and json.loads(said.out)["score"] < 60
    code, said = run(capsys, "score", SAMPLES / "coffee-blurred.jpg", "--reference", SAMPLES / "rocket-missing.jpg")
    assert code == 2 and "no such file" in said.err
    code, said = run(capsys, "score", SAMPLES / "coffee.jpg", "--reference", SAMPLES / "chelsea.jpg")
    assert code == 1 and "must be of one size" in said.err
    code, said = run(capsys, "inspect", SAMPLES / "coffee.jpg", "--output", tmp_path / "made")
    assert code == 0 and json.loads((tmp_path / "made/inspection.json").read_text())["inspection"]["width"] == 600


def test_wrong_usage(tmp_path, capsys):
    assert run(capsys, "score", tmp_path)[0] == 2
    assert run(capsys, "score", SAMPLES, "--checkpoint", tmp_path / "none.safetensors")[0] == 2
    code, said = run(capsys, "score", SAMPLES, "--checkpoint", bpclip.bundled("full-reference"))
    assert code == 2 and "give --reference" in said.err


def test_what_a_link_leads_to_is_replaced_and_a_device_is_written_to(tmp_path):
    from bpclip.files import write_whole

    (tmp_path / "there").write_text("old")
    (tmp_path / "link").symlink_to("there")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "there").read_text() == "new"
    write_whole("/dev/null", b"gone")
    with pytest.raises(OSError):
        write_whole(tmp_path / "no" / "a", "")
    assert len(list(tmp_path.iterdir())) == 2
