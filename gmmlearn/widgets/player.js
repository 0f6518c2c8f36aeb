// Plays recorded matplotlib drawings on a canvas: `scrub` moves through states that are all
// here already, `explore` asks the kernel for a drawing of new values. See record.py for the
// format of the drawings.

const [PATH, STAMPS, TEXT, IMAGE] = [0, 1, 2, 3];
const LEAST = 0.6; // of a picture's own width: narrower columns scroll it
const MOVE = 1, LINE = 2, CURVE3 = 3, CURVE4 = 4, CLOSE = 79;

// ---- unpacking ---------------------------------------------------------------------------

async function unpack(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const drawing = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  drawing.numbers = drawing.numbers.map((n) => {
    const values = new Int16Array(buffer.slice(at, at + 2 * n));
    for (let i = 1; i < n; i++) values[i] += values[i - 1]; // stored as differences
    at += 2 * n;
    return values;
  });
  drawing.bytes = drawing.bytes.map((n) => new Uint8Array(buffer, (at += n) - n, n));
  const images = drawing.commands.filter((c) => c[0] === IMAGE).map((c) => c[2]);
  drawing.images = new Map(
    await Promise.all(
      [...new Set(images)].map(async (i) => [i, await createImageBitmap(new Blob([drawing.bytes[i]]))]),
    ),
  );
  return drawing;
}

// ---- painting ----------------------------------------------------------------------------

