#!/usr/bin/env python3
"""Compares the service models in this folder with those that the installed botocore ships.

    python3 check.py            print what drifted, one difference a line
    python3 check.py --write    write the models anew from botocore, amendments kept

Needs nothing but botocore (`pip install botocore`). Exit status: 0 nothing drifted (or, with
--write, the files are written), 1 drift, 2 wrong usage or no botocore.

A model file holds facts only: protocol, operations, members and their constraints, error shapes.
`amendments` say what botocore's model does not (each with its reason and source); they are
applied when a model is loaded, are never compared, and survive --write. The versions in
`provenance` are not compared either: a newer botocore with the same facts is not drift.

To add an operation, add `{"name": "TheOperation"}` to a file's `operations` and run --write.
"""

import argparse
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
FILES = ("rekognition.json", "xray.json")
WIDTH = 110
CONSTRAINTS = ("min", "max", "pattern", "enum")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the models anew, amendments kept")
    arguments = parser.parse_args()
    try:
        import botocore
        import botocore.loaders
    except ImportError:
        print("check.py: botocore cannot be imported; install it (pip install botocore)", file=sys.stderr)
        return 2
    loader = botocore.loaders.Loader()
    drifted = False
    for file in FILES:
        path = FOLDER / file
        try:
            ours = json.loads(path.read_text(encoding="utf-8"))
            theirs = model(loader, botocore.__version__, ours)
        except (OSError, ValueError, KeyError, botocore.exceptions.BotoCoreError) as error:
            print(f"check.py: {file}: {type(error).__name__}: {error}", file=sys.stderr)
            return 2
        if arguments.write:
            path.write_text(pretty(theirs) + "\n", encoding="utf-8")
            continue
        for place, difference in differences(facts(ours), facts(theirs)):
            drifted = True
            print(f"{file}: {place or '/'}: {difference}")
    return 1 if drifted else 0


def model(loader, version, ours):
    """The model that botocore has of the operations that our file names."""
    service = ours["service"]
    source = loader.load_service_model(service, "service-2")
    metadata = source["metadata"]
    api_version = metadata["apiVersion"]
    operations = []
    errors = set()
    for name in (entry["name"] for entry in ours["operations"]):
        if name not in source["operations"]:
            continue
        operation = source["operations"][name]
        names = [error["shape"] for error in operation.get("errors", [])]
        errors.update(names)
        operations.append(
            {
                "name": name,
                "method": operation["http"]["method"],
                "uri": operation["http"]["requestUri"],
                "input": structure(source["shapes"], operation.get("input")),
                "output": structure(source["shapes"], operation.get("output")),
                "errors": sorted(names),
            }
        )
    return {
        "provenance": {
            "source": "botocore",
            "version": version,
            "path": f"botocore/data/{service}/{api_version}/service-2.json",
            "refresh": "python3 check.py --write",
        },
        "service": service,
        "protocol": metadata["protocol"],
        "json_version": metadata.get("jsonVersion"),
        "api_version": api_version,
        "signing_name": metadata.get("signingName", metadata["endpointPrefix"]),
        "target_prefix": metadata.get("targetPrefix"),
        "operations": operations,
        "errors": [error_shape(name, source["shapes"][name]) for name in sorted(errors)],
        "amendments": ours.get("amendments", []),
    }


def structure(shapes, reference):
    if reference is None:
        return {"members": []}
    return {"members": members(shapes, shapes[reference["shape"]])}


def members(shapes, shape):
    required = set(shape.get("required", []))
    return [
        {"name": name, "required": name in required, **constrained(shapes, reference)}
        for name, reference in shape.get("members", {}).items()
    ]


def constrained(shapes, reference):
    """A shape with its constraints, what it contains written inside it."""
    shape = shapes[reference["shape"]]
    entry = {"type": shape["type"]}
    entry.update({key: shape[key] for key in CONSTRAINTS if key in shape})
    if shape["type"] == "structure":
        entry["members"] = members(shapes, shape)
    elif shape["type"] == "list":
        entry["member"] = constrained(shapes, shape["member"])
    elif shape["type"] == "map":
        entry["key"] = constrained(shapes, shape["key"])
        entry["value"] = constrained(shapes, shape["value"])
    return entry


def error_shape(name, shape):
    status = shape.get("error", {}).get("httpStatusCode")
    return {
        "name": name,
        "statuses": [] if status is None else [status],
        "server_fault": shape.get("fault", False),
    }


def facts(document):
    return {key: value for key, value in document.items() if key not in ("provenance", "amendments")}


def differences(ours, theirs, place=""):
    """Pairs of a JSON-pointer-like place and what differs there; lists are matched by name."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            here = f"{place}/{key}"
            if key not in theirs:
                yield here, f"{short(ours[key])} here, gone in botocore"
            elif key not in ours:
                yield here, f"not here, {short(theirs[key])} in botocore"
            else:
                yield from differences(ours[key], theirs[key], here)
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield from differences(by_name(ours), by_name(theirs), place)
    elif ours != theirs:
        yield place, f"{short(ours)} here, {short(theirs)} in botocore"


def by_name(entries):
    return {entry["name"] if isinstance(entry, dict) else str(entry): entry for entry in entries}


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


def pretty(value, indent=0, lead=0):
    """JSON in which whatever fits on a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or indent + lead + len(line) <= WIDTH and indent:
        return line
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        rows = []
        for key, item in value.items():
            label = json.dumps(key) + ": "
            rows.append(pad + label + pretty(item, indent + 2, len(label) + 1))
        opening, closing = "{", "}"
    else:
        rows = [pad + pretty(item, indent + 2, 1) for item in value]
        opening, closing = "[", "]"
    return opening + "\n" + ",\n".join(rows) + "\n" + " " * indent + closing


if __name__ == "__main__":
    sys.exit(main())
