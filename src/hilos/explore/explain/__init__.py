"""From an outcome to something a person understands: the fewest switches, the story they tell, the text of it."""
