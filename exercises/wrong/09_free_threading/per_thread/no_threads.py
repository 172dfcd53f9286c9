def count(parts, accept):
    total = 0
    for part in parts:
        for element in part:
            if accept(element):
                total += 1
    return total
