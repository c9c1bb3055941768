"""Holds every message that the tests made against docs/asyncapi.yaml, and the document against its own schema.

usage: check_messages.py ASYNCAPI SCHEMA MESSAGES

MESSAGES has one JSON object a line: topic, kind, mode, privacy, key, headers and value (the text that is
sent, or null) of a message. Schemas are taken as closed: a member that the document does not know is a fault,
though subscribers are told to expect new ones. A member that is told under another degree of privacy counts as not
known. Prints what does not hold; exit 1 if anything.
"""

import collections
import json
import re
import sys

import jsonschema
import referencing
import referencing.jsonschema
import yaml

PRIVACIES = ("full", "minimal", "sealed")


def refs_under_all_of(node):
    """What is a part of another schema: only the whole is closed."""
    if isinstance(node, list):
        return set().union(*map(refs_under_all_of, node))
    if not isinstance(node, dict):
        return set()
    found = {one["$ref"] for one in node.get("allOf", ()) if "$ref" in one}
    return found.union(*map(refs_under_all_of, node.values()))


def told(node, privacy):
    """The schema without what is not told under this degree of privacy."""
    if isinstance(node, list):
        return [told(one, privacy) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        name: told(value, privacy)
        for name, value in node.items()
        if not isinstance(value, dict) or value.get("x-told", privacy) == privacy
    }


def closed(node, parts, at):
    """The schema with every object in it closed that does not say otherwise."""
    if isinstance(node, list):
        return [closed(one, parts, f"{at}/{i}") for i, one in enumerate(node)]
    if not isinstance(node, dict):
        return node
    out = {name: closed(value, parts, f"{at}/{name}") for name, value in node.items()}
    if "properties" in out and "type" in out and at not in parts and "additionalProperties" not in out:
        out["unevaluatedProperties"] = False
    return out


def absolute(node):
    return json.loads(json.dumps(node).replace('"#/', '"urn:document#/'))


class Document:
    """The schemas of the document, closed, as they are under one degree of privacy."""

    def __init__(self, whole, privacy):
        self.whole = whole
        strict = closed(told(whole, privacy), refs_under_all_of(whole), "urn:document#")
        resource = referencing.Resource.from_contents(strict, default_specification=referencing.jsonschema.DRAFT202012)
        self.registry = referencing.Registry().with_resource("urn:document", resource)
        self.validators = {}

    def resolve(self, node):
        while "$ref" in node:
            found = self.whole
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def faults(self, at, value):
        """`at` is a pointer to the schema."""
        if at not in self.validators:
            schema = {"$ref": "urn:document" + at}
            jsonschema.Draft202012Validator.check_schema(schema)
            self.validators[at] = jsonschema.Draft202012Validator(
                schema,
                registry=self.registry,
                format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
            )
        return [
            f"{'/'.join(map(str, e.absolute_path)) or 'all of it'}: {e.message[:300]}"
            for e in self.validators[at].iter_errors(value)
        ]

    def message_faults(self, name, key, headers, value):
        message = self.whole["components"]["messages"][name]
        found = self.faults(f"#/components/messages/{name}/payload", value)
        for trait in message["traits"]:
            at, one = trait["$ref"], self.resolve(trait)
            if "headers" in one:
                found += [f"header {fault}" for fault in self.faults(f"{at}/headers", headers)]
            if key is not None and "bindings" in one:
                found += [f"key {fault}" for fault in self.faults(f"{at}/bindings/kafka/key", key)]
        named = message["name"]
        if "ce_type" in headers and named.startswith("io.") and headers["ce_type"] != named:
            found.append(f"ce_type is {headers['ce_type']}, the message {named}")
        return found


def meant(one, value):
    """The name in the document of the message that this is meant to be."""
    if value is None:
        return "tombstone"
    if one["mode"] == "structured":
        return "structured_" + one["topic"].split(".")[1].replace("-", "_")
    return value.get("type")


def check(documents, channels, one):
    """What does not hold of one message, and the name of the message in the document."""
    document, channel = documents[one["privacy"]], channels[one["topic"]]
    value = None if one["value"] is None else json.loads(one["value"])
    name = meant(one, value)
    if name not in channel["messages"]:
        return [f"{name} is none of the messages of its topic"], None
    faults = document.message_faults(name, one["key"], one["headers"], value)
    if one["kind"] == "example" and one["privacy"] == "full":
        # A message fits one of its topic and no other.
        for other in channel["messages"]:
            if other != name and not document.message_faults(other, one["key"], one["headers"], value):
                faults.append(f"fits {other} too")
    return [f"{name}: {fault} in {one['value']} {one['headers']}" for fault in faults], name


def check_document(whole, schema):
    """The document by itself: the official schema, and what that cannot say."""
    found = [
        f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}"
        for e in jsonschema.Draft7Validator(schema).iter_errors(whole)
    ]
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(whole)):
        node = whole
        for step in reference.split("/"):
            node = node.get(step) if isinstance(node, dict) else None
        if node is None:
            found.append(f"#/{reference} leads nowhere")
    for name, part in whole["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(part)
        except jsonschema.SchemaError as fault:
            found.append(f"schema {name}: {fault.message}")
    return found


def main(asyncapi, schema, messages):
    with open(asyncapi, encoding="utf-8") as file:
        whole = yaml.safe_load(file)
    with open(schema, encoding="utf-8") as file:
        bad = check_document(whole, json.load(file))
    whole = json.loads(json.dumps(whole))
    documents = {privacy: Document(absolute(whole), privacy) for privacy in PRIVACIES}
    for document in documents.values():
        document.whole = whole
    channels = {channel["address"]: channel for channel in whole["channels"].values()}

    for name, message in whole["components"]["messages"].items():
        if not message.get("examples"):
            bad.append(f"message {name} has no example")
        for example in message.get("examples", ()):
            faults = documents["full"].message_faults(name, None, example["headers"], example["payload"])
            bad += [f"example of {name}: {fault}" for fault in faults]

    seen = collections.Counter()
    with open(messages, encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            faults, name = check(documents, channels, one)
            if name:
                seen[name, one["privacy"]] += 1
            bad += [f"{one['topic']} {one['mode']} {one['privacy']}: {fault}" for fault in faults]
    for name in whole["components"]["messages"]:
        for privacy in PRIVACIES:
            if not seen[name, privacy]:
                bad.append(f"message {name} is in the document, but no test has made one that is told {privacy}")
    for fault in bad[:40]:
        print(fault)
    print(f"{sum(seen.values())} messages of {len(whole['components']['messages'])} kinds hold, {len(bad)} faults")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
