import json
import subprocess
import sys

import inks
import pytest

from digits.__main__ import main

pytestmark = pytest.mark.usefixtures("traced")


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Makes bytes the standard input."""

    def typed(text):
        (tmp_path / "typed").write_bytes(text)
        monkeypatch.setattr("sys.stdin", (tmp_path / "typed").open())

    yield typed
    sys.stdin.close()


@pytest.fixture
def run(serving_address, capsys, typed):
    """Runs the command on lines of standard input: its exit status, its replies, its complaints."""

    def run(*lines, arguments=("-",)):
        typed("".join(f"{line}\n" for line in lines).encode())
        status = main(["--serving", serving_address, "--deadline", "30", *map(str, arguments)])
        said = capsys.readouterr()
        return status, [json.loads(line) for line in said.out.splitlines()], said.err

    return run


def line(strokes, **more):
    return json.dumps({"strokes": strokes, **more})


def test_one_ink_a_line_makes_one_reply_a_line(run):
    status, replies, told = run(line(inks.one_seven), line(inks.two_zeros, id="b"))
    assert status == 0
    assert [reply["number"] for reply in replies] == ["17", "00"]
    assert "id" not in replies[0] and replies[1]["id"] == "b"
    assert "2 read, 0 of them could not be" in told


@pytest.mark.parametrize(("name", "text"), [("DIGITS_LABEL", "no-such-label"), ("DIGITS_CERTIFICATES", "/nowhere.pem")])
def test_the_apps_settings_are_the_commands_too(run, monkeypatch, name, text):
    monkeypatch.setenv(name, text)
    status, replies, told = run(line(inks.one_seven))
    assert (status, replies) == (1, []) and text in told


def test_a_bad_line_is_named_and_does_not_stop_the_rest(run):
    status, replies, told = run(line(inks.one_seven), "", "{", line([[["a", 0]]], id=7), line(inks.two_zeros))
    assert status == 1
    assert [reply.get("number") for reply in replies] == ["17", None, None, "00"]
    assert replies[2]["id"] == 7
    assert "standard input, line 3: this is not JSON" in told
    assert "standard input, line 4: stroke 0, point 0: x must be a number" in told
    assert "4 read, 2 of them could not be" in told


def test_files_are_read_one_after_the_other(run, tmp_path):
    for name, strokes in (("a", inks.one_seven), ("b", inks.two_zeros)):
        (tmp_path / name).write_text(line(strokes))
    _, replies, _ = run(arguments=(tmp_path / "a", tmp_path / "b"))
    assert [reply["number"] for reply in replies] == ["17", "00"]


@pytest.mark.parametrize("from_file", [True, False], ids=["file", "standard input"])
def test_what_is_not_utf_8_is_one_bad_line_and_a_mark_of_byte_order_is_none(
    typed, serving_address, capsys, tmp_path, from_file
):
    typed(b"\xef\xbb\xbf" + line(inks.one_seven).encode() + b"\n\xff\n" + line(inks.two_zeros).encode())
    assert main(["--serving", serving_address, str(tmp_path / "typed") if from_file else "-"]) == 1
    replies = [json.loads(reply) for reply in capsys.readouterr().out.splitlines()]
    assert [reply.get("number") for reply in replies] == ["17", None, "00"]


def test_it_is_a_command(serving_address):
    told = subprocess.run(
        [sys.executable, "-m", "digits", "--serving", serving_address, "-"],
        input=line(inks.one_seven),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout)["number"] == "17"


@pytest.mark.parametrize("arguments", [("--deadline", "0"), ("--deadline", "inf"), ("--serving", ",")])
def test_what_cannot_be_asked_is_one_sentence(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([*arguments, "-"])
    assert arguments[0] in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("count", [1, 2000])
def test_who_has_read_enough_is_told_nothing_more(serving_address, tmp_path, monkeypatch, count):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    (tmp_path / "inks").write_text(f"{line(inks.one_seven)}\n" * count)
    command = [sys.executable, "-m", "digits", "--serving", serving_address, tmp_path / "inks"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert (process.wait(60), process.stderr.read()) == (1, b"")


def test_a_file_that_is_not_there_is_one_sentence(run, tmp_path):
    status, _, told = run(arguments=(tmp_path / "nothing",))
    assert status == 1 and told.startswith("digits: ") and told.count("\n") == 1


def test_a_standard_input_that_is_closed_is_one_sentence(serving_address, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert main(["--serving", serving_address, "-"]) == 1
    assert capsys.readouterr().err == "digits: standard input is closed\n"


def test_without_an_endpoint_it_says_so_and_stops(capsys, tmp_path, typed):
    typed(line(inks.one_seven).encode())
    assert main(["--serving", f"unix:{tmp_path}/nobody", "-"]) == 1
    assert "UNAVAILABLE" in capsys.readouterr().err


def test_who_watches_is_told_how_far_it_is(run, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    _, _, told = run(*[line(inks.one_point)] * 40)
    assert "\r20 read, " in told and "\r40 read, " in told


def test_ctrl_c_stops_it_without_a_traceback(run, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("digits.__main__.parse", interrupted)
    assert run(line(inks.one_seven)) == (130, [], "")
