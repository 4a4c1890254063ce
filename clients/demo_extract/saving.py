"""Which products the clients hold at the start and mean to buy later."""

import numpy as np

from clients.demo_extract.draws import Floats, Ints, draw_per_row
from clients.demo_extract.population import Population, Story
from clients.demo_extract.products import (
    FOREVER,
    NAV_SCALE,
    Holdings,
    appetite_row,
    new_holdings,
)
from clients.demo_extract.scene import Scene

SUBSCRIPTIONS = np.array([2.4, 1.2, 0.9, 0.4])  # a year, by style, for those who hold products at all
MISMATCHED = 0.006  # bought one level above the own, after a written warning
HELD_SESSIONS = 260.0
SPEND = np.array([0.6, 0.4, 0.35, 0.3])  # share of the cash at hand, by style
ROLLED_OVER = 0.8
ROLL_OVER_SESSIONS = 15
ROLL_OVERS = 5  # a 91-day note fits five times into the window


def plan_holdings(scene: Scene) -> Holdings:
    """The opening holdings (already paid, dated before the window) followed by the subscriptions to come."""
    shop = Shop(scene)
    people = scene.people
    buyers = np.flatnonzero((people.product_share > 0) & ~people.dormant)
    batch = _opening(shop, buyers[people.open_session[buyers] == 0])
    everything = [batch, _subscriptions(shop, buyers[~people.quiet[buyers]])]
    batch = _join(everything)
    for _ in range(ROLL_OVERS):
        batch = _rolled_over(shop, batch)
        everything.append(batch)
    holdings = _join(everything)
    _follow_stories(holdings, people)
    return _take(holdings, holdings.sold > holdings.bought)


class Shop:
    """Lets clients choose among what is on sale on a day and suits them."""

    def __init__(self, scene: Scene) -> None:
        self.rng = scene.rng("saving")
        self.people, self.catalogue, self.timeline = scene.people, scene.catalogue, scene.timeline
        self.appetite = self.catalogue.appetite(len(self.timeline.days))

    def choose(self, client: Ints, bought: Ints, spend: Floats) -> Holdings:
        """One product for each (client, session), with the day it will be given back."""
        rng, people = self.rng, self.people
        mismatched = (rng.random(len(client)) < MISMATCHED) & ~people.lowest[client]
        level = np.maximum(people.risk_level[client], 1) + mismatched
        row = appetite_row(bought, level.clip(max=5), people.wealth[client])
        product = draw_per_row(rng, self.appetite, row)
        kept = bought + 2 + rng.exponential(HELD_SESSIONS, size=len(client)).astype(np.int64)
        kept = np.where(people.quiet[client], FOREVER, kept)
        sold = np.where(self.catalogue.term_days[product] > 0, self.catalogue.matures[product], kept)
        return new_holdings(rng, client, product, bought, sold, spend)


def _opening(shop: Shop, here: Ints) -> Holdings:
    rng, people, timeline = shop.rng, shop.people, shop.timeline
    client = np.repeat(here, rng.integers(1, 5, size=len(here)))
    opened = np.minimum(timeline.session_of(people.opened[client]), timeline.first - 2)
    bought = opened + (rng.random(len(client)) * (timeline.first - 1 - opened)).astype(np.int64)
    chosen = shop.choose(client, bought, np.zeros(len(client)))
    chosen = _take(chosen, chosen.sold >= timeline.first)
    chosen = _take(chosen, _parts(people, chosen) >= shop.catalogue.minimum[chosen.product])
    # What could not be afforded in parts goes into the others.
    chosen.amount = (_parts(people, chosen) * 100).astype(np.int64)
    chosen.units = chosen.amount * NAV_SCALE // shop.catalogue.nav[chosen.bought, chosen.product]
    return chosen


def _parts(people: Population, holdings: Holdings) -> Floats:
    """Equal parts of the wealth set aside for products, in whole thousands of yuan."""
    count = np.bincount(holdings.client, minlength=len(people))[holdings.client]
    return np.floor((people.wealth * people.product_share)[holdings.client] / np.maximum(count, 1) / 1000) * 1000


def _subscriptions(shop: Shop, active: Ints) -> Holdings:
    rng, people, timeline = shop.rng, shop.people, shop.timeline
    client = np.repeat(active, rng.poisson(SUBSCRIPTIONS[people.style[active]] * timeline.years))
    begin = np.maximum(timeline.first, people.open_session[client] + 1)
    bought = begin + (rng.random(len(client)) * (timeline.last + 1 - begin)).astype(np.int64)
    spend = SPEND[people.style[client]] * rng.uniform(0.4, 1.3, size=len(client))
    return shop.choose(client, bought.clip(max=timeline.last), spend)


def _rolled_over(shop: Shop, ended: Holdings) -> Holdings:
    """Most money from a product that ends goes into another one within three weeks."""
    again = shop.rng.random(len(ended)) < ROLLED_OVER
    ended = _take(ended, again & (ended.sold < shop.timeline.last - ROLL_OVER_SESSIONS))
    bought = ended.sold + shop.rng.integers(1, ROLL_OVER_SESSIONS, size=len(ended))
    return shop.choose(ended.client, bought, shop.rng.uniform(0.6, 0.95, size=len(ended)))


def _follow_stories(holdings: Holdings, people: Population) -> None:
    """Leavers and closers get out of what can be sold, and start nothing new."""
    story, session = people.story[holdings.client], people.story_session[holdings.client]
    going = (story == Story.LEAVING) | (story == Story.CLOSED)
    holdings.sold = np.where(going, np.minimum(holdings.sold, session - 2), holdings.sold)


def _take(holdings: Holdings, which: np.ndarray) -> Holdings:
    return Holdings(**{name: values[which] for name, values in vars(holdings).items()})


def _join(parts: list[Holdings]) -> Holdings:
    return Holdings(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])})
