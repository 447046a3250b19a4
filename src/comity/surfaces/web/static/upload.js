// Files of any size: sent in ranges and hashed while they go, paused, resumed after a reload.
//
// WebCrypto hashes only what lies whole in memory, so SHA-256 (FIPS 180-4) stands here. Its state
// is kept after each range, under a fingerprint of the file, so that a page which was loaded anew
// goes on where it stopped: neither what was sent nor what was hashed is done twice.
"use strict";

const K = new Int32Array(64);
const START = new Int32Array(8);
(() => { // the fractional parts of roots of the first primes, as the standard makes them
  const whole = (x) => (x - Math.floor(x)) * 0x100000000 | 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
    if (!prime) continue;
    if (found < 8) START[found] = whole(Math.sqrt(n));
    K[found++] = whole(Math.cbrt(n));
  }
})();

class Sha256 {
  constructor(kept) {
    this.state = Int32Array.from(kept ? kept.state : START);
    this.rest = Uint8Array.from(kept ? kept.rest : []);
    this.length = kept ? kept.length : 0;
    this.w = new Int32Array(64);
  }

  keep() { return { state: [...this.state], rest: [...this.rest], length: this.length }; }

  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    if (this.rest.length) {
      const need = Math.min(64 - this.rest.length, bytes.length);
      const joined = new Uint8Array(this.rest.length + need);
      joined.set(this.rest); joined.set(bytes.subarray(0, need), this.rest.length);
      at = need;
      if (joined.length < 64) { this.rest = joined; return; }
      this.blocks(joined, 0, 64);
    }
    const end = at + (bytes.length - at & ~63);
    this.blocks(bytes, at, end);
    this.rest = bytes.slice(end);
  }

  blocks(bytes, from, to) {
    const w = this.w, s = this.state;
    for (let at = from; at < to; at += 64) {
      for (let i = 0, j = at; i < 16; i++, j += 4) w[i] = bytes[j] << 24 | bytes[j + 1] << 16 | bytes[j + 2] << 8 | bytes[j + 3];
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
      }
      let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
      for (let i = 0; i < 64; i++) {
        const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
        const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
        h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + u | 0;
      }
      s[0] = s[0] + a | 0; s[1] = s[1] + b | 0; s[2] = s[2] + c | 0; s[3] = s[3] + d | 0;
      s[4] = s[4] + e | 0; s[5] = s[5] + f | 0; s[6] = s[6] + g | 0; s[7] = s[7] + h | 0;
    }
  }

  hex() {
    const last = new Sha256(this.keep()), bits = this.length * 8;
    const pad = new Uint8Array((this.rest.length < 56 ? 64 : 128) - this.rest.length);
    const view = new DataView(pad.buffer);
    pad[0] = 0x80;
    view.setUint32(pad.length - 8, Math.floor(bits / 0x100000000));
    view.setUint32(pad.length - 4, bits >>> 0);
    last.update(pad);
    return [...last.state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }
}

const MIB = 1 << 20;
const TRIES = 5;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const readable = (bytes) => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  while (bytes >= 1024 && at < units.length - 1) { bytes /= 1024; at++; }
  return `${bytes.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${units[at]}`;
};

// A name of a file is nobody's business who opens this browser later: its hash finds it again.
const fingerprint = (file) => {
  const hash = new Sha256();
  hash.update(new TextEncoder().encode(`${file.name}|${file.size}|${file.lastModified}`));
  return `comity-upload:${hash.hex()}`;
};
const recall = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
const remember = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* it begins anew after a reload */ } };
const forget = (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };

class Refused extends Error {
  constructor(told, status) { super(`${told.what} ${told.fix}`); this.code = told.code; this.status = status; }
}

class Upload {
  constructor(row, files) {
    this.row = row;
    this.files = files;
    this.input = row.querySelector("input[type=file]");
    this.box = row.querySelector("[data-progress]");
    this.bar = row.querySelector("progress");
    this.paused = false;
    this.running = false;
    this.kept = Boolean(this.field("upload").value);
    this.input.addEventListener("change", () => this.input.files.length && this.choose(this.input.files[0]));
    row.querySelector("[data-pause]").addEventListener("click", () => this.pause());
    row.querySelector("[data-resume]").addEventListener("click", () => this.resume());
    row.querySelector("[data-remove]").addEventListener("click", () => this.remove());
  }

  field(name) { return this.row.querySelector(`input[type=hidden][name$="-${name}"]`); }
  say(text) { this.row.querySelector("[data-state]").textContent = text; }
  word(name) { return this.files.dataset[`say${name}`]; }
  get busy() { return Boolean(this.file) && !this.kept; }

  async call(method, path, body, headers = {}) {
    const token = this.files.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(this.files.dataset.begin + path, { method, body, headers: { "X-CSRFToken": token, ...headers } });
    const told = await answer.json().catch(() => ({ what: answer.statusText, fix: "", code: "" }));
    if (!answer.ok) throw new Refused(told, answer.status);
    return told;
  }

  choose(file) {
    this.file = file;
    this.kept = false;
    this.field("upload").value = "";
    this.input.value = ""; // its bytes go in ranges, not with the form
    this.input.closest(".govuk-form-group").hidden = true;
    this.row.querySelector("[data-kept]")?.remove();
    this.row.querySelector("[data-name]").textContent = file.name;
    this.box.hidden = false;
    this.show(0);
    this.resume();
    this.rest();
  }

  // The field that was left is hidden: the focus rests on the name of the file, where no key does anything.
  rest() {
    this.row.querySelector("[data-name]").focus();
  }

