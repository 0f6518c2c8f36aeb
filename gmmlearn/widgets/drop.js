// A first guess that can be dragged. Python sends a still picture and where its axes lie;
// all that moves is SVG drawn here, so it follows the pointer with or without a kernel.
//
// guess: { weights: [k], means: [k][d], sds: [k][d], tilts: [k], placed: [k] }, in data units.

const STYLE = `
.gmm-drop { color: var(--jp-ui-font-color1, #222);
  font: 13px/1.5 var(--jp-ui-font-family, system-ui, sans-serif); }
.gmm-drop svg { display: block; width: 100%; height: auto; background: #fff;
  user-select: none; -webkit-user-select: none; }
.gmm-drop .scroll { overflow-x: auto; }
.gmm-drop svg text { font: 12.5px "DejaVu Sans", Verdana, sans-serif; fill: #222; }
.gmm-drop text, .gmm-drop .still { pointer-events: none; }
.gmm-drop .middle { text-anchor: middle; dominant-baseline: central; }
.gmm-drop svg .number { font-weight: bold; }
.gmm-drop .name { paint-order: stroke; stroke: #fff; stroke-width: 4px; }
.gmm-drop .grip { fill: transparent; }
.gmm-drop .centre { cursor: grab; }
.gmm-drop .width, .gmm-drop .share { cursor: ew-resize; }
.gmm-drop .height { cursor: ns-resize; }
.gmm-drop .empty { fill: transparent; }
.gmm-drop .waiting .empty { cursor: crosshair; }
.gmm-drop .dragging * { cursor: grabbing !important; }
.gmm-drop [tabindex] { outline: none; }
.gmm-drop .ring { fill: none; stroke: none; stroke-width: 2.5px; }
.gmm-drop [tabindex]:focus .ring { stroke: #222; }
.gmm-drop .numbers { display: grid; gap: 2px 16px; padding: 6px 8px 2px; font-size: 12.5px;
  font-variant-numeric: tabular-nums; }
.gmm-drop .foot { display: flex; align-items: flex-start; gap: 16px; padding: 0 16px 4px 8px; }
.gmm-drop .dot { display: inline-block; width: 10px; height: 10px; margin-right: 7px;
  border-radius: 50%; box-shadow: 0 0 0 2px #fff; } /* brown is lost on a dark page */
.gmm-drop .hint { flex: 1; min-height: 3em; font-size: 12px; color: var(--jp-ui-font-color2, #666); }
.gmm-drop button { font: inherit; color: inherit; padding: 2px 10px; cursor: pointer;
  border: 1px solid var(--jp-border-color1, #bbb); border-radius: 4px; background: transparent; }
`;
const LEAST = 0.6; // of a picture's own width: narrower columns scroll it
const GRIP = 15; // radius, in px on screen, of what can be grabbed
const SMALLEST = 0.01; // share that a cluster keeps
const PUT = "Click where you see a cluster, or drag a number there.";
const DRAG = ["", // by the number of dimensions
  "Drag a number to move its cluster, a small circle to change its spread, the bar to change " +
    "the shares. Tab: by keyboard.",
  "Drag a number to move its cluster, a small circle to widen or tilt it, the bar to change " +
    "the shares. Tab: by keyboard."];
const KEYS = ["",
  "Keys: ← → move, + − spread, ↑ ↓ share; with Shift further. Delete takes it up.",
  "Keys: arrows move, + − size, w n t s width and height, l r lean, Page Up/Down share; " +
    "with Shift further. Delete takes it up."];
