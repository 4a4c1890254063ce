"""Client, account and document numbers. Branches of different seeds never share one."""

from clients.demo_extract.draws import Ints, Texts, texts

SEEDS = 100_000
MOST_CLIENTS = 1_000_000
SERIAL_GAP = 9  # numbers were given out with gaps, as some accounts have gone since


def number_block(seed: int) -> str:
    """Five digits that open every number of the branch: one to one with the seed, leading zeros included."""
    return f"{(seed * 70_407 + 60_010) % SEEDS:05d}"


def client_numbers(seed: int, serial: Ints) -> Texts:
    """Twelve digits, as text."""
    block = number_block(seed)
    return texts([f"{block}{number:07d}" for number in serial.tolist()])


def document_numbers(seed: int, kind: str, chunk: int, size: int) -> list[str]:
    """Running numbers of trades, flows or orders of one chunk."""
    stem = f"{number_block(seed)}{kind}{chunk:03d}"
    return [f"{stem}{number:07d}" for number in range(1, size + 1)]
