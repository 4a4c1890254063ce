"""Everything that is settled before anybody acts: who the clients are, the calendar, the market, the shelf."""

from dataclasses import dataclass

from clients.demo_extract.draws import Rng, stream
from clients.demo_extract.markets import Market
from clients.demo_extract.population import Population
from clients.demo_extract.products import Catalogue
from clients.demo_extract.timeline import Timeline


@dataclass(frozen=True)
class Scene:
    """One chunk of a branch, ready to be played."""

    seed: int
    chunk: int
    timeline: Timeline
    market: Market
    catalogue: Catalogue
    people: Population

    def rng(self, part: str) -> Rng:
        return stream(self.seed, part, self.chunk)
