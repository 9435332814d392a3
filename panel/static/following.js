// Looks again every other second at what is being made, until it is ready or has failed.
const here = () => document.getElementById("following");
const look = async () => {
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const now = page.getElementById("following");
    if (!now) return location.reload(); // signed out, or the file is gone: the page itself tells
    if (now.textContent !== here().textContent || now.querySelector("progress")?.value !== here().querySelector("progress")?.value) {
      here().innerHTML = now.innerHTML;
      here().toggleAttribute("data-following", now.hasAttribute("data-following"));
      document.title = page.title;
    }
  } catch { /* the net is away: the next look may tell */ }
  if (here().hasAttribute("data-following")) setTimeout(look, 2000);
};
setTimeout(look, 1000);
