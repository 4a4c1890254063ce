"""Writes a whole branch: one file per dataset, and a manifest that says what a careful importer must find."""

from datetime import date
from pathlib import Path

import numpy as np

from clients.demo_extract import tables
from clients.demo_extract.dirt import Tally, soil
from clients.demo_extract.draws import Rng, stream
from clients.demo_extract.files import UTF8_MARK, CsvWriter, DbfWriter, Writer, XlsxWriter, interleave
from clients.demo_extract.flows import plan_flows
from clients.demo_extract.identity import build_identities
from clients.demo_extract.ledger import Ledger
from clients.demo_extract.manifest import FileTally, Manifest, remove_branch, write_manifest
from clients.demo_extract.markets import Market, build_market
from clients.demo_extract.numbers import MOST_CLIENTS, SEEDS, chunk_sizes, client_numbers, serial_numbers
from clients.demo_extract.population import build_population
from clients.demo_extract.products import Catalogue, build_catalogue
from clients.demo_extract.quotas import grant_quotas
from clients.demo_extract.saving import plan_holdings
from clients.demo_extract.scene import Scene
from clients.demo_extract.snapshots import positions_at, value_assets
from clients.demo_extract.staff import Member, hire_staff, serve
from clients.demo_extract.timeline import Timeline, build_timeline
from clients.demo_extract.trading import plan_lots

USUAL_CLIENTS, USUAL_ADVISORS = 10_000, 26
FORMATS = ("mixed", "csv")
# Dataset: key in English, encoding of its CSV.
DATASETS = {
    "员工": ("staff", UTF8_MARK),
    "产品目录": ("products", "gb18030"),
    "客户资料": ("clients", "gb18030"),
    "资产": ("assets", UTF8_MARK),
    "成交": ("trades", "gb18030"),
    "资金流水": ("cash_flows", "gb18030"),
    "产品订单": ("product_orders", UTF8_MARK),
    "持仓": ("positions", "gb18030"),
    "新股额度": ("ipo_quotas", "gb18030"),
}
EARLIEST, LATEST = date(2010, 1, 1), date(2090, 12, 31)
QUOTA_WIDTHS = (12, 8, 4, 10, 10)
TRADES_PER_CLIENT_YEAR = 11.0  # measured at scale 1; see docs/demo-branch.md


def advisors_for(clients: int) -> int:
    """A branch ten times as large has about four times the advisors."""
    return max(2, round(USUAL_ADVISORS * (clients / USUAL_CLIENTS) ** 0.55))


def write_branch(
    folder: Path,
    *,
    as_of: date,
    clients: int = USUAL_CLIENTS,
    advisors: int | None = None,
    seed: int = 1,
    months: int = 15,
    trades: int | None = None,
    clean: bool = False,
    file_format: str = "mixed",
) -> Manifest:
    """Write the branch's extract into the folder (made if needed) and return its manifest.

    A branch written into the folder before is removed first, so that two never mix.
    `trades` asks for about that many trades over all clients. Raises ValueError for arguments out of range.
    """
    advisors = advisors_for(clients) if advisors is None else advisors
    _check(
        as_of=as_of,
        clients=clients,
        advisors=advisors,
        seed=seed,
        months=months,
        trades=trades,
        file_format=file_format,
    )
    timeline = build_timeline(as_of=as_of, months=months)
    market = build_market(seed=seed, timeline=timeline)
    catalogue = build_catalogue(seed=seed, timeline=timeline)
    members = hire_staff(seed=seed, advisors=advisors, as_of=as_of)
    scale = 1.0 if trades is None else trades / (clients * TRADES_PER_CLIENT_YEAR * timeline.years)
    folder.mkdir(parents=True, exist_ok=True)
    remove_branch(folder)
    files = {name: _File(name, folder, as_of, seed, clean, file_format) for name in DATASETS}
    files["员工"].add(tables.staff_table(members))
    files["产品目录"].add(tables.product_table(catalogue, timeline))
    for chunk, size in enumerate(chunk_sizes(clients)):
        _write_chunk(files, seed, chunk, size, timeline, market, catalogue, members, scale)
    manifest = Manifest(
        seed=seed,
        as_of=as_of.isoformat(),
        clients=clients,
        advisors=advisors,
        months=months,
        clean=clean,
        datasets={DATASETS[name][0]: file.close() for name, file in files.items()},
    )
    write_manifest(folder, manifest)
    return manifest


