// What the gates in browser.py ask a page. Evaluated there; never sent to anyone.
var seen = (node) => {
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && style.display !== "none";
};
var what = (node) => node.outerHTML.replace(/\s+/g, " ").slice(0, 140);

var parts = (colour) => (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
var light = (colour) => {
  const [r, g, b] = parts(colour).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
var contrast = (a, b) => {
  const [dark, bright] = [light(a), light(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
};
var behind = (node) => {
  for (let each = node.parentElement; each; each = each.parentElement) {
    const colour = getComputedStyle(each).backgroundColor, alpha = parts(colour)[3];
    if (alpha === undefined || alpha > 0) return colour;
  }
  return "rgb(255, 255, 255)";
};

// The contrast of each control's border. A radio or checkbox that is drawn by its label is measured there.
var borders = () => [...document.querySelectorAll("input, select, textarea")]
  .filter((node) => !["hidden", "submit", "image"].includes(node.type) && seen(node))
  .map((node) => {
    const label = node.labels && node.labels[0];
    const drawn = label && getComputedStyle(node).opacity === "0" ? getComputedStyle(label, "::before") : getComputedStyle(node);
    const width = parseFloat(drawn.borderTopWidth);
    return { what: what(node), ratio: width > 0 ? contrast(drawn.borderTopColor, behind(node)) : 1 };
  });

// The boxes of everything that is pressed, but links in running text: words of the same line run stand beside them.
var inline = (node) => node.nodeType === 3 || (node.nodeType === 1 && getComputedStyle(node).display === "inline");
var running = (block) => [...block.childNodes].filter(inline)
  .map((node) => node.nodeType === 1 && node.tagName === "A" ? "" : node.nodeType === 3 ? node.data : running(node)).join("");
var inText = (node) => {
  if (node.tagName !== "A" || !inline(node)) return false;
  let block = node.parentElement;
  while (inline(block)) block = block.parentElement;
  return running(block).trim().length > 1;
};
var boxes = () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((node) => node.type !== "hidden" && seen(node) && !inText(node))
  .map((node) => {
    const { width, height } = node.getBoundingClientRect();
    return { what: what(node), width, height };
  });

// What makes the page wider than the window, but for what scrolls within a box of its own.
var sticksOut = () => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const scrolls = (node) => node && (/auto|scroll|hidden/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  const found = [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > wide + 1 && !scrolls(node.parentElement));
  return found.length ? found.slice(-3).map(what) : ["the page"];
};
