// Passkeys: the browser's own ceremony, between a form of ours and its button.
//
//   <form data-passkey="add" data-options="{creation_options: …}">      make one
//   <form data-passkey="show" data-options="{request_options: …}">      show one
//   <form data-passkey="sign-in" data-options="/address of options">    show one, before anyone is known
(() => {
  "use strict";

  const known = window.PublicKeyCredential;
  const canParse = known && known.parseCreationOptionsFromJSON && known.parseRequestOptionsFromJSON;

  async function optionsOf(form) {
    if (form.dataset.passkey !== "sign-in") return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`options: ${answer.status}`);
    return answer.json();
  }

  async function made(form) {
    const options = (await optionsOf(form)).creation_options.publicKey;
    const alone = form.elements.namedItem("passwordless");
    const wanted = options.authenticatorSelection || (options.authenticatorSelection = {});
    wanted.residentKey = alone && alone.checked ? "required" : "discouraged";
    wanted.requireResidentKey = Boolean(alone && alone.checked);
    if (alone && alone.checked) wanted.userVerification = "required";
    return navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(options) });
  }

  async function shown(form) {
    const options = (await optionsOf(form)).request_options.publicKey;
    return navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(options) });
  }

  function tell(form, why) {
    const problem = form.querySelector("[data-passkey-problem]");
    problem.textContent = problem.dataset[why];
    problem.hidden = false;
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      const field = form.elements.namedItem("credential");
      event.preventDefault();
      if (!canParse) return tell(form, "old");
      try {
        const credential = await (form.dataset.passkey === "add" ? made(form) : shown(form));
        field.value = JSON.stringify(credential.toJSON());
      } catch {
        return tell(form, "failed");
      }
      form.submit();
    });
  }
})();
