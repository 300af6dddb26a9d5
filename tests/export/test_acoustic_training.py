"""The training form of the acoustic network, in PyTorch; left out where that is not installed."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.asr.phonemes import LABELS
from device.audio.features import CLIP, FEATURES
from export.acoustic.dataset import ROW_STEPS, ROWS, Copy, Rows, packed
from export.acoustic.weights import forward, read

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from export.acoustic.model import (  # noqa: E402
    AHEAD,
    BLOCKS,
    EXPANDED,
    LOOKAHEAD,
    Acoustic,
    arrays,
    losses,
    restore,
)
from export.acoustic.muon import Muon, orthogonal  # noqa: E402
from export.acoustic.train import Schedule, Team, prefetched, rate, save  # noqa: E402

SMALLER = 100


def network(seed: int) -> Acoustic:
    """A network with weights as if it had been trained, and rounded as they are stored."""
    torch.manual_seed(seed)
    made: Acoustic = Acoustic().eval()
    with torch.no_grad():
        for name, tensor in made.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 1.5)
            elif not name.endswith("num_batches_tracked"):
                tensor.add_(torch.randn_like(tensor) * 0.05)
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())
    return made


def rows(seed: int, steps: int = 60) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-CLIP, CLIP, (2, steps, FEATURES)).astype(np.float32)


def said(by: Acoustic, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    with torch.no_grad():
        logits: npt.NDArray[np.float32] = by(torch.from_numpy(features))[0].numpy()
    return logits


def test_the_stored_weights_say_what_the_trained_network_says(tmp_path: Path) -> None:
    trained, features = network(1), rows(2)
    features[:, -LOOKAHEAD:] = 0
    save(tmp_path / "weights.npz", arrays(trained))

    stored = read(tmp_path / "weights.npz")

    for sentence, wanted in zip(features, said(trained, features), strict=True):
        found = forward(stored, sentence[:-LOOKAHEAD])
        assert wanted.std() > 0.1
        assert np.abs(found - wanted[LOOKAHEAD:]).max() < 2e-3


def test_training_goes_on_from_what_was_stored(tmp_path: Path) -> None:
    save(tmp_path / "weights.npz", arrays(network(1)))
    again = network(2)

    restore(again, tmp_path / "weights.npz")

    assert np.abs(said(again, rows(3)) - said(network(1), rows(3))).max() < 1e-4


def test_a_grown_network_says_what_the_small_one_said_some_steps_later(tmp_path: Path) -> None:
    weights = arrays(network(1))
    small = {n: w for n, w in weights.items() if f"_{BLOCKS - 1}/" not in n and "halfway" not in n}
    for name in small:
        if name.startswith("expand"):
            small[name] = small[name][..., :SMALLER]
        elif name.startswith("squeeze"):
            small[name] = small[name][:SMALLER]
    save(tmp_path / "small.npz", small)
    grown = network(2)

    restore(grown, tmp_path / "small.npz")

    features = rows(4)
    before = read(tmp_path / "small.npz")
    assert before.lookahead == LOOKAHEAD - AHEAD
    assert before.blocks[0].expand.kernel.shape[1] == SMALLER < EXPANDED
    after = said(grown, np.pad(features, ((0, 0), (0, LOOKAHEAD), (0, 0))))
    for sentence, wanted in zip(features, after[:, LOOKAHEAD:], strict=True):
        assert np.abs(forward(before, sentence) - wanted).max() < 5e-3


def test_a_larger_network_is_refused(tmp_path: Path) -> None:
    weights = arrays(network(1))
    weights["leave/bias"] = np.zeros(len(LABELS) + 1, np.float32)
    save(tmp_path / "large.npz", weights)

    with pytest.raises(ValueError, match="leave/bias"):
        restore(network(2), tmp_path / "large.npz")


@given(seed=st.integers(0, 10**6), late=st.integers(0, 5))
@settings(max_examples=10)
def test_the_loss_of_sentences_in_rows_is_that_of_each_alone(seed: int, late: int) -> None:
    random = np.random.default_rng(seed)
    logits = torch.from_numpy(random.normal(0, 2, (2, 50, len(LABELS))).astype(np.float32))
    places, steps = torch.tensor([3, 25, 50]), torch.tensor([20, 18, 45])
    counts = torch.tensor([4, 6, 9])
    targets = torch.from_numpy(random.integers(1, len(LABELS), (3, 9)))

    together = losses(logits, late=late, places=places, targets=targets, steps=steps, counts=counts)

    flat = torch.log_softmax(logits.reshape(-1, len(LABELS)), dim=-1)
    alone = [
        torch.nn.functional.ctc_loss(
            flat[place + late : place + late + length, None],
            targets[None, at, :count],
            torch.tensor([length]),
            torch.tensor([count]),
            reduction="sum",
        )
        for at, (place, length, count) in enumerate(
            zip(places.tolist(), steps.tolist(), counts.tolist(), strict=True)
        )
    ]
    assert float(together) == pytest.approx(float(sum(alone)) / 19, rel=1e-4)


@given(lengths=st.lists(st.integers(1, 100), min_size=1, max_size=300))
def test_every_sentence_is_laid_once_and_no_row_is_too_long(lengths: list[int]) -> None:
    steps = np.array(lengths)

    laid = packed(np.arange(len(steps)), steps, 100)

    assert sorted(at for row in laid for at in row) == list(range(len(steps)))
    assert max(int(steps[row].sum()) for row in laid) <= 100
    halves = sum(int(steps[row].sum()) <= 50 for row in laid)
    assert halves <= 1 + len(laid) // 40, "two rows that are half empty could be one"


def test_a_batch_holds_each_sentence_where_it_says(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    steps = random.integers(60, 300, 80)
    counts = np.maximum(1, steps // 20)
    counts[0] = steps[0] + 1
    np.savez(
        tmp_path / "copy.npz",
        features=np.repeat(np.arange(80), steps)[:, None].repeat(FEATURES, 1).astype(np.int8),
        steps=steps,
        recordings=np.arange(80),
    )
    phonemes = [[at % 39 + 1] * count for at, count in enumerate(counts.tolist())]

    batches = list(Copy(tmp_path / "copy.npz", phonemes).rows(random, lookahead=LOOKAHEAD))

    assert len(batches) >= 2
    met: list[tuple[int, int]] = []
    for batch in batches:
        assert batch.features.shape == (ROWS, ROW_STEPS, FEATURES)
        ends = (batch.places % ROW_STEPS) + batch.steps
        assert (ends <= ROW_STEPS - LOOKAHEAD).all()
        covered = np.zeros(ROWS * ROW_STEPS, int)
        for place, length in zip(batch.places, batch.steps, strict=True):
            covered[place : place + length] += 1
        assert covered.max() == 1, "sentences do not overlap"
        assert not batch.features.reshape(-1, FEATURES)[covered == 0].any()
        for row, count, length in zip(batch.targets, batch.counts, batch.steps, strict=True):
            assert len(set(row[:count])) == 1
            assert not row[count:].any()
            met.append((int(row[0]), int(length)))
    assert len(set(met)) == len(met), "no sentence comes twice"
    assert (1, int(steps[0])) not in met, "too short for its phonemes"


def test_orthogonal_matrices_turn_and_do_not_stretch() -> None:
    matrices = torch.randn(3, 20, 50, generator=torch.Generator().manual_seed(1))

    stretches = torch.linalg.svdvals(orthogonal(matrices))

    assert 0.6 < float(stretches.min()) <= float(stretches.max()) < 1.3
    alike = torch.nn.functional.cosine_similarity(
        orthogonal(matrices).flatten(1), matrices.flatten(1)
    )
    assert float(alike.min()) > 0.8


def test_muon_goes_downhill_for_lying_and_standing_matrices() -> None:
    torch.manual_seed(0)
    first, second = (torch.nn.Parameter(torch.randn(*shape)) for shape in ((8, 12), (12, 8)))
    wanted = torch.randn(8, 8)
    optimizer = Muon([first, second], weight_decay=0.0)
    costs = []
    for _ in range(200):
        optimizer.zero_grad()
        cost = ((first @ second - wanted) ** 2).mean()
        cost.backward()
        for group in optimizer.param_groups:
            group["lr"] = 0.02
        optimizer.step()
        costs.append(float(cost.detach()))

    assert costs[-1] < 0.02 * costs[0]


def some_rows(count: int) -> Iterator[Rows]:
    random = np.random.default_rng(3)
    for _ in range(count):
        yield Rows(
            features=random.normal(0, 1, (1, 60, FEATURES)).astype(np.float32),
            places=np.array([0, 30]),
            targets=np.array([[1, 2, 3], [4, 5, 0]]),
            steps=np.array([30, 20]),
            counts=np.array([3, 2]),
        )


def test_learners_share_the_rows_and_learn_from_all_of_them() -> None:
    torch.manual_seed(0)
    net = network(1).train()
    team = Team(net, Schedule(rows=4, learners=2, peak_rate=3e-3), compiled=lambda one: one)

    first = team.learn(some_rows(10), lambda _: 0.3)
    for _ in range(3):
        last = team.learn(some_rows(10), lambda _: 0.3)

    assert len(first) == 10
    assert team.steps == 40 // 4
    assert np.mean(last) < 0.8 * np.mean(first)


def test_learners_stop_when_the_time_is_over() -> None:
    team = Team(network(1).train(), Schedule(rows=4, learners=2), compiled=lambda one: one)

    taken = team.learn(some_rows(50), lambda rows: rows / 6)

    assert 6 <= len(taken) <= 8


def test_what_goes_wrong_with_the_rows_is_not_swallowed_by_a_learner() -> None:
    def broken() -> Iterator[Rows]:
        yield from some_rows(2)
        raise OSError("the disk is gone")

    team = Team(network(1).train(), Schedule(rows=4, learners=2), compiled=lambda one: one)

    with pytest.raises(OSError, match="the disk is gone"):
        team.learn(prefetched(broken()), lambda _: 0.3)


def test_the_rate_rises_and_comes_down_to_almost_nothing() -> None:
    schedule = Schedule(peak_rate=1.0, warm_up=0.1)
    rates = [rate(progress, schedule) for progress in (0.0, 0.05, 0.1, 0.5, 0.9, 1.0)]

    assert rates[0] < rates[1] < rates[2] > rates[3] > rates[4] > rates[5] > 0
    assert max(rates) == pytest.approx(1.0, abs=0.01)
