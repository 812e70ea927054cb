/* The window onto the points: what stands out, how it is drawn and moved, the card. Texts are set as text, never as HTML. */

const $ = (id) => document.getElementById(id);
const given = JSON.parse($("data").textContent);
const { titles, texts, legend } = given;
const xy = decode(given.xy, Float32Array), keys = decode(given.keys, Uint8Array);
const palettes = { light: decode(given.light, Uint8Array), dark: decode(given.dark, Uint8Array) };
const stage = $("stage"), canvas = $("map"), card = $("card"), search = $("search");
const number = (value) => value.toLocaleString("en");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const painter = new Painter(canvas, xy, keys);
const grid = new Grid(xy);
const labels = new Map(legend.entries.filter((entry) => entry.named).map((entry) => [entry.key, entry.label]));
const n = keys.length;
const NORMAL = 0, SELECTED = 2; // states; 1 is dimmed
const states = given.states ? decode(given.states, Uint8Array) : null;
const chosenState = states?.includes(SELECTED) ? SELECTED : NORMAL; // what stood out where the page was made
const lines = given.fields.map(({ name, words, at }) => ({ name, words, at: at ? decode(at, Uint16Array) : null }));

const valueOf = ({ words, at }, i) => words[at ? at[i] : i];

let view = null; // {x, y, scale} in CSS pixels
let width = 0, height = 0, home = 1;
let chosen = null; // the keys that the legend isolates, as a Set; null for all
let found = null; // Uint8Array: the points that the search finds; null for all
let pointed = -1, kept = false; // the point of the card, and whether a click keeps it open
let onlyMarked = states !== null; // only what stood out where the page was made
let wordsShown = true; // the labels
let rough = false, pending = 0, settle = 0, flight = 0;

/* What is shown strongly */

const isChosen = (i) => !chosen || chosen.has(keys[i]);
const isFound = (i) => !found || found[i] === 1;
const isMarked = (i) => !onlyMarked || states[i] >= chosenState && states[i] !== 1;
const isStrong = (i) => isChosen(i) && isFound(i) && isMarked(i);

let haystack = null;
function find() {
  const wanted = search.value.trim().toLowerCase();
  haystack ??= titles.map((title, i) => [title, texts[i] ?? "", ...lines.map((line) => valueOf(line, i))].join("\n").toLowerCase());
  found = wanted ? Uint8Array.from(haystack, (text) => (text.includes(wanted) ? 1 : 0)) : null;
  emphasise();
}

function isolate(only, add) {
  if (!only) chosen = null;
  else if (add && chosen) {
    for (const key of only) if (!chosen.delete(key)) chosen.add(key);
    if (!chosen.size) chosen = null;
  } else chosen = chosen && chosen.size === only.length && only.every((key) => chosen.has(key)) ? null : new Set(only);
  emphasise();
}

function emphasise() {
  const perKey = new Uint32Array(256);
  let strong = 0;
  for (let i = 0; i < n; i++) {
    if (!isFound(i) || !isMarked(i)) continue;
    perKey[keys[i]]++;
    if (isChosen(i)) strong++;
  }
  const all = `${number(n)} ${n === 1 ? "item" : "items"}`;
  $("count").textContent = found || chosen || onlyMarked ? `${number(strong)} of ${all}` : all;
  $("everything").hidden = !chosen;
  for (const button of $("entries").querySelectorAll("button")) {
    const key = Number(button.dataset.key);
    button.setAttribute("aria-pressed", String(Boolean(chosen?.has(key))));
    button.classList.toggle("out", Boolean(chosen) && !chosen.has(key));
    button.querySelector("b").textContent = number(perKey[key]);
  }
  $("marked").setAttribute("aria-pressed", String(onlyMarked));
  if (pointed >= 0 && !isStrong(pointed)) point(-1);
  paintRamp();
  draw();
}

/* Drawing */

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const dark = matchMedia("(prefers-color-scheme: dark)");
const themeNow = () => document.documentElement.dataset.theme;
const palette = () => palettes[themeNow()];
const css = (key) => `rgb(${palette().subarray(3 * key, 3 * key + 3).join(" ")})`;

function radius() {
  const roomy = Math.sqrt((width * height) / Math.max(n, 1)) * 0.19;
  return Math.min(8, Math.max(0.7, Math.min(5, roomy)) * Math.max(1, view.scale / home) ** 0.35);
}

function draw(inMotion = false) {
  rough = inMotion && n > 2 * MOVING;
  clearTimeout(settle);
  if (rough) settle = setTimeout(draw, 150);
  pending ||= requestAnimationFrame(paint);
}

