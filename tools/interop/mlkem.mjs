// ML-KEM-768 by noble, which shares no code with OpenSSL: reads lines of an encapsulation key and
// `m` in hexadecimal, writes lines of ciphertext and shared secret.
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { readFileSync } from "node:fs";

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const [key, m] = line.split(" ").map((text) => Buffer.from(text, "hex"));
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(key, m);
  console.log(Buffer.from(cipherText).toString("hex"), Buffer.from(sharedSecret).toString("hex"));
}
