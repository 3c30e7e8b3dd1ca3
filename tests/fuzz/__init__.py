"""What must hold for any input: properties that a fuzzer and the tests put to the core."""
