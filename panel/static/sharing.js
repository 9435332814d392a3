// Tells how much of a sum is left to share out.
document.querySelectorAll("[data-sum]").forEach((said) => {
  const boxes = said.previousElementSibling, words = said.dataset;
  const tell = () => {
    const left = [...boxes.querySelectorAll("input")].reduce((rest, box) => rest - box.value.replace(/\s/g, ""), words.sum);
    const text = isNaN(left) ? "" : words[left > 0 ? "left" : left ? "over" : "even"];
    said.textContent = text.replace("#", Math.abs(left).toLocaleString(document.documentElement.lang));
  };
  boxes.addEventListener("input", tell);
  tell();
});
