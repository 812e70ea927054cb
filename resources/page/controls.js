/* What people do: mouse, pen, touch and keys, the search, the legend. The last of the three scripts: it starts the page. */

/* Mouse, pen, touch and keys */

const fingers = new Map();
let travelled = 0;
const middle = () => [...fingers.values()].reduce(([x, y], [fx, fy]) => [x + fx / fingers.size, y + fy / fingers.size], [0, 0]);
const spreadOf = () => { const [a, b] = [...fingers.values()]; return b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0; };

canvas.addEventListener("pointerdown", (event) => {
  if (event.button > 1) return;
  if (!fingers.size) travelled = 0;
  fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) {
    if (!kept) point(near(event.offsetX, event.offsetY));
    return;
  }
  const [oldX, oldY] = middle(), oldSpread = spreadOf();
  fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
  const [x, y] = middle(), spread = spreadOf();
  travelled += Math.hypot(x - oldX, y - oldY) + Math.abs(spread - oldSpread);
  if (travelled < 4) return;
  canvas.classList.add("moving");
  pan(x - oldX, y - oldY);
  if (oldSpread && spread) zoom(spread / oldSpread, x, y);
});
for (const ending of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(ending, (event) => {
    const held = fingers.delete(event.pointerId);
    canvas.classList.remove("moving");
    if (!held || fingers.size || travelled >= 4 || ending === "pointercancel") return;
    const i = near(event.offsetX, event.offsetY);
    point(i, i >= 0);
  });
}
canvas.addEventListener("pointerleave", () => kept || point(-1));
canvas.addEventListener("dblclick", (event) => zoom(2, event.offsetX, event.offsetY));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 240 : 1;
  const turn = Math.max(-240, Math.min(240, event.deltaY * lines * (event.ctrlKey ? 5 : 1)));
  zoom(2 ** (-turn / 240), event.offsetX, event.offsetY);
}, { passive: false });

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const onMap = {
  Enter: () => step(0, 0),
  ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
  "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: showAll,
};
canvas.addEventListener("keydown", (event) => {
  if (event.shiftKey && event.key in directions) {
    event.preventDefault();
    step(...directions[event.key]);
    return;
  }
  const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : onMap[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== search) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "Escape") {
    if (pointed >= 0) point(-1);
    else if (search.value) { search.value = ""; find(); }
    else isolate(null);
  }
});
search.addEventListener("input", find);
search.addEventListener("keydown", (event) => event.key === "Enter" && showFound());
$("closer").onclick = () => zoom(1.6);
$("wider").onclick = () => zoom(1 / 1.6);
$("all").onclick = showAll;
$("everything").onclick = () => isolate(null);
$("theme").onclick = () => wear(themeNow() === "dark" ? "light" : "dark");
$("marked").onclick = () => {
  onlyMarked = !onlyMarked;
  emphasise();
};
$("words").onclick = () => {
  wordsShown = !wordsShown;
  $("words").setAttribute("aria-pressed", String(wordsShown));
  draw();
};

function wear(theme) {
  document.documentElement.dataset.theme = theme;
  if (view) recolour();
}
let followsSystem = themeNow() === "auto"; // until the reader chooses
if (followsSystem) wear(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => followsSystem && wear(dark.matches ? "dark" : "light"));
$("theme").addEventListener("click", () => { followsSystem = false; });

/* The legend */

function element(name, text = "", into = null) {
  const made = document.createElement(name);
  made.textContent = text;
  into?.append(made);
  return made;
}

function buildLegend() {
  $("legend").hidden = !(legend.entries.length || legend.range);
  $("legend").querySelector("h2").textContent = legend.name || "Colours";
  for (const entry of legend.entries) {
    const button = element("button", "", element("li", "", $("entries")));
    button.append(element("i"), element("span", entry.label), element("b"));
    button.dataset.key = entry.key;
    button.title = `${entry.label}: click to show only this, with Ctrl or Shift to show it too`;
    button.onclick = (event) => isolate([entry.key], event.ctrlKey || event.metaKey || event.shiftKey);
  }
  if (!legend.range) return;
  $("range").hidden = false;
  $("beyond").hidden = !legend.beyond;
  for (const [share, text] of legend.range) {
    const tick = element("span", text, $("ticks"));
    tick.style.left = `${100 * share}%`;
    if (share < 0.12 || share > 0.88) tick.style.transform = `translateX(${share < 0.5 ? 0 : -100}%)`;
  }
}

function paintRamp() {
  if (!legend.range) return;
  const context = $("ramp").getContext("2d");
  for (let key = 1; key < 256; key++) {
    context.globalAlpha = !chosen || chosen.has(key) ? 1 : 0.2;
    context.clearRect(key - 1, 0, 1, 1);
    context.fillStyle = css(key);
    context.fillRect(key - 1, 0, 1, 1);
  }
}

let rampStart = 0;
const rampKey = (event) => 1 + Math.round(254 * Math.min(1, Math.max(0, event.offsetX / $("ramp").offsetWidth)));
$("ramp").addEventListener("pointerdown", (event) => {
  rampStart = rampKey(event);
  $("ramp").setPointerCapture(event.pointerId);
  isolate(null);
});
$("ramp").addEventListener("pointermove", (event) => {
  const low = Math.min(rampStart, rampKey(event)), high = Math.max(rampStart, rampKey(event));
  if (!event.buttons || high - low < 3) return;
  chosen = new Set(Array.from({ length: high - low + 1 }, (_, k) => low + k));
  emphasise();
});

function recolour() {
  for (const button of $("entries").querySelectorAll("button")) {
    button.firstChild.style.background = css(Number(button.dataset.key));
  }
  if (pointed >= 0) card.querySelector("i").style.background = css(keys[pointed]);
  paintRamp();
  draw();
}

buildLegend();
recolour();
emphasise();
$("empty").hidden = n > 0;
$("marked").hidden = !states;
$("words").hidden = !given.labels.length;
if (!texts.length) search.placeholder = "Search titles";
$("note").textContent = given.note;
$("note").hidden = !given.note;
new ResizeObserver(() => {
  const untouched = !view || view.scale === home;
  [width, height] = [stage.clientWidth, stage.clientHeight];
  const whole = fitted(boundsOf(xy), width, height);
  home = whole.scale;
  view = untouched ? whole : view;
  if (pointed >= 0) putCard();
  cancelAnimationFrame(pending);
  paint(); // at once: a canvas of the old size would be stretched for a moment
}).observe(stage);
