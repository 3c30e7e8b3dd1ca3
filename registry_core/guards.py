"""What passes the guard around other people's code, and what is taken for a failure of it."""

from typing import Final

# Around an import, a hook or a question: what a person or the interpreter ends a program with. All
# else that such code raises, `SystemExit` included, is its fault: except PASSES first, and then
# BaseException.
PASSES: Final = (KeyboardInterrupt, GeneratorExit)

# Around a constructor: what it fails with. What asyncio, trio and greenlet cancel a task with, and
# pytest skips a test with, are other BaseExceptions. A program means those, so they pass.
FAILURES: Final = (Exception, SystemExit)
