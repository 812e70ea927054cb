/* Words on the map: the most important first, none over another. */

const measure = document.createElement("canvas").getContext("2d");
const LETTERS = 13; // pixels
const CELL = 8; // of the bitmap of what is taken
const widths = new Map();

function widthOf(text) {
  if (!widths.has(text)) widths.set(text, measure.measureText(text).width);
  return widths.get(text);
}

/* [text, x, y] in CSS pixels, the middle of each, for the labels that have room in this view. */
function placed() {
  measure.font = fontOf(1);
  const across = Math.ceil(width / CELL) + 1, down = Math.ceil(height / CELL) + 1, taken = new Uint8Array(across * down);
  const zoom = view.scale / home, found = [], most = (width * height) / 4800;
  for (const [text, x, y, , from, to] of given.labels) {
    if (found.length >= most) break;
    if ((from !== null && zoom < from * 0.999) || (to !== null && zoom >= to)) continue;
    const px = width / 2 + (x - view.x) * view.scale, py = height / 2 - (y - view.y) * view.scale;
    const half = Math.max(widthOf(text) / 2 + 4, 40), tall = LETTERS;
    if (px - half < 0 || px + half > width || py - tall < 0 || py + tall > height) continue;
    const left = Math.floor((px - half) / CELL), right = Math.floor((px + half) / CELL);
    const top = Math.floor((py - tall) / CELL), bottom = Math.floor((py + tall) / CELL);
    let free = true;
    for (let line = top; free && line <= bottom; line++) {
      for (let column = left; column <= right; column++) if (taken[line * across + column]) free = false;
    }
    if (!free) continue;
    for (let line = top; line <= bottom; line++) taken.fill(1, line * across + left, line * across + right + 1);
    found.push([text, px, py]);
  }
  return found;
}

const fontOf = (ratio) => `600 ${LETTERS * ratio}px ${getComputedStyle(document.body).fontFamily}`;

function paintLabels(context, ratio) {
  if (!wordsShown || !given.labels.length) return;
  Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 4 * ratio });
  context.font = fontOf(ratio);
  context.strokeStyle = token("--map");
  context.fillStyle = token("--text");
  for (const [text, x, y] of placed()) {
    context.strokeText(text, x * ratio, y * ratio);
    context.fillText(text, x * ratio, y * ratio);
  }
}
