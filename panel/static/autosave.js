// Saves a draft at a choice, a pause, on leaving, back on the net.
const form = document.querySelector("[data-autosave]"), on = addEventListener;
let timer, changed;
const say = (text) => document.getElementById("autosave-status").textContent = form.dataset[text];
const save = () => {
  if (!changed) return;
  changed = 0;
  fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), keepalive: document.hidden })
    .then(r => r.ok ? say("saved") : Promise.reject())
    .catch(() => say("failed", changed = 1));
};
on("input", () => { changed = 1; clearTimeout(timer); timer = setTimeout(save, 1500); });
["change", "visibilitychange", "online"].forEach((e) => on(e, save));
