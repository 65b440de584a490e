"""Memory per camera: what stands there and is found again and again, and what people dismissed.

What clips show goes from the catalog into files (`remember`), from there into what is known when a
clip begins (`recall`), and people have their say (`sayings`). What counts as known is judgement's
(`judge.memory`); docs/design/014 tells why.
"""
