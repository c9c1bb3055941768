"""Runs scim2-tester against a server and prints one line for each check that is not a success.

usage: run_tester.py BASE_URL, with the bearer key on standard input
"""

import collections
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server


def main() -> None:
    key = sys.stdin.readline().strip()
    http = Client(base_url=sys.argv[1], headers={"Authorization": f"Bearer {key}"})
    client = SyncSCIMClient(http)
    client.discover()
    counts = collections.Counter()
    for result in check_server(client):
        counts[result.status.name] += 1
        if result.status.name != "SUCCESS":
            tags = ",".join(sorted(result.tags))
            reason = (result.reason or "").replace("\n", " ")
            print(result.status.name, result.resource_type or "-", tags, reason, sep="\t")
    print("counts", *(f"{name}={count}" for name, count in sorted(counts.items())), sep="\t")


if __name__ == "__main__":
    main()