function paint() {
  pending = 0;
  if (!view) return;
  const ratio = window.devicePixelRatio || 1, wide = Math.round(width * ratio), high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const r = radius() * ratio, strong = chosen || found || onlyMarked ? isStrong : null;
  const look = { view: { ...view, scale: view.scale * ratio }, width: wide, height: high, radius: r, strong };
  painter.paint({ ...look, background: rgb(token("--map")), palette: palette() }, rough);
  const context = painter.context;
  paintLabels(context, ratio);
  if (pointed < 0) return;
  const [px, py] = place(pointed);
  context.lineWidth = 2 * ratio;
  context.strokeStyle = token("--mark");
  context.fillStyle = css(keys[pointed]);
  context.beginPath();
  context.arc(px * ratio, py * ratio, r + 2 * ratio, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/* Moving */

const place = (i) => [
  width / 2 + (xy[2 * i] - view.x) * view.scale,
  height / 2 - (xy[2 * i + 1] - view.y) * view.scale,
];
const under = (px, py) => [view.x + (px - width / 2) / view.scale, view.y - (py - height / 2) / view.scale];

function show(next) {
  view = next;
  if (kept) putCard();
  else point(-1);
  draw(true);
}

function zoom(factor, px = width / 2, py = height / 2) {
  cancelAnimationFrame(flight);
  const scale = Math.min(home * 1e4, Math.max(home / 4, view.scale * factor));
  const [x, y] = under(px, py), share = view.scale / scale;
  show({ x: x + (view.x - x) * share, y: y + (view.y - y) * share, scale });
}

function pan(dx, dy) {
  cancelAnimationFrame(flight);
  show({ ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale });
}

function fly(target) {
  cancelAnimationFrame(flight);
  const from = view, began = performance.now(), spread = 1 / target.scale - 1 / from.scale;
  const step = (now) => {
    const t = calm.matches ? 1 : Math.min(1, Math.max(0, (now - began) / 260)), share = t * t * (3 - 2 * t);
    const scale = from.scale ** (1 - share) * target.scale ** share;
    // the centre follows the size of the window in data units, so that the target grows in place
    const part = Math.abs(spread) * from.scale < 1e-6 ? share : (1 / scale - 1 / from.scale) / spread;
    show(t === 1 ? target : { x: from.x + (target.x - from.x) * part, y: from.y + (target.y - from.y) * part, scale });
    if (t < 1) flight = requestAnimationFrame(step);
  };
  step(calm.matches ? began : began + 1);
}

const showAll = () => fly(fitted(boundsOf(xy), width, height));

function showFound() {
  if (!found?.includes(1)) return;
  const target = fitted(boundsOf(xy, isStrong), width, height);
  fly({ ...target, scale: Math.min(target.scale, home * 12) });
}

/* The card */

function point(i, keep = false) {
  if (i === pointed && keep === kept) return;
  [pointed, kept] = [i, keep];
  card.hidden = i < 0;
  card.classList.toggle("kept", keep);
  canvas.classList.toggle("over", i >= 0);
  if (i >= 0) {
    const [image, title, text, list, colour] = card.children, label = labels.get(keys[i]);
    image.hidden = !(i in given.pictures);
    if (!image.hidden) image.src = `data:image/jpeg;base64,${given.pictures[i]}`;
    image.alt = titles[i] || "Picture of the item";
    list.replaceChildren();
    for (const line of lines) {
      const name = line.name, value = valueOf(line, i);
      if (!value || (name === legend.name && label !== undefined)) continue; // said with its colour
      element("dt", name, list);
      element("dd", value, list);
    }
    list.hidden = !list.children.length;
    title.textContent = titles[i];
    text.textContent = texts[i] ?? "";
    text.hidden = !texts[i];
    title.hidden = !titles[i];
    colour.hidden = label === undefined;
    colour.lastChild.textContent = label ?? "";
    colour.firstChild.style.background = css(keys[i]);
    putCard();
    $("spoken").textContent = [titles[i], texts[i], label].filter(Boolean).join(". ");
  }
  draw();
}

/* The next strong point in a direction, at most 45 degrees off it: near counts more than straight. */
function step(dx, dy) {
  const [cx, cy] = pointed >= 0 ? place(pointed) : [width / 2, height / 2];
  let best = Infinity, next = -1;
  for (let i = 0; i < n; i++) {
    const [px, py] = place(i), along = (px - cx) * dx + (py - cy) * dy, aside = Math.abs((px - cx) * dy) + Math.abs((py - cy) * dx);
    if (i === pointed || (pointed >= 0 && (along <= 0 || aside > along)) || !isStrong(i)) continue;
    const cost = pointed >= 0 ? along + 2 * aside : Math.hypot(px - cx, py - cy);
    if (cost < best) [best, next] = [cost, i];
  }
  if (next < 0) return;
  const [px, py] = place(next);
  if (px < 40 || py < 40 || px > width - 40 || py > height - 40) {
    view = { ...view, x: xy[2 * next], y: xy[2 * next + 1] };
  }
  point(next, true);
}

function putCard() {
  const [px, py] = place(pointed), gap = radius() + 10;
  card.hidden = px < 0 || py < 0 || px > width || py > height;
  const right = px + gap + card.offsetWidth < width - 8, below = py + gap + card.offsetHeight < height - 8;
  const x = right ? px + gap : Math.max(8, px - gap - card.offsetWidth);
  const y = below ? py + gap : Math.max(8, py - gap - card.offsetHeight);
  card.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
}

const near = (px, py) => grid.nearest(...under(px, py), Math.max(8, radius() + 3) / view.scale, isStrong);
