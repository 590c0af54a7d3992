"""`python -m training`: train, study, evaluate and publish, from the command line."""

import argparse
import json
import sys
from pathlib import Path

EPILOG = """\
examples:
  python -m training train --rung lenet5 --seed 2       one rung, one seed
  python -m training train --all                        the whole ladder, three seeds a rung, and its table
  python -m training study pooling                      one hyper-parameter, every value, three seeds each
  python -m training study search                       a short Optuna search
  python -m training publish                            the shipped rung becomes the next version
  python -m training publish --label canary             the same, for those who ask for the canary
  python -m training weigh                              fit the search to the network that is served
  python -m training evaluate                           measure what is served, through gRPC

Data comes from the folder DIGITS_DATA names, else from data/, else it is fetched. What is trained is kept in
runs/ after every epoch: a stopped command goes on where it was when it is called again.
"""
LARGEST_SEED = 4_000_000_000  # NumPy takes 32 bits, and the rounds of the shipped network add some hundreds


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; 2 for a wrong argument, 1 for what cannot be done, 130 for Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        return _done(options)
    except KeyboardInterrupt:
        again = "; call it again to go on from the last whole epoch" if options.do in (_train, _study, _publish) else ""
        print(f"\ntraining: stopped{again}", file=sys.stderr)
        return 130