  show(sent) {
    this.bar.value = this.file.size ? sent / this.file.size : 1;
    this.row.querySelector("[data-amount]").textContent = this.word("Of").replace("{sent}", readable(sent)).replace("{whole}", readable(this.file.size));
  }

  pause(text = this.word("Paused")) {
    this.paused = true;
    this.say(text);
    this.turn(false);
  }

  turn(running) {
    const [pause, resume] = ["[data-pause]", "[data-resume]"].map((one) => this.row.querySelector(one));
    const had = document.activeElement === pause || document.activeElement === resume;
    pause.hidden = !running;
    resume.hidden = running || this.kept;
    if (had && this.kept) this.rest();
    else if (had) (running ? pause : resume).focus();
  }

  async resume() {
    this.paused = false;
    this.turn(true);
    this.say(this.word("Sending"));
    if (this.running) return;
    this.running = true;
    try {
      await this.send(this.file);
    } catch (error) {
      this.pause(error instanceof Refused ? error.message : this.word("Cut"));
    }
    this.running = false;
  }

  async remove() {
    this.paused = true;
    const id = this.field("upload").value || this.id;
    if (this.file) forget(fingerprint(this.file));
    this.file = undefined;
    this.kept = false;
    for (const name of ["upload", "name", "media_type"]) this.field(name).value = "";
    this.box.hidden = true;
    this.input.closest(".govuk-form-group").hidden = false;
    this.input.focus();
    if (id) await this.call("DELETE", `${id}/`).catch(() => {}); // it goes by itself after a day
    this.id = undefined;
  }

  async begun(file, key) {
    const kept = recall(key);
    if (kept) {
      try {
        const held = await this.call("GET", `${kept.id}/`);
        const hash = new Sha256(kept.hash);
        // What is held beyond what was hashed, or short of it, is hashed again from the start.
        if (hash.length !== held.held_bytes) return { held, hash: await this.hashed(file, held.held_bytes) };
        return { held, hash };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        forget(key); // its day is over
      }
    }
    const held = await this.call("POST", "", new URLSearchParams({ size_bytes: file.size }));
    remember(key, { id: held.upload, hash: new Sha256().keep() });
    return { held, hash: new Sha256() };
  }

  async hashed(file, until) {
    const hash = new Sha256();
    for (let at = 0; at < until; at += MIB) hash.update(new Uint8Array(await file.slice(at, Math.min(at + MIB, until)).arrayBuffer()));
    return hash;
  }

  async send(file) {
    const key = fingerprint(file);
    let { held, hash } = await this.begun(file, key);
    this.id = held.upload;
    // Few enough ranges that a terabyte fits, and small enough that a pause comes soon.
    const size = Math.min(held.range_bytes_max, Math.max(8 * MIB, Math.ceil(file.size / 2048 / MIB) * MIB));
    this.show(held.held_bytes);
    while (held.held_bytes < file.size) {
      if (this.paused || this.file !== file) return;
      const from = held.held_bytes, to = Math.min(from + size, file.size);
      const [now] = await Promise.all([this.range(held, file, from, to), this.hash(hash, file, from, to)]);
      held = now;
      if (hash.length !== held.held_bytes) hash = await this.hashed(file, held.held_bytes);
      remember(key, { id: held.upload, hash: hash.keep() });
      if (this.file === file) this.show(held.held_bytes);
    }
    if (this.file !== file) return;
    if (!held.whole) await this.call("POST", `${held.upload}/told/`, new URLSearchParams({ sha256: hash.hex() }));
    forget(key);
    this.kept = true;
    this.field("upload").value = held.upload;
    this.field("name").value = file.name;
    this.field("media_type").value = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/.test(file.type) ? file.type : "application/octet-stream";
    this.turn(false);
    this.say(`${this.word("Kept").replace("{name}", file.name)} SHA-256 ${hash.hex()}`);
  }

  async hash(hash, file, from, to) {
    for (let at = from; at < to; at += MIB) hash.update(new Uint8Array(await file.slice(at, Math.min(at + MIB, to)).arrayBuffer()));
  }

  async range(held, file, from, to) {
    for (let tried = 1; ; tried++) {
      try {
        return await this.call("PUT", `${held.upload}/${from}/`, file.slice(from, to), { "Content-Type": "application/octet-stream" });
      } catch (error) {
        if (error instanceof Refused && error.status === 409) return this.call("GET", `${held.upload}/`);
        if (error instanceof Refused && error.code !== "node.upload.cut") throw error;
        if (tried >= TRIES) throw error;
        await sleep(500 * 2 ** tried);
      }
    }
  }
}

function begin(files) {
  const rows = files.querySelector("[data-rows]"), count = files.querySelector("[data-count]");
  const found = [...rows.querySelectorAll("[data-file]")].map((row) => new Upload(row, files));
  files.querySelector("[data-add]").addEventListener("click", (event) => {
    event.preventDefault();
    const holder = document.createElement("div");
    holder.innerHTML = files.querySelector("template[data-row]").innerHTML.replaceAll("__n__", count.value);
    const row = holder.firstElementChild;
    rows.append(row);
    count.value = Number(count.value) + 1;
    found.push(new Upload(row, files));
    row.querySelector("input[type=file]").focus();
  });
  files.closest("form").addEventListener("submit", (event) => {
    const busy = found.find((one) => one.busy);
    if (!busy) return;
    event.preventDefault();
    busy.say(files.dataset.sayWait);
    busy.row.querySelector("[data-remove]").focus();
  });
}

document.querySelectorAll("[data-files]").forEach(begin);
