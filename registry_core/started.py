"""When this process imported the package first."""

from time import time_ns

# Nanoseconds since 1970. Code that was imported since then is not older: what it says of itself may
# be kept for later processes where its files are older.
STARTED_AT = time_ns()