const EDGE_KEYS = "Keys: ← → move this boundary between two shares; with Shift further.";

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const copy = (value) => JSON.parse(JSON.stringify(value));
const round = (value, step) => Number((step * Math.round(value / step)).toPrecision(15));
const sumTo = (values, end) => values.slice(0, end).reduce((total, value) => total + value, 0);
function set(node, attributes) {
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return node;
}
const draw = (parent, tag, attributes) =>
  set(parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", tag)), attributes);
const html = (parent, tag, className = "") =>
  Object.assign(parent.appendChild(document.createElement(tag)), { className });

// Four significant digits, or more where the column's own step asks for them.
function show(value, step = Infinity) {
  const size = Math.floor(Math.log10(Math.abs(value) || step));
  const digits = clamp(1 + size - Math.round(Math.log10(step)), 4, 15);
  const text = value.toPrecision(digits);
  const plain = text.includes("e") && Math.abs(value) >= 1 && Math.abs(value) < 1e9;
  return (plain ? String(Number(text)) : text).replace("-", "−");
}
const percent = (share) => `${Number((100 * share).toPrecision(4))}\u00a0%`;

function render({ model, el }) {
  const scene = model.get("scene");
  const { d, size: [W, H], box: [left, top, wide, high], low, upper, steps, colours, names } = scene;
  const clusters = colours.map((_, j) => j);
  const unit = [(upper[0] - low[0]) / wide, (upper[1] - low[1]) / high]; // of the data, per px
  const X = (value) => left + (value - low[0]) / unit[0];
  const Y = (value) => top + high - (value - low[1]) / unit[1];
  let guess = copy(model.get("guess"));
  let grab = null; // what the pointer holds
  let byPointer = false; // how the focus came to where it is

  // From back to front: the still picture, curves or ellipses, the shares, the handles.
  const root = html(el, "div", "gmm-drop");
  root.style.maxWidth = `${W}px`;
  html(root, "style").textContent = STYLE;
  const picture = draw(html(root, "div", "scroll"), "svg", { viewBox: `0 0 ${W} ${H}`, role: "group",
    "aria-label": `The first guess: ${clusters.length} clusters to place` });
  picture.style.minWidth = `${LEAST * W}px`;
  draw(picture, "image", { href: scene.still, width: W, height: H, class: "still" });
  const frame = { x: left, y: top, width: wide, height: high };
  const plot = draw(picture, "svg", { ...frame, viewBox: `${left} ${top} ${wide} ${high}`,
    class: "still" }); // a window that clips
  const total = draw(plot, "path", { fill: "none", stroke: "#333", "stroke-width": 1.5 });
  const bodies = clusters.map((j) => (d === 1 ? [1] : [2, 1]).map((reach) => ({ reach,
    path: draw(plot, "path", { stroke: colours[j], "stroke-width": 2, fill: colours[j] }) })));
  draw(picture, "rect", { ...frame, class: "empty" });
  draw(picture, "text", { x: left - 8, y: scene.bar + 9.5, "text-anchor": "end",
    "dominant-baseline": "central" }).textContent = clusters.length > 1 ? "shares" : "";
  const shares = clusters.map((j) => [
    draw(picture, "rect", { fill: colours[j], "fill-opacity": 0.4, y: scene.bar, height: 18 }),
    draw(picture, "text", { x: 0, y: scene.bar + 9.5, class: "middle" })]);
  const kinds = d === 1 ? ["width", "width", "centre"] : ["width", "height", "centre"];
  const handles = clusters.map((j) => controls(kinds, colours[j], j));
  const edges = clusters.slice(1).map((j) => controls(["share"], "#555", j - 1));
  const label = (j) => (names ? `${j + 1} ${names[j]}` : `${j + 1}`);
  const matrices = clusters.map((j) => scene.panel && matrix(j, scene.panel));
  const numbers = html(root, "div", "numbers");
  const longest = Math.max(0, ...(names ?? []).map((name) => name.length + 1));
  const column = 8 * longest + // px, so that nothing wraps in a drag
    (d === 1 ? 265 : clusters.length < 4 ? 600 : 420);
  numbers.style.gridTemplateColumns = `repeat(auto-fill, minmax(min(${column}px, 100%), 1fr))`;
  const lines = clusters.map((j) => {
    const line = html(numbers, "span");
    html(line, "span", "dot").style.background = colours[j];
    return line.appendChild(document.createTextNode(""));
  });
  const foot = html(root, "div", "foot");
  const hint = html(foot, "div", "hint");
  const again = html(foot, "button");
  again.textContent = "Start over";

  // A focusable group of handles. Its keys must not reach the notebook's own shortcuts.
  function controls(kinds, colour, j) {
    const group = draw(picture, "g", { tabindex: 0, role: "slider" });
    const bar = draw(group, "path", { stroke: colour, "stroke-width": 1.5, class: "still" });
    const made = kinds.map((kind) => {
      const node = draw(group, "g", {});
      if (kind === "share") {
        draw(node, "rect", { x: -6.5, y: -16, width: 13, height: 32, rx: 6.5, class: "ring" });
        draw(node, "rect", { x: -3, y: -12, width: 6, height: 24, rx: 3, fill: "#fff",
          stroke: colour, "stroke-width": 1.5 });
      } else {
        if (kind === "centre") draw(node, "circle", { r: 15, class: "ring" });
        draw(node, "circle", { r: kind === "centre" ? 11 : 5.5, fill: "#fff", stroke: colour,
          "stroke-width": 2.5 });
      }
      return { node, kind, grip: draw(node, "circle", { class: `grip ${kind}` }), group, j };
    });
    const centre = made.at(-1).node;
    if (made.length > 1) draw(centre, "text", { class: "middle number" }).textContent = j + 1;
    const name = draw(centre, "text", { class: "middle name" });
    return { group, bar, made, name };
  }
  // A cluster's covariance matrix, to the right of the axes: its four entries, to be written.
  function matrix(j, { gap, wide: width, high: height, columns, rows }) {
    const group = draw(picture, "g", { class: "matrix",
      transform: `translate(${left + wide + gap} ${top + j * height})` });
    const [upper, lower] = [rows[0] - 10, rows[1] + 10];
    for (const [end, inner] of [[1, 6], [width - 1, width - 6]]) {
      draw(group, "path", { d: `M${inner} ${upper}H${end}V${lower}H${inner}`, fill: "none",
        stroke: colours[j], "stroke-width": 2 });
    }
    draw(group, "text", { y: 8, class: "number", "dominant-baseline": "central" }).textContent =
      label(j);
    return rows.map((y) => columns.map((x) => draw(group, "text", { x, y, class: "middle" })));
  }
  function write(j) {
    const [entries, [sx, sy], tilt] = [matrices[j], guess.sds[j], guess.tilts[j]];
    const both = tilt ? show(tilt * sx * sy) : "0";
    entries[0][0].textContent = `${show(sx)}² = ${show(sx * sx)}`;
    entries[1][1].textContent = `${show(sy)}² = ${show(sy * sy)}`;
    entries[0][1].textContent = entries[1][0].textContent = both;
    return `, variances ${show(sx * sx)} and ${show(sy * sy)}, covariance ${both}`;
  }
  function put(handle, x, y) {
    handle.x = clamp(x, left + 7, left + wide - 7);
    handle.y = handle.kind === "share" ? y : clamp(y, top + 13, top + high - 7);
    set(handle.node, { transform: `translate(${handle.x} ${handle.y})` });
  }

  // ---- drawing the guess -------------------------------------------------------------------
  const path = (points) =>
    points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
  const height = (j, z) => guess.weights[j] * Math.exp(-z * z / 2) /
    (guess.sds[j][0] * Math.sqrt(2 * Math.PI));
  const onScreen = (value) => Math.max(Y(value), top - 50);
  const around = [...Array(109).keys()].map((i) => (i - 54) / 15);
  function curve(j) {
    return path(around.map((z) =>
      [X(guess.means[j][0] + z * guess.sds[j][0]), onScreen(height(j, z))]));
  }
  function sumOfCurves() {
    const every = [...Array(Math.ceil(wide / 2) + 1).keys()].map((i) => low[0] + 2 * i * unit[0]);
    const own = clusters.flatMap((j) => around.map((z) => guess.means[j][0] + z * guess.sds[j][0]));
    const at = [...every, ...own].filter((x) => x >= low[0] && x <= upper[0]).sort((a, b) => a - b);
    const heights = (x) => clusters.map((j) => height(j, (x - guess.means[j][0]) / guess.sds[j][0]));
    return path(at.map((x) => [X(x), onScreen(sumTo(heights(x)))]));
  }
  function ellipse(j, reach) {
    const [[x, y], [sx, sy], tilt] = [guess.means[j], guess.sds[j], guess.tilts[j]];
    const flat = Math.sqrt(1 - tilt * tilt);
    return path([...Array(91).keys()].map((i) => {
      const [c, s] = [Math.cos(i * Math.PI / 45), Math.sin(i * Math.PI / 45)];
      return [X(x + reach * sx * c), Y(y + reach * sy * (tilt * c + flat * s))];
    }));
  }
  // Where the handles for the spread sit, from the centre in px: in 1-D on the curve, one
  // standard deviation out; in 2-D on the outer ellipse, at its widest and its highest point.
  function arms(j) {
    const [sds, tilt] = [guess.sds[j], guess.tilts[j]];
    const reach = (i) => Math.max(2 * sds[i] / unit[i], 24);
    const [side, over] = grab?.j === j ? grab.sides : sides(j);
    return [[side * reach(0), -side * tilt * reach(1)], [over * tilt * reach(0), -over * reach(1)]];
  }
  // To the right and upwards, but for what would lie outside of the picture.
  const sides = (j) => [X(guess.means[j][0] + 2 * guess.sds[j][0]) > left + wide ? -1 : 1,
    Y(guess.means[j][1] + 2 * guess.sds[j][1]) < top ? -1 : 1];

  function describe(j) {
    const list = (values) => {
      const shown = values.map((value, i) => show(value, steps[i]));
      return d === 1 ? shown[0] : `(${shown.join(", ")})`;
    };
    const tilt = guess.tilts[j] ? `, corr. ${guess.tilts[j].toFixed(2).replace("-", "−")}` : "";
    return `mean ${list(guess.means[j])}, sd ${list(guess.sds[j])}${tilt}, ` +
      `share ${percent(guess.weights[j])}`;
  }

  function paint() {
    let before = 0;
    clusters.forEach((j) => {
      const { group, bar, made, name } = handles[j];
      const x = X(guess.means[j][0]);
      for (const { path, reach } of bodies[j]) {
        set(path, { d: d === 1 ? curve(j) : ellipse(j, reach),
          "fill-opacity": guess.placed[j] ? 0.12 : 0.04,
          "stroke-dasharray": guess.placed[j] ? "none" : "6 5" });
      }
      if (d === 1) {
        const [arm, y] = [Math.max(guess.sds[j][0] / unit[0], 20), Y(height(j, 1))];
        put(made[0], x - arm, y);
        put(made[1], x + arm, y);
        put(made[2], x, Y(height(j, 0)));
        set(bar, { d: `M${made[0].x} ${made[0].y}H${made[1].x}` });
      } else {
        const y = Y(guess.means[j][1]);
        arms(j).forEach(([dx, dy], i) => put(made[i], x + dx, y + dy));
        put(made[2], x, y);
        const ends = made.slice(0, 2).map((end) => `M${x} ${y}L${end.x} ${end.y}`);
        set(bar, { d: ends.join("") });
      }
      if (names) {
        const above = d === 1 ? made[2].y > top + 34 : made[1].y > made[2].y;
        name.textContent = names[j];
        set(name, { y: above ? -22 : 23 });
      }
      const told = describe(j) + (matrices[j] ? write(j) : "");
      set(group, { "aria-label": `cluster ${label(j)}`, "aria-description": KEYS[d],
        "aria-valuenow": guess.means[j][0], "aria-valuetext": told,
        "aria-valuemin": low[0], "aria-valuemax": upper[0] });
      lines[j].textContent = `${label(j)}: ${describe(j)}`;

      const [from, size] = [left + before * wide, guess.weights[j] * wide];
      const text = `${j + 1}: ${percent(guess.weights[j])}`;
      set(shares[j][0], { x: from, width: size });
      set(shares[j][1], { x: from + size / 2 });
      shares[j][1].textContent = size > 10 * text.length ? text : size > 24 ? j + 1 : "";
      before += guess.weights[j];
      if (!edges[j]) return;
      put(edges[j].made[0], left + before * wide, scene.bar + 9);
      set(edges[j].group, { "aria-label": `shares of clusters ${label(j)} and ${label(j + 1)}`,
        "aria-valuenow": 100 * before, "aria-valuemin": 0, "aria-valuemax": 100,
        "aria-valuetext": `${percent(guess.weights[j])} and ${percent(guess.weights[j + 1])}` });
    });
    const waiting = guess.placed.filter((placed) => !placed).length;
    if (d === 1) set(total, { d: sumOfCurves(), "stroke-opacity": waiting ? 0.4 : 1 });
    root.classList.toggle("waiting", waiting > 0);
    root.classList.toggle("dragging", grab !== null);
    const focused = byPointer ? null : document.activeElement;
    const still = waiting === clusters.length ? "" : ` ${waiting} still to place.`;
    hint.textContent = edges.some(({ group }) => group === focused) ? EDGE_KEYS
      : handles.some(({ group }) => group === focused) ? KEYS[d] : waiting ? PUT + still : DRAG[d];
  }

  // ---- changing the guess --------------------------------------------------------------------
  let timer = null; // Python hears at most ten times a second, and always the last word
  function changed() {
    paint();
    timer ??= setTimeout(tell, 100);
  }
  function tell() {
    clearTimeout(timer);
    timer = null;
    model.set("guess", copy(guess));
    try { model.save_changes(); } catch { /* no kernel: the picture goes on without it */ }
  }
  function moveTo(j, x, y) {
    guess.placed[j] = true;
    guess.means[j] = [x, y].slice(0, d).map((value, i) =>
      clamp(round(value, steps[i]), low[i], upper[i]));
  }
  function spread(j, i, sd) {
    guess.placed[j] = true;
    guess.sds[j][i] = clamp(round(sd, steps[i]), Math.max(steps[i], unit[i]), upper[i] - low[i]);
  }
  function lean(j, tilt) {
    guess.placed[j] = true;
    guess.tilts[j] = Math.abs(tilt) < 0.12 ? 0 : clamp(round(tilt, 0.01), -0.95, 0.95);
  }
  function share(j, value) { // the others keep their proportions
    const rest = 1 - guess.weights[j];
    const now = clamp(round(value, 0.01), SMALLEST, 1 - SMALLEST);
    if (clusters.length < 2) return;
    guess.weights = guess.weights.map((weight, i) => i === j ? now
      : (1 - now) * (rest > 1e-9 ? weight / rest : 1 / (clusters.length - 1)));
  }
  function edge(j, value) { // only the two neighbours change
    const [start, end] = [sumTo(guess.weights, j), sumTo(guess.weights, j + 2)];
    if (end - start < 2 * SMALLEST) return;
    const middle = clamp(round(value, 0.01), start + SMALLEST, end - SMALLEST);
    guess.weights[j] = round(middle - start, 1e-12);
    guess.weights[j + 1] = round(end - middle, 1e-12);
  }
  function takeUp(j) {
    for (const part of ["means", "sds", "tilts"]) guess[part][j] = copy(scene.start[part][j]);
    guess.placed[j] = false;
  }

  // ---- the pointer ---------------------------------------------------------------------------
  function pointer(event) {
    const box = picture.getBoundingClientRect();
    return [(event.clientX - box.left) * W / box.width, (event.clientY - box.top) * H / box.height];
  }
  const near = ([x, y]) => (a, b) =>
    Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y);
  picture.addEventListener("mousedown", (event) => event.preventDefault()); // focus is set below
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || grab) return;
    byPointer = true;
    const [at, before] = [pointer(event), copy(guess)];
    let handle = null;
    if (event.target.classList.contains("grip")) {
      [handle] = [...handles, ...edges].flatMap(({ made }) => made).sort(near(at));
    } else if (event.target.classList.contains("empty") && !guess.placed.every(Boolean)) {
      const waiting = handles.map(({ made }) => made[2]).filter(({ j }) => !guess.placed[j]);
      [handle] = waiting.sort(near(at));
      moveTo(handle.j, low[0] + (at[0] - left) * unit[0], low[1] + (top + high - at[1]) * unit[1]);
    }
    if (!handle) return;
    grab = { ...handle, at, before, from: copy(guess), pointer: event.pointerId,
      sides: handle.kind === "share" ? null : sides(handle.j) };
    grab.sign = d === 1 ? Math.sign(handle.x - X(guess.means[handle.j][0])) : null;
    picture.setPointerCapture(event.pointerId);
    handle.group.focus({ preventScroll: true });
    changed();
  });
  picture.addEventListener("pointermove", (event) => {
    if (event.pointerId !== grab?.pointer) return;
    const { kind, j, from, at, sign, sides } = grab;
    const [x, y] = pointer(event);
    const [dx, dy] = [(x - at[0]) * unit[0], (at[1] - y) * unit[1]];
    guess = copy(from);
    if (kind === "share") edge(j, sumTo(from.weights, j + 1) + (x - at[0]) / wide);
    else if (kind === "centre") moveTo(j, from.means[j][0] + dx, from.means[j][1] + dy);
    else if (d === 1) spread(j, 0, from.sds[j][0] + sign * dx);
    else { // the pulled point of the outer ellipse: outwards widens it, sideways tilts it
      const [along, across, i] = kind === "width" ? [dx, dy, 0] : [dy, dx, 1];
      const side = sides[i];
      spread(j, i, from.sds[j][i] + side * along / 2);
      lean(j, from.tilts[j] + side * across / (2 * from.sds[j][1 - i]));
    }
    changed();
  });
  picture.addEventListener("touchstart", (event) => { // a finger on a handle does not scroll
    if (event.target.classList.contains("grip")) event.preventDefault();
  }, { passive: false });
  function release(event) {
    if (event.pointerId !== grab?.pointer) return;
    if (event.type === "pointercancel") guess = grab.before;
    grab = null;
    changed();
    tell();
  }
  picture.addEventListener("pointerup", release);
  picture.addEventListener("pointercancel", release);
  picture.addEventListener("wheel", (event) => { // only over the cluster in hand: pages scroll
    const j = handles.findIndex(({ group }) =>
      group === document.activeElement && group.contains(event.target));
    if (j < 0) return;
    event.preventDefault();
    const factor = event.deltaY < 0 ? 1.05 : 1 / 1.05;
    guess.sds[j].forEach((sd, i) => spread(j, i, sd * factor));
    changed();
  }, { passive: false });

  // ---- the keyboard --------------------------------------------------------------------------
  function key(j, name, far) {
    const step = far ? 5 : 1;
    const [mean, sds] = [guess.means[j], guess.sds[j]];
    const by = (dx, dy) => moveTo(j, mean[0] + dx * step * (upper[0] - low[0]) / 200,
      mean[1] + dy * step * (upper[1] - low[1]) / 100);
    const scale = (i, sign) => spread(j, i, sds[i] + sign * Math.max(sds[i] * 0.04 * step, steps[i]));
    const both = (sign) => sds.forEach((_, i) => scale(i, sign));
    const more = (sign) => share(j, guess.weights[j] + sign * 0.01 * step);
    const tilt = (sign) => { // the first step leaves the zone that snaps to upright
      const next = guess.tilts[j] + sign * 0.05 * step;
      lean(j, guess.tilts[j] ? next : sign * Math.max(0.15, 0.05 * step));
    };
    const actions = {
      ArrowLeft: () => by(-1, 0), ArrowRight: () => by(1, 0),
      ArrowUp: () => (d === 1 ? more(1) : by(0, 1)),
      ArrowDown: () => (d === 1 ? more(-1) : by(0, -1)),
      PageUp: () => more(1), PageDown: () => more(-1),
      Home: () => moveTo(j, low[0], mean[1]), End: () => moveTo(j, upper[0], mean[1]),
      " ": () => {}, // or the notebook scrolls
      "+": () => both(1), "=": () => both(1), "-": () => both(-1), "_": () => both(-1),
      Delete: () => takeUp(j), Backspace: () => takeUp(j),
      ...(d === 2 && { w: () => scale(0, 1), n: () => scale(0, -1), t: () => scale(1, 1),
        s: () => scale(1, -1), l: () => tilt(-1), r: () => tilt(1) }),
    };
    return actions[name] ?? actions[name.toLowerCase()];
  }
  root.addEventListener("keydown", (event) => {
    byPointer = false;
    const { key: name, shiftKey } = event; // what JupyterLab does by these it still hears
    if (event.ctrlKey || event.metaKey || event.altKey || (shiftKey && name === "Enter")) return;
    if (name === "Escape" && !grab) return;
    event.stopPropagation();
    if (name === "Escape") return release({ type: "pointercancel", pointerId: grab.pointer });
    const j = handles.findIndex(({ group }) => group === event.target);
    const i = edges.findIndex(({ group }) => group === event.target);
    const by = { ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01,
      PageDown: -0.05, PageUp: 0.05, Home: -1, End: 1, " ": 0 }[name];
    const action = j >= 0 ? key(j, name, shiftKey) : i >= 0 && by !== undefined ? () =>
      edge(i, sumTo(guess.weights, i + 1) + by * (shiftKey ? 5 : 1)) : null;
    if (!action || grab) return;
    event.preventDefault();
    action();
    changed();
  });
  again.addEventListener("click", () => {
    guess = copy(scene.start);
    changed();
    tell();
  });
  root.addEventListener("focusin", paint);
  root.addEventListener("focusout", () => {
    byPointer = grab !== null;
    paint();
  });

  // ---- Python, and the width of the column -----------------------------------------------
  function heard() { // an older guess may still echo from Python: what is in hand is newer
    if (grab || timer !== null) return;
    guess = copy(model.get("guess"));
    paint();
  }
  model.on("change:guess", heard);
  const resized = new ResizeObserver(() => {
    const radius = GRIP * W / (picture.clientWidth || W);
    for (const grip of picture.querySelectorAll(".grip")) set(grip, { r: radius });
  });
  resized.observe(picture);
  paint();
  return () => {
    if (timer !== null) tell();
    resized.disconnect();
    model.off("change:guess", heard);
  };
}

export default { render };
