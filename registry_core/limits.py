"""Every limit, once: what is read, kept, built and shown ends here, however much there is of it."""

from typing import Final

# Of what is installed: bytes, digits, characters. A hundred thousand entries take six million
# bytes, a RECORD of a hundred thousand files fifteen.
MAX_ENTRY_POINTS_BYTES: Final = 16_000_000
MAX_HEAD_BYTES: Final = 1_000_000
MAX_RECORD_BYTES: Final = 64_000_000
MAX_NOTES_BYTES: Final = 4_000_000
# Old names that lead to each other, one after the other.
MAX_RENAMES: Final = 20
# `int` takes that many digits, whatever `sys.set_int_max_str_digits` says.
MAX_VERSION_DIGITS: Final = 600
MAX_HEADER: Final = 500

# Characters. Each segment of a key costs a copy of the rest: a longer key can name an entry, and no
# scope on the way.
MAX_PATH: Final = 1_000
# Of a discovered scope, and of a name in it: both must fit into a key.
MAX_NAME: Final = 499
# No scopes are nested this deep; metadata that does would slow every resolution.
MAX_SCOPE_DEPTH: Final = 20
# A program that asks for names from outside could ask for any.
MAX_REMEMBERED_KEYS: Final = 100_000

# Of a config: mappings and sequences, and levels.
MAX_CONFIG_NODES: Final = 100_000
MAX_CONFIG_DEPTH: Final = 10_000
# Items of a set or another collection in which nothing is built, and which might hide a part.
MAX_SEARCHED_ITEMS: Final = 1_000
# A plan of more parts is not compiled: compiling takes longer than ten builds.
MAX_COMPILED_PARTS: Final = 1_000
# Of a file: levels in YAML, where libyaml ends as well; values that YAML's aliases stand for, each
# as often as it occurs; pairs that `<<` copies; dots of a TOML key (tomllib is quadratic).
MAX_YAML_DEPTH: Final = 1_000
MAX_ALIASED_VALUES: Final = 100_000
MAX_MERGED_PAIRS: Final = 1_000_000
MAX_TOML_DOTS: Final = 100
# The same of what is installed, where lines are counted and not keys.
MAX_DOTS_OF_A_LINE: Final = 1_000

# Of the folder of kept hook answers.
MAX_CACHE_FILES: Final = 1_024
MAX_CACHE_BYTES: Final = 50_000_000

# Of the source of a module that is read and not imported, characters.
MAX_SOURCE: Final = 16_000_000

# Of a wheel that is read and not installed, bytes: of its zip directory (47 for a member with a
# name of one letter), of a member, of a source, of all sources that are read, and of the lines that
# an index keeps of it.
MAX_WHEEL_DIRECTORY: Final = 4_000_000
MAX_WHEEL_MEMBER: Final = 1_000_000
MAX_WHEEL_SOURCE: Final = 256_000
MAX_WHEEL_SOURCES: Final = 8_000_000
MAX_WHEEL_LINES: Final = 16_000_000
# Of an index of wheels: bytes of one that is read whole, and of a line; entries that a hint names.
MAX_INDEX_BYTES: Final = 1_000_000_000
MAX_INDEX_LINE: Final = 32_000
MAX_INDEX_HITS: Final = 50

# Of processes that load entries: seconds, bytes, characters.
MAX_LOAD_SECONDS: Final = 1_000_000
MAX_RESULT_BYTES: Final = 10_000_000
MAX_REASON: Final = 4_000

# Of what is shown: characters and items. Errors of builds within builds contain each other, so that
# a deep one would fill a screen.
MAX_QUOTED: Final = 120
MAX_SHOWN: Final = 500
# Of a docstring on a page of the catalogue.
MAX_DOCSTRING: Final = 100_000
MAX_ERROR_TEXT: Final = 2_000
MAX_HINT: Final = 500
MAX_SHOWN_NAMES: Final = 8
MAX_HTML_ROWS: Final = 1_000
MAX_SHOWN_KEYS: Final = 30
MAX_SHOWN_KEY: Final = 60
MAX_SHOWN_PATH: Final = 1_000
MAX_SHOWN_LINES: Final = 20
# `find` looks into metadata no deeper.
MAX_SEARCHED_DEPTH: Final = 20
# Close matches are not looked for beyond: of a longer name, difflib's work would be felt.
MAX_GUESSED: Final = 200
# Pairs of letters that are compared for one wrong name, and wrong names of one check of a config.
MAX_GUESS_WORK: Final = 60_000
MAX_GUESSES: Final = 200
