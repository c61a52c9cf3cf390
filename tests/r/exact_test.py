#!/usr/bin/env python3
"""Whether src/inspect is exact: random parameters, to 1e-12 of each value, against 60 digits of decimal arithmetic and,
for small populations, against fractions. Prints TAP.

exact_test.py GRID    GRID is the program made from grid.c
"""
import decimal
import fractions
import math
import random
import subprocess
import sys

decimal.getcontext().prec = 60
Exact = decimal.Decimal
PI = Exact("3.14159265358979323846264338327950288419716939937510582097494459")
BERNOULLI = [Exact(a) / b for a, b in ((1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510))]
random.seed(20201020)


def log_factorial(n):
    """By Stirling's series, far enough out for 60 digits to be right to more than 40."""
    if n < 400:
        return Exact(math.factorial(n)).ln()
    z = Exact(n + 1)
    total = (z - Exact("0.5")) * z.ln() - z + (2 * PI).ln() / 2
    power = z
    for k, b in enumerate(BERNOULLI, 1):
        total += b / (2 * k * (2 * k - 1) * power)
        power *= z * z
    return total


def log_choose(n, k):
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k)


def density(population, defects, sample, met):
    return (log_choose(defects, met) + log_choose(population - defects, sample - met) - log_choose(population, sample)).exp()


def tails(population, defects, sample, met):
    """At most so many, and more, each added up by itself."""
    least, most = max(0, sample + defects - population), min(sample, defects)
    start = term = density(population, defects, sample, met)
    lower = upper = Exact(0)
    k = met
    while term > lower * Exact("1e-25"):
        lower += term
        if k == least:
            break
        term *= Exact(k * (population - defects - sample + k)) / ((defects - k + 1) * (sample - k + 1))
        k -= 1
    k, term = met, start
    while k < most:
        term *= Exact((defects - k) * (sample - k)) / ((k + 1) * (population - defects - sample + k + 1))
        k += 1
        upper += term
        if term < upper * Exact("1e-25"):
            break
    return lower, upper


def small_case():
    """Everything by fractions: enumeration of the number met."""
    population = random.randint(1, 60)
    defects, sample = random.randint(0, population), random.randint(0, population)
    least, most = max(0, sample + defects - population), min(sample, defects)
    met, miss = random.randint(least, most), random.choice([0.0, 1.0, random.random(), random.random() * 1e-9])
    total = math.comb(population, sample)
    p = {k: fractions.Fraction(math.comb(defects, k) * math.comb(population - defects, sample - k), total)
         for k in range(least, most + 1)}
    exact_miss = fractions.Fraction(miss)
    missed = sum(p[k] * exact_miss**k for k in p)
    return (population, defects, sample, met, miss), (
        p[met], sum(p[k] for k in p if k <= met), sum(p[k] for k in p if k > met), 1 - missed, missed)


def large_case():
    """Density and tails alone, of a population of up to 10^9."""
    population = int(10 ** random.uniform(1, 9))
    defects, sample = (min(population, int(population * 10 ** -random.uniform(0, 6))) for _ in range(2))
    mean = defects * sample / population
    deviation = math.sqrt(mean * (1 - defects / population) * (1 - sample / population)) + 1
    least, most = max(0, sample + defects - population), min(sample, defects)
    met = min(most, max(least, round(random.gauss(mean, 4 * deviation))))
    return (population, defects, sample, met, 0.0), (density(population, defects, sample, met),
                                                     *tails(population, defects, sample, met))


def compare(name, number, cases):
    rows = "".join("{} {} {} {} {!r}\n".format(*parameters) for parameters, _ in cases)
    answers = subprocess.run([sys.argv[1]], input=rows, capture_output=True, text=True, check=True).stdout.splitlines()
    worst, where = 0.0, None
    for (parameters, exact), line in zip(cases, answers):
        for ours, theirs in zip(line.split(), exact):
            ours = fractions.Fraction(float(ours))
            theirs = fractions.Fraction(theirs)
            off = float(abs(ours - theirs) / max(theirs, fractions.Fraction(1, 10**290)))
            if off > worst:
                worst, where = off, (parameters, line)
    good = worst <= 1e-12 and len(answers) == len(cases)
    print(f"{'ok' if good else 'not ok'} {number} - {name}: {len(cases)} parameters, largest relative difference {worst:.1e}")
    if not good:
        print("#", where)
    return good


print("1..2")
results = [
    compare("small populations, by fractions", 1, [small_case() for _ in range(2000)]),
    compare("populations up to 10^9, by 60 digits", 2, [large_case() for _ in range(300)]),
]
sys.exit(not all(results))
