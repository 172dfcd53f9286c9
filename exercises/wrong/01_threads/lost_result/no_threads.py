def apply_all(function, values):
    return [function(value) for value in values]
