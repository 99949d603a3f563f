"""Makes golden.json: two small folders with model signatures, one made by the reference implementation and one by the
program, both verified by the reference implementation.

Run by hand from the project's folder after `npm run build`, in a virtual environment:
    pip install model-signing==1.1.1 pyopenssl==26.4.0 cryptography==50.0.2
    python test/golden/model-signature/make.py

model-signing imports pyopenssl and does not name it among its dependencies. Its signatures have either of the two
values of s; the program takes the lower one alone, so signing is repeated until it comes.
"""

import base64
import importlib.metadata
import json
import pathlib
import subprocess
import tempfile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from model_signing import signing, verifying

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[2] / "dist" / "data" / "signing" / "model-signature.js"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FILES = {
    "model_card.md": b"# Model card\n",
    "models/students/a/model.json": b'{"layers":[1,2]}\n',
    "models/students/a/weights.bin": bytes(range(32)),
    "models/students/a-b/weights.bin": b"\x00",
    "provenance/statement.json": b"{}\n",
}
SIGN = """
import { readFileSync, writeFileSync } from 'node:fs';
import { createHash, createPrivateKey } from 'node:crypto';
import path from 'node:path';
const [, program, folder, key, ...files] = process.argv;
const { signModel } = await import(program);
const signed = files.map((file) => ({
  path: file,
  sha256: createHash('sha256').update(readFileSync(path.join(folder, file))).digest('hex'),
}));
const signature = signModel('made-by-program', signed, createPrivateKey(readFileSync(key)));
writeFileSync(path.join(folder, 'model.sig'), JSON.stringify(signature));
"""


def is_low(text: str) -> bool:
    sig = base64.b64decode(json.loads(text)["dsseEnvelope"]["signatures"][0]["sig"])
    return decode_dss_signature(sig)[1] <= ORDER // 2


def by_reference(folder: pathlib.Path, key: pathlib.Path) -> None:
    signature = folder / "model.sig"
    while not signature.exists() or not is_low(signature.read_text()):
        signature.unlink(missing_ok=True)
        config = signing.Config().use_elliptic_key_signer(private_key=key)
        config.set_hashing_config(hashing_config(signature)).sign(folder, signature)


def hashing_config(signature: pathlib.Path):
    from model_signing import hashing

    return hashing.Config().set_ignored_paths(paths=[signature.name])


def by_program(folder: pathlib.Path, key: pathlib.Path) -> None:
    command = ["node", "--input-type=module", "-e", SIGN, "--", str(PROGRAM), str(folder), str(key), *FILES]
    subprocess.run(command, check=True)


def made(sign) -> dict:
    with tempfile.TemporaryDirectory() as root:
        folder = pathlib.Path(root) / "made-by-program"
        for name, content in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        private = ec.generate_private_key(ec.SECP256R1())
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (pathlib.Path(root) / "key.pem").write_bytes(pem)
        public = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (pathlib.Path(root) / "public.pem").write_bytes(public)
        sign(folder, pathlib.Path(root) / "key.pem")
        # Raises where anything differs.
        verifying.Config().use_elliptic_key_verifier(public_key=pathlib.Path(root) / "public.pem").verify(
            folder, folder / "model.sig"
        )
        return {
            "publicKey": public.decode(),
            "signature": (folder / "model.sig").read_text(),
            "files": {name: base64.b64encode(content).decode() for name, content in FILES.items()},
        }


golden = {
    "verifiedBy": {name: importlib.metadata.version(name) for name in ["model-signing", "cryptography"]},
    "byReference": made(by_reference),
    "byProgram": made(by_program),
}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
print("both verified")