def _check(
    *, as_of: date, clients: int, advisors: int, seed: int, months: int, trades: int | None, file_format: str
) -> None:
    for name, value, least, most in (
        ("clients", clients, 1, MOST_CLIENTS),
        ("advisors", advisors, 1, 900),
        ("seed", seed, 0, SEEDS - 1),
        ("months", months, 2, 60),
        ("trades", 1 if trades is None else trades, 1, 100 * MOST_CLIENTS),
    ):
        if not least <= value <= most:
            raise ValueError(f"{name} must lie between {least} and {most}, not {value}.")
    if not EARLIEST <= as_of <= LATEST:
        raise ValueError(f"as_of must lie between {EARLIEST} and {LATEST}, not {as_of}.")
    if file_format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {file_format}.")


def _write_chunk(
    files: "dict[str, _File]",
    seed: int,
    chunk: int,
    size: int,
    timeline: Timeline,
    market: Market,
    catalogue: Catalogue,
    members: list[Member],
    scale: float,
) -> None:
    serial = serial_numbers(seed, chunk, size)
    people = build_population(seed=seed, chunk=chunk, serial=serial, timeline=timeline)
    scene = Scene(seed, chunk, timeline, market, catalogue, people)
    lots, holdings = plan_lots(scene, scale=scale), plan_holdings(scene)
    flows = plan_flows(scene, lots)
    assets = value_assets(scene, lots, holdings, Ledger(scene, lots, holdings, flows).play())
    desk = tables.Desk(scene, client_numbers(seed, serial))
    # Index -1 (nobody) finds the empty text at the end.
    staff_numbers = np.array([member.number for member in members if member.is_advisor] + [""], dtype=object)
    served, won = (staff_numbers[index].tolist() for index in serve(scene, len(staff_numbers) - 1))
    files["客户资料"].add(tables.client_table(desk, build_identities(scene), served, won))
    for table in tables.asset_tables(desk, assets):
        files["资产"].add(table)
    files["成交"].add(tables.trade_table(desk, lots))
    files["资金流水"].add(tables.flow_table(desk, flows))
    files["产品订单"].add(tables.order_table(desk, holdings))
    for session in sorted({timeline.opening, timeline.last}):
        files["持仓"].add(tables.position_table(desk, positions_at(session, lots, market)))
    files["新股额度"].add(tables.quota_table(desk, grant_quotas(scene, assets)))


class _File:
    """One dataset on its way to disk: soiled batch by batch, with its noise lines, counted."""

    def __init__(self, name: str, folder: Path, as_of: date, seed: int, clean: bool, file_format: str) -> None:
        self.name, self.clean = name, clean
        self.rng: Rng = stream(seed, f"dirt {name}")
        self.tally = Tally()
        kind = {"员工": "xlsx", "新股额度": "dbf"}.get(name, "csv") if file_format == "mixed" else "csv"
        self.path = folder / f"{name}_{as_of:%Y%m%d}.{kind}"
        self.writer: Writer
        if kind == "xlsx":
            self.writer = XlsxWriter(self.path)
        elif kind == "dbf":
            self.writer = DbfWriter(self.path, QUOTA_WIDTHS, as_of)
        else:
            self.writer = CsvWriter(self.path, DATASETS[name][1])
        self.as_of = as_of

    def add(self, table: tables.Table) -> None:
        headers, first = list(table), self.tally.rows == 0
        if first:
            self._open(headers)
        extra = [] if self.clean else soil(self.rng, self.name, table, self.tally)
        size = len(table[headers[0]])
        places = sorted(self.rng.integers(0, size + 1, size=len(extra)).tolist())
        columns = interleave(table.values(), extra, places) if extra else list(table.values())
        if first and self.name == "产品订单" and not self.clean:
            middle = len(columns[0]) // 2
            self.writer.rows([column[:middle] for column in columns])
            self.writer.line(headers)
            self.tally.noise_lines += 1
            columns = [column[middle:] for column in columns]
        self.writer.rows(columns)
        self.tally.rows += size + len(extra)

    def _open(self, headers: list[str]) -> None:
        if self.name == "资金流水" and not self.clean:
            self.writer.line(["资金流水查询"])
            self.writer.line([f"截止日期: {self.as_of.isoformat()}"])
            self.tally.noise_lines += 2
        self.writer.header(headers)

    def close(self) -> FileTally:
        tally = self.tally
        if self.name == "资金流水" and not self.clean:
            self.writer.line(["合计", "", "", f"{tally.rows}笔", ""])
            tally.noise_lines += 1
        self.writer.close()
        return FileTally(
            file=self.path.name,
            rows=tally.rows,
            rejected=sum(tally.rejected.values()),
            repeated=tally.repeated,
            cleanable_cells=tally.cleanable_cells,
            noise_lines=tally.noise_lines,
            reasons=dict(sorted(tally.rejected.items())),
        )
