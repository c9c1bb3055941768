"""Holds every exchange of the tests with the admin API against the OpenAPI document that was served.

usage: check_exchanges.py EXCHANGES

EXCHANGES has one JSON object a line: method, target, status, type and body of an answer. One of them
is the document itself. Schemas are taken as closed: a member that the document does not know is a
fault, though clients are told to expect new ones. Prints what does not hold; exit 1 if anything.
"""

import collections
import json
import re
import sys

import jsonschema
import openapi_spec_validator
import referencing
import referencing.jsonschema

# What answers at every path, whether there is such an operation or not. Who asks is judged first.
NO_OPERATION = {401, 404, 405}


def closed(node):
    """The schema with every object in it closed that does not say otherwise."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    out = {name: closed(value) for name, value in node.items()}
    if out.get("type") == "object" and "properties" in out:
        out.setdefault("additionalProperties", False)
    return out


def pattern_of(path):
    pieces = re.split(r"\{[^}]+\}", path)
    return re.compile("[^/]+".join(re.escape(piece) for piece in pieces))


class Document:
    def __init__(self, text):
        self.whole = json.loads(text)
        openapi_spec_validator.validate(self.whole)
        self.paths = [(path, pattern_of(path), item) for path, item in self.whole["paths"].items()]
        # A path without arguments is more exact than one with them.
        self.paths.sort(key=lambda row: row[0].count("{"))
        resource = referencing.Resource.from_contents(
            closed(self.whole), default_specification=referencing.jsonschema.DRAFT202012
        )
        self.registry = referencing.Registry().with_resource("urn:document", resource)
        self.problem = {"$ref": "urn:document#/components/schemas/Problem"}

    def operation(self, method, path):
        for name, pattern, item in self.paths:
            if pattern.fullmatch(path):
                return name, item.get(method.lower())
        return None, None

    def resolve(self, node):
        while "$ref" in node:
            found = self.whole
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def faults(self, schema, value):
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:document#/'))
        validator = jsonschema.Draft202012Validator(
            closed(absolute),
            registry=self.registry,
            format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
        )
        return [f"{'/'.join(map(str, e.absolute_path)) or 'the body'}: {e.message}" for e in validator.iter_errors(value)]


def check(document, one):
    """What does not hold of one exchange, and the operation's status it belongs to."""
    method, status, kind = one["method"], one["status"], one["type"].split(";")[0].strip()
    path = one["target"].split("?")[0]
    name, operation = document.operation(method, path)
    if operation is None:
        if status not in NO_OPERATION:
            return [f"{method} {path} is not in the document, but was answered {status}"], None
        return document.faults(document.problem, json.loads(one["body"])), None
    place = f"{method} {name} {status}"
    if str(status) not in operation["responses"]:
        return [f"{place} is not in the document"], None
    content = document.resolve(operation["responses"][str(status)]).get("content", {})
    if kind not in content:
        return [f"{place} was answered as {kind}, which is not in the document"], None
    media = content[kind]
    if "x-line-schema" in media:
        bodies, schema = [json.loads(line) for line in one["body"].splitlines()], media["x-line-schema"]
    elif not kind.endswith("json"):
        bodies, schema = [one["body"]], media["schema"]
    else:
        bodies, schema = [json.loads(one["body"])], media["schema"]
    return [f"{place}: {fault}" for body in bodies for fault in document.faults(schema, body)], place


def main(file):
    with open(file, encoding="utf-8") as lines:
        exchanges = [json.loads(line) for line in lines]
    served = [e for e in exchanges if e["target"] == "/openapi.json" and e["status"] == 200]
    if not served:
        sys.exit("no exchange is the document itself")
    document = Document(served[-1]["body"])
    bad, seen = 0, collections.Counter()
    for one in exchanges:
        faults, place = check(document, one)
        if place:
            seen[place] += 1
        for fault in faults:
            print(fault)
        bad += bool(faults)
    never = []
    for path, item in document.whole["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            for status in operation["responses"]:
                if status.startswith("2") and not seen[f"{method.upper()} {path} {status}"]:
                    never.append(f"{method.upper()} {path} {status}")
    for place in never:
        print(f"{place} is in the document, but no test has seen it")
    print(f"{len(exchanges)} exchanges, {len(seen)} documented answers seen, {bad} do not hold")
    return 1 if bad or never else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
