"""What ingest and a page cost another server of TAXII: run by `bench taxii` with its interpreter.

    python taxii_beside.py medallion|opentaxii objects.json  ->  {"ingest_us": …, "page_ms": …}

It imports nothing of comity, and comity nothing of it.  Both are measured behind HTTP: what their
handlers of a call do.

Floor: lab.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

PAGE = 1_000
INGESTED = 200
ROUNDS = 1
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure one server."""
    name, file = sys.argv[1:]
    objects: list[dict[str, Any]] = json.loads(Path(file).read_bytes())
    sys.stdout.write(json.dumps({"objects": len(objects), **SERVERS[name](objects)}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # medallion keeps a thread that never ends


def page_ms(ask: Callable[[], int]) -> float:
    """Return the processor time of a page, the median of some."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        count = ask()
        found.append((time.process_time() - began) * 1e3)
        assert count == PAGE, count
    return round(statistics.median(found), 2)


def ingest_us(take: Callable[[], object]) -> float:
    """Return the processor time of an object that is taken in."""
    began = time.process_time()
    take()
    return round((time.process_time() - began) / INGESTED * 1e6, 1)


def written(number: int) -> str:
    """Return when the n-th object was added."""
    return (FIRST + timedelta(milliseconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def medallion(objects: list[dict[str, Any]]) -> dict[str, float]:
    """Measure the server of OASIS, in memory; it validates nothing."""
    backends = import_module("medallion.backends.memory_backend")

    manifest = [
        {
            "date_added": written(number),
            "id": one["id"],
            "version": one["modified"],
            "media_type": "application/stix+json;version=2.1",
        }
        for number, one in enumerate(objects)
    ]
    full = {"id": COLLECTION, "title": "x", "can_read": True, "can_write": True}
    data: dict[str, Any] = {
        "trustgroup1": {
            "information": {},
            "status": [],
            "collections": [
                {**full, "objects": objects, "manifest": manifest},
                {**full, "id": "empty", "objects": [], "manifest": []},
            ],
        }
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.json"
        file.write_text(json.dumps(data), "utf-8")
        backend = backends.MemoryBackend(filename=str(file))
    allowed = ("id", "type", "version", "spec_version")
    middle = written(len(objects) // 2)

    def ask() -> int:
        found, _headers = backend.get_objects(
            "trustgroup1", COLLECTION, {"added_after": middle}, allowed, PAGE
        )
        return json.dumps(found).count('"id": "indicator--')

    some = {"objects": objects[:INGESTED]}
    when = FIRST.replace(tzinfo=None)

    def take() -> None:
        try:
            backend.add_objects("trustgroup1", "empty", some, FIRST)
        except TypeError:
            backend.add_objects("trustgroup1", "empty", some, when)

    return {"page_ms": page_ms(ask), "ingest_us": ingest_us(take)}


def opentaxii(objects: list[dict[str, Any]]) -> dict[str, float]:
    """Measure openTAXII on a file of SQLite; it validates by `stix2`."""
    models = import_module("opentaxii.persistence.sqldb.taxii2models")
    sql = import_module("opentaxii.persistence.sqldb.api")
    validation = import_module("opentaxii.taxii2.validation")

    with tempfile.TemporaryDirectory() as folder:
        api = sql.Taxii2SQLDatabaseAPI(f"sqlite:///{folder}/x.db", create_tables=True)
        root = api.add_api_root("x")
        full, empty = (str(api.add_collection(root.id, name).id) for name in ("full", "empty"))
        hidden = {"id", "type", "spec_version"}
        api.db.session.bulk_save_objects(
            [
                models.STIXObject(
                    id=one["id"],
                    collection_id=full,
                    type=one["type"],
                    spec_version=one["spec_version"],
                    date_added=FIRST + timedelta(milliseconds=number),
                    version=FIRST,
                    serialized_data={k: v for k, v in one.items() if k not in hidden},
                )
                for number, one in enumerate(objects)
            ]
        )
        api.db.session.commit()
        middle = FIRST + timedelta(milliseconds=len(objects) // 2)

        def ask() -> int:
            found, _more, _next = api.get_objects(full, limit=PAGE, added_after=middle)
            whole = [
                {"id": one.id, "type": one.type, "spec_version": one.spec_version,
                 **one.serialized_data}
                for one in found
            ]  # fmt: skip
            return json.dumps({"objects": whole}).count('"id": "indicator--')

        some = objects[:INGESTED]
        for one in some:
            one["modified"] = one["modified"].replace(".000Z", ".000000Z")

        def take() -> None:
            validation.validate_envelope(json.dumps({"objects": some}))
            api.add_objects(str(root.id), empty, some)

        return {"page_ms": page_ms(ask), "ingest_us": ingest_us(take)}


SERVERS = {"medallion": medallion, "opentaxii": opentaxii}

if __name__ == "__main__":
    main()
