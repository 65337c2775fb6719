"""One life as the tables beside contributions and payments need it: who, under which jobs, with which money flows."""

from dataclasses import dataclass, field
from random import Random

from huiliu.demo.deaths import Report
from huiliu.demo.employment import BaseOf, Job
from huiliu.demo.journal import Patch
from huiliu.demo.pensions import Pension
from huiliu.demo.people import Person

Flow = tuple[str, int]  # a moment and fen


@dataclass(slots=True)
class Course:
    """What is known of one person when contributions and payments are written; `rng` is a stream of its own.

    `awarded` is empty without a pension; `base` is None for residents, who have no jobs either.
    """

    person: Person
    report: Report | None
    pension: Pension
    awarded: str
    rng: Random
    jobs: list[Job] = field(default_factory=list)
    base: BaseOf | None = None
    deposits: list[Flow] = field(default_factory=list)
    withdrawals: list[Flow] = field(default_factory=list)

    def deposit(self, patches: list[Patch]) -> None:
        """Note what a contribution brings into the account when it arrives, and what its withdrawal takes again."""
        brought = 0
        for at, patch in patches:
            if patch is None:
                self.deposits.append((at, -brought))
            elif patch.get("person_credited"):
                brought = int(patch["person_credited"] or 0) + int(patch.get("subsidy") or 0)
                self.deposits.append((at, brought))

    def withdraw(self, patches: list[Patch]) -> None:
        """Note what a payment takes out of the account once the bank has paid it, and what its return puts back."""
        part = int((patches[0][1] or {}).get("account_part") or 0)
        paid = False
        for at, patch in patches[1:]:
            done = patch is not None and patch["pay_state"] == "1"
            if part and done != paid:
                self.withdrawals.append((at, part if done else -part))
            paid = done
