/* The points: decoding, where they lie, finding the nearest one, painting them. Nothing here knows of the page. */

const FILL = 0.92; // share of the window that is used when all is shown
const CELLS = 128; // a side of the grid in which the nearest point is sought
const PHASES = 4; // discs are kept ready for so many positions within a pixel, in each direction
const MOVING = 150000; // points that are drawn while the map moves; the rest follow when it rests

function decode(text, Type) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Type(bytes.buffer);
}

/* A fixed shuffle, so that no category lies on top only because it came last, and any first part is a fair sample. */
function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 1;
  for (let i = n - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((seed / 4294967296) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function boundsOf(xy, wanted = () => true) {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length / 2; i++) {
    if (!wanted(i)) continue;
    const x = xy[2 * i], y = xy[2 * i + 1];
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  return x0 <= x1 ? [x0, y0, x1, y1] : [-1, -1, 1, 1];
}

/* A view is {x, y, scale}: the data point in the middle of the window, and pixels per data unit. y points up. */
function fitted([x0, y0, x1, y1], width, height) {
  const x = (x0 + x1) / 2, y = (y0 + y1) / 2;
  const least = Math.max(Math.abs(x), Math.abs(y)) * 1e-5 || 1e-9; // no finer than float32 can tell apart
  const wide = Math.max(x1 - x0, least), high = Math.max(y1 - y0, least);
  return { x, y, scale: FILL * Math.min(Math.max(width, 1) / wide, Math.max(height, 1) / high) };
}

/* The points sorted into square cells: finds the one under the cursor without a look at all the others. */
class Grid {
  constructor(xy) {
    const [x0, y0, x1, y1] = boundsOf(xy);
    Object.assign(this, { xy, x0, y0, size: Math.max(x1 - x0, y1 - y0) / CELLS || 1 });
    const n = xy.length / 2, cells = new Uint32Array(n);
    this.starts = new Uint32Array(CELLS * CELLS + 1);
    this.members = new Uint32Array(n);
    for (let i = 0; i < n; i++) {
      cells[i] = this.along(xy[2 * i + 1] - y0) * CELLS + this.along(xy[2 * i] - x0);
      this.starts[cells[i] + 1]++;
    }
    for (let c = 0; c < CELLS * CELLS; c++) this.starts[c + 1] += this.starts[c];
    const next = this.starts.slice();
    for (let i = 0; i < n; i++) this.members[next[cells[i]]++] = i;
  }

  along(distance) {
    return Math.min(CELLS - 1, Math.max(0, Math.floor(distance / this.size)));
  }

  nearest(x, y, reach, wanted) {
    let best = reach * reach, found = -1;
    const left = this.along(x - reach - this.x0), right = this.along(x + reach - this.x0);
    for (let line = this.along(y - reach - this.y0); line <= this.along(y + reach - this.y0); line++) {
      const last = this.starts[line * CELLS + right + 1];
      for (let m = this.starts[line * CELLS + left]; m < last; m++) {
        const i = this.members[m];
        const distance = (this.xy[2 * i] - x) ** 2 + (this.xy[2 * i + 1] - y) ** 2;
        if (distance <= best && wanted(i)) [best, found] = [distance, i];
      }
    }
    return found;
  }
}

/* The pixels that a disc covers, once for each position within a pixel: where, how much, and how much of it is rim. */
function discs(radius, rim, stride) {
  const half = Math.ceil(radius + 1), all = [];
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    const cx = ((phase % PHASES) + 0.5) / PHASES, cy = (Math.floor(phase / PHASES) + 0.5) / PHASES;
    const where = [], cover = [], edge = [];
    for (let py = -half; py <= half; py++) {
      for (let px = -half; px <= half; px++) {
        const away = Math.hypot(px + 0.5 - cx, py + 0.5 - cy);
        if (away >= radius + 0.5) continue;
        where.push(4 * (py * stride + px));
        cover.push(Math.min(1, radius + 0.5 - away) * Math.min(1, 2 * radius));
        edge.push(rim ? Math.min(1, Math.max(0, away - radius + rim + 0.5)) : 0);
      }
    }
    all.push({ where: Int32Array.from(where), cover: Float32Array.from(cover), edge: Float32Array.from(edge) });
  }
  return all;
}

/* Paints into its own pixels, which reach a little beyond the canvas so that no disc needs clipping. */
class Painter {
  constructor(canvas, xy, keys) {
    Object.assign(this, { context: canvas.getContext("2d", { alpha: false }), xy, keys, order: shuffled(keys.length) });
  }

  /* look: {view, width, height, radius: all in device pixels; background, palette: RGB; strong(i): whether a point
     stands out from the faded ones, or null for no difference}. rough: fewer points, while the map moves */
  paint(look, rough) {
    const pad = Math.ceil(look.radius * 1.3) + 3;
    const wide = look.width + 2 * pad, high = look.height + 2 * pad;
    if (!this.image || this.image.width !== wide || this.image.height !== high) this.image = new ImageData(wide, high);
    const [red, green, blue] = look.background;
    new Uint32Array(this.image.data.buffer).fill(((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
    const most = rough ? MOVING : Infinity;
    if (look.strong) {
      this.stamp(look, pad, most / 2, (i) => !look.strong(i), look.radius, 0.7);
      this.stamp(look, pad, most / 2, look.strong, look.radius * 1.15, 0);
    } else {
      this.stamp(look, pad, most, null, look.radius, 0);
    }
    this.context.putImageData(this.image, -pad, -pad);
  }

  stamp(look, pad, most, wanted, radius, fade) {
    const { xy, keys, order } = this, { view, palette, background } = look;
    const wide = this.image.width, data = this.image.data;
    const shapes = discs(radius, radius < 2.5 ? 0 : radius / 4, wide);
    const faded = (channel, key) => palette[3 * key + channel] * (1 - fade) + background[channel] * fade;
    const opacity = fade ? 0.8 : 0.92, rimLight = fade ? 1 : 0.62;
    const fills = Float32Array.from({ length: palette.length }, (_, k) => faded(k % 3, Math.floor(k / 3)));
    const ox = look.width / 2 - view.x * view.scale, oy = look.height / 2 + view.y * view.scale;
    for (let j = 0, left = most; j < order.length && left > 0; j++) {
      const i = order[j];
      const px = ox + xy[2 * i] * view.scale, py = oy - xy[2 * i + 1] * view.scale;
      if (!(px > -radius && py > -radius && px < look.width + radius && py < look.height + radius)) continue;
      if (wanted && !wanted(i)) continue;
      left--;
      const column = Math.floor(px), line = Math.floor(py);
      const shape = shapes[Math.floor((py - line) * PHASES) * PHASES + Math.floor((px - column) * PHASES)];
      const at = 4 * ((line + pad) * wide + column + pad), colour = 3 * keys[i];
      for (let p = 0; p < shape.where.length; p++) {
        const o = at + shape.where[p], share = shape.cover[p] * opacity, light = 1 + (rimLight - 1) * shape.edge[p];
        data[o] += (fills[colour] * light - data[o]) * share;
        data[o + 1] += (fills[colour + 1] * light - data[o + 1]) * share;
        data[o + 2] += (fills[colour + 2] * light - data[o + 2]) * share;
      }
    }
  }
}
