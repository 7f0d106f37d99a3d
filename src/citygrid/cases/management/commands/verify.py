"""`citygrid verify`: is every timeline, projection and anchor what it was?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from citygrid.cases import anchoring
from citygrid.cases.closing import archiving
from citygrid.cases.verifying import verify
from citygrid.media import checking_files
from citygrid.trust import checked, forgetting, seals


class Command(BaseCommand):
    help = "Replays timelines, compares projections, texts, chain, anchors, audit. Exit code 1 when a fault is found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since-anchor", action="store_true", help="replay only what changed since the last anchor"
        )
        parser.add_argument("--media", action="store_true", help="read every kept file too, and compare its hash")
        parser.add_argument("--anchors", type=Path, default=None, help="folder of exported anchors")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["anchors"] or anchoring.folder()
        count = 0
        for fault in verify(since_anchor=options["since_anchor"], folder=folder if folder.exists() else None):
            count += 1
            self.stdout.write(f"{fault.case or '-'}  {fault.code}: {fault.detail}")
        for found in seals.faults(timezone.now(), folder if folder.exists() else None):
            count += 1
            self.stdout.write(f"audit  {found.code}: seal {found.number}: {found.detail}")
        for proof in forgetting.faults(folder if folder.exists() else None):
            count += 1
            self.stdout.write(f"forgotten  {proof.code}: proof {proof.number}: {proof.detail}")
        for kept in archiving.faults(files=options["media"]):
            count += 1
            self.stdout.write(f"{kept.case}  {kept.code}: {kept.detail}")
        for lost in checking_files.faults() if options["media"] else ():
            count += 1
            self.stdout.write(f"media  {lost.code}: {lost.file}: {lost.detail}")
        for room, fault_of in checked.faults():
            count += 1
            self.stdout.write(f"{room}  {fault_of}")
        self.stdout.write(f"{count} faults")
        if count:
            raise SystemExit(1)
