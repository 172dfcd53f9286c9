"""The tools that are compared, each behind the same call: `measure(program, mode, cap, seed) -> Row`."""