def _done(options: argparse.Namespace) -> int:
    from digits import BadInk  # loading what trains takes seconds, in which Ctrl-C may come
    from serving.client import ServingDown
    from serving.config import BadConfig
    from training.data import NoData
    from training.publish import CannotPublish
    from training.weigh import NoBetter

    try:
        options.do(options)
    except (NoData, CannotPublish, NoBetter, ServingDown, BadConfig, BadInk, OSError) as problem:
        print(f"training: {problem}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Make the network that reads digits.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, do: object, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        made.set_defaults(do=do)
        return made

    def budget(made: argparse.ArgumentParser, share: str, epochs: str, seeds: str) -> None:
        made.add_argument("--share", type=_share, help=f"the part of the pictures to train on, 0 to 1 ({share})")
        made.add_argument("--epochs", type=_count, help=f"times that every picture is seen ({epochs})")
        made.add_argument("--seeds", type=_count, help=f"how often, each time from other random weights ({seeds})")

    made = command("train", _train, "train one rung of the ladder, or all of them and write the table")
    made.add_argument("--rung", default="not-a-digit", help="which network (not-a-digit, the one that is shipped)")
    made.add_argument("--all", action="store_true", help="every rung; their figures go into training/results.json")
    made.add_argument("--seed", type=_seed, default=1, help="where the random numbers start (1)")
    budget(made, "1; with --all 0.25", "20; with --all 5", "with --all 3, else --seed alone")
    made = command("study", _study, "change one hyper-parameter, train with each value, keep the table")
    made.add_argument("name", help="kernel, rate, loss, activation, pooling, optimizer, batch, …, all, or search")
    made.add_argument("--trials", type=_count, default=12, help="of the search (12)")
    budget(made, "0.15", "4", "3; the search 1")
    made = command(
        "publish",
        _publish,
        "train the shipped network if runs/ does not hold it, and write it as a version that serves",
    )
    made.add_argument("--version", type=_count, help="its number (one more than the newest)")
    made.add_argument("--models", type=Path, help="the folder of versions (serving/models/digits)")
    made.add_argument(
        "--seeds",
        type=_seed,
        nargs="+",
        help="which trained network, or of which several teach the one that is published (1 2)",
    )
    made.add_argument("--label", help="call it so, such as canary, and leave stable what is served now")
    made = command("weigh", _weigh, "fit digits/weights.json, by which the search weighs, to composed numbers")
    made.add_argument("--address", default="", help="host:port of a server (an embedded one is started)")
    made.add_argument("--numbers", type=_count, default=4000, help="composed of the training writers' digits (4000)")
    made = command("errors", _errors, "sort what is still read wrong by what went wrong, and draw it")
    made.add_argument("--address", default="", help="host:port of a server (an embedded one is started)")
    made.add_argument("--sheets", type=Path, default=Path("runs"), help="where the drawings go (runs)")
    made.add_argument("inks", type=Path, nargs="+", help=".jsonl.gz files of inks with their labels")
    made = command("evaluate", _evaluate, "measure what is served, through gRPC")
    made.add_argument("--address", default="", help="host:port of a server (an embedded one is started)")
    made.add_argument("--inks", type=Path, nargs="*", default=[], help="also measure these .jsonl.gz files of inks")
    made.add_argument("--keep", action="store_true", help="put the figures into training/results.json")
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _seed(text: str) -> int:
    seed = _count(text)
    if seed > LARGEST_SEED:
        raise argparse.ArgumentTypeError(f"{text} is no seed: the largest is {LARGEST_SEED:,}")
    return seed


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0 and at most 1")
    return share


def _given(options: argparse.Namespace) -> dict:
    return {key: value for key in ("share", "epochs", "seeds") if (value := getattr(options, key)) is not None}


def _known(name: str, names: list[str]) -> None:
    if name not in names:
        print(f"training: there is no {name!r}; there are {', '.join(names)}", file=sys.stderr)
        raise SystemExit(2)


def _train(options: argparse.Namespace) -> None:
    from training import data, ladder, networks, train

    _known(options.rung, list(networks.LADDER))
    if options.all:
        table = ladder.climb(ladder.rungs(), ladder.FULL._replace(**_given(options)))
        for name, row in table.items():
            print(f"{name:<16}{row['parameters']:>9,}  MNIST {_percent(row['mnist test'])}")
        return
    if options.rung not in ladder.rungs():
        raise data.NoData(f"{options.rung} learns from pen digits, and there are none: see above what to put where.")
    _, history = train.train_rung(options.rung, options.seed, options.epochs or 20, options.share or 1.0)
    print(json.dumps(history[-1]))


def _percent(spread: dict[str, float]) -> str:
    return f"{100 * spread['mean']:.2f} ± {100 * spread['sd']:.2f} %"


def _study(options: argparse.Namespace) -> None:
    from training import study

    _known(options.name, [*study.STUDIES, "all", "search"])
    if options.name == "search":
        found = study.search(options.trials, study.SEARCH._replace(**_given(options)))
        print(json.dumps(found["best"]), f"{100 * found['val_accuracy']:.2f} %")
        return
    for name in study.STUDIES if options.name == "all" else [options.name]:
        for option, row in study.study(name, study.FULL._replace(**_given(options))).items():
            print(f"{name:<12}{option:<24}{_percent(row['val_accuracy'])}{row['seconds']:>8.0f} s")


def _publish(options: argparse.Namespace) -> None:
    from serving import config, labels
    from training import publish, shipped

    folder = options.models or publish.MODELS
    path, model = folder.parent / config.NAME, folder.name
    labels.stable(path, model)  # a models.config that cannot be read is said before anything is trained
    if options.label is not None:
        labels.check(options.label)

    def hold() -> None:
        if options.label and any(folder.glob("[0-9]*")):
            labels.hold(path, model)

    target = shipped.publish_trained(options.seeds or shipped.SEEDS, folder, options.version or 0, hold)
    print(target)
    if options.label:
        print(labels.label(path, model, options.label, int(target.name)))
    elif labels.held(path, model):
        print(f"not served before it has a label: python -m serving label stable {target.name}")


def _weigh(options: argparse.Namespace) -> None:
    from training import data, evaluate, weigh

    if not data.pen_part("train"):
        raise data.NoData("Numbers are composed of pen digits, and there are none: see above what to put where.")
    with evaluate.served(options.address) as predict:
        for name, value in weigh.weigh(predict, options.numbers).items():
            print(f"{name:<32}{value:g}")


def _errors(options: argparse.Namespace) -> None:
    from training import errors, evaluate

    with evaluate.served(options.address) as predict:
        for name, path in _named(options.inks).items():
            found, total = errors.wrong(path, predict)
            print(f"\n{path.name}: {errors.table(found, total)}")
            if found:
                picture = options.sheets / f"wrong-{name}.png"
                errors.sheet(found, picture)
                print(f"\ndrawn in {picture}")


def _evaluate(options: argparse.Namespace) -> None:
    from training import compose, evaluate, numbers, publish, results

    # measuring takes long: what cannot be read is said before
    inks = {name: numbers.in_file(path) for name, path in _named(options.inks).items()}
    with evaluate.served(options.address) as predict:
        composed = numbers.composed("test", 1500, compose.MINDED)
        found = evaluate.figures(predict) | numbers.figures(composed, predict, "numbers")
        for name, written in inks.items():
            found |= evaluate.inks(name, written, predict)
    if not options.address:
        found |= evaluate.against_lenet5(publish.MODELS / str(publish.newest(publish.MODELS).version))
    for name, value in found.items():
        print(f"{name:<40}{value:.4f}")
    for name, value in found.items() if options.keep else ():
        results.put("shipped", name, round(value, 5))


def _named(paths: list[Path]) -> dict[str, Path]:
    """These files by what their figures and pictures are called."""
    named: dict[str, Path] = {}
    for path in paths:
        if (other := named.setdefault(path.name.partition(".")[0], path)) != path:
            raise OSError(f"{other} and {path} have one name, and one would take the other's place")
    return named


if __name__ == "__main__":
    sys.exit(main())
