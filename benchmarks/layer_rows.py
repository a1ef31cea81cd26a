"""The rows about pushing layers: cost of one, memory against size, several at once, a link that is slow and far."""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.layer_files import make_oci_layout
from benchmarks.processes import Cost, Program, Rounds, RunFailedError, measure_interleaved, python
from benchmarks.servers import Server, discard_server
from benchmarks.tables import Table, cell, cpu, mib, peak, problems, times, wall

_FLOOR = "floor"
_BOTO3 = "boto3 loop"
_ECRKIT = "ecrkit"
_IDLE = " (idle)"
_BASE64 = 4 / 3


@dataclass(frozen=True)
class Contender:
    """A way to push: the command, and the same command without pushing."""

    push: Program
    idle: Program
    bytes_sent: float


def cost_of_one_layer(layer: Path, folder: Path, rounds: Rounds) -> tuple[Table, dict[str, Cost]]:
    """Push one file with every tool there is; also gives the costs themselves, for the plot."""
    size = layer.stat().st_size
    with discard_server() as server:
        contenders = _all_contenders(server, layer, make_oci_layout(folder, layer))
        found = _compare(contenders, server, rounds)
    costs = {name: cost for name, cost in found.items() if isinstance(cost, Cost)}
    table = Table(
        f"One layer of {mib(size)} MiB from a file",
        f"Medians of {rounds.counted} runs, taken in turns, less what an idle process of the same kind takes. ecrkit and "
        "the boto3 loop hash the file first, to ask whether ECR has it; in one pass (skip_existing=False), as at the "
        "floor, it is hashed while it is sent; a build tool knows the digest, and ECR verifies it. These speak ECR's API; "
        "wire='oci' and the others speak /v2/, which has no base64 and no body hash.",
        ("way", "wall s", "CPU s", "CPU / floor", "boto3 CPU / this", "boto3 wall / this", "peak growth MiB"),
        problems=problems(found),
    )
    floor, boto3 = costs.get(_FLOOR), costs.get(_BOTO3)
    for name, cost in found.items():
        table.rows.append(
            (
                name,
                cell(cost, wall),
                cell(cost, cpu),
                times(cost, floor, lambda cost: cost.cpu_seconds),
                times(boto3, cost, lambda cost: cost.cpu_seconds),
                times(boto3, cost, lambda cost: cost.wall_seconds),
                cell(cost, peak),
            )
        )
    return table, costs


def memory_against_size(layers: Sequence[Path], rounds: Rounds) -> Table:
    """Push layers of growing size, each as a file and through a pipe."""
    table = Table(
        "Memory against the size of the layer",
        "Growth of the peak over an idle process that has imported the same and opened a client, in MiB.",
        ("layer", _ECRKIT, _BOTO3),
    )
    with discard_server() as server:
        for layer in layers:
            for source in ("file", "pipe"):
                files, feed = ([layer], None) if source == "file" else ([], layer)
                found = _compare(_ecr_contenders(server, files, feed=feed), server, rounds)
                cells = [cell(found[name], peak) for name in (_ECRKIT, _BOTO3)]
                table.rows.append((f"{mib(layer.stat().st_size)} MiB, {source}", *cells))
                table.problems.update(problems(found))
    return table


def many_layers(layers: Sequence[Path], rounds: Rounds) -> Table:
    """Push 1, 2, 4 and 8 layers at once."""
    table = Table(
        f"Several layers of {mib(layers[0].stat().st_size)} MiB at once",
        "ecrkit: push_layers with as many workers as layers; boto3: one client, as many threads as layers.",
        (
            "layers",
            *(
                f"{name} {what}"
                for name in (_ECRKIT, _BOTO3)
                for what in ("wall s", "CPU s", "MiB/s", "growth MiB")
            ),
        ),
    )
    with discard_server() as server:
        for count in _counts((1, 2, 4, 8), layers):
            chosen = layers[:count]
            found = _compare(_ecr_contenders(server, chosen), server, rounds)
            shows: list[Callable[[Cost], str]] = [wall, cpu, _throughput_of(chosen), peak]
            cells = [cell(found[name], show) for name in (_ECRKIT, _BOTO3) for show in shows]
            table.rows.append((str(count), *cells))
            table.problems.update(problems(found))
    return table


