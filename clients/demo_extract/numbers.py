"""Client, account and document numbers. Branches of different seeds never share one."""

import numpy as np

from clients.demo_extract.draws import Ints, Texts, stream, texts

SEEDS = 100_000
MOST_CLIENTS = 1_000_000
CHUNK = 10_000  # clients that are made, and held in memory, at a time
SERIAL_GAP = 9  # numbers were given out with gaps, as some accounts have gone since


def chunk_sizes(clients: int) -> list[int]:
    """The branch in chunks, which bounds the memory of a large one."""
    return [min(CHUNK, clients - start) for start in range(0, clients, CHUNK)]


def serial_numbers(seed: int, chunk: int, size: int) -> Ints:
    """The serials of one chunk, ascending; chunks never overlap."""
    gaps = stream(seed, "serials", chunk).integers(1, SERIAL_GAP + 1, size=size)
    return chunk * CHUNK * SERIAL_GAP + np.cumsum(gaps)


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
