"""The schemas against the agreements and against statements, and the record against what is asked of its rows. Prints TAP.

Run by the system's Python from the root of the sources, with no more than Debian's python3-jsonschema and python3-yaml.
"""

import copy
import csv
import glob
import json
import re
import traceback

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Dates stay texts, as they are for the program."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader)


def read_schema():
    with open("schemas/treaty.schema.json", encoding="utf-8") as file:
        return json.load(file)


def validator():
    return jsonschema.Draft202012Validator(read_schema())


AGREEMENTS = sorted(glob.glob("treaties/*.yaml") + glob.glob("tests/model/*.yaml"))


def test_the_schema_is_a_schema():
    schema = read_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_agreements_satisfy_it():
    assert len(AGREEMENTS) >= 7, AGREEMENTS
    for path in AGREEMENTS:
        faults = [f"{path}: {fault.json_path}: {fault.message}" for fault in validator().iter_errors(load(path))]
        assert not faults, "\n".join(faults)


def set_at(*keys):
    """A change that sets the value at a path of keys."""
    *way, last, value = keys

    def change(agreement):
        for key in way:
            agreement = agreement[key]
        agreement[last] = value

    return change


def remove(*keys):
    *way, last = keys

    def change(agreement):
        for key in way:
            agreement = agreement[key]
        del agreement[last]

    return change


MUTATIONS = {
    "an unknown key": set_at("artcle", "x"),
    "an unknown key of a limit": set_at("limits", "deployed-warheads", "atmost", 5),
    "no title": remove("title"),
    "no counts": remove("counts"),
    "a limit without its count": remove("limits", "deployed-warheads", "count"),
    "a limit without its article": remove("limits", "deployed-warheads", "article"),
    "a negative limit": set_at("limits", "deployed-warheads", "at-most", -1),
    "a limit that overflows": set_at("limits", "deployed-warheads", "at-most", 2**64),
    "a limit of a half": set_at("limits", "deployed-warheads", "at-most", 0.5),
    "a limit in words": set_at("limits", "deployed-warheads", "at-most", "many"),
    "a limit by party in words": set_at("limits", "deployed-warheads", "at-most", {"US": "many"}),
    "a date of another form": set_at("term", "entry-into-force", "5 February 2011"),
    "a duration without a unit": set_at("term", "duration", "10"),
    "a deadline without a side": set_at("notifications", "launch", "due", "24 hours"),
    "a basis that is none of the words": set_at("limits", "deployed-warheads", "basis", "rumour"),
    "parties as a list": set_at("parties", ["US", "RU"]),
    "no parties": set_at("parties", {}),
    "an identifier with a space": set_at("parties", "United States", {"name": "x"}),
    "states as a text": set_at("counts", "deployed-warheads", "sum", 0, "states", "emplaced"),
    "an empty sum": set_at("counts", "deployed-warheads", "sum", []),
    "a weight of nothing": set_at("counts", "deployed-warheads", "sum", 0, "weight", 0),
    "a flag in words": set_at("items", "icbm", "identified", "yes"),
}


def test_mutations_do_not():
    agreement = load("treaties/new-start.yaml")
    assert validator().is_valid(agreement)
    for name, change in MUTATIONS.items():
        changed = copy.deepcopy(agreement)
        change(changed)
        assert not validator().is_valid(changed), f"{name} satisfies the schema"


def statement_validator():
    with open("schemas/statement.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def statements():
    """One of each kind, with every key that it may have."""
    with open("tests/schema/statements.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def test_statements_satisfy_theirs():
    kinds = [statement["kind"] for statement in statements()]
    assert kinds == "adopt declare notify raise resolve extend suspend resume withdraw".split(), kinds
    for statement in statements():
        faults = [fault.message for fault in statement_validator().iter_errors(statement)]
        assert not faults, "\n".join(faults)


COMMON = {"kind", "agreement", "party", "time"}
NEEDED = {
    "adopt": {"treaty", "origin", "key", "cosigner"},
    "declare": {"date"},
    "notify": {"notification", "date"},
    "raise": {"origin"},
    "resolve": {"origin", "entry"},
    "extend": {"until"},
    "suspend": {"from"},
    "resume": {"from"},
    "withdraw": {"from"},
}


def test_statements_without_a_key():
    valid = statement_validator().is_valid
    for statement in statements():
        for key in statement:
            rest = {name: value for name, value in statement.items() if name != key}
            optional = key not in COMMON | NEEDED[statement["kind"]]
            assert valid(rest) == optional, f"{statement['kind']} without {key}"


def test_statements_with_a_wrong_value():
    valid = statement_validator().is_valid
    for statement in statements():
        assert not valid({**statement, "colour": "red"}), statement["kind"]
        for key in statement:
            for value in (None, True, -1, 1.5, 2**53, "", [], {}):
                assert not valid({**statement, key: value}), f"{statement['kind']} with {key} = {value!r}"
    declaration = statements()[1]
    for value in ({"missiles": -1}, {"missiles": "7"}, {"missiles": 2**53}):
        assert not valid({**declaration, "totals": value}), value
    for value in ([7], [{}], [{**declaration["holdings"][0], "count": -1}], [{**declaration["holdings"][0], "x": 1}]):
        assert not valid({**declaration, "holdings": value}), value


def walk(value, path, source):
    """Every mapping with an article, its path, and the source that it has or inherits."""
    if isinstance(value, dict):
        source = value.get("source", source)
        if "article" in value:
            yield path, value, source
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}", source)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, f"{path}[{index}]", source)


def test_what_was_read_has_a_source():
    without = []
    for path in sorted(glob.glob("treaties/*.yaml")):
        for place, rule, source in walk(load(path), path, None):
            if rule.get("basis", "text") not in ("draft", "none") and source is None:
                without.append(place)
    assert not without, "\n".join(without)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_every_row_of_the_record_has_numbers_and_a_source():
    record = rows("data/new-start-aggregates.csv")
    assert len(record) == 49, len(record)
    counts = ["deployed-delivery-vehicles", "deployed-warheads", "deployed-and-nondeployed-launchers"]
    for row in record:
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["date"]), row
        assert row["party"] in ("US", "RU"), row
        assert row["provided"] in ("exchanged", "published"), row
        assert row["checked"] in ("yes", "derived", "part"), row
        assert all(re.fullmatch(r"[1-9]\d{2,3}", row[count]) for count in counts), row
        assert all(re.fullmatch(r"https?://\S+", page) for page in row["seen_at"].split()) and row["seen_at"], row
    assert len({row["date"] for row in record}) == 25


