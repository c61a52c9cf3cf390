"""docs/openapi.yaml against the routes and answers in src/net. Prints TAP.

Run by the system's Python from the root of the sources, with no more than Debian's python3-jsonschema and python3-yaml.
"""

import re
import traceback

import jsonschema
import yaml

with open("docs/openapi.yaml", encoding="utf-8") as source:
    API = yaml.safe_load(source)
with open("src/net/serve.c", encoding="utf-8") as source:
    SERVE = source.read()

METHODS = {"get", "post"}


def routes():
    """The table of routes: (path, whether it is a prefix, method)."""
    table = SERVE.partition("} routes[] = {")[2].partition("};")[0]
    rows = re.findall(r'\{"([^"]+)", (true|false), (true|false), \w+\}', table)
    return [(path, prefix == "true", "post" if post == "true" else "get") for path, prefix, post in rows]


def operations():
    """Each operation with its path, method and place in the document."""
    for path, item in API["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def answers(route, path, method):
    """Whether a route answers to a path of the document."""
    pattern, prefix, by = route
    return by == method and (path.startswith(pattern) if prefix else path == pattern)


COSIGNED = "/{hash}/checkpoint"  # the one route that is no row of the table


def test_every_route_is_described():
    assert len(routes()) >= 8, routes()
    for route in routes():
        assert any(answers(route, path, method) for path, method, _ in operations()), route
    assert "is_cosigned_path" in SERVE and COSIGNED in API["paths"]


def test_nothing_else_is_described():
    for path, method, _ in operations():
        assert path == COSIGNED or any(answers(route, path, method) for route in routes()), (method, path)


def test_every_status_is_described():
    said = set(re.findall(r"(?:say\(reply, |reply->code = )(\d{3})", SERVE)) | {"200"}
    said |= set(re.findall(r"CS_WITNESS_\w+ = (\d{3})", open("src/ledger/ledger.h", encoding="utf-8").read()))
    described = {status for _, _, operation in operations() for status in operation["responses"]}
    assert said | {"413"} == described, (sorted(said), sorted(described))


def test_every_reference_leads_somewhere():
    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    found = set(references(API))
    assert found
    for reference in found:
        place = API
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_it_is_openapi():
    assert re.fullmatch(r"3\.1\.\d", API["openapi"])
    assert API["info"]["title"] and isinstance(API["info"]["version"], str)
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names)), names
    for path, method, operation in operations():
        parameters = [
            API["components"]["parameters"][p["$ref"].rsplit("/", 1)[1]] if "$ref" in p else p
            for p in operation.get("parameters", [])
        ]
        in_path = {p["name"] for p in parameters if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path)), path
        assert ("requestBody" in operation) == (method == "post"), path
        for status, response in operation["responses"].items():
            assert isinstance(status, str) and ("description" in response or "$ref" in response), (path, status)


def test_its_schemas_are_schemas():
    for schema in API["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


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
