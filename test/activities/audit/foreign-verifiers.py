"""Verifies a bundle with programs of others: model-signing, securesystemslib and in-toto-attestation.

Usage: python foreign-verifiers.py BUNDLE. Prints a line for each check; an error ends it with exit status 1.
"""

import importlib.metadata
import json
import pathlib
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from model_signing import verifying
from securesystemslib import dsse
from securesystemslib.signer import SSlibKey

bundle = pathlib.Path(sys.argv[1])
provenance = bundle / "provenance"


def done(what: str, package: str) -> None:
    print(f"{what}: {package} {importlib.metadata.version(package)}")


verifier = verifying.Config().use_elliptic_key_verifier(public_key=provenance / "model-key.pem")
verifier.verify(bundle, bundle / "model.sig")
done("model signature", "model-signing")

envelope = dsse.Envelope.from_dict(json.loads((provenance / "signature.json").read_text()))
(keyid,) = envelope.signatures
public = load_pem_public_key((provenance / "public-key.pem").read_bytes())
envelope.verify([SSlibKey.from_crypto(public, keyid=keyid)], 1)
assert envelope.payload == (provenance / "statement.json").read_bytes()
done("signature of the statement", "securesystemslib")

# Both parsers refuse fields that the specifications do not have.
statement = json_format.Parse(envelope.payload, statement_pb2.Statement())
Statement.copy_from_pb(statement).validate()
assert statement.predicate_type == "https://slsa.dev/provenance/v1"
predicate = json_format.ParseDict(json_format.MessageToDict(statement.predicate), provenance_pb2.Provenance())
assert predicate.build_definition.build_type and predicate.run_details.builder.id
done("statement and SLSA provenance", "in-toto-attestation")