EXERCISES = ["demo/freeze-year.yaml", "demo/freeze-cheat.yaml", "tests/bad/exercise.yaml"]


def test_exercises_satisfy_theirs():
    with open("schemas/exercise.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for path in EXERCISES:
        faults = [f"{path}: {fault.json_path}: {fault.message}" for fault in check.iter_errors(load(path))]
        assert not faults, "\n".join(faults)
    good = load(EXERCISES[2])
    for key, value in (("do", "invade"), ("count", "two"), ("refuse", "open"), ("by", [])):
        bad = copy.deepcopy(good)
        bad["actions"][0][key] = value
        assert list(check.iter_errors(bad)), (key, value)


def scenario_validator():
    with open("schemas/scenario.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_scenarios_satisfy_theirs():
    check = scenario_validator()
    for path in sorted(glob.glob("scenarios/*.yaml")) + ["tests/bad/scenario.yaml"]:
        faults = [f"{path}: {fault.json_path}: {fault.message}" for fault in check.iter_errors(load(path))]
        assert not faults, "\n".join(faults)


ONE = {"strategy": "hidden-transfer", "of": "x", "count": 1}
SCENARIO_MUTATIONS = {
    "an unknown key": set_at("tittle", "x"),
    "no title": remove("title"),
    "no assumptions": remove("assume"),
    "no violations": set_at("violations", {}),
    "violations as a list": set_at("violations", []),
    "too many violations": set_at("violations", {f"v{i}": ONE for i in range(33)}),
    "facilities without a table or kinds": set_at("facilities", {}),
    "a kind with a key of none": set_at("facilities", "kinds", "store", {"number": 4}),
    "fewer than no items": set_at("facilities", "kinds", "store", "items", -1),
    "a length without a unit": set_at("length", "1"),
    "a date of another form": set_at("from", "5 February 2021"),
    "a probability above 1": set_at("assume", "miss", 1.01),
    "a probability below 0": set_at("assume", "miss", -0.01),
    "a probability in words": set_at("assume", "miss", "few"),
    "false alarms in most looks": set_at("assume", "false-alarm", 0.6),
    "half a look": set_at("assume", "looks", 0.5),
    "places drawn in no known way": set_at("assume", "repeats", "sometimes"),
    "national means of no strategy": set_at("assume", "national-means", {"covert": 1}),
    "a strategy that there is not": set_at("violations", "extra", "strategy", "magic"),
    "a violation without a strategy": remove("violations", "extra", "strategy"),
    "a violation of nothing": remove("violations", "extra", "of"),
    "a violation without its size": remove("violations", "extra", "count"),
    "a breakout without its time": set_at("violations", "extra", "strategy", "slow-breakout"),
    "refusals without their probability": set_at("violations", "extra", "strategy", "refused-inspections"),
    "late notifications without a share": set_at("violations", "extra", "strategy", "late-notifications"),
}


def test_mutations_of_scenarios_do_not():
    check, good = scenario_validator(), load("tests/bad/scenario.yaml")
    assert check.is_valid(good)
    for name, change in SCENARIO_MUTATIONS.items():
        changed = copy.deepcopy(good)
        change(changed)
        assert not check.is_valid(changed), f"{name} satisfies the schema"


def test_every_row_by_type_has_a_number_and_a_source():
    items = load("treaties/new-start.yaml")["items"]
    for row in rows("data/new-start-by-type.csv"):
        assert row["state"] in items[row["item"]]["states"], row
        assert re.fullmatch(r"\d+", row["count"]), row
        assert re.fullmatch(r"https?://\S+", row["seen_at"]), row


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {name}")
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
    return failed > 0


raise SystemExit(main())
