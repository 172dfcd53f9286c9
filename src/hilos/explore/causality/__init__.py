"""Pure: which operations commute, and what happens before what."""
