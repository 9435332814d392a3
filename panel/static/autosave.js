// Saves a draft while it is being written: at a choice, at a pause, when the page is left, when the net is back.
const form = document.querySelector("form[data-autosave]"), said = document.getElementById("autosave-status");
let timer, changed;
const save = (keepalive) => {
  if (!changed) return;
  changed = false;
  fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), keepalive })
    .then((answer) => { if (!answer.ok) throw 0; said.textContent = form.dataset.saved; })
    .catch(() => { changed = true; said.textContent = form.dataset.failed; });
};
form?.addEventListener("input", () => { changed = true; clearTimeout(timer); timer = setTimeout(save, 1500); });
form?.addEventListener("change", () => { clearTimeout(timer); save(); });
addEventListener("visibilitychange", () => document.hidden && save(true));
addEventListener("online", () => save());