def share_of_a_link(layers: Sequence[Path], bandwidth: float, round_trip: float, rounds: Rounds) -> Table:
    """Push 1 and 4 layers over a simulated link, and say how much of it was used."""
    table = Table(
        f"A link of {mib(bandwidth)} MiB/s and {round_trip * 1000:.0f} ms round trip: share in use",
        f"Layers of {mib(layers[0].stat().st_size)} MiB. ECR takes the parts of a layer only one after the other, so "
        "that one layer alone waits a round trip after each part.",
        ("layers", _ECRKIT, _BOTO3),
    )
    with discard_server(bandwidth=bandwidth, round_trip=round_trip) as server:
        for count in _counts((1, 4), layers):
            chosen = layers[:count]
            contenders = _ecr_contenders(server, chosen)
            found = _compare(contenders, server, rounds)
            cells = [
                cell(found[name], _share(contenders[name].bytes_sent, bandwidth))
                for name in (_ECRKIT, _BOTO3)
            ]
            table.rows.append((str(count), *cells))
            table.problems.update(problems(found))
    return table


def _throughput_of(layers: Sequence[Path]) -> Callable[[Cost], str]:
    total = sum(layer.stat().st_size for layer in layers)
    return lambda cost: mib(total / cost.wall_seconds)


def _share(bytes_sent: float, bandwidth: float) -> Callable[[Cost], str]:
    return lambda cost: f"{bytes_sent / cost.wall_seconds / bandwidth:.0%}"


def _counts(wanted: Sequence[int], layers: Sequence[Path]) -> list[int]:
    return [count for count in wanted if count <= len(layers)]


def _ecr_contenders(
    server: Server, layers: Sequence[Path], *, feed: Path | None = None
) -> dict[str, Contender]:
    pushed = [feed] if feed else layers
    sent = sum(layer.stat().st_size for layer in pushed) * _BASE64
    contenders: dict[str, Contender] = {}
    for name, module in ((_ECRKIT, "ecrkit_push"), (_BOTO3, "boto3_loop")):
        command = python(f"benchmarks.contenders.{module}", "--endpoint", server.endpoint)
        workers = ("--workers", str(len(pushed)))
        push = Program((*command, *workers, *map(str, layers)), feed=feed)
        contenders[name] = Contender(push, Program((*command, "--idle")), sent)
    return contenders


def _all_contenders(server: Server, layer: Path, layout: Path) -> dict[str, Contender]:
    size = layer.stat().st_size
    contenders = _ecr_contenders(server, [layer])
    asking = contenders[_ECRKIT]
    one_pass = Program((*asking.push.command, "--one-pass"))
    contenders[f"{_ECRKIT}, one pass"] = Contender(one_pass, asking.idle, asking.bytes_sent)
    with layer.open("rb") as file:
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    known = Program((*asking.push.command, "--digest", digest))
    contenders[f"{_ECRKIT}, digest known"] = Contender(known, asking.idle, asking.bytes_sent)
    for name, program in (
        (_ECRKIT, asking.push),
        (f"{_ECRKIT}, one pass", one_pass),
        (f"{_ECRKIT}, digest known", known),
    ):
        over_oci = Program((*program.command, "--wire", "oci"))
        contenders[f"{name}, wire='oci'"] = Contender(over_oci, asking.idle, size)
    for name, module, sent in (
        (_FLOOR, "floor", size * _BASE64),
        (f"{_FLOOR} of /v2/", "registry_floor", size),
        ("oras-py", "oras_push", size),
        ("python-dxf", "dxf_push", size),
    ):
        command = python(f"benchmarks.contenders.{module}", "--endpoint", server.endpoint, str(layer))
        contenders[name] = Contender(Program(command), Program((*command, "--idle")), sent)
    skopeo = shutil.which("skopeo") or "skopeo"
    copy = (skopeo, "copy", "--insecure-policy", "--preserve-digests", "--dest-tls-verify=false")
    target = f"docker://{server.registry}/bench/app:1"
    push, idle = Program((*copy, f"oci:{layout}", target)), Program((skopeo, "--version"))
    contenders["skopeo"] = Contender(push, idle, size)
    return contenders


def _compare(
    contenders: Mapping[str, Contender], server: Server, rounds: Rounds
) -> dict[str, Cost | Exception]:
    """Measure each contender minus its idle cost, and check that the bytes arrived."""
    before = server.body_bytes()
    programs: dict[str, Program] = {}
    for name, contender in contenders.items():
        programs |= {name: contender.push, name + _IDLE: contender.idle}
    costs = measure_interleaved(programs, rounds)
    found = {name: _less_idle(costs[name], costs[name + _IDLE]) for name in contenders}
    counted = [
        contender.bytes_sent for name, contender in contenders.items() if isinstance(found[name], Cost)
    ]
    expected = sum(counted) * rounds.total
    arrived = server.body_bytes() - before
    if arrived < expected:
        raise RunFailedError(f"{arrived:,} bytes arrived where at least {expected:,.0f} were to be sent")
    return found


def _less_idle(push: Cost | Exception, idle: Cost | Exception) -> Cost | Exception:
    if isinstance(push, Exception):
        return push
    return idle if isinstance(idle, Exception) else push - idle
