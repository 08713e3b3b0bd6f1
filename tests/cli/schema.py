#!/usr/bin/env python3
"""schema.py SCHEMA NAME: is the JSON on stdin what SCHEMA says of the report NAME?"""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
report = json.load(sys.stdin)
schema["$ref"] = "#/$defs/" + sys.argv[2]
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(report))
for e in errors[:5]:
    print(f"{sys.argv[2]}: {'/'.join(map(str, e.path))}: {e.message[:300]}")
sys.exit(1 if errors else 0)
