"""Limits that both sides of an exchange must agree on, each with its unit in its name.

They stand in docs/spec; changing one changes the protocol.

Floor: kernel (pure).
"""

PARTIES_MIN = 2
PARTIES_MAX = 16

ORIGIN_BYTES_MAX = 255
ENTRY_BYTES_MAX = 65_535
"""An entry is length-prefixed by a uint16 (C2SP tlog-mirror)."""

MATTER_ACTS_MAX = 256
"""Of one party in one matter that count: a matter is folded from its first act."""

REGISTER_ACTS_MAX = 4_096
"""Of one log about its channel that count: the register is held whole by every reader."""

PADDING_BYTES = 1024
"""A plaintext is zero-filled to the least multiple of this."""

ROW_BLOB_BYTES_MAX = 65_536
"""A blob up to this size is a row committed with its entry; a larger one is a file."""

BLOB_BYTES_MAX = 1 << 40
FETCH_RANGE_BYTES_MAX = 16 << 20

TILE_WIDTH = 256
PACKAGE_ENTRIES_MAX = 256
PACKAGES_PER_REQUEST_MAX = 32
PROOF_HASHES_MAX = 63

NOTE_BYTES_MAX = 65_536
NOTE_SIGNATURES_MAX = 64
REQUEST_BYTES_MAX = 64 << 20
"""Decompressed size of one request of a peer."""

DELIVERY_BYTES_MAX = 2 << 20
"""Of a request that has bodies, head and entries in one: what one transaction keeps."""

TRANSACTION_ENTRIES_MAX = 256
TRANSACTION_MS_MAX = 50

HEARTBEAT_MS = 60_000
SKEW_MS_MAX = 300_000

WRITTEN_BYTES_MAX = 1 << 20
"""Of a text in YAML that a person wrote: a guideline, a calendar, a nation profile."""

JSON_DEPTH_MAX = 32
JSON_NODES_MAX = 100_000
JSON_INTEGER_MAX = (1 << 53) - 1
