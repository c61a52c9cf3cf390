"""The model of simulate-bench in NumPy: all trials of a piece at once, each visit drawn, and only hits looked at closer.

    simulate.py MODEL.json TRIALS

Prints, for each violation, nanoseconds a trial and the share of trials in which it was noticed.
"""
import json
import sys
import time

import numpy as np

PIECE = 1 << 15  # trials whose arrays stay in the cache


def distinct(rng, count, among, trials):
    """`count` different numbers below `among`, for each trial: each next one is drawn from those that are left."""
    out = np.empty((trials, count), np.int64)
    for i in range(count):
        drawn = rng.integers(0, among - i, trials)
        before = np.sort(out[:, :i], axis=1)
        for k in range(i):  # past each smaller one, in order
            drawn += drawn >= before[:, k]
        out[:, i] = drawn
    return out


def places_of(block, rng, trials):
    count = len(block["places"])
    if block["repeats"]:
        drawn = rng.integers(0, count, (trials, block["visits"]))
    else:
        drawn = distinct(rng, block["visits"], count, trials)
    return np.asarray(block["places"])[drawn]


def notice_first(first, trial, day):
    """The earliest day of each trial; `trial` ascends."""
    if len(trial) > 0:
        begins = np.flatnonzero(np.r_[True, trial[1:] != trial[:-1]])
        earliest = np.minimum.reduceat(day, begins)
        first[trial[begins]] = np.minimum(first[trial[begins]], earliest)


def play(model, rng, trials):
    days = model["days"]
    first = np.full(trials, float(days))
    begun = model["begins"] + rng.random(trials) * (model["begins_by"] - model["begins"])
    if model["places"] > 0:
        eligible, portion = np.asarray(model["eligible"]), np.full((trials, model["place_count"]), -1, np.int8)
        chosen = eligible[distinct(rng, model["places"], len(eligible), trials)]
        for i in range(model["places"]):
            portion[np.arange(trials), chosen[:, i]] = 0 if i < model["more"] else 1
        seen, steps = np.asarray(model["seen"]), model["steps"]
        for block in model["blocks"]:
            places = places_of(block, rng, trials)
            trial, visit = np.nonzero(np.take_along_axis(portion, places, axis=1) >= 0)
            place = places[trial, visit]
            day = block["first"] + rng.random(len(trial)) * block["length"]
            done = np.full(len(trial), steps)
            if model["over"] > 0:
                part = (day - begun[trial]) / model["over"] * steps
                done = np.clip(1 + part.astype(np.int64), 0, steps)
            chance = seen[place, portion[trial, place], done]
            chance = model["refused"] + block["sees"] * chance
            noticed = (rng.random(len(trial)) < chance) & (day >= begun[trial]) & (day >= 0) & (day < days)
            notice_first(first, trial[noticed], day[noticed])
    if model["means"] > 0:
        np.minimum(first, begun + rng.exponential(1 / model["means"], trials), out=first)
    if model["late"] > 0:
        np.minimum(first, begun + rng.exponential(1 / model["late"], trials) + model["late_days"], out=first)
    return np.bincount(np.minimum(first, days).astype(np.int64), minlength=days + 1)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        models = json.load(file)
    trials = int(sys.argv[2])
    for model in models:
        rng = np.random.Generator(np.random.SFC64(1))  # the fastest that NumPy has
        play(model, rng, PIECE)
        noticed, begin = 0, time.perf_counter()
        for _ in range(trials // PIECE):
            noticed += play(model, rng, PIECE)[: model["days"]].sum()
        took = time.perf_counter() - begin
        played = trials // PIECE * PIECE
        print(f"{model['name']} {took / played * 1e9:.1f} {noticed / played:.6f}")


if __name__ == "__main__":
    main()
