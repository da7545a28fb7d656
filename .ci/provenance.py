"""Checks NAME.provenance.json with the in-toto project's own definitions, in which no field is unknown and none is of another type.

    provenance.py STATEMENT.json FILE…

The files must be the statement's subjects, with the digests it gives.
"""
import hashlib
import json
import sys

from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage

path, *files = sys.argv[1:]
content = json.load(open(path))
statement = Statement.copy_from_pb(ParseDict(content, StatementMessage()))
statement.validate()
if statement.pb.predicate_type != "https://slsa.dev/provenance/v1":
    sys.exit(f"predicate type {statement.pb.predicate_type}")
provenance = ParseDict(content["predicate"], Provenance())
for dependency in provenance.build_definition.resolved_dependencies:
    ResourceDescriptor.copy_from_pb(dependency).validate()
for field in (provenance.build_definition.build_type, provenance.run_details.builder.id):
    if not field:
        sys.exit("build type or builder is missing")
digests = {subject.name: subject.digest["sha256"] for subject in statement.pb.subject}
for file in files:
    digest = hashlib.sha256(open(file, "rb").read()).hexdigest()
    if digests.pop(file.split("/")[-1], None) != digest:
        sys.exit(f"{file} is no subject with the digest {digest}")
if digests:
    sys.exit(f"other subjects: {sorted(digests)}")
print(f"valid: {len(files)} subjects, {len(provenance.build_definition.resolved_dependencies)} dependencies")