// Paints states of a drawing on a context whose canvas is `scale` times as large as the drawing.
function painter(drawing, context, scale) {
  const { shapes, styles, strings, commands, numbers, bytes, images, pixel, fine } = drawing;
  const paths = new Map();
  const remember = (key, make) => {
    if (!paths.has(key)) paths.set(key, make());
    return paths.get(key);
  };

  // Upright and level lines lie on whole pixels, as matplotlib puts them: sharp, not smeared.
  const snapper = (style) => {
    const half = style[1] && Math.round(style[2] * scale) % 2 ? 0.5 : 0;
    return (v) => (Math.floor(v * scale + 0.5 - half) + half) / scale;
  };

  function outline(index, unit, place = (v) => v) {
    const [codes, xs, ys] = shapes[index];
    const x = numbers[xs], y = numbers[ys], path = new Path2D();
    const px = (i) => place(x[i] / unit), py = (i) => place(y[i] / unit);
    for (let i = 0; i < x.length; i++) {
      const code = codes < 0 ? (i ? LINE : MOVE) : bytes[codes][i];
      if (code === MOVE) path.moveTo(px(i), py(i));
      else if (code === LINE) path.lineTo(px(i), py(i));
      else if (code === CLOSE) path.closePath();
      else if (code === CURVE3) path.quadraticCurveTo(px(i), py(i), px(++i), py(i));
      else if (code === CURVE4) {
        path.bezierCurveTo(px(i), py(i), px(i + 1), py(i + 1), px(i + 2), py(i + 2));
        i += 2;
      }
    }
    return path;
  }

  function text(index) {
    const [size, ...glyphs] = strings[index], whole = new Path2D();
    for (const [shape, x, y, k] of glyphs) {
      const glyph = remember("g" + shape, () => outline(shape, fine));
      whole.addPath(glyph, new DOMMatrix([size * k, 0, 0, -size * k, size * x, -size * y]));
    }
    return whole;
  }

  function colours(index) {
    const raw = bytes[index], n = raw.length / 4;
    return Array.from({ length: n }, (_, i) => {
      const [r, g, b, a] = [raw[i], raw[n + i], raw[2 * n + i], raw[3 * n + i]];
      return a === 255 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${a / 255})`;
    });
  }

  function stamp(style, snapped, [, , shape, xs, ys, fills, strokes, widths, scales]) {
    const x = numbers[xs], y = numbers[ys];
    const path = remember(snapped ? `m${shape},${style}` : "g" + shape, () =>
      outline(shape, fine, snapped ? snapper(style) : undefined),
    );
    const fill = fills >= 0 && remember("c" + fills, () => colours(fills));
    const stroke = strokes >= 0 && remember("c" + strokes, () => colours(strokes));
    const whole = (v) => (snapped ? Math.floor(v * scale) : v * scale);
    for (let i = 0; i < x.length; i++) {
      const k = scales >= 0 ? numbers[scales][i] / 1024 : 1;
      context.setTransform(scale * k, 0, 0, scale * k, whole(x[i] / pixel), whole(y[i] / pixel));
      if (fill) context.fillStyle = fill[i];
      if (stroke) context.strokeStyle = stroke[i];
      if (fill || style[0]) context.fill(path);
      if (stroke || style[1]) {
        context.lineWidth = (widths >= 0 ? numbers[widths][i] / fine : style[2]) / k;
        context.stroke(path);
      }
    }
  }

  function dress(style) {
    const [fill, stroke, width, cap, join, dashes, offset] = style;
    if (fill) context.fillStyle = fill;
    if (!stroke) return;
    context.strokeStyle = stroke;
    context.lineWidth = width;
    context.lineCap = cap === "projecting" ? "square" : cap;
    context.lineJoin = join;
    context.setLineDash(dashes || []);
    context.lineDashOffset = offset;
  }

  function clip(area) {
    context.restore();
    context.save();
    if (!area) return;
    const [x, y, width, height, shape] = area, box = new Path2D();
    const [left, top] = [Math.round(x * scale), Math.round(y * scale)];
    context.setTransform(1, 0, 0, 1, 0, 0);
    box.rect(left, top, Math.round((x + width) * scale) - left, Math.round((y + height) * scale) - top);
    context.clip(box);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    if (shape !== undefined) context.clip(remember("p" + shape, () => outline(shape, pixel)));
  }

  function run(command) {
    const [kind, s, what] = command, style = styles[s], snapped = style[8];
    dress(style);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    if (kind === PATH) {
      const path = snapped
        ? remember(`s${what},${s}`, () => outline(what, pixel, snapper(style)))
        : remember("p" + what, () => outline(what, pixel));
      if (style[0]) context.fill(path);
      if (style[1]) context.stroke(path);
    } else if (kind === STAMPS) {
      stamp(style, snapped, command);
    } else if (kind === TEXT) {
      const [, , , x, y, angle] = command, path = remember("t" + what, () => text(what));
      const level = angle % 180 === 0, upright = angle % 180 !== 0 && angle % 90 === 0;
      context.translate(
        upright ? Math.round(x * scale) / scale : x,
        level ? Math.round(y * scale) / scale : y,
      );
      context.rotate((angle * Math.PI) / 180);
      context.fill(path);
    } else {
      const [, , , x, y, width, height] = command;
      const image = images.get(what);
      const larger = image.width < width - 1 || image.height < height - 1; // its dots stay sharp
      context.imageSmoothingEnabled = !larger && !Number.isInteger(scale);
      context.imageSmoothingQuality = "high";
      context.drawImage(image, x, y, width, height);
    }
  }

  return (indices) => {
    let area = null;
    context.save();
    for (const command of indices.map((i) => commands[i])) {
      const wanted = styles[command[1]][7];
      if (JSON.stringify(wanted) !== area) {
        clip(wanted);
        area = JSON.stringify(wanted);
      }
      run(command);
    }
    context.restore();
  };
}

// A canvas that shows states of a drawing, sharp at every width and device pixel ratio.
function screen(root) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false });
  const still = document.createElement("canvas"); // what all states share, painted once
  let drawing = null, index = 0, scale = 0, paint = null;
  canvas.className = "gmm-picture";
  canvas.setAttribute("role", "img");
  root.append(element("div", { class: "gmm-scroll" }, canvas));

  function show() {
    if (!drawing) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(still, 0, 0);
    paint(drawing.states[index].slice(drawing.shared));
    root.dataset.index = index;
  }

  // Resizing a canvas empties it, so it is painted again in the same task: no blank frame.
  function fit(force = false) {
    if (!drawing) return;
    const [width, height] = drawing.size;
    const shown = Math.min(canvas.clientWidth || width, width);
    const wanted = (shown / width) * window.devicePixelRatio;
    if (wanted === scale && !force) return;
    scale = wanted;
    for (const c of [canvas, still]) {
      c.width = Math.round(width * scale);
      c.height = Math.round(height * scale);
    }
    const ground = still.getContext("2d", { alpha: false });
    ground.fillStyle = "white";
    ground.fillRect(0, 0, still.width, still.height);
    painter(drawing, ground, scale)(drawing.states[0].slice(0, drawing.shared));
    paint = painter(drawing, context, scale);
    show();
  }

  const sizes = new ResizeObserver(() => fit());
  sizes.observe(canvas);
  let ratio;
  const sharpen = () => {
    ratio?.removeEventListener("change", sharpen);
    ratio = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    ratio.addEventListener("change", sharpen);
    fit();
  };
  sharpen();

  return {
    canvas,
    load(next, state = 0) {
      [drawing, index] = [next, state];
      canvas.style.width = `${drawing.size[0]}px`;
      canvas.style.minWidth = `${LEAST * drawing.size[0]}px`; // below that nothing could be read
      canvas.style.aspectRatio = `${drawing.size[0]} / ${drawing.size[1]}`;
      fit(true);
    },
    move(state) {
      index = state;
      show();
    },
    close() {
      sizes.disconnect();
      ratio.removeEventListener("change", sharpen);
    },
  };
}

// ---- controls ----------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Single keys stay here, or JupyterLab would take the arrows and "d d" for its own; what it
// does by Ctrl, Cmd, Alt, Shift+Enter and Escape (save, run, leave) it still hears.
function keep(event) {
  const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
  const theirs = ctrlKey || metaKey || altKey || (shiftKey && key === "Enter") || key === "Escape";
  if (!theirs) event.stopPropagation();
  return !theirs;
}

// A range input of our own keys.
function slider(attributes, keys, changed) {
  const input = element("input", { type: "range", ...attributes });
  input.addEventListener("keydown", (event) => {
    if (!keep(event) || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  input.addEventListener("input", changed);
  return input;
}

function button(sign, label, action) {
  const made = element("button", { type: "button", "aria-label": label, title: label }, sign);
  made.addEventListener("click", action);
  made.addEventListener("keydown", keep);
  return made;
}

function scrub(model, root) {
  const labels = model.get("labels"), last = labels.length - 1;
  const view = screen(root);
  let index = model.get("start"), timer = null, ready = false;

  const go = (to) => {
    index = Math.max(0, Math.min(last, to));
    input.value = index;
    input.setAttribute("aria-valuetext", `${labels[index]}, ${index + 1} of ${last + 1}`);
    view.canvas.setAttribute("aria-label", labels[index]);
    words.textContent = labels[index];
    place.textContent = `${index + 1} / ${last + 1}`;
    if (ready) view.move(index);
  };
  const halt = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", (play.title = "Play"));
  };
  const toggle = () => {
    if (timer !== null) return halt();
    if (index === last) go(0);
    words.setAttribute("aria-live", "off"); // not four times a second
    play.textContent = "❚❚";
    play.setAttribute("aria-label", (play.title = "Pause"));
    timer = setInterval(() => {
      go(index + 1);
      if (index === last) halt();
    }, model.get("interval"));
  };
  const step = (by) => () => (halt(), go(index + by));
  // A slider says its value itself; after a button a screen reader is told the label.
  const tell = (action) => () => (words.setAttribute("aria-live", "polite"), action());
  const keys = {
    ArrowLeft: step(-1), ArrowDown: step(-1), ArrowRight: step(1), ArrowUp: step(1),
    PageUp: step(5), PageDown: step(-5), Home: step(-last - 1), End: step(last + 1), " ": toggle,
  };
  const input = slider({ min: 0, max: last, step: 1, "aria-label": "State" }, keys, () => {
    halt();
    go(+input.value);
  });
  input.addEventListener("focus", () => words.setAttribute("aria-live", "off"));
  const play = button("▶", "Play", toggle);
  // The unseen others keep the label, and so the slider, from changing its width in a drag.
  const words = element("span", { "aria-live": "off" });
  const others = [...new Set(labels)].map((text) => element("span", { class: "gmm-unseen" }, text));
  const label = element("span", { class: "gmm-label" }, words, ...others);
  const place = element("span", { class: "gmm-place" });
  root.append(
    element("div", { class: "gmm-controls" },
      button("‹", "Step back", tell(step(-1))), play, button("›", "Step forward", tell(step(1))), input, label, place),
  );
  go(index);
  unpack(model.get("drawing")).then((drawing) => {
    ready = true;
    view.load(drawing, index);
  });
  return () => (halt(), view.close());
}

function explore(model, root) {
  const view = screen(root), message = element("div", { class: "gmm-message", role: "status" });
  const values = { ...model.get("positions") };
  const PATIENCE = 2000; // ms without an answer before the reader is told
  const view_id = Math.random().toString(36).slice(2); // the same widget may be shown twice
  let asked = 0, waiting = null, newest = false, timer = null;

  const say = (text) => (message.textContent = text);
  // "Busy" comes at once, the drawing later; the server's socket holds the drawing back until
  // the first has been acknowledged, which may take 40 ms. A word to the kernel carries that.
  const hurry = (status) => status.content.execution_state === "busy" && model.send({});
  const ask = () => {
    if (waiting) return void (newest = true); // one at a time; only the newest waits
    newest = false;
    waiting = `${view_id}-${++asked}`;
    root.dataset.waiting = true;
    model.send({ asked: waiting, values }, { iopub: { status: hurry } });
    clearTimeout(timer);
    timer = setTimeout(
      () => say("No answer from the kernel. Unless it is busy, run the cell above to move this."),
      PATIENCE,
    );
  };
  const show = async () => {
    view.load(await unpack(model.get("drawing")));
    view.canvas.setAttribute("aria-label", dials.map((dial) => dial.told()).join(", "));
  };
  const answer = async () => {
    const [request, error] = model.get("answer");
    say(error);
    if (!error && !waiting) { // asked by another view of the same widget: follow it
      Object.assign(values, model.get("positions"));
      dials.forEach((dial) => dial.follow());
    }
    if (!error) await show();
    if (request !== waiting) return;
    clearTimeout(timer);
    waiting = null;
    root.dataset.waiting = false;
    if (newest) ask();
  };

  const row = element("div", { class: "gmm-controls gmm-values" });
  const dials = model.get("controls").map((control) => dial(control, values, ask));
  row.append(...dials.map((dial) => dial.label));
  root.append(row, message);
  model.on("change:answer", answer);
  show();
  return () => (clearTimeout(timer), model.off("change:answer", answer), view.close());
}

// One control of `explore`: a label, an input, and for a slider its value in figures.
function dial({ name, kind, lo, hi, step, choices, digits }, values, ask) {
  const change = (value) => ((values[name] = value), ask());
  let input, shown = [], follow = () => (input.value = values[name]);
  if (kind === "slider") {
    const figure = element("span", { class: "gmm-figure" });
    const set = (value) => {
      const kept = Math.min(hi, Math.max(lo, value));
      input.value = kept;
      show();
      change(+input.value);
    };
    const show = () => {
      figure.textContent = (+input.value).toFixed(digits);
      input.setAttribute("aria-valuetext", figure.textContent);
    };
    const move = (by) => () => set(+input.value + by * step);
    const keys = {
      ArrowLeft: move(-1), ArrowDown: move(-1), ArrowRight: move(1), ArrowUp: move(1),
      PageUp: move(10), PageDown: move(-10), Home: () => set(lo), End: () => set(hi),
    };
    const attributes = { min: lo, max: hi, step, value: values[name], "aria-label": name };
    input = slider(attributes, keys, () => (show(), change(+input.value)));
    follow = () => ((input.value = values[name]), show());
    follow();
    shown = [figure];
  } else if (kind === "choice") {
    input = element("select", { "aria-label": name });
    input.append(...choices.map((text, i) => element("option", { value: i }, text)));
    input.value = values[name];
    input.addEventListener("change", () => change(+input.value));
  } else {
    input = element("input", { type: "checkbox", "aria-label": name });
    follow = () => (input.checked = values[name]);
    follow();
    input.addEventListener("change", () => change(input.checked));
  }
  if (kind !== "slider") input.addEventListener("keydown", keep);
  input.dataset.name = name;
  const told = () => `${name} ${kind === "choice" ? choices[+input.value]
    : kind === "checkbox" ? (input.checked ? "on" : "off") : shown[0].textContent}`;
  const label = element("label", {}, element("span", { class: "gmm-name" }, name), input, ...shown);
  return { label, follow, told };
}

function render({ model, el }) {
  const root = element("div", { class: `gmm-player gmm-${model.get("kind")}` });
  el.append(root);
  return (model.get("kind") === "scrub" ? scrub : explore)(model, root);
}

export default { render };
