// RFC 9497, ristretto255-SHA512 in mode VOPRF, by noble.  Reads an object of hexadecimal texts:
//   {"seed", "info", "blinded": […]}                       evaluates what another asks
//   {"inputs": […]}                                        asks: blinds, and writes its scalars
//   {"inputs", "scalars", "evaluated", "blinded", "public", "proof"}   finalizes what was evaluated
import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { readFileSync } from "node:fs";

const { voprf } = ristretto255_oprf;
const bytes = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const hex = (data) => Buffer.from(data).toString("hex");
const given = JSON.parse(readFileSync(0, "utf8"));

function evaluated() {
  const keys = voprf.deriveKeyPair(bytes(given.seed), bytes(given.info));
  const made = voprf.blindEvaluateBatch(keys.secretKey, keys.publicKey, given.blinded.map(bytes));
  return { public: hex(keys.publicKey), evaluated: made.evaluated.map(hex), proof: hex(made.proof) };
}

function asked() {
  const made = given.inputs.map((one) => voprf.blind(bytes(one)));
  return { scalars: made.map((one) => hex(one.blind)), blinded: made.map((one) => hex(one.blinded)) };
}

function finalized() {
  const items = given.inputs.map((one, at) => ({
    input: bytes(one),
    blind: bytes(given.scalars[at]),
    evaluated: bytes(given.evaluated[at]),
    blinded: bytes(given.blinded[at]),
  }));
  const made = voprf.finalizeBatch(items, bytes(given.public), bytes(given.proof));
  return { outputs: made.map(hex) };
}

console.log(JSON.stringify(given.seed ? evaluated() : given.proof ? finalized() : asked()));
