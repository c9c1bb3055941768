#!/usr/bin/env python3
"""A subscriber of Rollcall's topics: keeps a roster of everybody in a SQLite file, live.

    roster.py BROKERS roster.db           follow, until Ctrl-C
    roster.py BROKERS roster.db --once    take what is there now, print the roster, end

It reads two topics. The compacted one, state.v1, says what is so: a new subscriber begins at its
beginning and has everybody in the time that it takes to read. The other, lifecycle.v1, says what
happens: each event of a tenant has the next `seq`, so this program knows that it missed nothing.

What it has seen is kept in the same SQLite transaction as what it made of it. Killed anywhere, it
goes on where it was; a message that comes twice changes nothing. At a gap it stops, loudly: a
roster that lacks somebody's departure is worse than none.
"""
import argparse
import json
import sqlite3
import sys

from confluent_kafka import Consumer, KafkaException, TopicPartition

SCHEMA = """
CREATE TABLE IF NOT EXISTS place (topic TEXT, partition INT, offset INT, PRIMARY KEY (topic, partition));
CREATE TABLE IF NOT EXISTS tenant (name TEXT PRIMARY KEY, lineage TEXT, seq INT);
CREATE TABLE IF NOT EXISTS person (key TEXT PRIMARY KEY, tenant TEXT, name TEXT, status TEXT, active INT);
"""
MESSAGES_AT_ONCE = 500
SECONDS_MAX = 10


class Gap(Exception):
    """Something was missed, or is not what it should be."""


def data_of(message):
    """What a message says; None for a tombstone. Attributes may stand around it (structured mode)."""
    if message.value() is None:
        return None
    value = json.loads(message.value())
    return value["data"] if "specversion" in value else value


def take_state(db, key, said):
    """The last message of a key is what is so. Only people are of interest here."""
    tenant, kind, *_ = key.split("/")
    if kind != "user":
        return
    if said is None:  # deleted or erased: nothing of him stays
        db.execute("DELETE FROM person WHERE key = ?", (key,))
        return
    name = said.get("userName", said["id"])  # told `minimal`, people have no names
    db.execute("INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?)",
               (key, tenant, name, said["status"], said["active"]))


def take_event(db, said):
    """Counts. Returns the event if it is news."""
    tenant, seq = said["tenant"], said["seq"]
    known = db.execute("SELECT lineage, seq FROM tenant WHERE name = ?", (tenant,)).fetchone()
    if said["type"] == "lineage_changed":
        # Another log goes on from here: what was told from `seq` on is not so any more. The
        # compacted topic says the same in tombstones and new values, so people need no care here.
        # Told once more after a crash, it is no news.
        if known and known[0] == said["lineage"] and known[1] >= seq - 1:
            return None
        seq -= 1
    elif known and known[0] != said["lineage"] and seq == 1:
        pass  # the other log had a tenant of this name, and here it was made anew
    elif known and known[0] != said["lineage"]:
        raise Gap(f"{tenant}: event {seq} is of the log {said['lineage']}, and that the log changed "
                  f"was not said")
    elif known and seq <= known[1]:
        return None  # a copy: had it already
    elif known and seq > known[1] + 1:
        raise Gap(f"{tenant}: event {seq} came, and {known[1] + 1} never did")
    db.execute("INSERT OR REPLACE INTO tenant VALUES (?, ?, ?)", (tenant, said["lineage"], seq))
    return said


def take(db, message, lifecycle):
    said = data_of(message)
    news = None
    if message.topic() == lifecycle:
        news = take_event(db, said)
    else:
        take_state(db, message.key().decode(), said)
    db.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)",
               (message.topic(), message.partition(), message.offset() + 1))
    return news


def partitions_of(consumer, topic):
    found = consumer.list_topics(topic, timeout=SECONDS_MAX).topics[topic]
    if found.error:
        raise KafkaException(found.error)
    return [TopicPartition(topic, number) for number in sorted(found.partitions)]


def begin(db, consumer, lifecycle, state):
    """Where to read on. At the first start: the state from its beginning, and events from where
    they ended before that was read, so that nothing falls between the two."""
    places = {(t, p): o for t, p, o in db.execute("SELECT * FROM place")}
    all_partitions = partitions_of(consumer, lifecycle) + partitions_of(consumer, state)
    for one in all_partitions:
        low, high = consumer.get_watermark_offsets(one, timeout=SECONDS_MAX)
        one.offset = places.get((one.topic, one.partition), high if one.topic == lifecycle else low)
        if one.topic == lifecycle and one.offset < low:
            raise Gap(f"{one.topic} is kept from offset {low} on, and {one.offset} is next: "
                      f"start again with a new file")
        places[one.topic, one.partition] = one.offset
    with db:
        db.executemany("INSERT OR REPLACE INTO place VALUES (?, ?, ?)",
                       [(t, p, o) for (t, p), o in places.items()])
    consumer.assign(all_partitions)
    return all_partitions


def behind(db, consumer, partitions):
    places = {(t, p): o for t, p, o in db.execute("SELECT * FROM place")}
    return any(places[one.topic, one.partition] <
               consumer.get_watermark_offsets(one, timeout=SECONDS_MAX)[1] for one in partitions)


def follow(db, consumer, arguments):
    lifecycle, state = arguments.prefix + "lifecycle.v1", arguments.prefix + "state.v1"
    partitions = begin(db, consumer, lifecycle, state)
    while True:
        messages = consumer.consume(MESSAGES_AT_ONCE, timeout=1.0)
        with db:  # all of them with their places, or none
            news = []
            for message in messages:
                if message.error():
                    raise KafkaException(message.error())
                news.append(take(db, message, lifecycle))
        for one in filter(None, news):
            print(one["tenant"], one["seq"], one["type"], one.get("subject", ""), flush=True)
        if arguments.once and not messages and not behind(db, consumer, partitions):
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("brokers")
    parser.add_argument("file")
    parser.add_argument("--prefix", default="rollcall.")
    parser.add_argument("--once", action="store_true")
    arguments = parser.parse_args()
    db = sqlite3.connect(arguments.file)
    db.executescript(SCHEMA)
    consumer = Consumer({"bootstrap.servers": arguments.brokers, "group.id": "roster",
                         "enable.auto.commit": False, "auto.offset.reset": "error"})
    try:
        follow(db, consumer, arguments)
    except Gap as missing:
        sys.exit(f"roster: {missing}")
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()
    for row in db.execute("SELECT tenant, name, status FROM person ORDER BY tenant, name"):
        print(*row)


if __name__ == "__main__":
    main()
