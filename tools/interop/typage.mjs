// age files by typage, an implementation that shares no code with comity.
//
//   node typage.mjs encrypt RECIPIENT < plaintext > file
//   node typage.mjs decrypt IDENTITY  < file > plaintext
//   node typage.mjs recipient IDENTITY          prints its recipient
import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";

const [verb, key] = process.argv.slice(2);

async function run() {
  if (verb === "recipient") return identityToRecipient(key);
  const input = new Uint8Array(readFileSync(0));
  if (verb === "encrypt") {
    const encrypter = new Encrypter();
    encrypter.addRecipient(key);
    return encrypter.encrypt(input);
  }
  if (verb === "decrypt") {
    const decrypter = new Decrypter();
    decrypter.addIdentity(key);
    return decrypter.decrypt(input);
  }
  throw new Error(`no such verb: ${verb}`);
}

process.stdout.write(await run());
