"""Solve an allocation problem file. Needs no database; see docs/formats.md, "Allocation problem"."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from allocation.domain.problem_file import ProblemFile, answer_as_json, read_problem
from allocation.domain.solver import Answer, ProblemError, Status, solve
from allocation.domain.solver.reasons import sentence

EXIT_MALFORMED = 1
EXIT_INFEASIBLE = 2


class Command(BaseCommand):
    help = "Solve an allocation problem file (.json or .npz) without a database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", type=Path, metavar="PROBLEM", help="the problem, .json or .npz")
        parser.add_argument("--out", type=Path, metavar="PLAN.json", help="write the answer to this file")
        parser.add_argument("--gap", type=float, default=0.001, help="wanted proven gap (default 0.001)")
        parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS", help="default 60")
        parser.add_argument("--seed", type=int, default=0, help="same input and seed, same answer (default 0)")
        parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["gap"] >= 0 or not options["time_limit"] > 0:
            raise CommandError("--gap must be >= 0 and --time-limit > 0", returncode=EXIT_MALFORMED)
        try:
            file = read_problem(options["problem"])
        except ProblemError as error:
            raise CommandError(f"{options['problem']}: {error}", returncode=EXIT_MALFORMED) from error
        if file.unknown:
            self.stderr.write(f"{options['problem']}: fields not known, left out: {', '.join(file.unknown)}")
        answer = solve(file.problem, gap=options["gap"], time_limit=options["time_limit"], seed=options["seed"])
        text = json.dumps(answer_as_json(answer, file), ensure_ascii=False)
        if options["out"]:
            try:
                options["out"].write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{options['out']}: cannot be written: {error}") from error
        self.stdout.write(text if options["json"] else summary(answer, file))
        if answer.status is Status.INFEASIBLE:
            if options["json"] and answer.reason:
                self.stderr.write(sentence(answer.reason, file.client_ids, file.advisor_ids))
            sys.exit(EXIT_INFEASIBLE)


def summary(answer: Answer, file: ProblemFile) -> str:
    """The answer for a person at a terminal."""
    if answer.reason is not None:
        return f"infeasible: {sentence(answer.reason, file.client_ids, file.advisor_ids)}"
    problem = file.problem
    lines = [
        f"{answer.status}: {problem.clients} clients, {problem.advisors} advisors, {answer.seconds:.2f} s",
        f"objective {answer.objective:.6g}, upper bound {answer.upper_bound:.6g}, gap {answer.gap:.4%}",
        f"{int((answer.assignment < 0).sum())} in the pool, {answer.moves} moved",
        f"{'advisor':<16}{'clients':>9}{'hours':>12}{'of':>12}{'value':>14}{'hour brings':>13}",
    ]
    for index, name in enumerate(file.advisor_ids):
        lines.append(
            f"{name:<16}{int((answer.assignment == index).sum()):>9}{answer.load[index]:>12.2f}"
            f"{problem.capacity[index]:>12.2f}{answer.value[index]:>14.4g}{answer.capacity_price[index]:>13.4g}"
        )
    return "\n".join(lines)
