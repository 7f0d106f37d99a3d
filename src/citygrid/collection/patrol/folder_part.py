"""`patrol.toml` of a city folder: what counts on a patrol. What it leaves out is as shipped (`data/patrol.toml`)."""

from datetime import date
from pathlib import Path

from citygrid.collection.patrol.rules import FILE, checked
from citygrid.collection.patrol_models import PatrolRules
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Make the rules those of the folder from that day on; nothing is kept with a problem, nor without a file."""
    report, path = Report(), folder / FILE
    if not path.exists():
        return report
    try:
        data = checked(path.read_text(encoding="utf-8"), FILE, report)
    except UnicodeDecodeError as error:
        report.add(FILE, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
    if report.ok:
        before = PatrolRules.objects.filter(valid_from__lte=at).order_by("-valid_from").first()
        PatrolRules.objects.filter(valid_from__gt=at).delete()
        if before is None or before.data != data:
            PatrolRules.objects.update_or_create(valid_from=at, defaults={"data": data})
        report.count("patrol rules", 1)
    return report


def dump(folder: Path, at: date) -> None:
    """Write what the city says itself on that day; no file when it says nothing."""
    row = PatrolRules.objects.filter(valid_from__lte=at).order_by("-valid_from").first()
    if row is None or not row.data:
        return
    folder.mkdir(parents=True, exist_ok=True)
    parts = [
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in sorted(part.items()))
        for name, part in sorted(row.data.items())
    ]
    (folder / FILE).write_text("\n".join(parts), encoding="utf-8", newline="\n")
