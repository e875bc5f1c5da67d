# What a reviewer would ask for. `just check` is all of it; each step also runs alone.
# The active virtual environment is used, or else .venv beside this file.

export PATH := env("VIRTUAL_ENV", justfile_directory() / ".venv") / "bin:" + env("PATH")

[private]
default:
    @just --list --unsorted

# Everything below that can fail
check: house test

# The checks that read the code without running it
house: format lint types rooms

# Is the code laid out as ruff lays it out?
format:
    ruff format --check .

# Does ruff find a fault?
lint:
    ruff check .

# Do the types hold, in the library, the examples and the tests of the types?
types:
    mypy

# Does every module keep to its room?
rooms:
    lint-imports --no-logo

# The tests: examples in the docs and docstrings are among them
test *arguments:
    python -m pytest {{ arguments }}

# Which lines do the tests run?
coverage:
    python -m pytest --cov

# Lay the code out and repair what ruff can repair
fix:
    ruff check --fix-only .
    ruff format .

# Which small changes to the domain would no test notice? (needs uv)
mutate *names:
    uv run --group mutation mutmut run {{ names }}
    uv run --group mutation mutmut results

# Make requirements/dev.txt anew after a change of dependencies (needs uv)
requirements:
    uv export --quiet --format requirements-txt --no-emit-workspace --output-file requirements/dev.txt > /dev/null

# A wheel and a source distribution in dist/ (needs uv)
build:
    uv build
