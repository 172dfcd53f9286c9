"""Pure data: who waits for whom, and in what order locks are taken."""
